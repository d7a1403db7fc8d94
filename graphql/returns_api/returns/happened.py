"""What happened to a return as clients see it: parcels, arrivals, findings, steps and outcomes."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from adapters.identity.principal import Scope
from adapters.store.returns import arrived, records
from engine.returns.lifecycle import Actor as EngineActor
from engine.returns.lifecycle import State
from engine.returns.lifecycle import Step as EngineStep
from engine.returns.outcome import Outcome
from returns_api.context import Info
from returns_api.returns.inputs import Disposition
from returns_api.types.described import described
from returns_api.types.eligibility import RecordedDecision, recorded
from returns_api.types.ids import NodeKind, encode
from returns_api.types.outcomes import Answer, Remedy, as_enum
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
    """The reason of the answer, as a word of the policy."""
    remedy: Remedy | None
    amount: Money | None
    """What is paid or given for it before tax; null while it is open."""
    judged_by: str | None
    """The public part of the key of the person who said so; null for the policy."""
    why: str | None
    """Why the person said so; null for the policy."""
    key: strawberry.Private[str]

    @described(
        "The decision behind it, with the rows, lines and values that gave it.",
        asks=Scope.READ_DECISIONS,
    )
    def decision(self, info: Info) -> RecordedDecision | None:
        found = info.context.store.decisions.visible(info.context.principal, self.key)
        return recorded(found) if found else None


@strawberry.type(description="A parcel on its way back.")
class Parcel:
    """With what the carrier calls it."""

    carrier: str
    tracking: str
    sent_on: date
    """The day it was sent."""


@strawberry.type(description="What was counted or found does not hold.")
class Undone:
    """Who says so, when, and why."""

    at: datetime
    by: str
    why: str


@strawberry.type(description="Units that arrived at one place and were counted.")
class Arrival:
    """`announced` is false for goods that nobody had asked to send; `inspected` were looked at."""

    id: strawberry.ID
    receipt: strawberry.ID
    """What was counted at once."""
    line: strawberry.ID | None
    """The id of the return line; null for goods that nobody had announced."""
    sku: str
    location: str
    """The handle of the location where they were counted."""
    units: int
    inspected: int
    """Units of it that were looked at."""
    announced: bool
    """False for goods that nobody had asked to send."""
    at: datetime
    undone: Undone | None


@strawberry.type(description="Units of one arrival that were found to be alike.")
class Inspection:
    """`found` is what differs from what was said at the request."""

    id: strawberry.ID
    line: strawberry.ID | None
    """The id of the return line; null for goods that nobody had announced."""
    arrival: strawberry.ID | None
    """Null for inspections from before arrivals were told apart."""
    units: int
    """Units that are alike."""
    disposition: Disposition  # type: ignore[valid-type]
    found: list[FactSeen]
    """Facts that are otherwise than they were said."""
    outcome: ReturnOutcome | None
    """What holds of these units; null before they are decided."""
    at: datetime
    by: str
    undone: Undone | None


@strawberry.type(description="A step that was taken.")
class ReturnEvent:
    """By whom, when, from which state to which."""

    step: ReturnStep  # type: ignore[valid-type]
    """What was done."""
    before: ReturnState  # type: ignore[valid-type]
    """Where the return stood before it."""
    after: ReturnState  # type: ignore[valid-type]
    """Where the return stood after it."""
    actor: Actor  # type: ignore[valid-type]
    """On whose side it was taken."""
    by: str
    at: datetime
    why: str | None


def outcome(found: Outcome) -> ReturnOutcome:
    """An outcome as clients see it."""
    return ReturnOutcome(
        answer=Answer(found.answer),
        code=found.code,
        remedy=as_enum(Remedy, found.remedy),
        amount=money_or_none(found.amount),
        judged_by=found.judged_by or None,
        why=found.why or None,
        key=found.decision,
    )


def arrival(found: arrived.Arrival) -> Arrival:
    return Arrival(
        id=encode(NodeKind.ARRIVAL, found.id),
        receipt=encode(NodeKind.RECEIPT, found.receipt),
        line=encode(NodeKind.RETURN_LINE, found.line) if found.line else None,
        sku=found.sku,
        location=found.location,
        units=found.units,
        inspected=found.inspected,
        announced=found.line is not None,
        at=found.at,
        undone=_undone(found.undone),
    )


def _undone(found: arrived.Undone | None) -> Undone | None:
    return Undone(at=found.at, by=found.by, why=found.why) if found else None


def inspection(found: arrived.Inspection) -> Inspection:
    arrived = encode(NodeKind.ARRIVAL, found.arrival) if found.arrival else None
    line = encode(NodeKind.RETURN_LINE, found.line) if found.line else None
    return Inspection(
        id=encode(NodeKind.INSPECTION, found.id),
        line=line,
        arrival=arrived,
        units=found.units,
        disposition=found.disposition,
        found=[
            FactSeen(name=name, value=JSON(value), told=told_by(found.statement))
            for name, value in found.found.items()
        ],
        outcome=outcome(found.outcome) if found.outcome else None,
        at=found.at,
        by=found.by,
        undone=_undone(found.undone),
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
