"""Immutable records about orders' amendments and history that outlive the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from adapters.identity.principal import Kind
from adapters.store.records import Standing
from engine.settlement.instruments import PaymentReferences


class Event(StrEnum):
    """What happened to the record of an order."""

    ADDED = "added"
    """It was added, and is valid at once."""
    PROPOSED = "proposed"
    """Its retailer added it; it waits for the supplier."""
    CONFIRMED = "confirmed"
    """The supplier confirmed it."""
    DECLINED = "declined"
    """The supplier declined it."""
    AMENDED = "amended"
    """A value of it changed."""
    AMENDMENT_PROPOSED = "amendment_proposed"
    """Its retailer asks for a change."""
    AMENDMENT_CONFIRMED = "amendment_confirmed"
    """The supplier confirmed a change."""
    AMENDMENT_DECLINED = "amendment_declined"
    """The supplier declined a change."""
    PAYMENT_ADDED = "payment_added"
    """A payment of it was recorded."""


class Speaker(Struct, frozen=True, kw_only=True, gc=False):
    """Who reports something about an order: the side, and the key."""

    side: Kind
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """Changes of one line, given by its number; `cancel` is how many more units are cancelled."""

    line: str
    dates: Mapping[str, str] = field(default_factory=dict)
    cancel: int = 0
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentChange:
    """A payment of the order to its supplier, in minor units of its currency."""

    amount: int
    charge: str = ""
    invoice: str = ""
    customer: str = ""

    @property
    def ways(self) -> PaymentReferences:
        """The gateway ids by which money may go back."""
        return PaymentReferences(charge=self.charge, invoice=self.invoice, customer=self.customer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Changes of an order; a date of the order applies to each of its lines."""

    dates: Mapping[str, str] = field(default_factory=dict)
    country: str = ""
    tracking: tuple[Mapping[str, str], ...] = ()
    lines: tuple[LineChange, ...] = ()
    payment: PaymentChange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A proposed change, answered or not; `number` counts the amendments of an order."""

    id: str
    order: str
    number: int
    supplier: str
    retailer: str
    standing: Standing
    change: Change
    why: str
    said_by: str
    said_at: datetime
    answered_by: str
    answered_at: datetime | None
    answer_why: str


class Told(Struct, frozen=True, kw_only=True, gc=False):
    """The contents of a history entry: `old` and `new` are plain values."""

    event: Event
    what: str = ""
    old: object = None
    new: object = None
    why: str = ""


class HistoryEntry(Struct, frozen=True, kw_only=True, gc=False):
    """An entry in an order's history; never changed."""

    number: int
    told: Told
    speaker: Speaker
    at: datetime
