"""A supplier sets which statements of a retailer about orders count without confirmation."""

from __future__ import annotations

from collections.abc import Collection

from adapters.identity.principal import Principal
from adapters.store.database import Store
from adapters.store.journal.kinds import Sides
from adapters.store.records import Partnership, Telling
from engine.errors import RequestFault


def let_tell(store: Store, principal: Principal, key: str, may: Collection[Telling]) -> Partnership:
    """Returns the updated partnership; orders that wait for confirmation continue to wait."""
    found = store.partnerships.let_tell(principal, key, may)
    if found is None:
        raise RequestFault("not_found", "There is no such partnership of yours.", "partnership")
    words = sorted(set(may))
    sides = Sides.between(found.supplier.id, found.retailer.id)
    store.journal.tell(sides, principal.by, found.id, "retailer_may_tell_set", may=words)
    return found
