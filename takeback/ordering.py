"""What those who run a server do about orders, for one of the partners: import, answer, amend.

Each call opens the store of the settings and closes it again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.identity.principal import Principal
from adapters.store.database import Store
from adapters.store.ordering.records import Amendment, Change
from adapters.store.orders import Family
from adapters.store.orders_csv import MOST_BYTES
from adapters.store.records import Standing
from engine.errors import RequestFault
from services.orders.confirming import Waiting, confirm, decline
from services.orders.importing import Imported, import_orders
from services.orders.updating import update_order
from takeback.partners import known, opened
from takeback.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """An order that waits, or of which amendments wait."""

    family: Family
    amendments: tuple[Amendment, ...]


def import_order_file(
    settings: Settings, path: Path, by: str, partner: str = "", *, update: str | None = None
) -> Imported:
    """Adds the orders of a CSV file for a partner, all or none; `update` says why others change.

    `partner` is the other side where the file has no such column. Raises `CsvFaults`.
    """
    text = _text(path)
    with opened(settings) as store:
        principal = store.partners.acting(known(store, by))
        return import_orders(store, principal, text, partner, update=update)


def waiting(settings: Settings, by: str) -> tuple[Waits, ...]:
    """What waits of a partner's orders; the oldest first."""
    with opened(settings) as store:
        principal = store.partners.acting(known(store, by))
        keys = store.standings.waiting(principal)
        found = [store.orders.order(principal, key) for key in keys]
        return tuple(_waits(store, each) for each in found if each)


def answer(
    settings: Settings, by: str, numbers: Sequence[str], *, why: str | None = None
) -> tuple[Family, ...]:
    """Confirms all that waits of orders by number, or declines it where there is a reason."""
    with opened(settings) as store:
        principal = store.partners.acting(known(store, by))
        found = [_waits(store, _numbered(store, principal, number)) for number in numbers]
        waits = Waiting(orders=_proposed(found), amendments=_amendments(found))
        if why is None:
            return confirm(store, principal, waits)
        return decline(store, principal, waits, why)


def update(settings: Settings, by: str, number: str, change: Change, why: str) -> Amendment | None:
    """Amends an order by its number; the proposal, where the change waits for the supplier."""
    with opened(settings) as store:
        principal = store.partners.acting(known(store, by))
        family = _numbered(store, principal, number)
        return update_order(store, principal, family.order.id, change, why)


def _numbered(store: Store, principal: Principal, number: str) -> Family:
    """Raises `RequestFault` where there is none, or more than one."""
    found = store.orders.numbered(principal, [number[:60]])
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


def _text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            raise RequestFault("unreadable", "It is not a regular file.", str(path))
        if path.stat().st_size > MOST_BYTES:
            raise RequestFault("too_large", f"It has more than {MOST_BYTES:,} bytes.", str(path))
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        said = f"It is not UTF-8: byte {error.start:,} is 0x{error.object[error.start]:02x}."
        raise RequestFault("unreadable", said, str(path)) from None
    except OSError as error:
        said = f"It cannot be read: {error.strerror}."
        raise RequestFault("unreadable", said, str(path)) from None
