"""A supplier confirms or declines proposed orders and proposed amendments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from adapters.identity.principal import Principal, Scope
from adapters.store.database import Store
from adapters.store.ordering.records import Amendment, Event, Told
from adapters.store.orders import Family
from adapters.store.records import Standing
from engine.errors import RequestFault
from services.orders.changing import check, make
from services.orders.noting import (
    check_confirmed,
    check_supplier,
    check_why,
    note,
    speaker_of,
)
from services.orders.updating import hold_orders

MOST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The orders and amendments to confirm or decline, by their keys."""

    orders: Sequence[str] = ()
    amendments: Sequence[str] = ()


def confirm(store: Store, principal: Principal, waiting: Waiting) -> tuple[Family, ...]:
    """Confirms all, orders before amendments, or raises `RequestFault` and confirms none."""
    amendments = _begin(store, principal, waiting)
    speaker = speaker_of(principal)
    for index, key in enumerate(waiting.orders):
        family = _proposed(store, principal, key, f"orders[{index}]")
        store.standings.set(key, Standing.CONFIRMED)
        note(store, family.order, speaker, Told(event=Event.CONFIRMED))
    for index, amendment in enumerate(amendments):
        family = _of(store, principal, amendment.order)
        _check_open(amendment, f"amendments[{index}]")
        check_confirmed(family.order, f"amendments[{index}]")
        check(store, family, amendment.change)
        store.amendments.answer(amendment.id, Standing.CONFIRMED, speaker.by, "")
        told = Told(event=Event.AMENDMENT_CONFIRMED, new=amendment.id)
        note(store, family.order, speaker, told)
        make(store, family, amendment.change, speaker, amendment.why)
    return _answered(store, principal, waiting, amendments)


def decline(store: Store, principal: Principal, waiting: Waiting, why: str) -> tuple[Family, ...]:
    """Declines all, and the open amendments of declined orders; both partners see why."""
    why = check_why(why, "reason", needed=True)
    amendments = _begin(store, principal, waiting)
    for index, amendment in enumerate(amendments):
        _check_open(amendment, f"amendments[{index}]")
        _decline_change(store, principal, amendment, why)
    for index, key in enumerate(waiting.orders):
        family = _proposed(store, principal, key, f"orders[{index}]")
        for amendment in store.amendments.of(key):
            if amendment.standing is Standing.PROPOSED:
                _decline_change(store, principal, amendment, why)
        store.standings.set(key, Standing.DECLINED)
        note(store, family.order, speaker_of(principal), Told(event=Event.DECLINED, why=why))
    return _answered(store, principal, waiting, amendments)


def _decline_change(store: Store, principal: Principal, amendment: Amendment, why: str) -> None:
    speaker = speaker_of(principal)
    store.amendments.answer(amendment.id, Standing.DECLINED, speaker.by, why)
    told = Told(event=Event.AMENDMENT_DECLINED, new=amendment.id, why=why)
    note(store, _of(store, principal, amendment.order).order, speaker, told)


def _begin(store: Store, principal: Principal, waiting: Waiting) -> list[Amendment]:
    """Locks the orders and amendments; returns the amendments in the order they were named."""
    principal.must(Scope.CONFIRM_ORDERS)
    check_supplier(principal)
    if not 1 <= len(waiting.orders) + len(waiting.amendments) <= MOST:
        said = f"1 to {MOST} orders and amendments are answered at once."
        raise RequestFault("wrong_size", said, "orders")
    seen = []
    for index, key in enumerate(waiting.amendments):
        found = store.amendments.visible(principal, key)
        if found is None:
            said = "There is no such amendment of an order of yours."
            raise RequestFault("not_found", said, f"amendments[{index}]")
        seen.append(found)
    for index, key in enumerate(waiting.orders):
        if store.orders.order(principal, key) is None:
            said = "There is no such order of yours."
            raise RequestFault("not_found", said, f"orders[{index}]")
    paid = [each.change.payment.ways for each in seen if each.change.payment]
    charges = store.charges.locks([principal.tenant], paid)
    hold_orders(store, {*waiting.orders, *(each.order for each in seen)}, *charges)
    return [store.amendments.held(each.id) for each in seen]


def _of(store: Store, principal: Principal, key: str) -> Family:
    found = store.orders.order(principal, key)
    if found is None:
        raise RequestFault("not_found", "There is no such order of yours.", "orders")
    return found


def _proposed(store: Store, principal: Principal, key: str, path: str) -> Family:
    family = _of(store, principal, key)
    if family.order.standing is not Standing.PROPOSED:
        raise RequestFault(
            "nothing_waits",
            f"The order `{family.order.number}` is {family.order.standing} already.",
            path,
        )
    return family


def _check_open(amendment: Amendment, path: str) -> None:
    if amendment.standing is not Standing.PROPOSED:
        said = f"This amendment is {amendment.standing} already."
        raise RequestFault("nothing_waits", said, path)


def _answered(
    store: Store, principal: Principal, waiting: Waiting, amendments: Sequence[Amendment]
) -> tuple[Family, ...]:
    keys = dict.fromkeys((*waiting.orders, *(each.order for each in amendments)))
    return tuple(_of(store, principal, key) for key in keys)
