"""The port to a supplier's payment gateway: what it is told, and what its answers mean to us."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from engine.money import Money
from engine.settlement.charges import ChargeRead
from engine.settlement.instruments import Instrument, PaymentReferences

FACTS: Final = ("return_line", "sequence", "order_line", "line_most", "tax", "supplier")
"""The ids and numbers that a movement carries, from which its settlement can be restored."""

TIMEOUT: Final = 8
"""Seconds that one call to a gateway may take; an operation of the API ends later."""


class Answered(StrEnum):
    """What an answer says about the movement, and with it what to do next."""

    SUCCEEDED = "succeeded"
    SUBMITTED = "submitted"
    FAILED = "failed"
    REFUSED = "refused"
    """It will never succeed as it was sent, and its key replays that: a person looks."""
    HELD_BACK = "held_back"
    """It was not sent, since it may not move as things are: a person looks."""
    UNKNOWN = "unknown"
    """It may have been done: look it up, else repeat with the same key."""
    KEY_SPENT = "key_spent"
    """The key replays an error for ever: look the movement up, else take the next generation."""
    BUSY = "busy"
    """Another attempt runs, or there were too many requests: send the same key later."""
    LOCKED_OUT = "locked_out"
    """The supplier's key is rejected: its payouts stop, and no attempt is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One movement of money; `settlement` names it at the gateway for good.

    `key` is the idempotency key of this generation; `facts` are ids and numbers, never personal.
    """

    settlement: str
    key: str
    instrument: Instrument
    amount: Money
    ways: PaymentReferences
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayOutcome:
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
    """When it was made, by the gateway's clock; None if the gateway does not say."""
    facts: tuple[tuple[str, str], ...] = ()
    """The facts that we sent with it."""

    @property
    def unsent(self) -> GatewayOutcome:
        """What a movement comes to if this was refused before it was sent: its key is as before."""
        refused = self.answered is Answered.REFUSED
        return replace(self, answered=Answered.HELD_BACK) if refused else self


class Gateway(Protocol):
    """One supplier's account at a gateway. No call is made while a database session is open."""

    @property
    def ahead(self) -> float:
        """Seconds by which our clock was ahead of the gateway's at the last answer."""

    def send(self, movement: Movement) -> GatewayOutcome:
        """Sends the movement; never raises for a gateway or network failure.

        It is `REFUSED` only by the answer to the movement itself: what is read before may be
        refused too, and nothing was sent then.
        """

    def spend_key(self, movement: Movement) -> GatewayOutcome | None:
        """Uses up the movement's key for a call that changes nothing, and moves nothing.

        None means that no request with this key moves anything from now on, nor did one before as
        far as the gateway keeps keys. `KEY_SPENT` means that a request with it arrived before, and
        may still run. Any other outcome says why that is not known.
        """

    def find(self, movement: Movement) -> GatewayOutcome | None:
        """Finds the movement in the gateway's whole list (`own_of`); None if it is not in it.

        Our clock never limits the list: a clock that is off would hide what moved. The outcome may
        also be `UNKNOWN`, `BUSY` or `LOCKED_OUT`, if the list could not be fetched.
        """

    def listed(
        self, ways: Iterable[PaymentReferences], since: datetime | None
    ) -> tuple[GatewayOutcome, ...] | GatewayOutcome:
        """Returns all that went back from charges, invoices and customers; newest first for each.

        `since` is a moment of the gateway's own clock, None for the whole list. A single outcome
        says why the list could not be fetched.
        """

    def state_of(
        self, instrument: Instrument, reference: str, ways: PaymentReferences
    ) -> GatewayOutcome:
        """Returns the present state of a movement by its reference at the gateway."""

    def charge(
        self, ways: PaymentReferences, *, linked: bool = False
    ) -> ChargeRead | GatewayOutcome:
        """Returns the charge of a payment as it stands, or an outcome if it could not be fetched.

        `linked` also asks which invoice it paid.
        """

    def customer(self, reference: str) -> GatewayOutcome | None:
        """Returns None if the account has the customer, else what the answer meant."""

    def movements(self, since: datetime, customers: Iterable[str]) -> Iterator[GatewayOutcome]:
        """Yields all movements since a moment, whoever made them; for reconciliation.

        Credits are listed by customer. Raises `GatewayUnreachable` if a list cannot be fetched,
        since half a list would look like money that never moved.
        """
