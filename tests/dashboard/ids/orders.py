"""Which order and which of its lines each partner opens in tests."""

from __future__ import annotations

from typing import Any

QUERY = """{ returns(first: 1, sort: OLDEST, filter: {sku: "%s"}) {
  nodes { order { id lines { id } } } } }"""


def ids(ask: Any, handle: str) -> dict[str, str]:
    """`order` and `line`, of the return that `ids/returns.py` names."""
    sku = "TABLE-OAK" if handle == "hearth-home" else "TENT-2P"
    (found,) = ask(QUERY % sku)["returns"]["nodes"]
    return {"order": found["order"]["id"], "line": found["order"]["lines"][0]["id"]}
