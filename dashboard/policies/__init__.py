"""Policies: the editions in force, history, editions in plain words, and drafts of the next one."""

from __future__ import annotations

from dashboard.areas import Area
from dashboard.policies import comparing, drafting, publishing, views

ROUTES = (*views.ROUTES, *drafting.ROUTES, *publishing.ROUTES, *comparing.ROUTES)
AREA = Area(routes=ROUTES, title="Policies", home="/policies", order=40, scope="READ_POLICIES")
