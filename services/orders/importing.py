"""Imports orders from CSV: adds new ones, and changes existing ones only if asked to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.identity.principal import Principal
from adapters.store.database import Store
from adapters.store.drafts import OrderDraft
from adapters.store.ordering.faults import OrderFaults
from adapters.store.ordering.records import Amendment
from adapters.store.orders import Family
from adapters.store.orders_csv import CsvFaults, OrderSheet
from adapters.store.records import Standing
from engine.errors import RequestFault
from services.orders.adding import add_orders, paid_change
from services.orders.differing import change_of
from services.orders.paying import say_paid
from services.orders.reading import of_drafts
from services.orders.updating import update_order
from services.payments.gateways import Gateways
from services.payments.reading import read_first

Placed = tuple[int, OrderDraft]
"""A draft and its index in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The result of an import: orders added, orders changed, and changes that wait."""

    added: tuple[Family, ...] = ()
    amended: int = 0
    proposed: int = 0


def import_orders(
    store: Store, principal: Principal, text: str, partner: str = "", *, update: str | None = None
) -> Imported:
    """Stores every order of a file, or none and raises `CsvFaults`.

    `partner` is the handle of the other partner, for files without a column for it. `update` is the
    reason given for changing existing orders; without it an existing order is a fault.
    """
    sheet = OrderSheet(principal, partner)
    drafts = list(enumerate(sheet.read(text)))
    known = _known(store, principal, [draft for _, draft in drafts]) if update is not None else {}
    new = [each for each in drafts if _key(each[1]) not in known]
    added = _added(store, principal, sheet, new)
    amended, proposed = 0, 0
    for place, draft in drafts:
        family = known.get(_key(draft))
        if family is None or sheet.faults:
            continue
        try:
            waits = _amended(store, principal, family, (draft, update or ""))
            amended, proposed = amended + (waits is False), proposed + (waits is True)
        except RequestFault as fault:
            path = f"orders[{place}].{fault.path or 'number'}"
            sheet.faults.append(sheet.placed(path, fault.code, fault.message))
    if sheet.faults:
        raise CsvFaults(tuple(sorted(sheet.faults, key=lambda fault: fault.line)))
    return Imported(added=added, amended=amended, proposed=proposed)


def read_charges(
    store: Store, principal: Principal, text: str, partner: str, gateways: Gateways
) -> None:
    """Reads the charges that paid the orders of a file at the gateway, before they are imported.

    Raises `CsvFaults`.
    """
    sheet = OrderSheet(principal, partner)
    drafts = sheet.read(text)
    try:
        read_first(store, gateways, of_drafts(store, principal, drafts))
    except RequestFault as fault:
        raise CsvFaults((sheet.placed(fault.path, fault.code, fault.message),)) from None


def _key(draft: OrderDraft) -> tuple[str, str, str]:
    return draft.number, draft.supplier, draft.retailer


def _known(
    store: Store, principal: Principal, drafts: Sequence[OrderDraft]
) -> dict[tuple[str, str, str], Family]:
    found = store.orders.numbered(principal, {draft.number[:60] for draft in drafts})
    return {
        (each.order.number, each.order.supplier.handle, each.order.retailer.handle): each
        for each in found
        if each.order.standing is not Standing.DECLINED
    }


def _added(
    store: Store, principal: Principal, sheet: OrderSheet, new: Sequence[Placed]
) -> tuple[Family, ...]:
    try:
        return add_orders(store, principal, [draft for _, draft in new])
    except OrderFaults as error:
        places = [place for place, _ in new]
        for each in error.faults:
            path = re.sub(r"\d+", lambda found: str(places[int(found[0])]), each.path, count=1)
            sheet.faults.append(sheet.placed(path, each.code, each.message))
    return ()


def _amended(
    store: Store, principal: Principal, family: Family, said: tuple[OrderDraft, str]
) -> bool | None:
    """Returns whether the change waits for the supplier, or None if nothing differs."""
    draft, why = said
    waits: bool | None = None
    change = change_of(draft, family)
    if change is not None:
        known = store.amendments.waiting(family.order.id, change)
        made = known or update_order(store, principal, family.order.id, change, why)
        waits = made is not None
    if draft.paid is not None:
        paid = store.payments.of_order(family.order.id, family.order.supplier.id)
        if not any(each.ways == draft.paid.ways for each in paid):
            paid_ = say_paid(store, principal, family, paid_change(draft.paid))
            waits = bool(waits) or isinstance(paid_, Amendment)
        elif all(each.amount.minor != draft.paid.amount for each in paid):
            raise RequestFault("not_amendable", "Another amount is on record.", "payment")
    return waits
