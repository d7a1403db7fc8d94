"""What follows from a gateway's answer: the new state, when to look again, and with which key.

A key is given up only when the gateway replays an answer for it: a request with it that arrives
late, whatever was done meanwhile, then moves nothing. Until that, every attempt has the same key.

Pure: the answer and the standing of a settlement go in, the next standing comes out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from engine.money import Money
from engine.settlement.gateway import Answered, GatewayOutcome
from engine.settlement.machine import SettlementState, may_become

MINUTE: Final = 60
DAY: Final = 86_400
POLLS: Final = (MINUTE, 5 * MINUTE, 60 * MINUTE)
"""Seconds between checks of a movement that is not final; after these, daily."""
WATCHED: Final = 30 * DAY
"""Seconds for which a movement that succeeded is checked, since it could still come back; one
that is not final is checked on, and a person is told of it."""
BACKOFF: Final = (1, 2, 5, 15, MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE)
"""Seconds before a retry when the result is unknown; the last one repeats."""
MOST_ATTEMPTS: Final = 40
"""About a day and a half of retries; then a person looks."""
MOST_GENERATIONS: Final = 5
IN_FLIGHT: Final = 45
"""Seconds after which no request of an earlier key can still be running at the gateway."""
OTHER_AMOUNT: Final = "other_amount"
"""The trouble of a movement whose amount is not the one asked for; it is never sent again."""
STILL_SUBMITTED: Final = "still_submitted"
"""The trouble of a movement that the gateway does not end; it is checked daily all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a settlement stands; `age` is the seconds since it was first sent."""

    state: SettlementState
    attempts: int
    generation: int
    polls: int
    age: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What to store; `wait` is seconds until it is due again, None for never."""

    state: SettlementState
    wait: float | None
    attempts: int
    generation: int
    polls: int
    reason: str = ""
    sentence: str = ""
    lane_stops: bool = False


def next_of(standing: Standing, outcome: GatewayOutcome, *, in_flight: float = IN_FLIGHT) -> Next:
    """Returns what follows from an answer; news that would lead backwards changes nothing."""
    said = outcome.answered
    if said in _STATES:
        return _known(standing, outcome, _STATES[said])
    if said is Answered.KEY_SPENT:
        return _new_key(standing, outcome, in_flight)
    if said is Answered.BUSY:
        wait = outcome.retry_after or _wait(standing.attempts)
        return _same(standing, outcome, wait=wait, attempts=standing.attempts - 1)
    if said is Answered.LOCKED_OUT:
        kept = _same(standing, outcome, wait=60 * MINUTE, attempts=standing.attempts - 1)
        return replace(kept, lane_stops=True)
    if standing.attempts >= MOST_ATTEMPTS:
        return _attention(standing, outcome, "no_answer")
    wait = _wait(max(standing.attempts, standing.polls))
    return _same(standing, outcome, wait=wait, attempts=standing.attempts)


def tells(outcome: GatewayOutcome) -> bool:
    """Whether an answer says what became of the movement."""
    return outcome.answered in _STATES


def own_of(amount: Money, named: Iterable[GatewayOutcome]) -> GatewayOutcome | None:
    """Returns which of the movements that name a settlement (newest first) is its own.

    Somebody may have named it on a movement made by hand: the amount that was asked for goes before
    another one, whatever stands before what failed, and then the oldest before a copy of it.
    """
    return max(
        reversed([*named]),
        key=lambda each: (each.answered is not Answered.FAILED, each.amount == amount),
        default=None,
    )


def as_asked(amount: Money, outcome: GatewayOutcome) -> GatewayOutcome:
    """Returns the answer, or `REFUSED` (for a person) if another amount or currency was moved."""
    moved = outcome.answered in (Answered.SUCCEEDED, Answered.SUBMITTED)
    if not moved or outcome.amount is None or outcome.amount == amount:
        return outcome
    return replace(
        outcome,
        answered=Answered.REFUSED,
        reason=OTHER_AMOUNT,
        sentence=f"{amount} was to go back, and the gateway moved {outcome.amount}.",
    )


_STATES: Final = {
    Answered.SUCCEEDED: SettlementState.SUCCEEDED,
    Answered.SUBMITTED: SettlementState.SUBMITTED,
    Answered.FAILED: SettlementState.FAILED,
    Answered.REFUSED: SettlementState.NEEDS_ATTENTION,
    Answered.HELD_BACK: SettlementState.NEEDS_ATTENTION,
}


def _known(standing: Standing, outcome: GatewayOutcome, state: SettlementState) -> Next:
    forward = state is standing.state or may_become(standing.state, state)
    after = state if forward else standing.state
    made = _same(standing, outcome, wait=_look_again(standing, after), attempts=standing.attempts)
    given_up = outcome.answered is Answered.REFUSED and not outcome.reference  # it exists already
    key = standing.generation + given_up
    made = replace(made, state=after, polls=standing.polls + 1, generation=key)
    if after is not SettlementState.SUBMITTED or standing.age < WATCHED:
        return made
    return replace(
        made,
        state=SettlementState.NEEDS_ATTENTION,
        reason=STILL_SUBMITTED,
        sentence="It was first sent more than 30 days ago, and the gateway still works on it.",
    )


def _look_again(standing: Standing, state: SettlementState) -> float | None:
    if state is SettlementState.SUBMITTED:
        return POLLS[standing.polls] if standing.polls < len(POLLS) else DAY
    watched = state is SettlementState.SUCCEEDED and standing.age < WATCHED
    return DAY if watched else None


def _new_key(standing: Standing, outcome: GatewayOutcome, in_flight: float) -> Next:
    """Takes the next key when a list shows nothing, once no request with the old one can run."""
    made = _same(standing, outcome, wait=in_flight, attempts=standing.attempts)
    if standing.generation >= MOST_GENERATIONS:
        made = _attention(standing, outcome, "keys_spent")
    return replace(made, generation=standing.generation + 1)


def _attention(standing: Standing, outcome: GatewayOutcome, reason: str) -> Next:
    made = _same(standing, outcome, wait=None, attempts=standing.attempts)
    return replace(made, state=SettlementState.NEEDS_ATTENTION, reason=reason)


def _same(
    standing: Standing, outcome: GatewayOutcome, *, wait: float | None, attempts: int
) -> Next:
    return Next(
        state=standing.state,
        wait=wait,
        attempts=max(0, attempts),
        generation=standing.generation,
        polls=standing.polls,
        reason=outcome.reason,
        sentence=outcome.sentence,
    )


def _wait(attempts: int) -> float:
    return BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]
