"""Orders: their lines, their returns, and their refunds."""

from __future__ import annotations

from dashboard.areas import Area
from dashboard.orders import opening, placing, proposals, prospects, refunding, views

AREA = Area(
    routes=(
        *proposals.ROUTES,
        *prospects.ROUTES,
        *views.ROUTES,
        *placing.ROUTES,
        *opening.ROUTES,
        *refunding.ROUTES,
    ),
    title="Orders",
    home="/orders",
    order=30,
    scope="READ_ORDERS",
    needs={
        "order": ("READ_ORDERS",),
        "order_return": ("READ_ORDERS", "REQUEST_RETURNS"),
        "order_refund": ("READ_ORDERS", "REFUND_ORDERS"),
        "proposals": ("READ_ORDERS",),
        "prospects": ("ASK",),
    },
)
"""Fixed paths precede those that contain an order."""
