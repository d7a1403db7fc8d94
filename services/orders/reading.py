"""Selects the charges to read at the gateway before an order, payment or proposal is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.identity.principal import Kind, Principal
from adapters.store.database import Store
from adapters.store.drafts import OrderDraft
from adapters.store.ordering.records import PaymentChange
from adapters.store.orders import Family
from adapters.store.records import Standing, Telling
from engine.money import CURRENCIES, Money
from services.orders.confirming import Waiting
from services.payments.reading import PaymentToStore


def of_drafts(
    store: Store, principal: Principal, drafts: Sequence[OrderDraft]
) -> Iterator[PaymentToStore]:
    """Yields the payments of new orders that count at once."""
    for place, draft in enumerate(drafts):
        supplier, retailer = (
            store.partners.by_handle(each) for each in (draft.supplier, draft.retailer)
        )
        paid = draft.paid
        if paid is None or paid.wrong or not supplier or not retailer:
            continue
        if draft.currency in CURRENCIES and _counts(store, principal, supplier.id, retailer.id):
            known = store.orders.numbered(principal, {draft.number[:60]})
            same = [each for each in known if _same(each, draft)]
            yield from _readable(
                store,
                retailer.id,
                PaymentToStore(
                    payee=supplier.id,
                    order=same[0].order.id if same else "",
                    ways=paid.ways,
                    amount=Money(paid.amount, draft.currency),
                    path=f"orders[{place}].payment",
                ),
            )


def _same(family: Family, draft: OrderDraft) -> bool:
    order = family.order
    return (order.supplier.handle, order.retailer.handle) == (draft.supplier, draft.retailer)


def of_change(
    store: Store, principal: Principal, family: Family, said: PaymentChange
) -> Iterator[PaymentToStore]:
    """Yields a payment to the supplier of an existing order, if it counts at once."""
    order = family.order
    if _counts(store, principal, order.supplier.id, order.retailer.id):
        yield from _readable(store, order.retailer.id, _said(family, said, "payment"))


def of_waiting(store: Store, principal: Principal, waiting: Waiting) -> Iterator[PaymentToStore]:
    """Yields the proposed payments that are about to be confirmed."""
    for place, key in enumerate(waiting.amendments):
        found = store.amendments.visible(principal, key)
        if found is None or found.change.payment is None or found.standing is not Standing.PROPOSED:
            continue
        family = store.orders.order(principal, found.order)
        if family is not None and principal.kind is Kind.SUPPLIER:
            yield _said(family, found.change.payment, f"amendments[{place}]")


def _said(family: Family, said: PaymentChange, path: str) -> PaymentToStore:
    return PaymentToStore(
        payee=family.order.supplier.id,
        order=family.order.id,
        ways=said.ways,
        amount=Money(said.amount, family.order.currency),
        path=path,
    )


def _readable(store: Store, retailer: str, said: PaymentToStore) -> Iterator[PaymentToStore]:
    """Yields the payment unless another retailer made it; such a payment is not read."""
    known = store.payments.known_by(said.payee, said.ways.charge, said.ways.invoice)
    if known is None or known.retailer == retailer:
        yield said


def _counts(store: Store, principal: Principal, supplier: str, retailer: str) -> bool:
    """Whether a payment counts at once; a proposed one is read when it is confirmed."""
    if principal.kind is Kind.SUPPLIER:
        return principal.tenant == supplier
    joined = store.partnerships.between(supplier, retailer)
    return joined is not None and Telling.PAYMENTS in joined.may_tell
