"""Immutable records of stock that outlive the session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import Struct

from adapters.store.timestamps import given_back
from engine.stock.moves import Bucket


class Moved(Struct, frozen=True, kw_only=True, gc=False):
    """A change of stock that was made; `after` is the quantity of its bucket after it."""

    sku: str
    location: str
    bucket: Bucket
    delta: int
    after: int
    cause: str
    at: datetime
    actor: str

    @property
    def told(self) -> dict[str, object]:
        """The fields of a move in the journal."""
        names = ("sku", "location", "bucket", "delta", "after", "cause")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The stock of a SKU at one location, given by its handle."""

    location: str
    available: int
    quarantine: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockItem:
    """The stock of a SKU; it is shared with partners once it was `counted`.

    `changed_at` is None before its first move.
    """

    sku: str
    title: str
    available: int
    quarantine: int
    sequence: int
    counted: bool
    changed_at: datetime | None
    places: tuple[Place, ...]


def moved(row: Any) -> Moved:
    """Reads an entity, inside a session."""
    return Moved(
        sku=row.product.sku,
        location=row.location.handle,
        bucket=Bucket(row.bucket),
        delta=row.delta,
        after=row.after,
        cause=row.cause,
        at=given_back(row.at),
        actor=row.actor,
    )


def item(row: Any) -> StockItem:
    """Reads an entity of stock, inside a session."""
    found: dict[str, dict[str, int]] = {}
    for level in row.product.levels:
        found.setdefault(level.location.handle, {})[level.bucket] = level.quantity
    places = tuple(
        Place(
            location=handle,
            available=buckets.get(Bucket.AVAILABLE, 0),
            quarantine=buckets.get(Bucket.QUARANTINE, 0),
        )
        for handle, buckets in sorted(found.items())
    )
    return StockItem(
        sku=row.product.sku,
        title=row.product.title,
        available=row.available,
        quarantine=sum(place.quarantine for place in places),
        sequence=row.sequence,
        counted=row.counted,
        changed_at=given_back(row.changed_at),
        places=places,
    )


def untouched(product: Any) -> StockItem:
    """The stock of a product that was never moved or counted, from the product's entity."""
    return StockItem(
        sku=product.sku,
        title=product.title,
        available=0,
        quarantine=0,
        sequence=0,
        counted=False,
        changed_at=None,
        places=(),
    )
