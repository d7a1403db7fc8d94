"""The start page: what waits, what moved and what came back; and a report of it."""

from __future__ import annotations

from dashboard.areas import Area
from dashboard.overview.views import ROUTES

AREA = Area(
    routes=ROUTES,
    title="Overview",
    home="/overview",
    order=10,
    scope="READ_RETURNS",
    also=("READ_MONEY", "READ_ORDERS", "READ_STOCK"),
)
