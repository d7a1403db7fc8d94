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
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REFUSED = "refused"
    IN_TRANSIT = "in_transit"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    INSPECTED = "inspected"
    SETTLED = "settled"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Step(StrEnum):
    """What moves a return on."""

    HOLD = "hold"
    APPROVE = "approve"
    REFUSE = "refuse"
    SHIP = "ship"
    RECEIVE_PART = "receive_part"
    RECEIVE = "receive"
    INSPECT = "inspect"
    SETTLE = "settle"
    CLOSE = "close"
    CANCEL = "cancel"
    EXPIRE = "expire"
    REOPEN = "reopen"


class Actor(StrEnum):
    """Who takes a step; `policy` is the policy itself, by its decision or by a party's silence."""

    RETAILER = "retailer"
    SUPPLIER = "supplier"
    SUPPORT = "support"
    POLICY = "policy"


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

TABLE: Final[tuple[Rule, ...]] = (
    _rule(Step.HOLD, "requested", State.IN_REVIEW, "policy"),
    _rule(Step.APPROVE, "requested in_review", State.APPROVED, "policy supplier support"),
    _rule(Step.REFUSE, "requested in_review", State.REFUSED, "policy supplier support"),
    _rule(Step.SHIP, "approved in_transit", State.IN_TRANSIT, "retailer supplier support"),
    _rule(Step.RECEIVE_PART, _COMING, State.PARTLY_RECEIVED, "supplier support"),
    _rule(Step.RECEIVE, "approved in_transit", State.RECEIVED, "supplier support"),
    _rule(Step.RECEIVE, "partly_received", State.RECEIVED, "supplier support policy"),
    _rule(Step.INSPECT, "received", State.INSPECTED, "supplier support policy"),
    _rule(Step.SETTLE, "approved inspected", State.SETTLED, "policy"),
    _rule(Step.CLOSE, "settled refused", State.CLOSED, "policy supplier support"),
    _rule(Step.CLOSE, "inspected", State.CLOSED, "supplier support"),
    _rule(
        Step.CANCEL, "requested in_review approved", State.CANCELLED, "retailer supplier support"
    ),
    _rule(Step.EXPIRE, "approved in_transit", State.EXPIRED, "policy"),
    _rule(Step.REOPEN, "refused closed expired", State.IN_REVIEW, "supplier support"),
)
"""Every step there is. States may be added, never removed: returns of the past keep theirs."""

ENDS: Final = frozenset({State.REFUSED, State.CLOSED, State.CANCELLED, State.EXPIRED})
"""States in which nothing is waited for."""


def state_after(state: State, step: Step, actor: Actor) -> State:
    """The state that a step leads to; raises `RequestFault` `step_not_allowed`."""
    rules = [rule for rule in TABLE if rule.step is step and state in rule.before]
    for rule in rules:
        if actor in rule.by:
            return rule.after
    if rules:
        raise RequestFault(
            "step_not_allowed", f"`{step}` is not for the {actor}; it is for {_names(rules)}."
        )
    may = ", ".join(f"`{each}`" for each in steps_from(state, actor)) or "nothing"
    raise RequestFault(
        "step_not_allowed",
        f"A return that is `{state}` cannot `{step}`; the {actor} may do: {may}.",
    )


def steps_from(state: State, actor: Actor) -> tuple[Step, ...]:
    """What an actor may do with a return now, in the order of the table."""
    return tuple(rule.step for rule in TABLE if state in rule.before and actor in rule.by)


def _names(rules: list[Rule]) -> str:
    return " or ".join(sorted({str(actor) for rule in rules for actor in rule.by}))
