"""Whatever a key asks for that belongs to another tenant is not found, by whatever way it asks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Served, refused

CALLERS = [
    f"{handle}{role}"
    for handle in ("acme", "northwind", "globex", "southgate")
    for role in ("", " support")
]
SEEN = {
    "order of northwind": {"acme", "northwind"},
    "line of northwind": {"acme", "northwind"},
    "decision of northwind": {"acme", "northwind"},
    "order of southgate": {"globex", "southgate"},
    "line of southgate": {"globex", "southgate"},
    "decision of southgate": {"globex", "southgate"},
    "partnership of acme and northwind": {"acme", "northwind"},
    "partnership of globex and southgate": {"globex", "southgate"},
    "edition of acme": {"acme", "northwind", "southgate"},
    "edition of globex": {"globex", "southgate"},
    "edition of acme for southgate": {"acme", "southgate"},
    "policy of acme": {"acme", "northwind", "southgate"},
    "policy of globex": {"globex", "southgate"},
    "partner acme": {"acme", "northwind", "southgate"},
    "partner globex": {"globex", "southgate"},
    "partner northwind": {"acme", "northwind"},
    "partner southgate": {"acme", "globex", "southgate"},
}
"""Each thing, and the tenants that may see it."""

FOR_ONE = """
policy: acme/southgate
version: 1
title: For one retailer
effective: {from: 2040-01-01}
applies_by: ordered
currency: USD
for: {retailer: [southgate]}
window: {days: 60, counted_from: delivered}
"""


@pytest.fixture(scope="module")
def ids(served: Served) -> dict[str, str]:
    """The id of each thing, as its owner sees it."""
    found: dict[str, str] = {}
    for retailer, number in (("northwind", "N-1"), ("southgate", "S-1")):
        caller = served.callers[retailer]
        (order,) = caller.ask("FindOrder", number=number)["orders"]["nodes"]
        answer = caller.eligible(order=number, line="1")
        found[f"order of {retailer}"] = order["id"]
        found[f"line of {retailer}"] = order["lines"][0]["id"]
        found[f"decision of {retailer}"] = answer["decisionId"]
        me = caller.ask("WhoAmI")["me"]
        found[f"partner {retailer}"] = me["partner"]["id"]
        supplier = me["partnerships"][-1]["supplier"]["handle"]
        found[f"partnership of {supplier} and {retailer}"] = me["partnerships"][-1]["id"]
    published = served.callers["acme"].ask(
        "PublishPolicy", input={"yaml": FOR_ONE, "idempotencyKey": "tenancy"}
    )["publishPolicy"]
    found["edition of acme for southgate"] = published["edition"]["id"]
    for supplier in ("acme", "globex"):
        caller = served.callers[supplier]
        found[f"partner {supplier}"] = caller.ask("WhoAmI")["me"]["partner"]["id"]
        for policy in caller.ask("MyPolicies")["policies"]["nodes"]:
            if policy["name"] == f"{supplier}/standard":
                found[f"policy of {supplier}"] = policy["id"]
                found[f"edition of {supplier}"] = policy["editions"][0]["id"]
    return found


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("thing", SEEN)
def test_a_node_is_found_by_its_tenants_only(
    served: Served, ids: dict[str, str], thing: str, caller: str
) -> None:
    found = served.callers[caller].ask("Find", id=ids[thing])["node"]

    assert (found is not None) == (caller.partition(" ")[0] in SEEN[thing])


@pytest.mark.parametrize("caller", CALLERS)
def test_lines_policies_and_decisions_of_others_are_not_found_by_their_own_doors(
    served: Served, ids: dict[str, str], caller: str
) -> None:
    asking, tenant = served.callers[caller], caller.partition(" ")[0]
    for retailer, number in (("northwind", "N-1"), ("southgate", "S-1")):
        theirs = tenant in SEEN[f"order of {retailer}"]
        ways: list[dict[str, Any]] = [
            {"order": number, "line": "1"},
            {"order": ids[f"order of {retailer}"], "line": "1"},
            {"orderLine": ids[f"line of {retailer}"]},
        ]
        for said in ways:
            problem = asking.eligible(**said)["problem"]
            assert (problem is None) == theirs
            assert theirs or problem["code"] == "not_found"
        decision = asking.ask("WholeStory", id=ids[f"decision of {retailer}"])["decision"]
        assert (decision is not None) == theirs
    for supplier in ("acme", "globex"):
        query = "query($id: ID!) { policy(id: $id) { name } }"
        seen = tenant in SEEN[f"policy of {supplier}"]
        for text in (f"{supplier}/standard", ids[f"policy of {supplier}"]):
            assert (asking.ask(query, id=text)["policy"] is not None) == seen


@pytest.mark.parametrize(
    ("caller", "handles"),
    [
        ("acme", {"acme/standard", "acme/southgate"}),
        ("northwind", {"acme/standard"}),
        ("globex", {"globex/standard"}),
        ("southgate", {"acme/standard", "acme/southgate", "globex/standard"}),
    ],
)
def test_lists_hold_what_one_may_see(
    served: Served, ids: dict[str, str], caller: str, handles: set[str]
) -> None:
    listed = served.callers[caller].ask("PoliciesInForce")["policies"]["nodes"]

    assert {each["name"] for each in listed if each["name"] in ALL} == handles


ALL = {"acme/standard", "acme/southgate", "globex/standard"}


def test_terms_of_others_cannot_be_set(served: Served, ids: dict[str, str]) -> None:
    said = {"policy": "globex/standard", "terms": [{"name": "fee", "value": "5%"}]}
    for caller, code in (("acme", "not_found"), ("globex", "not_found")):
        partnership = ids["partnership of acme and northwind"]
        answer = served.callers[caller].ask("SetTerms", input={"partnership": partnership, **said})
        assert answer["setTerms"]["code"] == code


@pytest.mark.parametrize(
    ("caller", "operation", "said"),
    [
        ("northwind", "PublishPolicy", {"yaml": "x", "idempotencyKey": "k"}),
        ("northwind", "PreviewPolicy", {"yaml": "x"}),
        ("northwind", "SetTerms", {"partnership": "x", "policy": "x", "terms": []}),
        ("acme support", "PublishPolicy", {"yaml": "x", "idempotencyKey": "k"}),
        ("acme support", "AddOrders", {"orders": [], "idempotencyKey": "k"}),
        ("acme support", "SetTerms", {"partnership": "x", "policy": "x", "terms": []}),
        ("northwind support", "AddOrders", {"orders": [], "idempotencyKey": "k"}),
    ],
)
def test_a_role_does_only_what_it_may(
    served: Served, caller: str, operation: str, said: dict[str, Any]
) -> None:
    answer = served.callers[caller].answer(operation, input=said)

    assert refused(answer) == "not_allowed"
