"""What happened to a return as clients see it: parcels, arrivals, findings, steps and outcomes."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from adapters.store.returns import records
from engine.returns.lifecycle import Actor as EngineActor
from engine.returns.lifecycle import State
from engine.returns.lifecycle import Step as EngineStep
from engine.returns.outcome import Outcome
from returns_api.context import Info
from returns_api.returns.inputs import Disposition
from returns_api.types.decision import Answer
from returns_api.types.described import described
from returns_api.types.eligibility import RecordedDecision, recorded
from returns_api.types.parts import FactSeen
from returns_api.types.scalars import JSON, Money, money_or_none
from returns_api.types.showing import told_by

ReturnState = strawberry.enum(State, name="ReturnState", description="Where a return stands.")
ReturnStep = strawberry.enum(EngineStep, name="ReturnStep", description="What moves a return on.")
Actor = strawberry.enum(
    EngineActor, name="Actor", description="Who took a step; POLICY is the policy itself."
)


@strawberry.type(description="What holds of a line, or of units that were inspected.")
class ReturnOutcome:
    """`amount` is null while it is open; `judgedBy` is the person who said otherwise."""

    answer: Answer
    code: str
    remedy: str | None
    amount: Money | None
    judged_by: str | None
    why: str | None
    key: strawberry.Private[str]

    @described("The decision behind it, with the rows, lines and values that gave it.")
    def decision(self, info: Info) -> RecordedDecision | None:
        found = info.context.store.decisions.visible(info.context.principal, self.key)
        return recorded(found) if found else None


@strawberry.type(description="A parcel on its way back.")
class Parcel:
    """With what the carrier calls it."""

    carrier: str
    tracking: str
    sent_on: date


@strawberry.type(description="Units that arrived and were counted.")
class Arrival:
    """`announced` is false for goods that nobody had asked to send."""

    id: strawberry.ID
    sku: str
    location: str
    units: int
    announced: bool
    at: datetime


@strawberry.type(description="Units that were found to be alike.")
class Inspection:
    """`found` is what differs from what was said at the request."""

    id: strawberry.ID
    line: strawberry.ID
    units: int
    disposition: Disposition  # type: ignore[valid-type]
    found: list[FactSeen]
    outcome: ReturnOutcome | None
    at: datetime
    by: str


@strawberry.type(description="A step that was taken.")
class ReturnEvent:
    """By whom, when, from which state to which."""

    step: ReturnStep  # type: ignore[valid-type]
    before: ReturnState  # type: ignore[valid-type]
    after: ReturnState  # type: ignore[valid-type]
    actor: Actor  # type: ignore[valid-type]
    by: str
    at: datetime
    why: str | None


def outcome(found: Outcome) -> ReturnOutcome:
    """An outcome as clients see it."""
    return ReturnOutcome(
        answer=Answer(found.answer),
        code=found.code,
        remedy=found.remedy,
        amount=money_or_none(found.amount),
        judged_by=found.judged_by or None,
        why=found.why or None,
        key=found.decision,
    )


def arrival(found: records.Arrival) -> Arrival:
    return Arrival(
        id=strawberry.ID(found.id),
        sku=found.sku,
        location=found.location,
        units=found.units,
        announced=found.line is not None,
        at=found.at,
    )


def inspection(found: records.Inspection) -> Inspection:
    return Inspection(
        id=strawberry.ID(found.id),
        line=strawberry.ID(found.line or found.arrival or ""),
        units=found.units,
        disposition=found.disposition,
        found=[
            FactSeen(name=name, value=JSON(value), told=told_by(found.statement))
            for name, value in found.found.items()
        ],
        outcome=outcome(found.outcome) if found.outcome else None,
        at=found.at,
        by=found.by,
    )


def event(found: records.ReturnStep) -> ReturnEvent:
    return ReturnEvent(
        step=found.step,
        before=found.before,
        after=found.after,
        actor=found.actor,
        by=found.by,
        at=found.at,
        why=found.why or None,
    )
