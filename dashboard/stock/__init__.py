"""Stock by SKU and location, and the channels that tell partners what may be sold."""

from __future__ import annotations

from dashboard.areas import Area
from dashboard.stock import channels, knowing, levels, opening, placing

ROUTES = (*placing.ROUTES, *opening.ROUTES, *channels.ROUTES, *levels.ROUTES, *knowing.ROUTES)

AREA = Area(
    routes=ROUTES,
    title="Stock",
    home="/stock",
    order=70,
    scope="READ_STOCK",
    needs={
        "sku": ("READ_STOCK",),
        "channels": ("READ_STOCK",),
        "channel": ("READ_STOCK",),
        "places": ("READ_STOCK",),
    },
)
