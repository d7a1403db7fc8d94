"""Converts entities to records, inside a session."""

from __future__ import annotations

from typing import Any

from adapters.identity.principal import Kind
from adapters.store.records import (
    Edition,
    Location,
    Order,
    OrderLine,
    Partner,
    Partnership,
    Product,
    Standing,
    Status,
    Telling,
)
from adapters.store.timestamps import given_back
from engine.money import Money
from engine.policy.model import Effective


def partner(row: Any) -> Partner:
    """Reads a trading partner."""
    return Partner(id=row.id, handle=row.handle, name=row.name, kind=Kind(row.kind))


def partnership(row: Any) -> Partnership:
    """Reads a partnership with both its partners."""
    return Partnership(
        id=row.id,
        supplier=partner(row.supplier),
        retailer=partner(row.retailer),
        status=Status(row.status),
        programme=row.programme,
        terms=row.terms.get_untracked(),
        retailer_refunds=row.retailer_refunds,
        may_tell=frozenset(map(Telling, row.retailer_may_tell)),
    )


def edition(row: Any) -> Edition:
    """Reads an edition with its text."""
    return Edition(
        id=row.id,
        policy=row.policy,
        version=row.version,
        title=row.title,
        owner=partner(row.owner),
        text=row.text,
        digest=row.digest,
        effective=Effective(first=row.effective_from, last=row.effective_until),
        applies_by=row.applies_by,
        scope=tuple((key, tuple(words)) for key, words in row.scope),
        bases=tuple(row.bases),
        base_texts=row.base_texts.get_untracked(),
        language=row.language,
        published_at=given_back(row.published_at),
        published_by=row.published_by,
    )


def order(row: Any) -> Order:
    """Reads an order without its lines."""
    return Order(
        id=row.id,
        number=row.number,
        supplier=partner(row.supplier),
        retailer=partner(row.retailer),
        currency=row.currency,
        dates=row.dates.get_untracked(),
        country=row.country,
        channel=row.channel,
        facts=row.facts.get_untracked(),
        standing=Standing(row.standing),
        waits_for=tuple(row.waits_for),
        said_by=row.said_by,
        said_at=given_back(row.said_at) if row.said_at else None,
        tracking=tuple(row.tracking.get_untracked()),
    )


def order_line(row: Any, of: Order) -> OrderLine:
    """Reads a line of an order that was already read."""
    return OrderLine(
        id=row.id,
        order=of,
        number=row.number,
        product=product(row.product),
        quantity=row.quantity,
        returned=row.returned,
        cancelled=row.cancelled,
        unit_price=Money(row.unit_price, of.currency),
        tax=row.tax,
        location=location(row.location) if row.location else None,
        dates=row.dates.get_untracked(),
        facts=row.facts.get_untracked(),
        told_of_goods=row.goods.get_untracked(),
    )


def product(row: Any) -> Product:
    """Reads a SKU with its declared facts and prices."""
    return Product(
        sku=row.sku,
        title=row.title,
        facts=row.facts.get_untracked(),
        prices=row.prices.get_untracked(),
    )


def location(row: Any) -> Location:
    """Reads a location."""
    return Location(handle=row.handle, name=row.name, lines=tuple(row.lines), country=row.country)
