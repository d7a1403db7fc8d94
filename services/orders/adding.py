"""Adds orders: confirmed at once, or as proposals where only the supplier may confirm them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.identity.principal import Kind, Principal, Scope
from adapters.store.database import Store
from adapters.store.drafts import OrderDraft, Zones
from adapters.store.money.paid import PaidDraft
from adapters.store.ordering.days import future_faults
from adapters.store.ordering.faults import OrderFault, OrderFaults
from adapters.store.ordering.records import Change, Event, PaymentChange, Told
from adapters.store.orders import Family, OrderSource
from adapters.store.records import Standing
from engine.errors import RequestFault
from services.orders.noting import note, speaker_of
from services.orders.paying import say_paid
from services.orders.telling import waits_for


def add_orders(
    store: Store, principal: Principal, drafts: Sequence[OrderDraft]
) -> tuple[Family, ...]:
    """Adds all orders or none; raises `OrderFaults` with every fault found."""
    principal.must(Scope.ADD_ORDERS)
    faults = (
        *store.orders.faults(principal, drafts, zones_of(store, drafts)),
        *_to_come(store, drafts),
    )
    if faults:
        raise OrderFaults(faults)
    _hold(store, drafts)
    return tuple(_at(store, principal, each, place) for place, each in enumerate(drafts))


def _at(store: Store, principal: Principal, draft: OrderDraft, place: int) -> Family:
    try:
        return _added(store, principal, draft)
    except RequestFault as error:
        path = f"orders[{place}].{error.path}"
        wrong = OrderFault(code=error.code, message=error.message, path=path)
        raise OrderFaults((wrong,)) from None


def _to_come(store: Store, drafts: Sequence[OrderDraft]) -> Iterator[OrderFault]:
    for index, draft in enumerate(drafts):
        at = f"orders[{index}]"
        yield from future_faults(draft.dates, at, store.now())
        for place, line in enumerate(draft.lines):
            yield from future_faults(line.dates, f"{at}.lines[{place}]", store.now())


def zones_of(store: Store, drafts: Sequence[OrderDraft]) -> Zones:
    """The time zones of all editions that may govern the orders."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for pair in {(draft.supplier, draft.retailer) for draft in drafts}:
        supplier = store.partners.by_handle(pair[0])
        if supplier is not None:
            found[pair] = zones_between(store, supplier.id, pair[1])
    return found


def zones_between(store: Store, supplier: str, retailer: str) -> tuple[str, ...]:
    """Returns the time zones of the editions of a supplier (id) for a retailer (handle)."""
    candidates = store.editions.candidates_for(supplier, [retailer])
    return tuple(sorted({each.time_zone for each in candidates})) or ("UTC",)


def _hold(store: Store, drafts: Sequence[OrderDraft]) -> None:
    """Locks the charges that paid the orders, then the journals of both partners."""
    sides = ({each.supplier for each in drafts}, {each.retailer for each in drafts})
    suppliers, retailers = (
        [partner.id for partner in filter(None, map(store.partners.by_handle, handles))]
        for handles in sides
    )
    paid = [draft.paid.ways for draft in drafts if draft.paid is not None]
    store.lock(*store.charges.locks(suppliers, paid))
    store.journal.hold_all(suppliers, retailers)


def _added(store: Store, principal: Principal, draft: OrderDraft) -> Family:
    speaker = speaker_of(principal)
    reasons = () if principal.kind is Kind.SUPPLIER else _reasons(store, draft)
    standing = Standing.PROPOSED if reasons else Standing.CONFIRMED
    said = OrderSource(by=speaker.by, standing=standing, waits_for=reasons)
    family = store.orders.insert(draft, said)
    event = Event.PROPOSED if reasons else Event.ADDED
    counts = {"lines": len(family.lines), "units": sum(each.quantity for each in family.lines)}
    note(store, family.order, speaker, Told(event=event), **counts)
    if draft.paid is not None:
        say_paid(store, principal, family, paid_change(draft.paid))
    return family


def _reasons(store: Store, draft: OrderDraft) -> tuple[str, ...]:
    supplier, retailer = (store.partners.by_handle(h) for h in (draft.supplier, draft.retailer))
    joined = supplier and retailer and store.partnerships.between(supplier.id, retailer.id)
    products = store.goods.named(supplier.id if supplier else "", {x.sku for x in draft.lines})
    return waits_for(draft, joined.may_tell if joined else frozenset(), products)


def paid_change(paid: PaidDraft) -> Change:
    """Returns the change that records how a new order was paid."""
    ways = paid.ways
    payment = PaymentChange(
        amount=paid.amount, charge=ways.charge, invoice=ways.invoice, customer=ways.customer
    )
    return Change(payment=payment)
