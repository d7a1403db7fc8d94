"""Which settlement and which credit each partner opens in tests; one is made where none is."""

from __future__ import annotations

from typing import Any, Final

ACTS: Final = {"act": "use", "claim": "none", "end": "paid", "currency": "USD"}
_ORDER: Final = '{ orders(first: 1, filter: {partner: "southgate"}) { nodes { id } } }'
_PAIR: Final = """{ partnerships(first: 1, search: "%s") { nodes { id } }
  settlements(first: 1, sort: OLDEST) { nodes { id } } }"""
_PAID: Final = """mutation { addPayment(input: {order: "%s", idempotencyKey: "ids paid", payment: {
  amount: 5000}}) { __typename ... on InputProblem { message } } }"""
_REFUND: Final = """mutation { refundOrder(input: {idempotencyKey: "ids", why: "for tests",
  refund: {order: "%s", amount: 1200}}) { __typename ... on InputProblem { message } } }"""


def ids(ask: Any, handle: str) -> dict[str, str]:
    """`settlement`, `partnership` and `currency`, with words for what may be done."""
    pair = _PAIR % ("acme" if handle == "southgate" else "southgate")
    if not ask(pair)["settlements"]["nodes"]:
        _refunded(ask, ask(_ORDER)["orders"]["nodes"][0]["id"])
    found = ask(pair)
    (settlement,), (pair,) = found["settlements"]["nodes"], found["partnerships"]["nodes"]
    return {"settlement": settlement["id"], "partnership": pair["id"], **ACTS}


def _refunded(ask: Any, order: str) -> None:
    for said in (_PAID % order, _REFUND % order):
        (done,) = ask(said).values()
        assert done["__typename"] != "InputProblem", done
