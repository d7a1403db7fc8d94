"""Imports, answers and amends orders of a partner, for operators.

Each call opens the store named by the settings and closes it again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.identity.principal import Principal
from adapters.store.database import Store
from adapters.store.lists.of_orders import WAITING_ORDERS
from adapters.store.lists.statements import ListQuery
from adapters.store.ordering.records import Amendment, Change
from adapters.store.orders import Family
from adapters.store.records import Standing
from engine.errors import RequestFault
from services.orders.confirming import Waiting, confirm, decline
from services.orders.importing import Imported, import_orders, read_charges
from services.orders.reading import of_waiting
from services.orders.updating import update_order
from services.payments.reading import read_first
from takeback.components import gateways_of
from takeback.partners import known, opened
from takeback.sealing import vault_of
from takeback.settings import Settings
from takeback.sheets import naming, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """An order that waits for its supplier, or whose amendments wait."""

    family: Family
    amendments: tuple[Amendment, ...]


def import_order_file(
    settings: Settings, path: Path, by: str, partner: str = "", *, update: str | None = None
) -> Imported:
    """Imports the orders of a CSV file for a partner, all or none.

    `partner` is the other partner, for files without a column for it; `update` is the reason for
    which existing orders change. Raises `CsvFaults`.
    """
    text, vault = text_of(path), vault_of(settings)
    with naming(path), opened(settings) as store:
        principal = store.partners.acting(known(store, by))
        read_charges(store, principal, text, partner, gateways_of(settings, store, vault))
        return import_orders(store, principal, text, partner, update=update)


def waiting(settings: Settings, by: str) -> tuple[Waits, ...]:
    """Returns what waits in a partner's orders, oldest first."""
    with opened(settings) as store:
        principal = store.partners.acting(known(store, by))
        asked = ListQuery(principal=principal, sort="LONGEST")
        keys = store.lists.every(WAITING_ORDERS, asked)
        found = [store.orders.order(principal, key) for key in keys]
        return tuple(_waits(store, each) for each in found if each)


def answer(
    settings: Settings, by: str, numbers: Sequence[str], *, why: str | None = None
) -> tuple[Family, ...]:
    """Confirms all that waits in orders by number, or declines it if `why` gives a reason.

    Raises `RequestFault` `nothing_waits` if nothing waits in one of them.
    """
    vault = vault_of(settings)
    with opened(settings) as store:
        principal = store.partners.acting(known(store, by))
        found = [_open(store, principal, number) for number in dict.fromkeys(numbers)]
        waits = Waiting(orders=_proposed(found), amendments=_amendments(found))
        if why is None:
            read_first(
                store, gateways_of(settings, store, vault), of_waiting(store, principal, waits)
            )
            return confirm(store, principal, waits)
        return decline(store, principal, waits, why)


def update(settings: Settings, by: str, number: str, change: Change, why: str) -> Amendment | None:
    """Amends an order by its number; returns the proposal if the change waits for the supplier."""
    with opened(settings) as store:
        principal = store.partners.acting(known(store, by))
        family = _numbered(store, principal, number)
        return update_order(store, principal, family.order.id, change, why)


def _open(store: Store, principal: Principal, number: str) -> Waits:
    found = _waits(store, _numbered(store, principal, number))
    order = found.family.order
    if order.standing is not Standing.PROPOSED and not found.amendments:
        said = f"Nothing waits of `{order.number}`: it is {order.standing}."
        raise RequestFault("nothing_waits", said)
    return found


def _numbered(store: Store, principal: Principal, number: str) -> Family:
    """Raises `RequestFault` if there is no order, or more than one."""
    found = store.orders.numbered(principal, [number])
    if len(found) != 1:
        many = "several orders" if found else "no order"
        said = f"`{principal.handle}` has {many} with the number `{number[:60]}`."
        raise RequestFault("not_found", said)
    return found[0]


def _waits(store: Store, family: Family) -> Waits:
    of = store.amendments.of(family.order.id)
    open_ = tuple(each for each in of if each.standing is Standing.PROPOSED)
    return Waits(family=family, amendments=open_)


def _proposed(found: Collection[Waits]) -> list[str]:
    orders = [each.family.order for each in found]
    return [order.id for order in orders if order.standing is Standing.PROPOSED]


def _amendments(found: Collection[Waits]) -> list[str]:
    return [amendment.id for each in found for amendment in each.amendments]
