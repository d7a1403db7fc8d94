"""Immutable records of returns that outlive the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from engine.decision.standing import Taken as FeeTaken
from engine.money import Money
from engine.returns.instructions import needs_address
from engine.returns.lifecycle import Actor, State, Step
from engine.returns.outcome import LineOutcome
from engine.returns.units import Count


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnTo:
    """Where goods must arrive; `handle` is that of the location."""

    handle: str
    name: str
    lines: tuple[str, ...]
    country: str


class WaitsFor(StrEnum):
    """The sides of which a held return waits for facts or a decision."""

    SUPPLIER = "supplier"
    RETAILER = "retailer"
    BOTH = "both"


class ReturnLine(Struct, frozen=True, kw_only=True, gc=False):
    """One order line that comes back, in part or whole; `outcome` is its current outcome.

    `facts` are those of the request as canonical JSON, `told` says who stated them; `digest` and
    `terms` identify the policy as applied. `reserved` units cannot be requested by another return.
    `planned` is what was planned so far, less claims, of which `planned_tax` is tax; `outbound` is
    the outbound shipping that was refunded, `value` what the goods were worth then (minor units).
    `ever_settled` units were settled at some time. `stays` was given for the first `stays_units` of
    them and is claimed no more; `stays_more` of it is beyond what is owed for them (minor units).
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
    planned: int
    planned_tax: int
    outbound: int
    value: int
    ever_settled: int
    stays: int
    stays_units: int
    stays_more: int
    facts: str
    told: str
    edition: str
    digest: str
    terms: str
    location: str
    return_to: ReturnTo | None
    outcome: LineOutcome

    @property
    def nowhere(self) -> bool:
        """Whether units are expected that have no return-to address."""
        coming = self.expected > self.received
        return coming and self.return_to is None and needs_address(self.location)

    @property
    def spent(self) -> int:
        """Units that are not free again whatever becomes of the rest: they came, or their goods
        stay where they are and were paid before the return was reopened."""
        stayed = self.received + self.outcome.before.stayed
        return max(self.received, min(self.outcome.done, stayed))

    @property
    def count(self) -> Count:
        """Its expected, received and inspected units; no more is expected than it has reserved."""
        return Count(
            line=self.id,
            expected=min(self.expected, max(self.received, self.reserved)),
            received=self.received,
            inspected=self.inspected,
        )


class Parcel(Struct, frozen=True, kw_only=True, gc=False):
    """A parcel on its way back."""

    carrier: str
    number: str
    sent_on: str


class PersonDecision(Struct, frozen=True, kw_only=True, gc=False):
    """What a person decided of units of a line; `inspection` is empty if none came yet."""

    line: str
    inspection: str
    units: int
    accept: bool
    remedy: str | None
    amount: Money | None


class ReturnStep(Struct, frozen=True, kw_only=True, gc=False):
    """One step that was taken, by whom, and when; `decided` is what a person decided with it."""

    number: int
    step: Step
    before: State
    after: State
    actor: Actor
    by: str
    at: datetime
    why: str
    decided: tuple[PersonDecision, ...] = ()


_STEPS: Final = msgspec.json.Decoder(tuple[ReturnStep, ...])


def steps_in(text: str) -> tuple[ReturnStep, ...]:
    """Decodes the steps of a return, in order, from its column."""
    return _STEPS.decode(text)


class Return(Struct, frozen=True, kw_only=True, gc=False):
    """What comes back of one order; `number` is that of the RMA.

    `held_for` says what a person has to do, `expires_on` is the last day (an ISO date). `events`
    are the moments of events, by the name of their fact, as `shipped_back`. `taken` are its fees
    per order, by kind; `waits` names what must still arrive of its order. `steps` are the steps
    taken, as JSON.
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
    taken: Mapping[str, FeeTaken]
    waits: str
    steps: str
    lines: tuple[ReturnLine, ...]

    @property
    def history(self) -> tuple[ReturnStep, ...]:
        """Its steps, in order."""
        return steps_in(self.steps)

    @property
    def counts(self) -> tuple[Count, ...]:
        """The counts of all its lines."""
        return tuple(line.count for line in self.lines)


class ConsumerReturn(Struct, frozen=True, kw_only=True, gc=False):
    """What a consumer gives back at once; one return per supplier and order."""

    id: str
    retailer: str
    reference: str
    requested_at: datetime
    parts: tuple[str, ...]


class NewLine(Struct, frozen=True, kw_only=True, gc=False):
    """A line of a return to be stored."""

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
    outcome: LineOutcome


class NewReturn(Struct, frozen=True, kw_only=True, gc=False):
    """A return to be stored."""

    part_of: str
    supplier: str
    retailer: str
    order: str
    requested_at: datetime
    lines: tuple[NewLine, ...]


class Taken(Struct, frozen=True, kw_only=True, gc=False):
    """A step to be taken, and by whom: the key or the worker.

    `to` is the next state if the step alone does not determine it; `decided` is what a person
    decided with it.
    """

    step: Step
    actor: Actor
    by: str
    why: str = ""
    to: State | None = None
    decided: tuple[PersonDecision, ...] = ()
