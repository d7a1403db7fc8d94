"""Stock moves: goods wait in quarantine until graded; only what is resellable becomes available."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from engine.returns.units import Disposition


class Bucket(StrEnum):
    """Where units count: available to partners, or set apart until they are inspected."""

    AVAILABLE = "available"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMove:
    """A change of one SKU at one location; `cause` is unique, so that it happens once."""

    sku: str
    location: str
    bucket: Bucket
    delta: int
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A supplier's own count of one SKU at one location, whatever was recorded before."""

    sku: str
    location: str
    quantity: int
    cause: str


def on_receipt(receipt_line: str, sku: str, location: str, units: int) -> tuple[StockMove, ...]:
    """Puts the units that arrived into quarantine."""
    return (_move(sku, location, Bucket.QUARANTINE, units, f"receipt:{receipt_line}"),)


def on_inspection(
    inspection: str, sku: str, location: str, units: int, disposition: Disposition
) -> tuple[StockMove, ...]:
    """Takes graded units out of quarantine, and makes them available only if they are restocked."""
    cause = f"inspection:{inspection}"
    out = _move(sku, location, Bucket.QUARANTINE, -units, f"{cause}:out")
    if disposition is not Disposition.RESTOCK:
        return (out,)
    return (out, _move(sku, location, Bucket.AVAILABLE, units, f"{cause}:in"))


def undone(moves: tuple[StockMove, ...]) -> tuple[StockMove, ...]:
    """Returns the moves that reverse the given moves, the last of them first."""
    return tuple(
        replace(each, delta=-each.delta, cause=f"undone:{each.cause}") for each in reversed(moves)
    )


def _move(sku: str, location: str, bucket: Bucket, delta: int, cause: str) -> StockMove:
    return StockMove(sku=sku, location=location, bucket=bucket, delta=delta, cause=cause)
