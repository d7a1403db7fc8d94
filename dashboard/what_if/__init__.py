"""What if: the decision of an order line with other facts; nothing is stored."""

from __future__ import annotations

from dashboard.areas import Area
from dashboard.what_if.views import ROUTES

AREA = Area(routes=ROUTES, needs={"what_if": ("ASK", "READ_ORDERS")})
