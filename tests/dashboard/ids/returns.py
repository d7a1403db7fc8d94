"""Which return each partner opens in tests, with its photo."""

from __future__ import annotations

from typing import Any

QUERY = """{ returns(first: 1, sort: OLDEST, filter: {sku: "%s"}) {
  nodes { number documents { id } } } }"""


def ids(ask: Any, handle: str) -> dict[str, str]:
    """`number`, of the table for hearth-home and of the tent for the others; a step of it."""
    sku = "TABLE-OAK" if handle == "hearth-home" else "TENT-2P"
    (found,) = ask(QUERY % sku)["returns"]["nodes"]
    (photo,) = found["documents"]
    return {"number": found["number"], "document": photo["id"], "step": "close"}
