"""Signing in and out, and one's sessions."""

from __future__ import annotations

from dashboard.account.views import ROUTES
from dashboard.areas import Area

AREA = Area(routes=ROUTES)
