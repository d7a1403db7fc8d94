"""Comparisons of settlements with the gateway's list, as the API shows them."""

from __future__ import annotations

from datetime import datetime

import strawberry

from adapters.store.money import comparing
from engine.money import parse_money
from returns_api.types.ids import NodeKind, encode
from returns_api.types.scalars import Money, money


@strawberry.type(description="A movement on which our records and the gateway differ.")
class Difference:
    """`ours` and `theirs` are the states that each side knew; `settlement` may be unknown."""

    settlement: strawberry.ID | None
    """The id of the settlement; null if none is known."""
    reference: str | None
    """The id of the movement at Stripe."""
    amount: Money
    ours: str
    """The state in Takeback."""
    theirs: str
    """The state at Stripe."""
    tax: Money | None
    """The tax included in `amount`."""


@strawberry.type(description="A comparison of your settlements with what Stripe lists.")
class Reconciliation:
    """`trouble` says why it failed; `elsewhere` counts movements of other payments."""

    since: datetime
    """The time from which movements were compared, in UTC."""
    began_at: datetime
    """When the comparison began, in UTC."""
    ended_at: datetime
    """When the comparison ended, in UTC."""
    agrees: bool
    """Whether both sides agree."""
    seen: int
    """The number of movements that Stripe listed."""
    elsewhere: int
    """How many of them belong to payments that Takeback does not know."""
    missing: list[Difference]
    """Settlements that Stripe does not list."""
    adopted: list[Difference]
    """Movements made by hand at Stripe; they count from now on."""
    differing: list[Difference]
    """Settlements with another amount or state at Stripe."""
    trouble: str | None
    """Why the comparison failed; null if it succeeded."""
    clock_off: int
    """Seconds by which our clock was ahead of Stripe's; 0 if it was right."""


def reconciliation(found: comparing.Comparison) -> Reconciliation:
    """Converts a comparison to the API's type."""
    return Reconciliation(
        since=found.since,
        began_at=found.began_at,
        ended_at=found.ended_at,
        agrees=found.agrees,
        seen=found.seen,
        elsewhere=found.elsewhere,
        missing=_differences(found.missing),
        adopted=_differences(found.adopted),
        differing=_differences(found.differing),
        trouble=found.trouble or None,
        clock_off=found.clock_off,
    )


def _differences(found: tuple[comparing.SettlementDifference, ...]) -> list[Difference]:
    return [
        Difference(
            settlement=encode(NodeKind.SETTLEMENT, each.settlement) if each.settlement else None,
            reference=each.reference or None,
            amount=money(parse_money(each.amount)),
            ours=each.ours,
            theirs=each.theirs,
            tax=money(parse_money(each.tax)) if each.tax else None,
        )
        for each in found
    ]
