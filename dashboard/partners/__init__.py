"""Partners: partnerships and their terms, invitations, acceptances, and keys."""

from __future__ import annotations

from dashboard.areas import Area, Entry
from dashboard.partners import invitations, keys, terms, views

ROUTES = (*invitations.ROUTES, *keys.ROUTES, *terms.ROUTES, *views.ROUTES)
AREA = Area(
    routes=ROUTES,
    title="Partners",
    home="/partners",
    order=50,
    scope="READ_POLICIES",
    instead=(
        Entry(title="Invitations", home="/partners/invitations", scope="JOIN_PARTNERS"),
        Entry(title="Keys", home="/partners/keys", scope="READ_KEYS"),
    ),
)
"""The key of an invitation sees only the invitation."""
