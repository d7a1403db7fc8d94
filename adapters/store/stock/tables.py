"""Tables of stock, as Pony entities; like those of `adapters.store.tables`."""

# Pony's stubs leave its attributes untyped, and its base class is made at run time.
# mypy: disable-error-code="misc, name-defined, no-untyped-call"

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pony.orm import (
    Database,
    Optional,
    PrimaryKey,
    Required,
    Set,
    composite_index,
)

from adapters.store.tables import refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTables:
    """Every entity class of stock."""

    Stock: Any
    StockLevel: Any
    StockMove: Any
    Channel: Any
    Feed: Any


def define_stock(db: Database) -> StockTables:
    """Defines the entities on `db`; those of goods and partners must be defined before."""
    return StockTables(**_stock(db), **_channels(db))


def _stock(db: Database) -> dict[str, Any]:
    class Stock(db.Entity):
        _table_ = "stock"
        product = PrimaryKey("Product")
        available = Required(int, size=64, default=0)
        sequence = Required(int, size=64, default=0)
        counted = Required(bool, default=False)
        changed_at = Required(datetime)

    class StockLevel(db.Entity):
        _table_ = "stock_level"
        product = Required("Product")
        location = Required("Location")
        bucket = Required(str)
        quantity = Required(int, size=64, default=0)
        PrimaryKey(product, location, bucket)

    class StockMove(db.Entity):
        _table_ = "stock_move"
        supplier = Required(str)
        cause = Required(str, autostrip=False)
        product = Required("Product")
        location = Required("Location")
        bucket = Required(str)
        delta = Required(int, size=64)
        after = Required(int, size=64)
        at = Required(datetime)
        actor = Required(str)
        PrimaryKey(supplier, cause)

        def before_update(self) -> None:
            refuse(self)

        def before_delete(self) -> None:
            refuse(self)

    return {"Stock": Stock, "StockLevel": StockLevel, "StockMove": StockMove}


def _channels(db: Database) -> dict[str, Any]:
    class Channel(db.Entity):
        _table_ = "channel"
        id = PrimaryKey(str)
        partnership = Required("Partnership", unique=True)
        kind = Required(str)
        address = Optional(str, 2_000, autostrip=False)
        secret = Optional(str, autostrip=False)
        fingerprint = Optional(str, autostrip=False)
        old_secret = Optional(str, autostrip=False)
        old_until = Optional(datetime)
        buffer = Required(int, default=0)
        paused_at = Optional(datetime)
        stopped_at = Optional(datetime)
        slow_until = Optional(datetime)
        failures = Required(int, default=0)
        error = Optional(str)
        error_since = Optional(datetime)
        succeeded_at = Optional(datetime)
        snapshot_due = Required(datetime, index=True)
        owner = Optional(str)
        leased_until = Optional(datetime)
        served_at = Required(datetime)
        feeds = Set("Feed")

    class Feed(db.Entity):
        _table_ = "feed"
        channel = Required(Channel)
        product = Required("Product")
        buffer = Optional(int)
        want = Required(int, size=64, default=0)
        sent = Required(int, size=64, default=0)
        acked = Required(int, size=64, default=0)
        acked_available = Optional(int, size=64)
        generation = Required(int, default=0)
        attempts = Required(int, default=0)
        due = Optional(datetime)
        behind_since = Optional(datetime)
        parked = Optional(str)
        error = Optional(str)
        error_since = Optional(datetime)
        reported = Optional(int, size=64)
        reported_at = Optional(datetime)
        PrimaryKey(channel, product)
        composite_index(channel, due)

    return {"Channel": Channel, "Feed": Feed}
