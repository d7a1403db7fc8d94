"""Records how an order was paid, as its supplier or its retailer states it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from adapters.identity.principal import Kind, Principal
from adapters.store.database import Store
from adapters.store.money.paid import NewPayment, PaidDraft
from adapters.store.money.records import Payment
from adapters.store.ordering.records import Amendment, Change, Event, PaymentChange, Speaker, Told
from adapters.store.orders import Family
from adapters.store.records import Standing
from engine.errors import RequestFault
from engine.money import Money, parse_money
from services.orders.noting import check_confirmed, note, speaker_of
from services.orders.telling import holds

_SHIPPING: Final = ("outbound_paid", "outbound_freight")
"""Facts with the outbound shipping charge of an order; where both are stored, the higher counts."""
_RETAIL: Final = "retail_price"


def say_paid(
    store: Store, principal: Principal, family: Family, change: Change
) -> Payment | Amendment:
    """Returns a payment that counts at once, or an amendment that waits for the supplier.

    A proposed payment raises no refund ceiling and nothing is refunded from it. Proposing the same
    payment again returns the amendment that waits already. Raises `RequestFault` for a declined
    order.
    """
    order, speaker = family.order, speaker_of(principal)
    if change.payment is None:
        raise ValueError("a change without a payment")
    if principal.kind is Kind.SUPPLIER or order.standing is Standing.DECLINED:
        check_confirmed(order)
    if principal.kind is Kind.SUPPLIER:
        return pay(store, family, change.payment, speaker)
    _check_own(store, family, change.payment)
    joined = store.partnerships.between(order.supplier.id, order.retailer.id)
    may = joined.may_tell if joined else frozenset()
    if order.standing is Standing.CONFIRMED and holds(change, may, family):
        made = pay(store, family, change.payment, speaker)
        note(store, order, speaker, Told(event=Event.PAYMENT_ADDED, what="payment", new=made.id))
        return made
    waits = store.amendments.waiting(order.id, change)
    if waits is not None:
        return waits
    proposed = store.amendments.propose(order, change, speaker, "")
    told = Told(event=Event.AMENDMENT_PROPOSED, what="payment", new=proposed.id)
    note(store, order, speaker, told)
    return proposed


def pay(store: Store, family: Family, said: PaymentChange, speaker: Speaker) -> Payment:
    """Adds a payment to the supplier, which raises the refund ceiling of the order.

    Raises `RequestFault` if the payments would exceed the worth of the order.
    """
    order = family.order
    added = store.payments.add(
        NewPayment(
            supplier=order.supplier.id,
            retailer=order.retailer.id,
            order=order.id,
            amount=Money(said.amount, order.currency),
            ways=said.ways,
            by=speaker.by,
        )
    )
    _check_worth(store, family, order.supplier.id, worth_of(family))
    return added


def pay_by_consumer(store: Store, family: Family, said: PaidDraft, by: str) -> Payment:
    """Adds the payment of a consumer to its retailer, which only concerns the retailer.

    Raises `RequestFault` if the payments would exceed the worth of the order at its retail prices.
    """
    order = family.order
    added = store.payments.add(
        NewPayment(
            supplier=order.retailer.id,
            retailer=order.retailer.id,
            order=order.id,
            amount=Money(said.amount, order.currency),
            ways=said.ways,
            by=by,
        )
    )
    _check_worth(store, family, order.retailer.id, retail_worth_of(family))
    return added


def _check_worth(store: Store, family: Family, payee: str, worth: int | None) -> None:
    order = family.order
    paid = sum(each.amount.minor for each in store.payments.of_order(order.id, payee))
    if worth is not None and paid > worth:
        whole, most = Money(paid, order.currency), Money(worth, order.currency)
        said = f"The order would be paid with {whole}, and it is worth {most} with tax."
        raise RequestFault("over_worth", said, "payment.amount")


def worth_of(family: Family) -> int:
    """Returns what an order cost when it was placed: units, tax, and any recorded shipping.

    In minor units of the order's currency. Includes units that were cancelled later, since they
    were paid too.
    """
    return _worth(family, [line.unit_price.minor for line in family.lines])


def retail_worth_of(family: Family) -> int | None:
    """Returns what an order cost its consumer, likewise; None if a retail price is missing."""
    order = family.order
    facts = [{**order.facts, **line.facts} for line in family.lines]
    prices = [_money(each.get(_RETAIL), order.currency) for each in facts]
    return _worth(family, prices) if all(prices) else None


def _worth(family: Family, prices: Sequence[int]) -> int:
    """Adds up lines at these unit prices, one per line, their tax and the outbound shipping."""
    lines = zip(family.lines, prices, strict=True)
    goods = sum(price * line.quantity + line.tax for line, price in lines)
    order = family.order
    return goods + max(_money(order.facts.get(name), order.currency) for name in _SHIPPING)


def _money(value: object, currency: str) -> int:
    """Returns the minor units of a money fact, or 0 if it is not money in this currency."""
    try:
        found = value if isinstance(value, Money) else parse_money(str(value))
    except ValueError:
        return 0
    return found.minor if found.currency == currency else 0


def _check_own(store: Store, family: Family, said: PaymentChange) -> None:
    """Raises `RequestFault` if a retailer names another retailer's payment."""
    order = family.order
    known = store.payments.known_by(order.supplier.id, said.charge, said.invoice)
    if known is not None and known.retailer != order.retailer.id:
        raise RequestFault("not_found", "You made no such payment.", "payment")
