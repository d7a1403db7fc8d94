"""What the store gives back of returns: plain, immutable records that outlive the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.money import Money
from engine.returns.lifecycle import Actor, State, Step
from engine.returns.outcome import Outcome
from engine.returns.statements import Statement, Teller
from engine.returns.units import Count, Disposition


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnTo:
    """Where goods must arrive; `handle` is the location's word."""

    handle: str
    name: str
    lines: tuple[str, ...]
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLine:
    """One order line that comes back, in part or whole; `outcome` is what holds of it.

    `facts` are those of the request as canonical JSON, `told` who said them, `digest` and `terms`
    name the policy as it was applied. `reserved` units cannot be asked for by another return.
    """

    id: str
    place: int
    order_line: str
    sku: str
    quantity: int
    reserved: int
    expected: int
    received: int
    inspected: int
    refused: int
    worth: Money
    facts: str
    told: str
    edition: str
    digest: str
    terms: str
    location: str
    return_to: ReturnTo | None
    outcome: Outcome

    @property
    def count(self) -> Count:
        """Its units on their way."""
        return Count(
            line=self.id,
            expected=self.expected,
            received=self.received,
            inspected=self.inspected,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What is on its way back."""

    carrier: str
    number: str
    sent_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnStep:
    """One step that was taken, by whom, and when."""

    number: int
    step: Step
    before: State
    after: State
    actor: Actor
    by: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Units that were counted; without a `line` nobody had announced them."""

    id: str
    line: str | None
    sku: str
    location: str
    units: int
    inspected: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """Units that were found to be alike; `outcome` is what the policy says of them, once decided.

    Of units that nobody had announced it is none: nothing is owed for them.
    """

    id: str
    place: int
    line: str | None
    arrival: str | None
    units: int
    disposition: Disposition
    found: dict[str, object]
    outcome: Outcome | None
    at: datetime
    by: str

    @property
    def statement(self) -> Statement:
        """Who found what was found."""
        at = self.at.isoformat(timespec="seconds")
        return Statement(teller=Teller.INSPECTION, facts=tuple(self.found), by=self.by, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """What comes back of one order; `number` is that of its authorization.

    `held_for` says what a person is waited for, `expires_on` is the last day (an ISO date).
    `events` are the moments at which it went on, by the name of their fact, as `shipped_back`.
    """

    id: str
    number: str
    part_of: str
    supplier: str
    retailer: str
    order: str
    state: State
    held_for: str
    requested_at: datetime
    expires_on: str | None
    parcels: tuple[Parcel, ...]
    events: Mapping[str, str]
    lines: tuple[ReturnLine, ...]

    @property
    def counts(self) -> tuple[Count, ...]:
        """The units of all its lines."""
        return tuple(line.count for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerReturn:
    """What a consumer gives back at once; one return per supplier and order."""

    id: str
    retailer: str
    reference: str
    requested_at: datetime
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """A line of a return that is about to be kept."""

    id: str
    order_line: str
    sku: str
    quantity: int
    expected: int
    worth: Money
    facts: str
    told: str
    edition: str
    digest: str
    terms: str
    location: str
    return_to: ReturnTo | None
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReturn:
    """A return that is about to be kept."""

    part_of: str
    supplier: str
    retailer: str
    order: str
    requested_at: datetime
    lines: tuple[NewLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step that is about to be taken, and by whom: the key or the worker."""

    step: Step
    actor: Actor
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Units of one SKU in a delivery; without a `line` nobody had announced them."""

    line: str | None
    sku: str
    location: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Units that were found to be alike: of a `line`, or of an `arrival` nobody had announced."""

    line: str | None
    arrival: str | None
    units: int
    disposition: Disposition
    facts: dict[str, object]
