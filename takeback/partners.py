"""Adds partners, joins them and issues keys, for operators.

Each call opens the store named by the settings and closes it again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from adapters.identity.principal import Kind, Role
from adapters.store.database import Store, open_store
from adapters.store.records import Partner, Partnership, Telling
from engine.errors import RequestFault
from engine.policy.faults import nearest
from services.orders import permitting
from takeback.settings import Settings


def add_partner(settings: Settings, handle: str, name: str, kind: Kind) -> Partner:
    """Adds a supplier or retailer; returns the existing one if it is the same."""
    with opened(settings) as store:
        return store.partners.add(handle, name, kind)


def join_partners(
    settings: Settings, supplier: str, retailer: str, programme: str = ""
) -> Partnership:
    """Joins partners, so that the retailer sees the policies and both may add orders."""
    with opened(settings) as store:
        return store.partnerships.join(
            known(store, supplier, Kind.SUPPLIER),
            known(store, retailer, Kind.RETAILER),
            programme,
        )


def let_tell(
    settings: Settings, supplier: str, retailer: str, words: Collection[Telling]
) -> Partnership:
    """Sets, for a supplier, what a retailer may state about orders without confirmation."""
    with opened(settings) as store:
        owner = known(store, supplier, Kind.SUPPLIER)
        joined = store.partnerships.between(owner.id, known(store, retailer, Kind.RETAILER).id)
        if joined is None:
            said = f"`{supplier}` and `{retailer}` are not joined; `takeback partner join` does so."
            raise RequestFault("not_found", said)
        return permitting.let_tell(store, store.partners.acting(owner), joined.id, words)


def issue_key(settings: Settings, handle: str, role: Role | None = None) -> str:
    """Issues an API key, to be shown once; its default role is the kind of the partner."""
    with opened(settings) as store:
        partner = known(store, handle)
        return store.partners.issue_key(partner, role or Role(partner.kind.value))


def revoke_key(settings: Settings, key_id: str) -> bool:
    """Revokes a key by its public part; returns whether a valid one existed."""
    with opened(settings) as store:
        return store.partners.revoke_key(key_id)


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """Opens the store in one session, whose changes are committed together or not at all."""
    store = open_store(settings.database)
    try:
        with store.session(), store.atomic():
            yield store
    finally:
        store.close()


def known(store: Store, handle: str, kind: Kind | None = None) -> Partner:
    """Returns a partner by its handle; raises `RequestFault` `unknown_partner`."""
    found = store.partners.by_handle(handle)
    if found is None or kind not in (None, found.kind):
        said = f"There is no {kind or 'partner'} `{handle[:60]}`; add it first."
        hint = nearest(handle, store.partners.known(kind))
        raise RequestFault("unknown_partner", f"{said}{hint}")
    return found
