"""The topics of money: `value`, `fees`, `outbound_shipping`, and what `whole_return` waives."""

from __future__ import annotations

from typing import Final

from engine.policy import words as w
from engine.policy.context import Context
from engine.policy.model import Amount, Fee, FromFact, Outbound, Percent, Value, Waiver
from engine.policy.readers import choices as c
from engine.policy.readers import scalars as s
from engine.policy.readers.amounts import amount
from engine.policy.readers.keys import Fields, Need, Written, with_fields
from engine.policy.text import Map
from engine.policy.topics.rows import Topic

_WHOLE: Final = 1_000_000


def _fee(fields: Fields, node: Map, ctx: Context) -> Fee | None:
    share = _share(fields.get("fee"))
    if share > _WHOLE and fields.get("taken") != "billed":
        said = (
            f"This fee is {share / 10_000:g}% of what it is a share of, and nothing caps it; "
            "write `{lesser_of: [.., ..]}` or `{amount: .., at_most: ..}`."
        )
        ctx.fault("over_base", node.entries["fee"].source, said)
    return Fee(**fields) if "fee" in node.entries else None


def _share(fee: Amount) -> int:
    """Returns the millionths that a fee takes of a price, if no cap limits it."""
    if isinstance(fee, FromFact):
        return _WHOLE if fee.fact in w.PRICES else 0
    return fee.millionths * _share(fee.of) // _WHOLE if isinstance(fee, Percent) else 0


def _waiver(fields: Fields, node: Map, ctx: Context) -> Waiver:
    fees = [name for name in ctx.derived if name.startswith("fees.")]
    for name in fields.get("waive", ()):
        if name != "fees" and name not in fees:
            hint = ctx.nearest(name, ["fees", *fees])
            said = f"`{name[:60]}` is no fee of this policy; write `fees.NAME` or `fees`.{hint}"
            ctx.fault("unknown_fee", node.entries["waive"].source, said)
    return Waiver(**fields)


VALUE: Final = Topic(
    name="value", keys={"of": amount, "percent": s.percent}, build=with_fields(Value)
)
FEES: Final = Topic(
    name="fees",
    keys={
        "fee": amount,
        "per": c.one_of(w.FEE_PER, "line, unit, return or order"),
        "taken": c.one_of(w.FEE_TAKEN, "deducted or billed"),
        "owed_by": c.party,
        "owed_to": c.party,
        "certainty": c.one_of(w.FEE_CERTAINTIES, "fixed, at_least or may"),
        "to_settle": s.text,
    },
    build=_fee,
    rules=(
        Need(keys=("fee",), sentence="A fee row needs `fee`; write `fee: none` for no fee."),
        Need(
            keys=("to_settle",),
            given=(Written("certainty", says="may"),),
            sentence="`certainty: may` needs `to_settle`: what is a person to decide?",
        ),
    ),
    decide=("first", "only_one", "highest", "lowest", "add_up"),
    plural=True,
    complete=False,
)
OUTBOUND_SHIPPING: Final = Topic(
    name="outbound_shipping",
    keys={"refund": c.one_of(w.OUTBOUND, "none, full or standard_part")},
    build=with_fields(Outbound),
)
WHOLE_RETURN: Final = Topic(
    name="whole_return",
    keys={"waive": s.words},
    build=_waiver,
    decide=("first", "only_one", "add_up"),
    complete=False,
)
