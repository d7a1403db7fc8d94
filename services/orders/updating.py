"""Amends an order: at once if the principal may, else as a proposal to the supplier."""

from __future__ import annotations

from collections.abc import Collection

from adapters.identity.principal import Kind, Principal, Scope
from adapters.store.connection.locking import Lock
from adapters.store.connection.statements import listed
from adapters.store.database import Store
from adapters.store.ordering.records import Amendment, Change, Event, Told
from adapters.store.orders import Family
from adapters.store.records import Standing
from engine.errors import RequestFault
from services.orders.changing import check, make
from services.orders.noting import check_confirmed, check_why, note, speaker_of
from services.orders.telling import holds


def update_order(
    store: Store, principal: Principal, key: str, change: Change, why: str
) -> Amendment | None:
    """Returns the proposal that waits, or None if the change was applied."""
    principal.must(Scope.AMEND_ORDERS)
    why = check_why(why, "reason", needed=any(each.cancel for each in change.lines))
    family = held(store, principal, key)
    order, speaker = family.order, speaker_of(principal)
    if order.standing is Standing.DECLINED or principal.kind is Kind.SUPPLIER:
        check_confirmed(order)
    check(store, family, change)
    if order.standing is Standing.CONFIRMED and _may(store, principal, family, change):
        make(store, family, change, speaker, why)
        return None
    proposed = store.amendments.propose(order, change, speaker, why)
    told = Told(event=Event.AMENDMENT_PROPOSED, what=_what(change), new=proposed.id, why=why)
    note(store, order, speaker, told)
    return proposed


def held(store: Store, principal: Principal, key: str) -> Family:
    """Locks and returns one of the principal's orders, with its units and payments.

    Raises `RequestFault` `not_found`, or `conflict` if it was replaced meanwhile.
    """
    seen = store.orders.order(principal, key)
    if seen is None:
        raise RequestFault("not_found", "There is no such order of yours.", "order")
    hold_orders(store, [key])
    found = store.orders.order(principal, key)
    if found is None:
        raise RequestFault("conflict", "The order was added anew meanwhile; look again.", "order")
    return found


def hold_orders(store: Store, keys: Collection[str], *more: Lock) -> None:
    """Locks orders with their lines, payments and charges, and any further rows."""
    for key in sorted(keys):
        store.standings.hold(key)
    of = listed(keys)
    store.lock(*store.orders.locks(of), *store.payments.locks(of), *more)


def _may(store: Store, principal: Principal, family: Family, change: Change) -> bool:
    if principal.kind is Kind.SUPPLIER:
        return True
    order = family.order
    joined = store.partnerships.between(order.supplier.id, order.retailer.id)
    return joined is not None and holds(change, joined.may_tell, family)


def _what(change: Change) -> str:
    """Returns the names of the changed values, separated by commas."""
    names = [*change.dates, *(name for each in change.lines for name in each.dates)]
    names += ["cancelled"] if any(each.cancel for each in change.lines) else []
    names += ["location"] if any(each.location for each in change.lines) else []
    names += [name for name in ("country", "tracking", "payment") if getattr(change, name)]
    return ", ".join(dict.fromkeys(names))
