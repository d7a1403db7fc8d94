"""Settlements, account credit, claims, and the gateway that moves the money."""

from __future__ import annotations

from dashboard.areas import Area, Entry
from dashboard.payments import account, claims, credit, settlements

ROUTES = (*credit.ROUTES, *claims.ROUTES, *account.ROUTES, *settlements.ROUTES)

AREA = Area(
    routes=ROUTES,
    title="Payments",
    home="/payments",
    order=60,
    scope="READ_MONEY",
    instead=(
        Entry(title="Gateway", home="/payments/gateway", scope="SET_GATEWAY"),
        Entry(title="Reconciliation", home="/payments/reconciliation", scope="RESOLVE_SETTLEMENTS"),
    ),
    needs={
        **dict.fromkeys(("settlement", "claims", "disputes"), ("READ_MONEY",)),
        **dict.fromkeys(("credit", "credit_statement"), ("READ_MONEY", "READ_POLICIES")),
    },
)
