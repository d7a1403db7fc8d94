"""The tables of returns, as Pony entities; like those of `adapters.store.tables`."""

# Pony's stubs leave its attributes untyped, and its base class is made at run time.
# mypy: disable-error-code="misc, name-defined, no-untyped-call"

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pony.orm import (
    Database,
    Json,
    LongStr,
    Optional,
    PrimaryKey,
    Required,
    Set,
    composite_index,
    composite_key,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnTables:
    """Every entity class of returns."""

    ConsumerReturn: Any
    Consumer: Any
    Return: Any
    ReturnLine: Any
    ReturnStep: Any
    Receipt: Any
    ReceiptLine: Any
    Inspection: Any


def define_returns(db: Database) -> ReturnTables:
    """The entities of `db`."""
    return ReturnTables(**_returns(db), **_arrivals(db))


def _returns(db: Database) -> dict[str, Any]:
    class ConsumerReturn(db.Entity):
        _table_ = "consumer_return"
        id = PrimaryKey(str)
        retailer = Required(str)
        reference = Optional(str, autostrip=False)
        requested_at = Required(datetime)
        consumer = Optional("Consumer")
        parts = Set("Return")
        composite_index(retailer, requested_at)

    class Consumer(db.Entity):
        _table_ = "consumer"
        id = PrimaryKey(str)
        part_of = Required(ConsumerReturn, unique=True)
        sealed = Required(LongStr, lazy=False)

    class Return(db.Entity):
        _table_ = "goods_return"
        id = PrimaryKey(str)
        number = Required(str, unique=True)
        part_of = Required(ConsumerReturn)
        supplier = Required(str)
        retailer = Required(str)
        order = Required(str, index=True)
        state = Required(str, index=True)
        held_for = Optional(str, 2_000)
        requested_at = Required(datetime)
        expires_on = Optional(str)
        wakes_at = Optional(datetime, index=True)
        parcels = Required(Json, default=[])
        events = Required(Json, default={})
        lines = Set("ReturnLine")
        steps = Set("ReturnStep")
        receipts = Set("Receipt")
        inspections = Set("Inspection")
        composite_index(supplier, requested_at)
        composite_index(retailer, requested_at)
        composite_index(supplier, retailer, requested_at)

    class ReturnLine(db.Entity):
        _table_ = "return_line"
        id = PrimaryKey(str)
        part_of = Required(Return)
        place = Required(int)
        order_line = Required(str, index=True)
        sku = Required(str, autostrip=False)
        quantity = Required(int)
        reserved = Required(int)
        expected = Required(int)
        received = Required(int, default=0)
        inspected = Required(int, default=0)
        refused = Required(int, default=0)
        worth = Required(int, size=64, default=0)
        currency = Optional(str)
        facts = Required(LongStr, lazy=False, autostrip=False)
        told = Required(LongStr, lazy=False, autostrip=False)
        edition = Optional(str)
        digest = Optional(str)
        terms = Required(LongStr, lazy=False, autostrip=False)
        location = Optional(str)
        return_to = Required(Json, default={})
        outcome = Required(Json)
        inspections = Set("Inspection")
        arrivals = Set("ReceiptLine")
        composite_key(part_of, place)

        @property
        def counting(self) -> Any:
            """Units that it holds and that are not refused; Pony turns it into SQL."""
            return self.reserved - self.refused if self.reserved > self.refused else 0

    class ReturnStep(db.Entity):
        _table_ = "return_step"
        part_of = Required(Return)
        number = Required(int)
        step = Required(str)
        before = Required(str)
        after = Required(str)
        actor = Required(str)
        by = Required(str)
        at = Required(datetime)
        why = Optional(str, 2_000, autostrip=False)
        PrimaryKey(part_of, number)

    return {
        "ConsumerReturn": ConsumerReturn,
        "Consumer": Consumer,
        "Return": Return,
        "ReturnLine": ReturnLine,
        "ReturnStep": ReturnStep,
    }


def _arrivals(db: Database) -> dict[str, Any]:
    class Receipt(db.Entity):
        _table_ = "return_receipt"
        id = PrimaryKey(str)
        part_of = Required("Return")
        at = Required(datetime)
        by = Required(str)
        lines = Set("ReceiptLine")

    class ReceiptLine(db.Entity):
        _table_ = "return_receipt_line"
        id = PrimaryKey(str)
        receipt = Required(Receipt)
        line = Optional("ReturnLine")
        sku = Required(str, autostrip=False)
        location = Required(str)
        units = Required(int)
        inspected = Required(int, default=0)
        inspections = Set("Inspection")

    class Inspection(db.Entity):
        _table_ = "return_inspection"
        id = PrimaryKey(str)
        part_of = Required("Return")
        place = Required(int)
        line = Optional("ReturnLine")
        arrival = Optional(ReceiptLine)
        units = Required(int)
        disposition = Required(str)
        found = Required(Json, default={})
        outcome = Required(Json, default={})
        at = Required(datetime)
        by = Required(str)

    return {"Receipt": Receipt, "ReceiptLine": ReceiptLine, "Inspection": Inspection}
