"""Signing in and out, and the user's own sessions."""

from __future__ import annotations

from dashboard.account.views import ROUTES
from dashboard.areas import Area

AREA = Area(routes=ROUTES)
