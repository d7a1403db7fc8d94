"""How an order was paid to its supplier, said by the supplier or by the retailer."""

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
"""What an order says of the shipping to the consumer; one of them, where both are on record."""
_RETAIL: Final = "retail_price"


def say_paid(
    store: Store, principal: Principal, family: Family, change: Change
) -> Payment | Amendment:
    """A payment that counts from now on, or the proposal of one that waits for the supplier.

    Nothing goes back of a payment that is only proposed, and no ceiling rises by it. The same one
    again is the one that waits. Raises `RequestFault` for an order that was declined.
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
    """A payment to the supplier, from now on the ceiling of what goes back of it.

    Raises `RequestFault` where the order would be paid with more than it is worth.
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
    """What a consumer paid its retailer, which is the retailer's own affair.

    Raises `RequestFault` where the consumer would have paid more than its prices on record.
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
    """What an order cost when it was placed: units, tax, and shipping where that is on record.

    In minor units of its currency. Units that were cancelled since were paid as well.
    """
    return _worth(family, [line.unit_price.minor for line in family.lines])


def retail_worth_of(family: Family) -> int | None:
    """What an order cost its consumer, likewise; None where a retail price is not on record."""
    order = family.order
    facts = [{**order.facts, **line.facts} for line in family.lines]
    prices = [_money(each.get(_RETAIL), order.currency) for each in facts]
    return _worth(family, prices) if all(prices) else None


def _worth(family: Family, prices: Sequence[int]) -> int:
    """Of the price of one unit of each line."""
    lines = zip(family.lines, prices, strict=True)
    goods = sum(price * line.quantity + line.tax for line, price in lines)
    order = family.order
    return goods + max(_money(order.facts.get(name), order.currency) for name in _SHIPPING)


def _money(value: object, currency: str) -> int:
    """Minor units of a fact that is money; 0 where it is none in this currency."""
    try:
        found = value if isinstance(value, Money) else parse_money(str(value))
    except ValueError:
        return 0
    return found.minor if found.currency == currency else 0


def _check_own(store: Store, family: Family, said: PaymentChange) -> None:
    """A retailer names no payment that another one made."""
    order = family.order
    known = store.payments.known_by(order.supplier.id, said.charge, said.invoice)
    if known is not None and known.retailer != order.retailer.id:
        raise RequestFault("not_found", "You made no such payment.", "payment")
