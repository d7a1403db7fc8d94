"""Reads the tables of a topic: parts, rows, tie rules, and the rows that are built in."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from engine.policy import values as v
from engine.policy.bodies import TOPICS, Topic, read_keys
from engine.policy.conditions import joined, leaves, read_when
from engine.policy.context import Context
from engine.policy.faults import Source
from engine.policy.model import ALWAYS, Condition, Leaf, Op, Row, Table, Verdict
from engine.policy.text import Items, Map, Node

MOST_ROWS: Final = 1_000
"""Rows in one policy."""

MOST_PARTS: Final = 60
"""Named parts of one topic."""

_OWN = ("id", "when", "otherwise", "code", "because", "for_agent", "clause", "effective", "locked")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}\Z")


def read_topic(name: str, node: Node | None, ctx: Context, first_step: int) -> tuple[Table, ...]:
    """All tables of a topic; a singular topic has one."""
    topic = TOPICS[name]
    if node is None:
        return ()
    if topic.plural and isinstance(node, Map) and len(node.entries) > MOST_PARTS:
        ctx.fault("too_large", node.source, f"`{name}` has more than {MOST_PARTS} parts.")
        return ()
    entries = ctx.map_of(node, f"`{name}`")
    if entries is None:
        return ()
    if not topic.plural:
        with ctx.at_step(first_step):
            return (_table(topic, None, entries, ctx),)
    tables: list[Table] = []
    for index, (part, child) in enumerate(entries.entries.items()):
        part_map = ctx.map_of(child, f"`{name}.{part}`")
        if part_map is not None:
            with ctx.at_step(first_step + index):
                tables.append(_table(topic, part, part_map, ctx))
    return tuple(tables)


def _table(topic: Topic, part: str | None, node: Map, ctx: Context) -> Table:
    where = f"{topic.name}.{part}" if part else topic.name
    outer = read_when(node.entries["when"], ctx) if "when" in node.entries else ALWAYS
    if (
        topic.name == "whole_return"
        and "rows" not in node.entries
        and not set(node.entries) - {"sets"}
    ):
        node = replace(node, entries={**node.entries, "rows": Items(source=node.source, items=())})
    if "rows" in node.entries:
        rows = _rows(topic, node, where, outer, ctx)
        decide = _decide(topic, node, ctx)
    else:
        rows = _line(topic, part, node, where, outer, ctx)
        decide = topic.decide[0]
        if "decide" in node.entries:
            ctx.fault(
                "unknown_key",
                node.key_source("decide"),
                f"`{where}` has no `rows`, so `decide` has no meaning.",
            )
    optional = not topic.complete or "when" in node.entries
    return Table(
        topic=topic.name, part=part, decide=decide, rows=rows, optional=optional, source=node.source
    )


def _decide(topic: Topic, node: Map, ctx: Context) -> str:
    if "decide" not in node.entries:
        return topic.decide[0]
    found = v.one_of(topic.decide, f"a tie rule of `{topic.name}`")(node.entries["decide"], ctx)
    return found if isinstance(found, str) else topic.decide[0]


def _line(
    topic: Topic, part: str | None, node: Map, where: str, outer: Condition, ctx: Context
) -> tuple[Row, ...]:
    legal = [key for key in (*_OWN, *topic.keys, "decide") if key != "otherwise"]
    ctx.only_keys(node, legal, f"`{where}`")
    name = (part or topic.name).upper().replace("_", "-")
    row = _row(topic, node, name, outer, True, ctx)
    return (row,) if row else ()


def _rows(topic: Topic, node: Map, where: str, outer: Condition, ctx: Context) -> tuple[Row, ...]:
    ctx.only_keys(
        node,
        (
            "rows",
            "decide",
            "when",
            "clause",
            "code",
            *topic.keys,
            *(("sets",) if topic.name == "whole_return" else ()),
        ),
        f"`{where}`",
    )
    listed = node.entries["rows"]
    if not isinstance(listed, Items):
        ctx.fault(
            "wrong_shape", listed.source, f"`rows` of `{where}` is a list, not {listed.kind}."
        )
        return ()
    defaults = {
        key: child
        for key, child in node.entries.items()
        if key not in ("rows", "decide", "when", "sets")
    }
    rows: list[Row] = []
    for item in listed.items:
        row_map = ctx.map_of(item, f"A row of `{where}`")
        if row_map is None:
            continue
        ctx.only_keys(row_map, (*_OWN, *topic.keys), f"a row of `{where}`")
        row = _row(topic, _with_defaults(row_map, defaults), None, outer, False, ctx)
        if row is not None:
            if rows and rows[-1].otherwise and not row.built_in:
                ctx.fault(
                    "unreachable",
                    row.source,
                    f"`{row.id}` stands after the `otherwise` row "
                    f"`{rows[-1].id}` and is never asked.",
                )
            rows.append(row)
    return tuple(rows)


_EXCLUDES = {
    "within": ("under", "until", "no_limit"),
    "under": ("within", "until", "no_limit"),
    "until": ("within", "under", "no_limit"),
    "no_limit": ("within", "under", "until"),
    "give": ("choice", "first"),
    "choice": ("give", "first"),
    "first": ("give", "choice"),
    "do": ("choice",),
}


def _with_defaults(row: Map, defaults: dict[str, Node]) -> Map:
    """A row with the values written beside `rows`, but for those that its own replace."""
    replaced = {other for key in row.entries for other in _EXCLUDES.get(key, ())}
    entries = {key: child for key, child in defaults.items() if key not in replaced} | row.entries
    return replace(row, entries=entries)


def _row(
    topic: Topic, node: Map, line_id: str | None, outer: Condition, is_line: bool, ctx: Context
) -> Row | None:
    otherwise = is_line and "when" not in node.entries
    if not is_line:
        otherwise = "otherwise" in node.entries
        if otherwise == ("when" in node.entries) and not (
            topic.name == "demands" and not otherwise
        ):
            ctx.fault("wrong_shape", node.source, "A row has either `when` or `otherwise: true`.")
    own = read_when(node.entries["when"], ctx) if "when" in node.entries and not is_line else ALWAYS
    row_id = _row_id(node, line_id, ctx)
    body = topic.build(read_keys(node, topic.keys, ctx), node, ctx)
    if body is None or row_id is None:
        return None
    when = joined([outer, own, _effective(node, ctx)])
    return Row(
        id=row_id,
        when=when,
        otherwise=otherwise,
        body=body,
        code=_code(node, ctx),
        because=_said(node, "because", ctx),
        for_agent=_said(node, "for_agent", ctx),
        clause=_said(node, "clause", ctx),
        locked=_locked(node, ctx),
        source=node.source,
    )


def _row_id(node: Map, line_id: str | None, ctx: Context) -> str | None:
    given = node.get("id")
    if given is None:
        if line_id is None:
            ctx.fault("missing_key", node.source, "This row has no `id`.")
            return None
        base, count = line_id, 2
        while line_id in ctx.row_ids:  # two parts of different topics may share a name
            line_id, count = f"{base}-{count}", count + 1
        ctx.row_ids[line_id] = node.source
        return line_id
    found = v.identifier(given, ctx)
    if found is None or not _ID.match(found):
        ctx.fault(
            "wrong_type", given.source, "A row id is letters, digits, `-` and `_`, at most 60."
        )
        return None
    if found in ctx.row_ids:
        ctx.fault(
            "id_reused",
            given.source,
            f"The id `{found}` is taken by the row in line {ctx.row_ids[found].line}.",
        )
    ctx.row_ids[found] = given.source
    return found


def _effective(node: Map, ctx: Context) -> Condition:
    if "effective" not in node.entries:
        return ALWAYS
    from engine.policy.headers import read_effective

    days = read_effective(node.entries["effective"], ctx)
    if days is None:
        return ALWAYS
    source = node.entries["effective"].source
    first = Leaf(
        fact=ctx.applies_by,
        op=Op.AT_LEAST,
        number=days.first,
        written="from its first day",
        source=source,
    )
    if days.last is None:
        return first
    last = Leaf(
        fact=ctx.applies_by,
        op=Op.AT_MOST,
        number=days.last,
        written="until its last day",
        source=source,
    )
    return joined([first, last])


def _code(node: Map, ctx: Context) -> str | None:
    return v.code(node.entries["code"], ctx) if "code" in node.entries else None


def _said(node: Map, key: str, ctx: Context) -> str | None:
    return v.text(node.entries[key], ctx) if key in node.entries else None


def _locked(node: Map, ctx: Context) -> bool:
    return bool(v.yes_no(node.entries["locked"], ctx)) if "locked" in node.entries else False


# --- built-in rows --------------------------------------------------------------------------------


def with_built_in_eligibility(table: Table | None, source: Source, ctx: Context) -> Table:
    """The eligibility table with E-EARLY, E-DISPUTED, E-SILENT, E-LATE before `otherwise`, and E-YES."""
    rows = table.rows if table else ()
    asks = any(leaf.fact == "deadlines" for row in rows for leaf in leaves(row.when))
    built = (
        ()
        if asks
        else tuple(
            _state_row(row_id, state, source)
            for row_id, state in (
                ("E-EARLY", "early"),
                ("E-SILENT", "silent"),
                ("E-DISPUTED", "disputed"),
                ("E-LATE", "late"),
            )
        )
    )
    for row in built:
        if row.id in ctx.row_ids:
            ctx.fault(
                "id_reserved",
                ctx.row_ids[row.id],
                f"`{row.id}` is the id of a built-in row; take another.",
            )
    last = [row for row in rows if row.otherwise]
    if not last:
        last = [
            Row(
                id="E-YES",
                when=ALWAYS,
                otherwise=True,
                body=Verdict(answer="accept"),
                built_in=True,
                source=source,
            )
        ]
    front = tuple(row for row in rows if not row.otherwise)
    decide = table.decide if table else "first"
    return Table(
        topic="eligibility",
        part=None,
        decide=decide,
        rows=(*front, *built, *last),
        optional=False,
        source=source,
    )


def _state_row(row_id: str, state: str, source: Source) -> Row:
    when = Leaf(fact="deadlines", op=Op.HAS, words=(state,), written=f"has {state}", source=source)
    return Row(
        id=row_id,
        when=when,
        otherwise=False,
        body=Verdict(answer="from_deadline"),
        built_in=True,
        source=source,
    )


def default_table(topic: str, part: str | None, source: Source) -> Table:
    """What holds of a topic that the policy does not write."""
    bodies = {
        "goods": TOPICS["goods"].build({}, _EMPTY, _NOBODY),
        "value": TOPICS["value"].build({}, _EMPTY, _NOBODY),
        "outbound_shipping": TOPICS["outbound_shipping"].build({}, _EMPTY, _NOBODY),
    }
    rows: tuple[Row, ...] = ()
    body = bodies.get(topic)
    if body is not None:
        rows = (
            Row(
                id=(part or topic).upper().replace("_", "-"),
                when=ALWAYS,
                otherwise=True,
                body=body,
                built_in=True,
                source=source,
            ),
        )
    return Table(
        topic=topic,
        part=part,
        decide=TOPICS[topic].decide[0],
        rows=rows,
        optional=not rows,
        source=source,
    )


_EMPTY = Map(source=Source("built in", 1, 1), entries={}, keys={})
_NOBODY = Context("built in")
