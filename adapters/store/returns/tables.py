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

from adapters.store.tables import refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnTables:
    """Every entity class of returns."""

    ConsumerReturn: Any
    Consumer: Any
    ConsumerWord: Any
    SearchKey: Any
    Return: Any
    ReturnLine: Any
    Receipt: Any
    ReceiptLine: Any
    Inspection: Any
    Undone: Any
    ReceivedParcel: Any
    Document: Any


def define_returns(db: Database) -> ReturnTables:
    """The entities of `db`."""
    return ReturnTables(**_returns(db), **_arrivals(db), **_corrected(db), **_documents(db))


def _returns(db: Database) -> dict[str, Any]:
    class ConsumerReturn(db.Entity):
        _table_ = "consumer_return"
        id = PrimaryKey(str)
        retailer = Required(str)
        reference = Optional(str, autostrip=False)
        requested_at = Required(datetime)
        consumer = Optional("Consumer")
        parts = Set("Return")
        composite_index(retailer, requested_at, id)

    class Consumer(db.Entity):
        _table_ = "consumer"
        id = PrimaryKey(str)
        part_of = Required(ConsumerReturn, unique=True)
        sealed = Required(LongStr, lazy=False)
        words = Set("ConsumerWord")

    class ConsumerWord(db.Entity):
        _table_ = "consumer_word"
        word = Required(str)
        consumer = Required(Consumer)
        PrimaryKey(word, consumer)

    class SearchKey(db.Entity):
        _table_ = "search_key"
        retailer = PrimaryKey(str)
        sealed = Required(str)

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
        waits_for = Optional(str)
        requested_at = Required(datetime)
        expires_on = Optional(str)
        wakes_at = Optional(datetime, index=True)
        parcels = Required(Json, default=[])
        events = Required(Json, default={})
        taken = Required(Json, default={})
        waits = Optional(str, 2_000)
        changed_at = Optional(datetime)
        settled_at = Optional(datetime, index=True)
        steps = Required(Json, default=[])
        lines = Set("ReturnLine")
        receipts = Set("Receipt")
        inspections = Set("Inspection")
        documents = Set("Document")
        composite_index(supplier, requested_at, id)
        composite_index(retailer, requested_at, id)
        composite_index(supplier, state, requested_at, id)
        composite_index(retailer, state, requested_at, id)
        composite_index(supplier, retailer, requested_at, id)

    class ReturnLine(db.Entity):
        _table_ = "return_line"
        id = PrimaryKey(str)
        part_of = Required(Return)
        supplier = Required(str)
        retailer = Required(str)
        requested_on = Required(str)
        place = Required(int)
        order_line = Required(str, index=True)
        sku = Required(str, autostrip=False, index=True)
        reason = Optional(str)
        quantity = Required(int)
        reserved = Required(int)
        expected = Required(int)
        received = Required(int, default=0)
        inspected = Required(int, default=0)
        refused = Required(int, default=0)
        worth = Required(int, size=64, default=0)
        currency = Optional(str)
        planned = Required(int, size=64, default=0)
        planned_tax = Required(int, size=64, default=0)
        outbound = Required(int, size=64, default=0)
        value = Required(int, size=64, default=0)
        ever_settled = Required(int, default=0)
        stays = Required(int, size=64, default=0)
        stays_units = Required(int, default=0)
        stays_more = Required(int, size=64, default=0)
        facts = Required(LongStr, lazy=False, autostrip=False)
        told = Required(LongStr, lazy=False, autostrip=False)
        edition = Optional(str)
        digest = Optional(str)
        terms = Required(LongStr, lazy=False, autostrip=False)
        location = Optional(str)
        return_to = Required(Json, default={})
        outcome = Required(Json)
        answer = Required(str)
        inspections = Set("Inspection")
        arrivals = Set("ReceiptLine")
        composite_key(part_of, place)
        _given = (planned, planned_tax, stays_more, value, outbound)
        _summed = (currency, sku, quantity, *_given)
        composite_index(supplier, requested_on, answer, reason, retailer, *_summed)
        composite_index(retailer, requested_on, answer, reason, supplier, *_summed)

        @property
        def counting(self) -> Any:
            """Units that are reserved and not refused; Pony translates this to SQL."""
            return self.reserved - self.refused if self.reserved > self.refused else 0

    for text in (ReturnLine.reason, ReturnLine.currency):
        # Pony treats every optional column in an index as nullable.
        text.nullable, text.default = False, ""

    return {
        "ConsumerReturn": ConsumerReturn,
        "Consumer": Consumer,
        "ConsumerWord": ConsumerWord,
        "SearchKey": SearchKey,
        "Return": Return,
        "ReturnLine": ReturnLine,
    }


def _arrivals(db: Database) -> dict[str, Any]:
    class Receipt(db.Entity):
        _table_ = "return_receipt"
        id = PrimaryKey(str)
        part_of = Optional("Return")
        at = Required(datetime)
        by = Required(str)
        lines = Set("ReceiptLine")
        parcel = Optional("ReceivedParcel")

    class ReceiptLine(db.Entity):
        _table_ = "return_receipt_line"
        id = PrimaryKey(str)
        receipt = Required(Receipt)
        place = Required(int, default=0)
        line = Optional("ReturnLine")
        sku = Required(str, autostrip=False)
        location = Required(str)
        units = Required(int)
        inspected = Required(int, default=0)
        inspections = Set("Inspection")
        undone = Optional("Undone")

    class Inspection(db.Entity):
        _table_ = "return_inspection"
        id = PrimaryKey(str)
        part_of = Optional("Return")
        place = Required(int)
        line = Optional("ReturnLine")
        arrival = Optional(ReceiptLine)
        units = Required(int)
        disposition = Required(str)
        found = Required(Json, default={})
        outcome = Required(Json, default={})
        at = Required(datetime)
        by = Required(str)
        undone = Optional("Undone")

    return {"Receipt": Receipt, "ReceiptLine": ReceiptLine, "Inspection": Inspection}


def _corrected(db: Database) -> dict[str, Any]:
    class Undone(db.Entity):
        _table_ = "return_undone"
        id = PrimaryKey(str)
        at = Required(datetime)
        by = Required(str)
        why = Required(str, 2_000, autostrip=False)
        arrivals = Set("ReceiptLine")
        inspections = Set("Inspection")

        def before_update(self) -> None:
            refuse(self)

        def before_delete(self) -> None:
            refuse(self)

    class ReceivedParcel(db.Entity):
        _table_ = "received_parcel"
        id = PrimaryKey(str)
        supplier = Required(str)
        receipt = Required("Receipt", unique=True)
        note = Optional(str, 2_000, autostrip=False)
        tracking = Optional(str, autostrip=False)
        at = Required(datetime)
        tied_to = Optional(str)
        tied_at = Optional(datetime)
        tied_by = Optional(str)
        composite_index(supplier, at, id)

    return {"Undone": Undone, "ReceivedParcel": ReceivedParcel}


def _documents(db: Database) -> dict[str, Any]:
    class Document(db.Entity):
        _table_ = "return_document"
        id = PrimaryKey(str)
        part_of = Required("Return")
        line = Optional(str)
        sender = Required(str)
        by = Required(str)
        name = Optional(str, autostrip=False)
        kind = Required(str)
        size = Required(int)
        sha256 = Optional(str)
        state = Required(str)
        at = Required(datetime)
        composite_index(part_of, at)
        composite_index(state, at)

    return {"Document": Document}
