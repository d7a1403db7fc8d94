"""The history of a return as the API shows it: parcels, arrivals, inspections, steps, outcomes."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from adapters.identity.principal import Scope
from adapters.store.returns import arrived, records
from engine.returns.lifecycle import Actor as EngineActor
from engine.returns.lifecycle import State
from engine.returns.lifecycle import Step as EngineStep
from engine.returns.outcome import LineOutcome
from returns_api.context import Info
from returns_api.returns.inputs import Disposition
from returns_api.types.described import described
from returns_api.types.eligibility import RecordedDecision, recorded
from returns_api.types.ids import NodeKind, encode
from returns_api.types.outcomes import Answer, Remedy, as_enum
from returns_api.types.parts import FactSeen
from returns_api.types.scalars import JSON, Money, money_or_none
from returns_api.types.showing import told_by
from services.returns.advancing import REOPENED

ReturnState = strawberry.enum(State, name="ReturnState", description="How far a return has come.")
ReturnStep = strawberry.enum(
    EngineStep, name="ReturnStep", description="What changes the state of a return."
)
Actor = strawberry.enum(
    EngineActor, name="Actor", description="Who took a step; POLICY is the policy itself."
)


@strawberry.type(description="The outcome of a return line, or of inspected units.")
class ReturnOutcome:
    """`amount` is null while it is open; `judgedBy` is the person who decided otherwise."""

    answer: Answer
    code: str
    """The reason of the answer, as a word of the policy."""
    remedy: Remedy | None
    amount: Money | None
    """The amount to pay or give, before tax; null while it is open."""
    judged_by: str | None
    """The public part of the key of the person who decided; null for the policy."""
    why: str | None
    """The person's reason; null for the policy."""
    key: strawberry.Private[str]

    @described(
        "The decision behind it, with its rows, lines and values.",
        asks=Scope.READ_DECISIONS,
    )
    def decision(self, info: Info) -> RecordedDecision | None:
        found = info.context.store.decisions.visible(info.context.principal, self.key)
        return recorded(found) if found else None

    @described(
        "The outcome in a sentence: the person's or the policy's, whichever decided it.",
        asks=Scope.READ_DECISIONS,
    )
    def sentence(self, info: Info) -> str:
        if self.judged_by:
            word = "accepted" if self.answer is Answer.ACCEPT else "refused"
            return f"A person {word} it: {self.why}"
        if self.code == REOPENED:
            return "The return was reopened: a person decides."
        decision = self.decision(info)
        return decision.sentence if decision else ""


@strawberry.type(description="Units of a return line that have one outcome now.")
class UnitsOutcome:
    """`inspection` is null for units that have the outcome of their line."""

    units: int
    """The number of units."""
    inspection: strawberry.ID | None
    """The id of the inspection that the outcome comes from; null for that of the line."""
    outcome: ReturnOutcome


@strawberry.type(description="What a person decided of units of a return line.")
class PersonDecision:
    """`inspection` is null if it was decided before units were inspected."""

    line: strawberry.ID
    """The id of the return line."""
    inspection: strawberry.ID | None
    """The id of the inspection; null for the whole line."""
    units: int
    """The number of units."""
    accept: bool
    """True if the person accepted them, false if the person refused them."""
    remedy: Remedy | None
    amount: Money | None
    """The amount to pay or give, before tax; null for a refusal."""


@strawberry.type(description="A parcel on its way to the supplier.")
class Parcel:
    """With its tracking number."""

    carrier: str
    tracking: str
    sent_on: date
    """The day it was sent."""


@strawberry.type(description="A correction: the receipt or inspection was undone.")
class Undone:
    """Who undid it, when, and why."""

    at: datetime
    by: str
    why: str


@strawberry.type(description="Units that arrived at one location and were counted.")
class Arrival:
    """`announced` is false for units that were in no request; `inspected` units were inspected."""

    id: strawberry.ID
    receipt: strawberry.ID
    """The id of the receipt: all arrivals that were counted together."""
    line: strawberry.ID | None
    """The id of the return line; null for unannounced goods."""
    sku: str
    location: str
    """The handle of the location where they were counted."""
    units: int
    inspected: int
    """The number of inspected units."""
    announced: bool
    """False for goods that were not part of a requested return."""
    at: datetime
    undone: Undone | None


@strawberry.type(description="Units of one arrival with the same finding.")
class Inspection:
    """`found` are the facts that differ from those stated at the request."""

    id: strawberry.ID
    line: strawberry.ID | None
    """The id of the return line; null for unannounced goods."""
    arrival: strawberry.ID | None
    """The id of the arrival; null for inspections older than the record of arrivals."""
    units: int
    """The number of units."""
    disposition: Disposition  # type: ignore[valid-type]
    found: list[FactSeen]
    """Facts that differ from those stated."""
    outcome: ReturnOutcome | None
    """The outcome of these units; null before they are decided."""
    settled_before: bool
    """Whether these units were settled before the return was reopened, so that their outcome
    cannot be overridden any more.
    """
    at: datetime
    by: str
    undone: Undone | None


@strawberry.type(description="A step that was taken in a return.")
class ReturnEvent:
    """By whom, when, and from which state to which."""

    step: ReturnStep  # type: ignore[valid-type]
    """What was done."""
    before: ReturnState  # type: ignore[valid-type]
    """The state of the return before it."""
    after: ReturnState  # type: ignore[valid-type]
    """The state of the return after it."""
    actor: Actor  # type: ignore[valid-type]
    """The side of the person or program who took it."""
    by: str
    at: datetime
    why: str | None
    decided: list[PersonDecision]
    """What a person decided with this step; empty for other steps."""


def outcome(found: LineOutcome) -> ReturnOutcome:
    """Converts an outcome to the API's type."""
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


def inspection(found: arrived.Inspection, *, settled_before: bool = False) -> Inspection:
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
        settled_before=settled_before,
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
        decided=[_person_decision(each) for each in found.decided],
    )


def _person_decision(found: records.PersonDecision) -> PersonDecision:
    return PersonDecision(
        line=encode(NodeKind.RETURN_LINE, found.line),
        inspection=encode(NodeKind.INSPECTION, found.inspection) if found.inspection else None,
        units=found.units,
        accept=found.accept,
        remedy=as_enum(Remedy, found.remedy),
        amount=money_or_none(found.amount),
    )
