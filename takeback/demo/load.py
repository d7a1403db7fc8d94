"""Loads the demo's data into a store; existing data stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from adapters.identity.actors import COMMAND_LINE
from adapters.identity.principal import Kind, Role
from adapters.store.database import Store
from adapters.store.publishing import Draft
from adapters.store.records import Partner
from engine.errors import PolicyFaults, RequestFault
from services.orders.adding import add_orders
from takeback.bases import Bases
from takeback.demo import data
from takeback.publishing import published
from takeback.settings import policies_folder

_KEYS: Final = (
    ("northwind", Role.RETAILER),
    ("southgate", Role.RETAILER),
    (data.ACME, Role.SUPPLIER),
    (data.HEARTH, Role.SUPPLIER),
    (data.ACME, Role.SUPPORT),
)


def load(store: Store, today: date) -> dict[tuple[str, Role], str]:
    """Loads everything and issues new keys by partner and role; earlier keys stay valid."""
    with store.session(), store.atomic():
        partners = {
            handle: store.partners.add(handle, name, kind)
            for handle, (name, kind) in data.PARTNERS.items()
        }
        for supplier, retailer in data.PARTNERSHIPS:
            joined = store.partnerships.join(partners[supplier], partners[retailer])
            acting = store.partners.acting(partners[supplier])
            store.partnerships.let_tell(acting, joined.id, data.RETAILERS_TELL)
        for handle, location in data.LOCATIONS.items():
            store.goods.put_location(partners[handle], location)
            store.goods.put(partners[handle], data.PRODUCTS[handle])
            store.stock.count(partners[handle].id, data.counts(handle), COMMAND_LINE)
        for owner, draft in _policies(partners):
            _publish(store, owner, draft)
        _add_orders(store, partners, today)
        return {
            (handle, role): store.partners.issue_key(partners[handle], role)
            for handle, role in _KEYS
        }


def _policies(partners: dict[str, Partner]) -> Iterator[tuple[Partner, Draft]]:
    standard = policies_folder() / "standard.yaml"
    home_goods = Path(__file__).with_name("home_goods.yaml")
    for handle, path in ((data.ACME, standard), (data.HEARTH, home_goods)):
        text = path.read_text(encoding="utf-8")
        yield partners[handle], Draft(text=text, by=COMMAND_LINE, file=str(path))


def _publish(store: Store, owner: Partner, draft: Draft) -> None:
    """Publishes a policy; one that an earlier release published with another text stays."""
    try:
        published(store, owner, draft, Bases((policies_folder(),)))
    except PolicyFaults as found:
        if any(fault.code == "version_order" for fault in found.faults):
            raise _not_its_own(owner) from None
        raise
    except RequestFault as fault:
        if fault.code != "version_taken":
            raise


def _not_its_own(owner: Partner) -> RequestFault:
    return RequestFault(
        "database_not_of_the_demo",
        f"This database has policies of `{owner.handle}` that the demo did not publish, and the "
        "demo needs one of its own: remove or rename its file (`takeback-demo.sqlite` where no "
        "other is named), or name another in `TAKEBACK_DATABASE`, such as "
        "`sqlite:///another.sqlite`. The demo first, then `takeback publish` to it, works.",
    )


def _add_orders(store: Store, partners: dict[str, Partner], today: date) -> None:
    for retailer, partner in partners.items():
        if partner.kind is not Kind.RETAILER:
            continue
        principal = store.partners.acting(partner)
        mine = [draft for draft in data.orders(today) if draft.retailer == retailer]
        known = store.orders.numbered(principal, [draft.number for draft in mine])
        there = {family.order.number for family in known}
        add_orders(store, principal, [draft for draft in mine if draft.number not in there])
