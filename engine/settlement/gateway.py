"""The port to a supplier's payment gateway: what it is told, and what its answers mean to us."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from engine.money import Money
from engine.settlement.charges import ChargeRead
from engine.settlement.instruments import Instrument, Ways

FACTS: Final = ("return_line", "sequence", "order_line", "line_most", "tax", "supplier")
"""What a movement says of its settlement: ids and numbers, by which it can be made again."""

TIMEOUT: Final = 8
"""Seconds that one call to a gateway may take; an operation of the API ends later."""


class Answered(StrEnum):
    """What an answer says about the movement, and with it what to do next."""

    SUCCEEDED = "succeeded"
    SUBMITTED = "submitted"
    FAILED = "failed"
    REFUSED = "refused"
    """It will never be done like this: a person looks."""
    UNKNOWN = "unknown"
    """It may have been done: look it up, else repeat with the same key."""
    KEY_SPENT = "key_spent"
    """The key replays an error for good: look it up, else take the next generation."""
    BUSY = "busy"
    """Another attempt runs, or too many requests: the same key, later."""
    LOCKED_OUT = "locked_out"
    """The supplier's key is bad: its lane stops, and no attempt is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One movement of money; `settlement` names it at the gateway for good.

    `key` is the idempotency key of this generation; `facts` are ids and numbers, never personal.
    """

    settlement: str
    key: str
    instrument: Instrument
    amount: Money
    ways: Ways
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the gateway said; `reason` is its own word, `retry_after` in seconds."""

    answered: Answered
    reference: str = ""
    amount: Money | None = None
    reason: str = ""
    sentence: str = ""
    retry_after: float | None = None
    settlement: str = ""
    instrument: Instrument | None = None
    of: tuple[str, ...] = ()
    """The charge and payment intent, the invoice, or the customer that it belongs to."""
    at: datetime | None = None
    """When it was made, by the gateway's clock, as far as it says."""
    facts: tuple[tuple[str, str], ...] = ()
    """What we said of it when we sent it."""


class Gateway(Protocol):
    """One supplier's account at a gateway. No call is made while a session is open."""

    @property
    def ahead(self) -> float:
        """Seconds by which our clock was ahead of the gateway's at the last answer."""
        ...

    def send(self, movement: Movement) -> Outcome:
        """Asks for the movement; never raises for what the gateway or the network does."""
        ...

    def find(self, movement: Movement) -> Outcome | None:
        """What became of the movement, by the gateway's whole list; None when it shows nothing.

        No time of ours cuts the list: a clock that is off would hide what moved.
        The answer may be `UNKNOWN`, `BUSY` or `LOCKED_OUT` too, when the list could not be had.
        """
        ...

    def listed(self, ways: Iterable[Ways], since: datetime | None) -> tuple[Outcome, ...] | Outcome:
        """All that went back of charges, invoices and customers; newest first of each.

        `since` is a moment of the gateway's own clock, None for the whole list. A single outcome
        says why the list could not be had.
        """
        ...

    def state_of(self, instrument: Instrument, reference: str, ways: Ways) -> Outcome:
        """The present state of a movement that the gateway has a reference for."""
        ...

    def charge(self, ways: Ways, *, linked: bool = False) -> ChargeRead | Outcome:
        """The charge of a payment as it stands; an outcome where it could not be had.

        `linked` asks which invoice it paid as well.
        """
        ...

    def customer(self, reference: str) -> Outcome | None:
        """None for a customer that the account has, else what the answer meant."""
        ...

    def movements(self, since: datetime, customers: Iterable[str]) -> Iterator[Outcome]:
        """All movements since a moment, whoever made them; for reconciliation.

        Credits are listed by customer. Raises `GatewayUnreachable` when a list cannot be had, since
        half a list would look like money that never moved.
        """
        ...
