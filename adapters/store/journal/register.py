"""The register of all kinds of entries; a new kind is one more record in one of these lists."""

from __future__ import annotations

from typing import Final

from adapters.store.journal.kinds import EntryKind
from adapters.store.journal.of_goods_back import PARCELS, RETURNS, STOCK
from adapters.store.journal.of_money import CLAIMS, CREDITS, GATEWAYS, ORDERS, PAYMENTS, SETTLEMENTS
from adapters.store.journal.of_partners import GOODS, PARTNERS, POLICIES

_LISTS: Final = (
    PARTNERS,
    POLICIES,
    GOODS,
    ORDERS,
    PAYMENTS,
    SETTLEMENTS,
    CLAIMS,
    CREDITS,
    GATEWAYS,
    RETURNS,
    PARCELS,
    STOCK,
)
KINDS: Final[dict[str, EntryKind]] = {each.name: each for many in _LISTS for each in many}
"""Kinds by name, in the order of the guide."""
