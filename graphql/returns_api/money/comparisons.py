"""Settlements held against what a gateway lists, as clients see it."""

from __future__ import annotations

from datetime import datetime

import strawberry

from adapters.store.money import comparing
from engine.money import parse_money
from returns_api.types.ids import NodeKind, encode
from returns_api.types.scalars import Money, money


@strawberry.type(description="A movement on which we and the gateway did not agree.")
class Difference:
    """`ours` and `theirs` say what each knew of it; `settlement` may be unknown."""

    settlement: strawberry.ID | None
    """The id of the settlement; null where it is not known."""
    reference: str | None
    """The id of the movement at Stripe."""
    amount: Money
    ours: str
    """What Takeback knew of it."""
    theirs: str
    """What Stripe says of it."""
    tax: Money | None
    """The part of `amount` that gives back tax."""


@strawberry.type(description="Your settlements held against what Stripe lists.")
class Reconciliation:
    """`trouble` says why it could not be done; `elsewhere` counts movements of other payments."""

    since: datetime
    """From when on movements were compared, in UTC."""
    began_at: datetime
    """When the comparison began, in UTC."""
    ended_at: datetime
    """When the comparison ended, in UTC."""
    agrees: bool
    """Whether both lists say the same."""
    seen: int
    """How many movements Stripe listed."""
    elsewhere: int
    """How many of these are of payments that Takeback does not know."""
    missing: list[Difference]
    """Not listed by Stripe."""
    adopted: list[Difference]
    """Made by hand at Stripe; they count from now on."""
    differing: list[Difference]
    """Another amount or state."""
    trouble: str | None
    """Why it could not be done; null where it was."""
    clock_off: int
    """Seconds by which our clock was ahead of Stripe's; 0 where it was right."""


def reconciliation(found: comparing.Comparison) -> Reconciliation:
    """A comparison as its owner sees it."""
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


def _differences(found: tuple[comparing.Difference, ...]) -> list[Difference]:
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
