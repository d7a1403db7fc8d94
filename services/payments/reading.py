"""Reads charges at their gateway before they are used; holds no session during a call."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from adapters.gateways.stripe_gateway import StripeGateway
from adapters.store.database import Store
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.charges import ChargeRead, not_as_said
from engine.settlement.gateway import Answered, GatewayOutcome
from engine.settlement.instruments import PaymentReferences
from services.payments.gateways import Gateways

AT_ONCE: Final = 4
"""Charges that are read at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentToStore:
    """A payment about to be stored: its payee, and its order if that exists already.

    `path` is the path of the payment in the request.
    """

    payee: str
    order: str
    ways: PaymentReferences
    amount: Money
    path: str = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a gateway shows: an outcome if it could not be read, None if nothing was asked."""

    charge: ChargeRead | GatewayOutcome | None
    customer: GatewayOutcome | None


def read_first(store: Store, gateways: Gateways, said: Iterable[PaymentToStore]) -> None:
    """Stores what the gateways show of the stated charges. Call it inside a session.

    A charge that no gateway can show now is accepted as stated, and read before money moves. Raises
    `RequestFault` `charge_not_found`, `customer_not_found`, or what `not_as_said` finds.
    """
    asked = [each for each in said if _is_new(store, each)]
    by_payee = {each.payee: _gateway(gateways, each.payee) for each in asked}
    readable = [each for each in asked if by_payee[each.payee] is not None]
    if not readable:
        return
    store.rest()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda each: _read(by_payee[each.payee], each), readable))
    for each, read in zip(readable, found, strict=True):
        _check(each, read)
    with store.atomic():
        for each, read in zip(readable, found, strict=True):
            if isinstance(read.charge, ChargeRead):
                store.charges.know(each.payee, read.charge)


def _is_new(store: Store, said: PaymentToStore) -> bool:
    """Whether there is something to read: a payment that the order does not have yet."""
    names = _names(said.ways)
    if not names or not said.payee:
        return False
    known = store.payments.of_order(said.order, said.payee) if said.order else ()
    return not any(names & _names(each.ways) for each in known)


def _names(ways: PaymentReferences) -> set[str]:
    """Returns the references by which the gateway knows a payment."""
    return {ways.charge, ways.invoice} - {""} or {ways.customer} - {""}


def _gateway(gateways: Gateways, payee: str) -> StripeGateway | None:
    try:
        return gateways.of(payee)
    except RequestFault:  # its key cannot be opened, so nothing is sent with it either
        return None


def _read(gateway: StripeGateway | None, said: PaymentToStore) -> Read:
    """Reads the charge, and the customer unless the charge confirms one."""
    if gateway is None:
        raise ValueError("a charge without a gateway")
    ways = said.ways
    charge = gateway.charge(ways, linked=True) if ways.charge or ways.invoice else None
    confirmed = isinstance(charge, ChargeRead) and charge.customer
    asked = ways.customer and not confirmed
    return Read(charge=charge, customer=gateway.customer(ways.customer) if asked else None)


def _check(said: PaymentToStore, found: Read) -> None:
    name, read = "charge" if said.ways.charge else "invoice", found.charge
    if found.customer is not None and found.customer.answered is Answered.REFUSED:
        sentence = "The account at the gateway knows no such customer."
        raise RequestFault("customer_not_found", sentence, f"{said.path}.customer")
    if read is None:
        return
    if isinstance(read, ChargeRead):
        wrong = not_as_said(read, said.ways, said.amount)
        if wrong is not None:
            raise RequestFault(wrong.code, wrong.sentence, f"{said.path}.{wrong.field}")
    elif read.answered is Answered.REFUSED:
        sentence = f"The account at the gateway knows no such {name}."
        raise RequestFault(f"{name}_not_found", sentence, f"{said.path}.{name}")
