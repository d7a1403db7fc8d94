"""How an order was paid to its supplier, said by the supplier or by the retailer."""

from __future__ import annotations

from adapters.identity.principal import Kind, Principal
from adapters.store.database import Store
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Payment
from adapters.store.ordering.records import Amendment, Change, Event, PaymentChange, Speaker, Told
from adapters.store.orders import Family
from adapters.store.records import Standing
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.instruments import Ways
from services.orders.noting import check_confirmed, note, speaker_of
from services.orders.telling import holds


def say_paid(
    store: Store, principal: Principal, family: Family, change: Change
) -> Payment | Amendment:
    """A payment that counts from now on, or the proposal of one that waits for the supplier.

    Nothing goes back of a payment that is only proposed, and no ceiling rises by it.
    """
    order, speaker = family.order, speaker_of(principal)
    if change.payment is None:
        raise ValueError("a change without a payment")
    if principal.kind is Kind.SUPPLIER:
        check_confirmed(order)
        return pay(store, family, change.payment, speaker)
    _check_own(store, family, change.payment)
    joined = store.partners.between(order.supplier.id, order.retailer.id)
    may = joined.may_tell if joined else frozenset()
    if order.standing is Standing.CONFIRMED and holds(change, may, family):
        made = pay(store, family, change.payment, speaker)
        note(store, order, speaker, Told(event=Event.PAYMENT_ADDED, what="payment", new=made.id))
        return made
    proposed = store.amendments.propose(order, change, speaker, "")
    told = Told(event=Event.AMENDMENT_PROPOSED, what="payment", new=proposed.id)
    note(store, order, speaker, told)
    return proposed


def pay(store: Store, family: Family, said: PaymentChange, speaker: Speaker) -> Payment:
    """A payment to the supplier, from now on the ceiling of what goes back of it."""
    order = family.order
    return store.payments.add(
        NewPayment(
            supplier=order.supplier.id,
            retailer=order.retailer.id,
            order=order.id,
            amount=Money(said.amount, order.currency),
            ways=Ways(charge=said.charge, invoice=said.invoice, customer=said.customer),
            by=speaker.by,
        )
    )


def _check_own(store: Store, family: Family, said: PaymentChange) -> None:
    """A retailer names no payment that another one made."""
    order = family.order
    known = store.payments.known_by(order.supplier.id, said.charge, said.invoice)
    if known is not None and known.retailer != order.retailer.id:
        raise RequestFault("not_found", "You made no such payment.", "payment")
