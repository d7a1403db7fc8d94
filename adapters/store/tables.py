"""The tables as Pony entities; they hold data and check no permissions.

Entities belong to one database object, so they are defined by a call and reached through `Tables`.
They never leave this package: callers get the records of `records.py`. Pony strips texts unless
told otherwise, but stored texts must come back unchanged.
"""

# Pony's stubs leave its attributes untyped, and its base class is made at run time.
# mypy: disable-error-code="misc, name-defined, no-untyped-call"

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NoReturn

from pony import orm
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

from adapters.store.timestamps import NO_DAY, NO_LAST_DAY

select: Final[Callable[..., Any]] = orm.select
desc: Final[Callable[..., Any]] = orm.desc
raw_sql: Final[Callable[..., Any]] = orm.raw_sql
count: Final[Callable[..., Any]] = orm.count
minimum: Final[Callable[..., Any]] = orm.min
exists: Final[Callable[..., Any]] = orm.exists
flush: Final[Callable[..., Any]] = orm.flush
"""Pony's functions, with types that its stubs lack; import them from here."""


def locked(query: Any) -> list[Any]:
    """Returns the rows of a query, locked in its order until the session ends.

    `list` of such a query would run it twice: before fetching, once more to count the rows.
    """
    return list(query.for_update()[:])


class Unchangeable(Exception):
    """Raised when something that is written once would be changed or deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Every entity class of one database."""

    Partner: Any
    Partnership: Any
    ApiKey: Any
    Stamp: Any
    Edition: Any
    MeantFor: Any
    Withdrawal: Any
    Product: Any
    Location: Any
    Order: Any
    OrderLine: Any
    Tracked: Any
    OrderRules: Any
    DecisionRecord: Any
    Answered: Any


def define(db: Database) -> Tables:
    """Defines the entities on `db`."""
    return Tables(**_partners(db), **_policies(db), **_goods(db), **_orders(db), **_decisions(db))


def refuse(entity: object) -> NoReturn:
    """Refuses a change of an entity that is written once; raises `Unchangeable`."""
    raise Unchangeable(f"`{entity}` is written once; add a new one instead.")


def _partners(db: Database) -> dict[str, Any]:
    class Partner(db.Entity):
        _table_ = "partner"
        id = PrimaryKey(str)
        handle = Required(str, unique=True)
        name = Required(str)
        kind = Required(str)
        sells_through = Set("Partnership", reverse="supplier")
        buys_from = Set("Partnership", reverse="retailer")
        keys = Set("ApiKey")
        editions = Set("Edition")
        meant_for = Set("MeantFor")
        products = Set("Product")
        locations = Set("Location")
        supplied = Set("Order", reverse="supplier")
        sold = Set("Order", reverse="retailer")

    class Partnership(db.Entity):
        _table_ = "partnership"
        id = PrimaryKey(str)
        supplier = Required(Partner, reverse="sells_through")
        retailer = Required(Partner, reverse="buys_from", index=True)
        status = Required(str)
        programme = Optional(str)
        terms = Required(Json, default={})
        retailer_refunds = Required(bool, default=False)
        retailer_may_tell = Required(Json, default=[])
        channel = Optional("Channel", cascade_delete=True)
        composite_key(supplier, retailer)

    class ApiKey(db.Entity):
        _table_ = "api_key"
        id = PrimaryKey(str)
        hash = Required(str)
        partner = Required(Partner)
        role = Required(str)
        issued_at = Required(datetime)
        revoked_at = Optional(datetime)
        name = Optional(str)
        scopes = Optional(str)
        issued_by = Optional(str)

    class Stamp(db.Entity):
        """Changed by triggers only; see `adapters.store.hot_reads.stamps`."""

        _table_ = "stamp"
        about = PrimaryKey(str)
        value = Required(str)

    found = {"Partner": Partner, "Partnership": Partnership, "ApiKey": ApiKey}
    return {**found, "Stamp": Stamp}


def _policies(db: Database) -> dict[str, Any]:
    class Edition(db.Entity):
        _table_ = "edition"
        id = PrimaryKey(str)
        policy = Required(str)
        version = Required(int)
        title = Required(str, 2_000, autostrip=False)
        owner = Required("Partner", index=True)
        text = Required(LongStr, lazy=False, autostrip=False)
        digest = Required(str)
        effective_from = Required(int)
        effective_until = Optional(int)
        applies_by = Required(str)
        time_zone = Required(str)
        currency = Optional(str)
        scope = Required(Json, default=[])
        bases = Required(Json, default=[])
        base_texts = Required(Json, default={})
        language = Required(int)
        published_at = Required(datetime)
        published_by = Required(str)
        withdrawals = Set("Withdrawal")
        composite_key(policy, version)

        def before_update(self) -> None:
            refuse(self)

        def before_delete(self) -> None:
            refuse(self)

    class MeantFor(db.Entity):
        _table_ = "meant_for"
        owner = Required("Partner")
        retailer = Required(str)
        policy = Required(str)
        PrimaryKey(owner, retailer, policy)

    class Withdrawal(db.Entity):
        _table_ = "withdrawal"
        id = PrimaryKey(str)
        edition = Required(Edition)
        number = Required(int)
        first = Optional(int)
        why = Required(str, 2_000, autostrip=False)
        withdrawn_at = Required(datetime)
        withdrawn_by = Required(str)
        composite_key(edition, number)

        def before_update(self) -> None:
            refuse(self)

        def before_delete(self) -> None:
            refuse(self)

    return {"Edition": Edition, "MeantFor": MeantFor, "Withdrawal": Withdrawal}


def _goods(db: Database) -> dict[str, Any]:
    class Product(db.Entity):
        _table_ = "product"
        id = PrimaryKey(int, auto=True)
        supplier = Required("Partner")
        sku = Required(str, autostrip=False)
        title = Required(str, 2_000, autostrip=False)
        facts = Required(Json, default={})
        prices = Required(Json, default={})
        order_lines = Set("OrderLine")
        stock = Optional("Stock", cascade_delete=True)
        levels = Set("StockLevel")
        moves = Set("StockMove")
        feeds = Set("Feed")
        composite_key(supplier, sku)
        composite_index(supplier, id)

    class Location(db.Entity):
        _table_ = "location"
        id = PrimaryKey(int, auto=True)
        supplier = Required("Partner")
        handle = Required(str)
        name = Required(str, autostrip=False)
        lines = Required(Json)
        country = Required(str)
        order_lines = Set("OrderLine")
        levels = Set("StockLevel")
        moves = Set("StockMove")
        composite_key(supplier, handle)

    return {"Product": Product, "Location": Location}


def _orders(db: Database) -> dict[str, Any]:
    class Order(db.Entity):
        _table_ = "purchase"
        id = PrimaryKey(str)
        retailer = Required("Partner", reverse="sold")
        supplier = Required("Partner", reverse="supplied")
        number = Required(str, autostrip=False)
        currency = Required(str)
        dates = Required(Json, default={})
        country = Optional(str)
        channel = Optional(str)
        facts = Required(Json, default={})
        standing = Required(str, default="confirmed")
        waits_for = Required(Json, default=[])
        said_by = Optional(str)
        said_at = Optional(datetime)
        tracking = Required(Json, default=[])
        ordered_on = Required(str, default=NO_DAY)
        revision = Required(int, default=0)
        last_day = Required(str, default=NO_LAST_DAY)
        days_rules = Required(int, default=0)
        days_until = Required(str, default=NO_DAY)
        lines = Set("OrderLine")
        composite_key(retailer, number, supplier)
        composite_index(standing, said_at)
        composite_index(supplier, number)
        composite_index(supplier, ordered_on, id, number)
        composite_index(retailer, ordered_on, id, number)
        composite_index(supplier, standing, ordered_on, id)
        composite_index(retailer, standing, ordered_on, id)
        composite_index(supplier, last_day, id)
        composite_index(retailer, last_day, id)
        composite_index(supplier, retailer, days_rules)
        composite_index(days_until, id)

    class OrderLine(db.Entity):
        _table_ = "purchase_line"
        id = PrimaryKey(str)
        order = Required(Order)
        number = Required(str, autostrip=False)
        product = Required("Product", index=True)
        quantity = Required(int)
        returned = Required(int, default=0)
        cancelled = Required(int, default=0)
        unit_price = Required(int, size=64)
        tax = Required(int, size=64, default=0)
        location = Optional("Location")
        dates = Required(Json, default={})
        facts = Required(Json, default={})
        goods = Required(Json, default={})
        last_day = Required(str, default=NO_LAST_DAY)
        composite_key(order, number)

    class Tracked(db.Entity):
        _table_ = "tracked"
        number = Required(str)
        subject = Required(str, index=True)
        PrimaryKey(number, subject)

    class OrderRules(db.Entity):
        _table_ = "order_rules"
        supplier = Required(str)
        retailer = Required(str)
        version = Required(int, default=0)
        applied = Required(int, default=0)
        PrimaryKey(supplier, retailer)

    return {"Order": Order, "OrderLine": OrderLine, "Tracked": Tracked, "OrderRules": OrderRules}


def _decisions(db: Database) -> dict[str, Any]:
    class DecisionRecord(db.Entity):
        _table_ = "decision"
        id = PrimaryKey(str)
        kind = Required(str, default="line")
        order_line = Required(str)
        retailer = Required(str)
        supplier = Required(str)
        edition = Optional(str)
        edition_digest = Optional(str)
        terms = Required(LongStr, lazy=False, autostrip=False)
        considered = Required(LongStr, lazy=False, autostrip=False)
        whole = Optional(str)
        place = Optional(int)
        versions = Optional(str, 2_000)
        facts = Required(LongStr, lazy=False, autostrip=False)
        told = Required(LongStr, lazy=False, autostrip=False)
        record = Required(LongStr, lazy=False, autostrip=False)
        digest = Required(str)
        decided_at = Required(datetime)
        asked_by = Required(str)
        composite_index(order_line, decided_at)
        composite_index(decided_at, id)
        composite_index(supplier, decided_at, id)
        composite_index(retailer, decided_at, id)

        def before_update(self) -> None:
            refuse(self)

        def before_delete(self) -> None:
            refuse(self)

    class Answered(db.Entity):
        _table_ = "answered"
        tenant = Required(str)
        key = Required(str, autostrip=False)
        operation = Required(str)
        asked = Required(str)
        answer = Required(LongStr, lazy=False, autostrip=False)
        at = Required(datetime)
        PrimaryKey(tenant, key)

    return {"DecisionRecord": DecisionRecord, "Answered": Answered}
