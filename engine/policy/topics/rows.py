"""What a topic is to its reader, and how one row of it is read, or the line for all of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.policy.conditions import joined, leaves
from engine.policy.context import Context, Unreadable
from engine.policy.faults import Source
from engine.policy.model import ALWAYS, Body, Condition, Leaf, Op, Row
from engine.policy.readers import choices as c
from engine.policy.readers import scalars as s
from engine.policy.readers.keys import Fields, Reader, Rule, read_keys
from engine.policy.readers.spans import read_effective
from engine.policy.readers.whens import when_of
from engine.policy.text import Map, Node, below, size
from engine.policy.words import short_fields
from engine.stopping import go_on

Build = Callable[[Fields, Map, Context], Body | None]
"""Makes a body from the keys that were read; the map shows what was written and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic of the language: its keys, its tie rules and how a body is made of read keys.

    `rules` are what must hold between the keys of a row, those beside `rows` included.
    `complete` says that a table must cover every case; `plural` that the topic holds named parts.
    """

    name: str
    keys: Mapping[str, Reader]
    build: Build
    rules: tuple[Rule, ...] = ()
    decide: tuple[str, ...] = ("first", "only_one")
    plural: bool = False
    complete: bool = True


SAID: Final[dict[str, Reader]] = {
    "because": s.sentence,
    "for_agent": s.sentence,
    "clause": s.text,
    "locked": s.yes_no,
}
"""Keys by which any row may explain itself."""
IN_FORCE: Final = ("from its first day", "until its last day")
"""How the tests are worded that `effective` stands for."""
OWN_KEYS: Final = ("id", "when", "otherwise", "effective", "code", *SAID)

ROW_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}\Z")
ENDS: Final = ("within", "under", "until", "no_limit")
WAYS: Final = ("give", "choice", "first")
EXCLUDES: Final = {
    **dict.fromkeys(ENDS, ENDS),
    **dict.fromkeys(WAYS, WAYS),
    "do": ("choice",),
}
"""Keys of a row, and the keys beside `rows` that each of them replaces."""


@dataclass(frozen=True, slots=True)
class Place:
    """The surroundings of a row: its topic, and the condition and values written beside `rows`."""

    topic: Topic
    outer: Condition
    defaults: dict[str, Node]
    cost: int


def written_ids(tree: Map) -> frozenset[str]:
    """Returns every id that rows of a policy write, so that the ids of lines avoid them."""
    maps = (node for node in below(tree) if isinstance(node, Map))
    return frozenset(row.text_of("id") for row in maps if "id" in row.entries)


def read_row(place: Place, where: str, child: Node, ctx: Context) -> Row | None:
    """Reads one row under `rows`; `where` is the name of its table."""
    node, topic = ctx.map_of(child, f"A row of `{where}`"), place.topic
    go_on()
    short = short_fields(topic.name)
    ctx.only_keys(node, (*OWN_KEYS, *topic.keys), f"a row of `{topic.name}`", short)
    otherwise = "otherwise" in node.entries
    if otherwise:
        ctx.attempt(s.only_true, node.entries["otherwise"])
    if otherwise == ("when" in node.entries) and (otherwise or topic.name != "demands"):
        ctx.fault("wrong_shape", node.source, "A row has either `when` or `otherwise: true`.")
    if not ctx.expand(place.cost, node.source):
        return None
    own, row_id = when_of(node, ctx), ctx.attempt(_own_id, node)
    whole = replace(node, entries=inherited(node, place.defaults) | node.entries)
    return _under(_row(whole, topic, row_id, ctx), [place.outer, own], otherwise)


def read_line(node: Map, topic: Topic, name: str, outer: Condition, ctx: Context) -> Row | None:
    """Reads a topic or a part without `rows` as its one row."""
    written = "id" in node.entries
    row_id = ctx.attempt(_own_id, node) if written else _line_id(node, name, ctx)
    return _under(_row(node, topic, row_id, ctx), [outer], "when" not in node.entries)


def place_of(topic: Topic, node: Map, outer: Condition) -> Place:
    """Returns what the rows of a table share."""
    defaults = beside(node)
    cost = len(leaves(outer)) + sum(size(child) for child in defaults.values())
    return Place(topic, outer, defaults, cost)


def beside(table: Map) -> dict[str, Node]:
    """Returns the entries beside the rows of a table, for rows that do not override them."""
    return table.without("rows", "decide", "when", "sets").entries


def _under(row: Row | None, conditions: list[Condition], otherwise: bool) -> Row | None:
    """Adds the conditions around a row; its own `when` holds only its days so far."""
    if row is None:
        return None
    return replace(row, when=joined([*conditions, row.when]), otherwise=otherwise)


def _row(node: Map, topic: Topic, row_id: str | None, ctx: Context) -> Row | None:
    fields = read_keys(node, topic.keys, ctx)
    for rule in topic.rules:
        rule.check(node, ctx)
    body = topic.build(fields, node, ctx)
    in_force = _in_force(node, ctx)
    said = read_keys(node, _said(topic), ctx)
    if body is None or row_id is None:
        return None
    return Row(
        id=row_id,
        when=in_force,
        otherwise=False,
        body=body,
        source=node.source,
        **said,
    )


def inherited(row: Map, defaults: dict[str, Node]) -> dict[str, Node]:
    """Returns the values beside `rows` that a row's own keys do not replace."""
    replaced = {other for key in row.entries for other in EXCLUDES.get(key, ())}
    if row.text_of("answer") == "accept":
        replaced.add("code")  # a code written beside rows says why they refuse
    return {key: child for key, child in defaults.items() if key not in replaced}


def read_idle(rows: Iterable[Node], place: Place, ctx: Context) -> None:
    """Reads the values beside `rows` that no row takes, so that their faults are reported."""
    maps = [row for row in rows if isinstance(row, Map)]
    taken = {
        key for row in maps for key in inherited(row, place.defaults) if key not in row.entries
    }
    idle = {key: node for key, node in place.defaults.items() if key not in taken}
    readers = {**place.topic.keys, **_said(place.topic)}
    for key in (key for key in idle if key in readers):
        ctx.attempt(readers[key], idle[key])


def _said(topic: Topic) -> dict[str, Reader]:
    code = c.code_or_from_deadline if topic.name == "eligibility" else c.code
    return {**SAID, "code": code}


def _own_id(node: Map, ctx: Context) -> str:
    given = node.get("id")
    if given is None:
        raise Unreadable("missing_key", node.source, "This row has no `id`.")
    if not s.is_said(given) or not ROW_ID.match(given.text):
        said = "A row id is letters, digits, `-` and `_`, at most 60."
        raise Unreadable("wrong_type", given.source, said)
    return taken(given.text, given.source, ctx)


def taken(row_id: str, source: Source, ctx: Context) -> str:
    """Records an id as used, and returns it; adds a fault if it was used before."""
    if row_id in ctx.row_ids:
        said = f"The id `{row_id}` is taken by the row in line {ctx.row_ids[row_id].line}."
        ctx.fault("id_reused", source, said)
    ctx.row_ids[row_id] = source
    return row_id


def _line_id(node: Map, name: str, ctx: Context) -> str:
    """Returns the name in capitals, numbered if another part or row has that id."""
    base = found = name.upper().replace("_", "-")
    count = 2
    while found in ctx.row_ids or found in ctx.written_ids:
        found, count = f"{base}-{count}", count + 1
    ctx.row_ids[found] = node.source
    return found


def _in_force(node: Map, ctx: Context) -> Condition:
    """Returns the days of a row's `effective` as a test of the date that picks editions."""
    days = ctx.attempt(read_effective, node.get("effective"))
    if days is None:
        return ALWAYS
    bounds = [(Op.AT_LEAST, days.first, IN_FORCE[0])]
    if days.last is not None:
        bounds.append((Op.AT_MOST, days.last, IN_FORCE[1]))
    fact, source = ctx.applies_by, node.entries["effective"].source
    return joined(
        Leaf(fact=fact, op=op, number=number, written=written, source=source)
        for op, number, written in bounds
    )
