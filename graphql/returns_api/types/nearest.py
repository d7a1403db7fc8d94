"""What would have made a policy accept a return line, as clients see it; it knows no policy."""

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
"""Decisions of a request's budget that a search counts for."""

Lent = AbstractContextManager[Decider]
Lend = Callable[[Context], Lent | None]
"""Lends what decided, by plain Python alone; None where it is not read any more."""


@strawberry.type(description="A fact that would have to be different.")
class MovedFact:
    """Both values as `facts` has them."""

    name: str
    """Which one, as `facts` of the decision lists it."""
    now: JSON | None
    """What was decided by: as it was sent or stored, or what the policy takes where it was not."""
    then: JSON | None
    """What it would have to be; `other` stands for any word that the policy does not name."""


@strawberry.type(
    description="Facts that, different together, would have made the policy accept; it was decided."
)
class AcceptedChange:
    """All other facts stay as they are."""

    change: str
    """In words, such as `requested 2 days earlier (2025-05-30)`."""
    facts: list[MovedFact]
    """Each fact that moves."""


@strawberry.type(
    description="The least that would have to be different for the units to be accepted by "
    "themselves, whatever comes back with them: the fewest facts, up to 3, then the least "
    "distance. What was not sent stays so, and so do prices, what chooses the policy, and what "
    "Takeback works out but the day of the request; of the dates one moves at most."
)
class WouldAccept:
    """None is near where `changes` is empty and `complete`."""

    changes: list[AcceptedChange]
    """One for each choice of so few facts, nearest first; up to 6."""
    complete: bool
    """Whether these are all; else there may be others, since not all were looked at or shown, or
    since they hang on what was not sent.
    """


def would_accept(
    context: Context, facts: Mapping[str, object], lent: Lent | None
) -> WouldAccept | None:
    """The search, within some seconds; null where there is nothing to look for."""
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
    """Lends what gave a kept decision: its own edition under the terms of then."""

    def lend(context: Context) -> Lent | None:
        then = file_then(context, kept)
        policy = edition_of(then[0], kept.edition_digest) if then else None
        return context.library.lent(policy, native=False) if policy else None

    return lend
