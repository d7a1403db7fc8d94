"""Receiving at a dock: finding arrived goods by a scanned code, counting and inspecting them."""

from __future__ import annotations

from dashboard.areas import Area
from dashboard.dock import inspecting, parcels, views

AREA = Area(
    routes=(*views.ROUTES, *parcels.ROUTES, *views.RETURN_ROUTES, *inspecting.ROUTES),
    title="Dock",
    home="/dock",
    order=15,
    scope="HANDLE_RETURNS",
    also=("READ_RETURNS",),
)
