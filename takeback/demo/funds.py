"""A simulated gateway for the suppliers, and the payments of the demo's orders there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

import httpx

from adapters.gateways.simulated.server import SimulatedStripe
from adapters.identity.actors import COMMAND_LINE
from adapters.identity.principal import Kind
from adapters.store.database import Store
from adapters.store.money.paid import NewPayment
from adapters.store.orders import Family
from adapters.store.records import Order
from engine.money import Money
from engine.settlement.instruments import PaymentReferences
from services.payments.gateways import GatewayCredentials
from takeback.components import Components
from takeback.demo import data

_ANSWERS_WITHIN: Final = 20.0


@contextmanager
def stand_in(file: Path) -> Iterator[str]:
    """Runs the simulated gateway and yields its address; its payments are kept in a file."""
    with SimulatedStripe(file=file) as stripe:
        yield stripe.address


def fund(parts: Components, today: date, base: str) -> None:
    """Gives each supplier an account at the simulated gateway, and pays today's orders there."""
    for supplier in data.LOCATIONS:
        with parts.store.session():
            partner = parts.store.partners.by_handle(supplier)
            if partner is not None:
                parts.gateways.put(
                    GatewayCredentials(partner=partner.id, key=_key(supplier)), COMMAND_LINE
                )
    with httpx.Client(base_url=base, timeout=_ANSWERS_WITHIN) as http:
        for family in _unpaid(parts.store, today):
            _pay(parts.store, family, http)


def _key(supplier: str) -> str:
    return f"rk_test_{supplier.replace('-', '_')}"


def _unpaid(store: Store, today: date) -> list[Family]:
    numbers = [draft.number for draft in data.orders(today)]
    with store.session():
        partners = [store.partners.by_handle(handle) for handle in data.PARTNERS]
        principals = [
            store.partners.acting(each) for each in partners if each and each.kind is Kind.SUPPLIER
        ]
        found = [each for one in principals for each in store.orders.numbered(one, numbers)]
        return [each for each in found if not _paid(store, each.order)]


def _paid(store: Store, order: Order) -> bool:
    return bool(store.payments.of_order(order.id, order.supplier.id))


def _pay(store: Store, family: Family, http: httpx.Client) -> None:
    """Pays by card, from a customer of the supplier, so that both refunds and credit
    are possible.
    """
    order = family.order
    cents = sum(line.unit_price.minor * line.quantity for line in family.lines)
    headers = {"authorization": f"Bearer {_key(order.supplier.handle)}"}
    customer = _made(http, "/v1/customers", {"name": order.retailer.name}, headers)
    form = {
        "amount": str(cents),
        "currency": order.currency.lower(),
        "payment_method": "pm_card_visa",
        "customer": customer,
        "confirm": "true",
    }
    charge = _made(http, "/v1/payment_intents", form, headers)
    with store.writing():
        store.payments.add(
            NewPayment(
                supplier=order.supplier.id,
                retailer=order.retailer.id,
                order=order.id,
                amount=Money(cents, order.currency),
                ways=PaymentReferences(charge=charge, customer=customer),
                by=COMMAND_LINE,
            )
        )


def _made(http: httpx.Client, path: str, form: dict[str, str], headers: dict[str, str]) -> str:
    return str(http.post(path, data=form, headers=headers).raise_for_status().json()["id"])
