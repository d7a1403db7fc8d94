"""Settlements, credit, claims, and the gateway that moves the money."""

from __future__ import annotations

from dashboard.areas import Area
from dashboard.payments import account, claims, credit, settlements

ROUTES = (*credit.ROUTES, *claims.ROUTES, *account.ROUTES, *settlements.ROUTES)

AREA = Area(
    routes=ROUTES,
    title="Payments",
    home="/payments",
    order=60,
    scope="READ_MONEY",
    also=("READ_ORDERS",),
)
