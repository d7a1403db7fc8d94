"""What would have made a policy accept a return line, as the API shows it; knows no policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Final

import strawberry

from adapters.store.records import Decided
from engine.comparing import nearest as found
from engine.decision.decide import Decider
from engine.replay.derive import edition_of
from returns_api.context import Context
from returns_api.types.scalars import JSON
from returns_api.types.then import file_then
from services.returns.nearest import nearest

_SEARCH: Final = 50
"""Decisions that a search counts for in a request's budget."""

Lent = AbstractContextManager[Decider]
Lend = Callable[[Context], Lent | None]
"""Lends the decider of a decision, by the plain evaluator; None if its text cannot be read."""


@strawberry.type(description="A fact that would have to change.")
class MovedFact:
    """Both values in the form of `facts`."""

    name: str
    """Its name, as in `facts` of the decision."""
    now: JSON | None
    """The value that was used: as sent or stored."""
    then: JSON | None
    """The value it would need; `other` stands for any word that the policy does not name."""


@strawberry.type(
    description="Facts that together would have led to acceptance, as a decision with them shows."
)
class AcceptedChange:
    """All other facts stay as they are."""

    change: str
    """The change in words, such as `requested 2 days earlier (2025-05-30)`."""
    facts: list[MovedFact]
    """The facts that change."""


@strawberry.type(
    description=(
        "The smallest changes for which the units would be accepted on their own, regardless of "
        "what is returned with them: the fewest facts, up to 3, then the least distance. "
        "Unchanged stay facts that were not sent, prices, facts that choose the policy, and facts "
        "that Takeback derives, except the day of the request; at most one date changes. The "
        "quantity may be smaller, unless `item_price` was sent: it is the price of that many units."
    )
)
class WouldAccept:
    """If `changes` is empty and `complete`, no such change exists."""

    changes: list[AcceptedChange]
    """One for each choice of that many facts, nearest first; up to 6."""
    complete: bool
    """Whether these are all changes; otherwise there may be more, since not all were examined or
    shown, or since they depend on facts that were not sent.
    """


def would_accept(
    context: Context, facts: Mapping[str, object], lent: Lent | None
) -> WouldAccept | None:
    """Runs the search within a few seconds; None if there is nothing to search."""
    if lent is None:
        return None
    context.spend(_SEARCH)
    context.store.rest()
    with lent as decider:
        near = nearest(decider, facts)
    return _shown(near) if near else None


def _shown(near: found.WouldAccept) -> WouldAccept:
    changes = [
        AcceptedChange(
            change=each.change,
            facts=[
                MovedFact(name=one.fact, now=JSON(one.now), then=JSON(one.then))
                for one in each.moved
            ],
        )
        for each in near.changes
    ]
    return WouldAccept(changes=changes, complete=near.complete)


def decider_then(kept: Decided) -> Lend:
    """Returns a lender of the decider of a stored decision: its edition under the terms of then."""

    def lend(context: Context) -> Lent | None:
        then = file_then(context, kept)
        policy = edition_of(then[0], kept.edition_digest) if then else None
        return context.library.lent(policy, native=False) if policy else None

    return lend
