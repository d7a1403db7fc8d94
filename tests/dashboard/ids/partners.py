"""Which partner and key each partner opens in tests."""

from __future__ import annotations

from typing import Any, Final

_PARTNERS: Final = {
    "acme-supply": "northwind",
    "hearth-home": "southgate",
    "southgate": "acme-supply",
}


def ids(ask: Any, handle: str) -> dict[str, str]:
    """A partner that the suppliers do not share, and the first key of one's own."""
    key = ask("{ apiKeys { key } }")["apiKeys"][0]["key"]
    return {"partner": _PARTNERS[handle], "key": key}
