"""The one table of a return's steps: from which state, to which, and by whom.

Reception is kept apart from acceptance: `receive` counts what arrived, `inspect` says what it is.
Money and stock have their own states; `settle` only says that the money of a return is final.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from engine.errors import RequestFault


class State(StrEnum):
    """Where a return stands."""

    REQUESTED = "requested"
    """It was requested and is not decided yet."""
    IN_REVIEW = "in_review"
    """It waits for a person, or for missing facts."""
    APPROVED = "approved"
    """Its goods may be sent."""
    REFUSED = "refused"
    """Its goods may not be sent."""
    IN_TRANSIT = "in_transit"
    """A parcel is on its way."""
    PARTLY_RECEIVED = "partly_received"
    """A part of it has arrived."""
    RECEIVED = "received"
    """All expected units have arrived."""
    INSPECTED = "inspected"
    """All units that arrived were inspected."""
    SETTLED = "settled"
    """Its money is final."""
    CLOSED = "closed"
    """Nothing more happens to it."""
    CANCELLED = "cancelled"
    """It ended before its goods were on their way."""
    EXPIRED = "expired"
    """Its last day passed, and nothing came."""


class Step(StrEnum):
    """What moves a return on; answers and judgements add to it, and move it by other steps."""

    HOLD = "hold"
    """It waits for a person, or for missing facts."""
    APPROVE = "approve"
    """It is authorized."""
    REFUSE = "refuse"
    """It is refused."""
    SHIP = "ship"
    """A parcel is on its way."""
    RECEIVE_PART = "receive_part"
    """Some of its units are counted."""
    RECEIVE = "receive"
    """Its last units are counted."""
    INSPECT = "inspect"
    """Its last units are inspected."""
    SETTLE = "settle"
    """Its money is final."""
    CLOSE = "close"
    """It ends."""
    UNSETTLE = "unsettle"
    """Its money came back, and is owed again."""
    CANCEL = "cancel"
    """It ends before its goods are on their way."""
    EXPIRE = "expire"
    """Its last day passes, and nothing came."""
    REOPEN = "reopen"
    """It waits for a person again."""
    ANSWER = "answer"
    """A missing fact is supplied."""
    JUDGE = "judge"
    """A person decides lines of it."""
    CORRECT = "correct"
    """A count or an inspection is undone."""


class Actor(StrEnum):
    """Who takes a step; `policy` is the policy itself, by its decision or by a party's silence."""

    RETAILER = "retailer"
    """Who sold the goods."""
    SUPPLIER = "supplier"
    """Who takes them back."""
    SUPPORT = "support"
    """An agent who works for either."""
    POLICY = "policy"
    """The policy, by its decision or by a party's silence."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One allowed step."""

    step: Step
    before: frozenset[State]
    after: State
    by: frozenset[Actor]


def _rule(step: Step, before: str, after: State, by: str) -> Rule:
    return Rule(
        step, frozenset(map(State, before.split())), after, frozenset(map(Actor, by.split()))
    )


_COMING: Final = "approved in_transit partly_received"
_HERE: Final = "partly_received received inspected"

TABLE: Final[tuple[Rule, ...]] = (
    _rule(Step.HOLD, "requested", State.IN_REVIEW, "policy"),
    _rule(Step.APPROVE, "requested in_review", State.APPROVED, "policy supplier support"),
    _rule(Step.REFUSE, "requested in_review", State.REFUSED, "policy supplier support"),
    _rule(Step.SHIP, "approved in_transit", State.IN_TRANSIT, "retailer supplier support"),
    _rule(Step.RECEIVE_PART, _COMING, State.PARTLY_RECEIVED, "supplier support"),
    _rule(Step.RECEIVE, _COMING, State.RECEIVED, "supplier support policy"),
    _rule(Step.INSPECT, "received", State.INSPECTED, "supplier support policy"),
    _rule(Step.SETTLE, "approved in_transit inspected", State.SETTLED, "policy"),
    _rule(Step.CLOSE, "settled refused", State.CLOSED, "policy supplier support"),
    _rule(Step.CLOSE, f"{_COMING} received inspected expired", State.CLOSED, "supplier support"),
    _rule(
        Step.CANCEL, "requested in_review approved", State.CANCELLED, "retailer supplier support"
    ),
    _rule(Step.EXPIRE, _COMING, State.EXPIRED, "policy"),
    _rule(Step.REOPEN, "refused closed expired", State.IN_REVIEW, "supplier support"),
    _rule(Step.UNSETTLE, "closed", State.APPROVED, "policy"),
    _rule(Step.UNSETTLE, "closed", State.IN_TRANSIT, "policy"),
    _rule(Step.UNSETTLE, "closed", State.INSPECTED, "policy"),
    _rule(Step.CORRECT, _HERE, State.APPROVED, "supplier support"),
    _rule(Step.CORRECT, _HERE, State.IN_TRANSIT, "supplier support"),
    _rule(Step.CORRECT, _HERE, State.PARTLY_RECEIVED, "supplier support"),
    _rule(Step.CORRECT, "received inspected", State.RECEIVED, "supplier support"),
    _rule(Step.CORRECT, "inspected", State.INSPECTED, "supplier support"),
)
"""Every allowed step. States may be added, never removed: past returns keep theirs.

Two steps lead to several states: a correction to the state that the counts then imply, and money
that came back to the state in which the return was settled.
"""

MOVING: Final = tuple(dict.fromkeys(rule.step for rule in TABLE))
"""The steps that lead from state to state."""


def state_after(state: State, step: Step, actor: Actor, to: State | None = None) -> State:
    """Returns the state that a step leads to; raises `RequestFault` `step_not_allowed`.

    `to` chooses among the states that a step may lead to.
    """
    rules = [
        rule
        for rule in TABLE
        if rule.step is step and state in rule.before and to in (None, rule.after)
    ]
    for rule in rules:
        if actor in rule.by:
            return rule.after
    if rules:
        who = " or ".join(sorted({str(each) for rule in rules for each in rule.by}))
        raise RequestFault("step_not_allowed", f"`{step}` is not for the {actor}; it is for {who}.")
    said = f"The step `{step}` is not possible for a return that is `{state}`."
    raise RequestFault("step_not_allowed", f"{said} {steps_in_words(state, actor)}")


def steps_in_words(state: State, actor: Actor) -> str:
    """Returns a sentence with the steps that an actor may take from a state."""
    may = ", ".join(f"`{each}`" for each in steps_from(state, actor))
    return f"Steps for the {actor}: {may}." if may else f"There is no step for the {actor}."


def steps_from(state: State, actor: Actor) -> tuple[Step, ...]:
    """Returns the steps that an actor may take from a state, in the order of the table."""
    return tuple(
        dict.fromkeys(rule.step for rule in TABLE if state in rule.before and actor in rule.by)
    )
