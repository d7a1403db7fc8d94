"""Reads the tables of a topic, and completes them with built-in rows."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Final

from engine.policy.conditions import leaves
from engine.policy.context import Context, a_map
from engine.policy.faults import Source
from engine.policy.model import (
    ALWAYS,
    Body,
    Condition,
    Goods,
    Leaf,
    Op,
    Outbound,
    Remedy,
    Row,
    Shipping,
    Table,
    Value,
    Verdict,
)
from engine.policy.readers.choices import OneOf
from engine.policy.readers.whens import when_of
from engine.policy.text import Items, Map, Node
from engine.policy.topics.catalogue import STEPS, TOPICS
from engine.policy.topics.rows import (
    OWN_KEYS,
    SAID,
    Topic,
    place_of,
    read_idle,
    read_line,
    read_row,
)
from engine.policy.words import short_fields

BY_STATE: Final = {
    "E-EARLY": "early",
    "E-LATE": "late",
    "E-DISPUTED": "disputed",
    "E-SILENT": "silent",
}
"""The built-in rows of `eligibility` that let deadlines refuse, and the state that each tests."""


def complete_eligibility(table: Table | None, source: Source, ctx: Context) -> Table:
    """Adds the rows of `BY_STATE` before `otherwise`, and E-YES at the end.

    If a row of the policy tests `deadlines`, none of `BY_STATE` is added; a policy's row with such
    an id that tests a deadline replaces the built-in one.
    """
    rows = table.rows if table else ()
    own = {row.id: row for row in rows}
    asks = any(leaf.fact == "deadlines" for row in rows for leaf in leaves(row.when))
    states = {} if asks else {key: state for key, state in BY_STATE.items() if key not in own}
    if not asks:
        _refuse_reserved(own, ctx)
    refusing = Verdict(answer="from_deadline")
    built = [
        _built_in(row_id, refusing, source, _in_state(state, source))
        for row_id, state in states.items()
    ]
    last = [row for row in rows if row.otherwise] or [
        _built_in("E-YES", Verdict(answer="accept"), source)
    ]
    return Table(
        topic="eligibility",
        part=None,
        decide=table.decide if table else "first",
        rows=(*(row for row in rows if not row.otherwise), *built, *last),
        optional=False,
        source=source,
    )


def _refuse_reserved(own: dict[str, Row], ctx: Context) -> None:
    for row_id in (key for key in BY_STATE if key in ctx.row_ids):
        if row_id not in own or not _asks_a_deadline(own[row_id], ctx):
            said = f"`{row_id}` is the id of a built-in row about deadlines; take another."
            ctx.fault("id_reserved", ctx.row_ids[row_id], said)


def default_table(topic: str, part: str | None, source: Source, ctx: Context) -> Table:
    """Returns the table of a topic that the policy does not write."""
    claimant = ctx.parties["claimant"]
    bodies: dict[str, Body] = {
        "remedies": Remedy(give="refund"),
        "goods": Goods(do="ship_back"),
        "return_shipping": Shipping(paid_by=claimant),
        "value": Value(),
        "outbound_shipping": Outbound(),
    }
    name = (part or topic).upper().replace("_", "-")
    rows = (_built_in(name, bodies[topic], source),) if topic in bodies else ()
    return Table(
        topic=topic,
        part=part,
        decide=TOPICS[topic].decide[0],
        rows=rows,
        optional=not rows,
        source=source,
    )


def _asks_a_deadline(row: Row, ctx: Context) -> bool:
    ends = {name.partition(".")[0] for name in ctx.derived if name.endswith(".last_day")}
    return any(leaf.fact.partition(".")[0] in ends for leaf in leaves(row.when))


def _in_state(state: str, source: Source) -> Leaf:
    return Leaf(fact="deadlines", op=Op.HAS, words=(state,), written=f"has {state}", source=source)


def _built_in(row_id: str, body: Body, source: Source, when: Condition = ALWAYS) -> Row:
    return Row(
        id=row_id,
        when=when,
        otherwise=when is ALWAYS,
        body=body,
        built_in=True,
        source=source,
    )


MOST_ROWS: Final = 1_000
"""The most rows in one policy."""

MOST_PARTS: Final = 60
"""The most named parts of one topic."""

_AS_MAP: Final = {
    "deadlines": "{within: VALUE, counted_from: ..}",
    "eligibility": "{answer: VALUE}",
    "limits": "{used: .., at_most: VALUE}",
    "remedies": "{give: VALUE}",
    "goods": "{do: VALUE}",
    "return_shipping": "{paid_by: VALUE}",
    "value": "{of: VALUE}",
    "fees": "{fee: VALUE}",
    "outbound_shipping": "{refund: VALUE}",
}
"""How a topic's single value is written as a map."""


def read_topic(name: str, node: Node | None, ctx: Context) -> tuple[Table, ...]:
    """Reads all tables of a topic; a singular topic has one."""
    topic = TOPICS[name]
    entries = ctx.attempt(a_map(f"`{name}`", _instead(topic)), node)
    if entries is None:
        return ()
    if not topic.plural:
        with ctx.at_step(STEPS[name]):
            return (_table(topic, None, entries, ctx),)
    if len(entries.entries) > MOST_PARTS:
        ctx.fault("too_large", entries.source, f"`{name}` has more than {MOST_PARTS} parts.")
        return ()
    return _parts(topic, entries, ctx)


def _instead(topic: Topic) -> str:
    """Returns how one value is written for a topic, or for a part that still needs a name."""
    said = _AS_MAP.get(topic.name, "")
    return f"{{NAME: {said}}}" if topic.plural and said else said


def _parts(topic: Topic, node: Map, ctx: Context) -> tuple[Table, ...]:
    found: list[Table] = []
    for index, (part, child) in enumerate(node.entries.items()):
        a_part = a_map(f"`{topic.name}.{part[:60]}`", _AS_MAP.get(topic.name, ""))
        if entries := ctx.attempt(a_part, child):
            with ctx.at_step(STEPS[topic.name] + index):
                found.append(_table(topic, part, entries, ctx))
    return tuple(found)


def _table(topic: Topic, part: str | None, node: Map, ctx: Context) -> Table:
    where = f"{topic.name}.{part[:60]}" if part else topic.name
    node = _without_rows(topic, node)
    outer = when_of(node, ctx)
    several = "rows" in node.entries
    keys = (*topic.keys, *(("sets",) if topic.name == "whole_return" else ()))
    own = tuple(key for key in OWN_KEYS if key != "otherwise")
    legal = ("rows", "decide", "when", "code", *SAID, *keys) if several else (*own, *keys, "decide")
    ctx.only_keys(node, legal, f"`{where}`", short_fields(topic.name))
    if several:
        rows = _rows(topic, node, where, outer, ctx)
    else:
        row = read_line(node, topic, part or topic.name, outer, ctx)
        rows = (row,) if row else ()
    return Table(
        topic=topic.name,
        part=part,
        decide=_decide(topic, node, where, ctx),
        rows=rows,
        optional=not topic.complete or "when" in node.entries,
        source=node.source,
    )


def _without_rows(topic: Topic, node: Map) -> Map:
    """Gives a `whole_return` that has only `sets` a table without rows."""
    if topic.name != "whole_return" or set(node.entries) != {"sets"}:
        return node
    return replace(node, entries={**node.entries, "rows": Items(source=node.source, items=())})


def _decide(topic: Topic, node: Map, where: str, ctx: Context) -> str:
    given = node.get("decide")
    if given is None:
        return topic.decide[0]
    if "rows" not in node.entries:
        said = f"`{where}` has no `rows`, so `decide` has no meaning."
        ctx.fault("unknown_key", node.key_source("decide"), said)
    rule = OneOf(topic.decide, f"a tie rule of `{topic.name}`")
    return ctx.attempt(rule, given) or topic.decide[0]


def _rows(topic: Topic, node: Map, where: str, outer: Condition, ctx: Context) -> tuple[Row, ...]:
    listed = node.entries["rows"]
    if not isinstance(listed, Items):
        said = f"`rows` of `{where}` is a list, not {listed.kind}."
        ctx.fault("wrong_shape", listed.source, said)
        return ()
    place = place_of(topic, node, outer)
    read_idle(listed.items, place, ctx)
    rows = ctx.each(partial(read_row, place, where), listed.items)
    for last, row in pairwise(rows):
        if last.otherwise:
            said = f"`{row.id}` stands after the `otherwise` row `{last.id}` and is never asked."
            ctx.fault("unreachable", row.source, said)
    return rows
