"""The partners, goods and orders of the demo; dates are relative to today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from adapters.identity.principal import Kind
from adapters.store.drafts import LineDraft, OrderDraft
from adapters.store.records import Location, Product, Telling
from engine.money import Money
from engine.stock.moves import Counted

ACME: Final = "acme-supply"
HEARTH: Final = "hearth-home"
PARTNERS: Final = {
    ACME: ("Acme Supply", Kind.SUPPLIER),
    HEARTH: ("Hearth & Home", Kind.SUPPLIER),
    "northwind": ("Northwind Outfitters", Kind.RETAILER),
    "southgate": ("Southgate Living", Kind.RETAILER),
}
RETAILERS_TELL: Final = (Telling.ORDERS, Telling.DELIVERED)
"""What retailers may state about orders without confirmation by the supplier."""
PARTNERSHIPS: Final = ((ACME, "northwind"), (ACME, "southgate"), (HEARTH, "southgate"))

LOCATIONS: Final = {
    ACME: Location(
        handle="supplier_warehouse",
        name="Acme Supply, Returns",
        lines=("400 Harbor Way", "Dock 7", "Oakland, CA 94607"),
        country="US",
    ),
    HEARTH: Location(
        handle="supplier_warehouse",
        name="Hearth & Home, Inbound",
        lines=("12 Mill Road", "Columbus, OH 43215"),
        country="US",
    ),
}
PRODUCTS: Final = {
    ACME: (
        Product(sku="JACKET-M", title="Rain jacket, medium", facts={"category": "apparel"}),
        Product(sku="FLASK-1L", title="Steel flask, 1 l", facts={"category": "kitchen"}),
        Product(sku="TENT-2P", title="Tent for two", facts={"category": "outdoor"}),
    ),
    HEARTH: (
        Product(sku="TABLE-OAK", title="Oak side table", facts={"category": "furniture"}),
        Product(sku="LAMP-GLASS", title="Glass table lamp", facts={"category": "lighting"}),
        Product(
            sku="THROW-RED",
            title="Wool throw, red",
            facts={"category": "textiles", "tags": ["final_sale"]},
        ),
    ),
}


Line = tuple[str, int, int, int]
"""A SKU, its price in cents, the units bought, and the units returned already."""

Ago = tuple[int, int, int | None]
"""Days since it was ordered, shipped and delivered; None: not yet."""

_JACKET: Final = ("JACKET-M", 8900)
_FLASK: Final = ("FLASK-1L", 2450)
_TENT: Final = ("TENT-2P", 19900)

ORDERS: Final[tuple[tuple[str, str, Ago, tuple[Line, ...]], ...]] = (
    (ACME, "northwind", (20, 18, 12), ((*_JACKET, 2, 0), (*_FLASK, 6, 2))),
    (ACME, "northwind", (70, 68, 63), ((*_TENT, 1, 0),)),
    (ACME, "northwind", (3, 1, None), ((*_FLASK, 1, 0),)),
    (ACME, "northwind", (15, 14, 9), ((*_JACKET, 1, 1),)),
    (ACME, "southgate", (25, 24, 19), ((*_TENT, 1, 0),)),
    (
        HEARTH,
        "southgate",
        (18, 16, 10),
        (("TABLE-OAK", 24000, 1, 0), ("LAMP-GLASS", 3900, 2, 0), ("THROW-RED", 5600, 1, 0)),
    ),
)
"""Orders in time, late, not delivered, returned already; and one with furniture and a
final sale.
"""


def counts(supplier: str) -> tuple[Counted, ...]:
    """Returns the stock of each of a supplier's products."""
    place = LOCATIONS[supplier].handle
    return tuple(
        Counted(sku=each.sku, location=place, quantity=40, cause=f"demo:{each.sku}")
        for each in PRODUCTS[supplier]
    )


def orders(today: date) -> tuple[OrderDraft, ...]:
    """Returns the orders relative to today, numbered by day so that a later run has fresh ones."""
    return tuple(
        OrderDraft(
            number=number(today, index),
            supplier=supplier,
            retailer=retailer,
            currency="USD",
            country="US",
            channel="online",
            dates=_dates(today, ago),
            lines=[_line(str(place), line) for place, line in enumerate(lines, 1)],
        )
        for index, (supplier, retailer, ago, lines) in enumerate(ORDERS, 1)
    )


def number(today: date, index: int) -> str:
    """Returns the number of one of the demo's orders of a day."""
    return f"R-{today:%m%d}-{index}"


def _dates(today: date, ago: Ago) -> dict[str, str]:
    return {
        name: (today - timedelta(days=days)).isoformat()
        for name, days in zip(("ordered", "shipped", "delivered"), ago, strict=True)
        if days is not None
    }


def _line(place: str, line: Line) -> LineDraft:
    sku, cents, quantity, returned = line
    return LineDraft(
        number=place,
        sku=sku,
        quantity=quantity,
        returned=returned,
        unit_price=Money(cents, "USD"),
        location="supplier_warehouse",
    )
