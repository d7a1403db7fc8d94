"""Parcels that arrived without a known return, as their supplier sees them."""

from __future__ import annotations

from datetime import datetime

import strawberry

from adapters.store.returns import arrived
from returns_api.context import Info
from returns_api.returns.happened import Arrival, Inspection, arrival, inspection
from returns_api.returns.types import Return, return_
from returns_api.types.described import described
from returns_api.types.ids import Node, NodeKind, encode
from returns_api.types.versions import version_of_parcel


@strawberry.type(description="Goods that arrived and belonged to no known return; for suppliers.")
class ReceivedParcel(Node):
    """Once it is tied to a return, it is one of that return's arrivals."""

    record: strawberry.Private[arrived.ReceivedParcel]
    note: str | None
    """What the packet says, or how it arrived."""
    tracking: str | None
    at: datetime
    """When it arrived, in UTC."""
    by: str
    tied_at: datetime | None
    """When it was tied to a return, in UTC."""
    tied_by: str | None
    """The public part of the key that tied it."""

    @described("What `ifUnchanged` takes: it changes with the parcel and its inspections.")
    def version(self, info: Info) -> str:
        return version_of_parcel(info.context.store, self.record)

    @described("Its units, as counted.")
    def arrivals(self) -> list[Arrival]:
        return [arrival(each) for each in self.record.arrivals]

    @described("Its inspections, in order.")
    def inspections(self, info: Info) -> list[Inspection]:
        found = info.context.store.received_parcels.inspections(self.record.id)
        return [inspection(each) for each in found]

    @described("The return that it was tied to.")
    def tied_to(self, info: Info) -> Return | None:
        key = self.record.tied_to
        store, principal = info.context.store.tenant_returns, info.context.principal
        found = store.visible(principal, key) if key else None
        return return_(found) if found else None


def received_parcel(found: arrived.ReceivedParcel) -> ReceivedParcel:
    """Converts a parcel to the API's type."""
    return ReceivedParcel(
        id=encode(NodeKind.RECEIVED_PARCEL, found.id),
        record=found,
        note=found.note or None,
        tracking=found.tracking or None,
        at=found.at,
        by=found.by,
        tied_at=found.tied_at,
        tied_by=found.tied_by,
    )
