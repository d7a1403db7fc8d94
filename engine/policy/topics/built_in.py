"""The rows that a policy has without writing them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.policy.conditions import leaves
from engine.policy.context import Context
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
from engine.policy.topics.catalogue import TOPICS

BY_STATE: Final = {
    "E-EARLY": "early",
    "E-LATE": "late",
    "E-DISPUTED": "disputed",
    "E-SILENT": "silent",
}
"""The built-in rows of `eligibility` that let deadlines refuse, and the state each asks for."""


def complete_eligibility(table: Table | None, source: Source, ctx: Context) -> Table:
    """The eligibility table with the rows of `BY_STATE` before `otherwise`, and E-YES at the end.

    Where an own row asks `deadlines`, none of them is put in; an own row of such an id that asks
    about a deadline takes the place of that one.
    """
    rows = table.rows if table else ()
    own = {row.id: row for row in rows}
    asks = any(leaf.fact == "deadlines" for row in rows for leaf in leaves(row.when))
    states = {} if asks else {key: state for key, state in BY_STATE.items() if key not in own}
    if not asks:
        _refuse_reserved(own, ctx)
    built = [_state_row(row_id, state, source) for row_id, state in states.items()]
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
    """What holds of a topic that the policy does not write."""
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


def _state_row(row_id: str, state: str, source: Source) -> Row:
    when = Leaf(fact="deadlines", op=Op.HAS, words=(state,), written=f"has {state}", source=source)
    row = _built_in(row_id, Verdict(answer="from_deadline"), source, when)
    return replace(row, otherwise=False)


def _built_in(row_id: str, body: Body, source: Source, when: Condition = ALWAYS) -> Row:
    return Row(id=row_id, when=when, otherwise=True, body=body, built_in=True, source=source)
