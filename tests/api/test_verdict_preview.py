"""What a person's word would pay is what it pays, and to look at it changes nothing."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from engine.money import Money
from services.orders.adding import add_orders
from tests.api.conftest import Caller, Served, order, pay

_NUMBERS = count()
PREVIEW = """query($input: VerdictPreviewInput!) { done: verdictPreview(input: $input) {
  ... on VerdictPreview {
    overrides state sentence
    shares { line owedBefore { amount } owedAfter { amount } outcome { answer remedy } }
    movements { way state amount { amount } }
  }
  ... on Problem { code message path } } }"""
ORDER = "query($id: ID!) { node(id: $id) { ... on Return { order { number } } } }"
STANDS = """query($id: ID!) { node(id: $id) { ... on Return {
  state history { step } inspections { id }
  lines { id owed { amount } outcome { answer } settlements { way state amount { amount } } } } }
  journalEntries(first: 1) { totalCount } }"""


def sent(caller: Caller, operation: str, **said: Any) -> dict[str, Any]:
    """The result of a mutation."""
    field = operation[0].lower() + operation[1:]
    asked = {"idempotencyKey": f"foretelling {next(_NUMBERS)}", **said}
    result: dict[str, Any] = caller.ask(operation, input=asked)[field]
    return result


def requested(served: Served, northwind: Caller, condition: str = "new_unused") -> dict[str, Any]:
    """A return of two lamps."""
    number, store = f"VP-{next(_NUMBERS)}", served.parts.store
    with store.session():
        partner = store.partners.by_handle("northwind")
        assert partner is not None
        add_orders(store, store.partners.acting(partner), [order(number, "acme", "northwind")])
    said = {"quantity": 2, "reason": "change_of_mind", "condition": condition}
    line = {"order": number, "line": "1", **said}
    found: dict[str, Any] = sent(northwind, "RequestReturn", lines=[line])["returns"][0]
    return found


@pytest.fixture
def inspected(served: Served, northwind: Caller, acme: Caller) -> str:
    """The id of a return whose goods came and were looked at."""
    return looked_at(acme, requested(served, northwind))


def looked_at(acme: Caller, made: dict[str, Any]) -> str:
    back = {"return": made["id"]}
    units = {"line": made["lines"][0]["id"], "units": 2}
    sent(acme, "ReceiveReturn", **back, lines=[units])
    sent(acme, "InspectReturn", **back, lines=[{**units, "disposition": "RESTOCK"}])
    return str(made["id"])


def verdict(caller: Caller, return_: str, **said: Any) -> dict[str, Any]:
    (unit,) = caller.ask(STANDS, id=return_)["node"]["inspections"]
    return {"return": return_, "lines": [{"line": unit["id"], "accept": True, **said}]}


@pytest.mark.parametrize("amount", [0, 100, 250])
def test_what_is_foretold_is_what_is_done_and_nothing_before(
    acme: Caller, inspected: str, amount: int
) -> None:
    said, before = verdict(acme, inspected, amount=amount), acme.ask(STANDS, id=inspected)

    seen = acme.ask(PREVIEW, input=said)["done"]
    assert acme.ask(STANDS, id=inspected) == before
    assert seen["overrides"]
    sent(acme, "OverrideReturn", **said, why="scratched")

    after = acme.ask(STANDS, id=inspected)["node"]
    (share,), (line,) = seen["shares"], after["lines"]
    assert share["owedBefore"] == before["node"]["lines"][0]["owed"]
    assert share["owedAfter"] == line["owed"]
    assert seen["state"] == after["state"]
    assert all(each in line["settlements"] for each in seen["movements"])


def test_what_would_be_refused_is_refused_with_the_same_words(acme: Caller, inspected: str) -> None:
    said = verdict(acme, inspected, amount=10_000_000)

    seen = acme.ask(PREVIEW, input=said)["done"]
    done = sent(acme, "OverrideReturn", **said, why="too kind")

    assert seen["code"] == "over_ceiling"
    assert (seen["code"], seen["message"], seen["path"]) == (
        done["code"],
        done["message"],
        done["path"],
    )


def test_a_retailer_foretells_nothing_and_a_strangers_return_is_not_there(
    served: Served, northwind: Caller, acme: Caller, inspected: str
) -> None:
    said = {"return": inspected, "lines": [{"line": inspected, "accept": True}]}
    assert northwind.ask(PREVIEW, input=said)["done"]["code"] == "not_allowed"
    missing = {**said, "return": said["return"][:-4]}

    assert acme.ask(PREVIEW, input=missing)["done"]["code"] == "not_found"


def test_what_would_wait_for_a_person_is_not_foretold_as_paid(
    served: Served, northwind: Caller, acme: Caller
) -> None:
    made = requested(served, northwind)
    pay(served, acme.ask(ORDER, id=made["id"])["node"]["order"]["number"], Money(100, "USD"))
    said = verdict(acme, looked_at(acme, made), amount=7_000)

    seen = acme.ask(PREVIEW, input=said)["done"]

    assert [each["state"] for each in seen["movements"]] == ["NEEDS_ATTENTION"]
    assert seen["sentence"] == (
        "USD 80.00 is owed less, and withdrawn or claimed back; USD 70.00 would wait for a person: "
        "USD 70.00 is to go back and USD 1.00 of the payment is left."
    )


def test_what_claims_take_is_not_foretold_as_paid(acme: Caller, inspected: str) -> None:
    (line,) = acme.ask(STANDS, id=inspected)["node"]["lines"]
    sent(acme, "OverrideReturn", **verdict(acme, inspected, amount=0), why="broken")

    seen = acme.ask(PREVIEW, input=verdict(acme, inspected, amount=2_000))["done"]

    assert line["owed"]["amount"] == "80.00"
    assert seen["movements"] == []
    assert seen["sentence"] == "USD 20.00 is taken off what is claimed back."
