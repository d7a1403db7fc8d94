"""One search box for everything a caller may name."""

from __future__ import annotations

from dashboard.areas import Area
from dashboard.searching.views import ROUTES

AREA = Area(routes=ROUTES, needs={"search": ("READ_RETURNS", "READ_ORDERS", "READ_STOCK")})
