"""A supplier declares its goods, and what it declared decides with its policy."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import PolicyFaults
from engine.policy.editions import PolicyFile
from services.goods.words import MOST_NOTES
from tests.api.conftest import Caller, Served, refused

POLICY = """
policy: globex/sale
version: 1
title: Sale
effective: {from: 2020-01-01}
applies_by: ordered
currency: USD
for: {category: [sale]}
window: {days: 30, counted_from: delivered}
eligibility:
  rows:
    - {id: E-FINAL, when: {tags: {has: final_sale}}, answer: refuse, code: final_sale}
tests:
  cases:
    - name: final is final
      given: {ordered: 2024-05-01, delivered: 2024-05-02, requested: 2024-05-03, tags: [final_sale]}
      expect: {answer: refuse}
"""


def put(caller: Caller, **said: Any) -> dict[str, Any]:
    return caller.ask("PutProducts", input=said)["putProducts"]


def test_declared_facts_choose_the_policy_and_decide(served: Served) -> None:
    globex, southgate = served.callers["globex"], served.callers["southgate"]
    facts = [{"name": "category", "value": "sale"}, {"name": "tags", "value": ["final_sale"]}]
    place = {"handle": "annex", "name": "Annex", "lines": ["2 Dock Road"], "country": "CA"}

    answer = put(
        globex,
        products=[{"sku": "MUG-1", "title": "Mug", "facts": facts}],
        locations=[place],
    )
    globex.ask("PublishPolicy", input={"yaml": POLICY, "idempotencyKey": "sale"})
    line = {"number": "1", "sku": "MUG-1", "quantity": 1, "unitPrice": 900, "location": "annex"}
    order = {
        "number": "S-MUG",
        "partner": "globex",
        "currency": "USD",
        "dates": [{"name": "ordered", "on": "2025-05-01"}],
        "lines": [line],
    }
    southgate.ask("AddOrders", input={"orders": [order], "idempotencyKey": "mug"})
    found = southgate.eligible(order="S-MUG")

    assert answer == {"__typename": "ProductsPut", "products": 1, "locations": 1, "notes": []}
    assert (found["answer"], found["code"]) == ("REFUSE", "final_sale")
    assert found["edition"]["policy"] == "globex/sale"


def test_goods_are_kept_although_a_published_policy_cannot_be_read(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: object) -> PolicyFile:
        raise PolicyFaults(())

    globex = served.callers["globex"]
    globex.ask("PublishPolicy", input={"yaml": POLICY, "idempotencyKey": "sale"})
    facts = [{"name": f"own_{at}", "value": "x"} for at in range(MOST_NOTES + 3)]
    monkeypatch.setattr(served.parts.library, "file", unreadable)

    answer = put(globex, products=[{"sku": "MUG-1", "title": "Mug", "facts": facts}])

    assert (answer["products"], len(answer["notes"])) == (1, MOST_NOTES + 1)
    assert answer["notes"][0] == "`own_0` of `MUG-1` is a fact of no published policy."
    assert answer["notes"][-1] == "There are 3 more notes like these."


def test_the_goods_of_another_stay_as_they_are(served: Served) -> None:
    put(served.callers["globex"], products=[{"sku": "LAMP-1", "title": "Another lamp"}])
    query = '{ orders(number: "N-1") { nodes { lines { product { title } } } } }'

    (order,) = served.callers["acme"].ask(query)["orders"]["nodes"]

    assert order["lines"][0]["product"]["title"] == "Lamp"


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"products": [{"sku": "", "title": "x"}]}, "input.products[0].sku"),
        ({"products": [{"sku": "x", "title": ""}]}, "input.products[0].title"),
        ({"products": [{"sku": "x", "title": "\u00a0 "}]}, "input.products[0].title"),
        (
            {"locations": [{"handle": "a", "name": " ", "lines": ["x"], "country": "US"}]},
            "input.locations[0].name",
        ),
        (
            {"products": [{"sku": "x", "title": "x", "facts": [{"name": "a", "value": [1]}]}]},
            "input.products[0].facts",
        ),
        ({"products": [{"sku": "x", "title": "x"}] * 501}, "input.products"),
        (
            {"locations": [{"handle": "A b", "name": "x", "lines": ["x"], "country": "US"}]},
            "input.locations[0].handle",
        ),
        (
            {"locations": [{"handle": "a", "name": "x", "lines": [], "country": "US"}]},
            "input.locations[0].lines",
        ),
        (
            {"locations": [{"handle": "a", "name": "x", "lines": ["x"], "country": "usa"}]},
            "input.locations[0].country",
        ),
    ],
)
def test_wrong_goods_are_a_named_problem(acme: Caller, said: dict[str, Any], path: str) -> None:
    answer = put(acme, **said)

    assert (answer["__typename"], answer["path"]) == ("InputProblem", path)


def test_only_suppliers_declare_goods(served: Served) -> None:
    for caller in ("northwind", "acme support"):
        answer = served.callers[caller].answer("PutProducts", input={})
        assert refused(answer) == "not_allowed"
