"""What the places that policies name ask of a supplier: an address, or nothing.

Knows no addresses.
"""

from __future__ import annotations

from typing import Final

SHIPPED_FROM: Final = frozenset({None, "", "supplier_warehouse"})
"""Words for the place that goods were shipped from; nothing said is one of them."""
ELSEWHERE: Final = frozenset(
    (
        *("platform_warehouse", "retailer_fulfilment_center", "retailer_location"),
        *("store_of_purchase", "store_of_return"),
    )
)
"""Places that whoever sends the goods knows without their supplier."""
_COUNTRY: Final = "country "


def country_of(place: str) -> str:
    """The country that stands for any place there, as `country IE`; empty for another word."""
    return place.removeprefix(_COUNTRY) if place.startswith(_COUNTRY) else ""


def needs_address(place: str) -> bool:
    """Whether the supplier has to declare a place before anybody can send goods there."""
    return place not in ELSEWHERE
