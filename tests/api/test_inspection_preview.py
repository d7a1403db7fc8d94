"""What a preview of an inspection shows, to whom, and what it does not do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from adapters.identity.principal import Scope
from adapters.store.connection.address import Address
from returns_api.types.ids import NodeKind, encode
from tests.api.conftest import Caller, Served, keyed, refused
from tests.api.inspecting import INSPECT, PREVIEW, api_of
from tests.api.test_keys_attacked import narrowed
from tests.api.test_two_at_once import RETURN, came, done, line_of, returned
from tests.contracts.returns.building import PLAIN, Shop, opened

DOCK = (Scope.READ_RETURNS, Scope.HANDLE_RETURNS)
ASKS = (
    PLAIN
    + """eligibility:
  rows:
    - {id: E-OPEN, when: {condition: used_clean, opened: true}, answer: accept}
    - {id: E-NEW, when: {condition: used_clean, opened: false}, answer: refuse, code: final_sale}
    - {id: E-BROKEN, when: {condition: damaged_by_buyer}, answer: refuse, code: excluded_condition}
    - {id: E-WORN, when: {condition: worn}, answer: review, to_settle: how worn it is}
    - {id: E-ELSE, otherwise: true, answer: accept}
tests:
  usual:
    {ordered: 2025-05-01, delivered: 2025-05-10, requested: 2025-05-11, item_price: USD 10.00}
  cases:
    - {name: open, given: {condition: used_clean, opened: true}, expect: {answer: accept}}
    - {name: sealed, given: {condition: used_clean, opened: false}, expect: {answer: refuse}}
    - {name: broken, given: {condition: damaged_by_buyer}, expect: {answer: refuse}}
    - {name: worn, given: {condition: worn}, expect: {answer: review}}
    - {name: fine, given: {condition: new_unused}, expect: {answer: accept}}
"""
)


def look(served: Served, key: str, units: int = 2, disposition: str = "RESTOCK") -> dict[str, Any]:
    """An inspection of units of the only line of a return."""
    line = {"line": line_of(served, key), "units": units, "disposition": disposition}
    return {"return": key, "lines": [line]}


def preview(caller: Caller, said: dict[str, Any], **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = caller.ask(PREVIEW, input=said, **more)["done"]
    return found


def test_the_documented_operation_shows_what_the_inspection_then_does(served: Served) -> None:
    key, acme = came(served), served.callers["acme"]
    said = look(served, key)

    seen = acme.ask("PreviewInspection", input=said, money=True)["inspectionPreview"]
    done(served, "acme", "inspectReturn", **said, ifUnchanged=seen["version"])

    assert seen["sentence"] == (
        "2 units are accepted; 2 units become available; USD 80.00 is paid at once."
    )
    (share,) = seen["shares"]
    assert share["money"]["owedAfter"]["amount"] == "80.00"
    assert [each["restocked"] for each in seen["units"]] == [2]
    query = (
        "query($id: ID!) { node(id: $id) { ... on Return { state lines { owed { amount } } } } }"
    )
    assert acme.ask(query, id=key)["node"] == {
        "state": seen["state"],
        "lines": [{"owed": {"amount": "80.00"}}],
    }


def test_a_key_that_may_not_read_money_learns_no_amounts(served: Served) -> None:
    key, acme = came(served), served.callers["acme"]
    dock, said = narrowed(served, "acme", *DOCK), look(served, key)

    refusal = dock.answer(PREVIEW, input=said)
    seen, whole = preview(dock, said, money=False), preview(acme, said)

    assert {each["extensions"]["code"] for each in refusal["errors"]} == {"not_allowed"}
    assert "80" not in str(refusal.get("data"))
    assert not any(text in str(seen) for text in ("USD", "80.00", "8000"))
    assert seen["sentence"] == "2 units are accepted; 2 units become available."
    assert seen["units"] == [
        {name: value for name, value in each.items() if name != "amount"} for each in whole["units"]
    ]


@pytest.mark.parametrize("of_whole", [True, False])
def test_a_key_acts_on_what_another_of_its_partner_was_shown(
    served: Served, of_whole: bool
) -> None:
    key, acme = came(served), served.callers["acme"]
    dock, said = narrowed(served, "acme", *DOCK), look(served, key)
    seen = preview(acme, said) if of_whole else preview(dock, said, money=False)

    answer = (dock if of_whole else acme).ask(
        INSPECT, input=keyed({**said, "ifUnchanged": seen["version"]})
    )

    assert answer["done"]["return"]["state"] == seen["state"]


def test_who_may_not_inspect_is_shown_nothing(served: Served) -> None:
    key = came(served)
    said = look(served, key)
    judge = narrowed(served, "acme", Scope.READ_RETURNS, Scope.JUDGE_RETURNS, Scope.READ_MONEY)

    for caller in (served.callers["northwind"], judge):
        assert refused(caller.answer(PREVIEW, input=said)) == "not_allowed"
    assert refused(served.callers["globex"].answer(PREVIEW, input=said)) == "not_found"
    missing = {**said, "return": said["return"][:-4]}
    assert refused(served.callers["acme"].answer(PREVIEW, input=missing)) == "not_found"


def test_what_would_be_refused_is_refused_with_the_same_words(served: Served) -> None:
    acme, early, here = served.callers["acme"], returned(served), came(served)
    hidden = look(served, here)
    hidden["lines"][0]["found"] = [{"name": "note", "value": "a\u202eb"}]

    for said in (look(served, early), look(served, here, units=3), hidden):
        seen, told = preview(acme, said), acme.ask(INSPECT, input=keyed(said))["done"]
        assert seen == told
        assert seen["code"] in ("not_received", "wrong_quantity", "hidden_character", told["code"])


def test_a_version_is_of_this_inspection_and_no_other(served: Served) -> None:
    key, acme = came(served), served.callers["acme"]
    seen = preview(acme, look(served, key))
    before = acme.ask(RETURN, id=key)

    for other in (look(served, key, units=1), look(served, key, disposition="SCRAP")):
        answer = acme.ask(INSPECT, input=keyed({**other, "ifUnchanged": seen["version"]}))
        assert (answer["done"]["code"], answer["done"]["path"]) == ("changed", "input.ifUnchanged")

    assert acme.ask(RETURN, id=key) == before


# --- what it hangs on -----------------------------------------------------------------------------


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    found = opened(address)
    found.sells("acme", ASKS)
    yield found
    found.library.close()
    found.store.close()


def test_units_of_several_conditions_are_told_apart_with_what_each_hangs_on(shop: Shop) -> None:
    shop.orders("acme")
    made = shop.one(quantity=3, condition="new_unused")
    shop.receive(made, 3)
    conditions = ("used_clean", "damaged_by_buyer", "worn")
    line = {"line": encode(NodeKind.RETURN_LINE, made.lines[0].id), "units": 1}
    lines = [
        {**line, "disposition": "SCRAP", "found": [{"name": "condition", "value": each}]}
        for each in conditions
    ]
    said = {"return": encode(NodeKind.RETURN, made.id), "lines": lines}

    seen = api_of(shop, "acme").ask(PREVIEW, input=said)

    assert [(each["answer"], each["amount"]) for each in seen["units"]] == [
        ("ASK", None),
        ("REFUSE", None),
        ("REVIEW", None),
    ]
    asked, _, judged = seen["units"]
    assert [each["name"] for each in asked["missingFacts"]] == ["opened"]
    assert judged["toSettle"] == ["how worn it is"]
    assert seen["sentence"] == (
        "1 unit is refused; 1 unit waits for information; 1 unit waits for a person."
    )
    done_ = api_of(shop, "acme").ask(INSPECT, input=keyed({**said, "ifUnchanged": seen["version"]}))
    assert done_["return"]["state"] == seen["state"]
    assert shop.look(made).held_for == seen["heldFor"]


def came_to(shop: Shop, supplier: str, units: int = 1) -> dict[str, Any]:
    """An inspection of units of a return that came to a supplier of northwind."""
    shop.orders(supplier, f"N-{supplier}")
    made = shop.one(number=f"N-{supplier}", quantity=units, condition="new_unused")
    shop.receive(made, units)
    line = {"line": encode(NodeKind.RETURN_LINE, made.lines[0].id), "units": units}
    lines = [{**line, "disposition": "RESTOCK"}]
    return {"return": encode(NodeKind.RETURN, made.id), "lines": lines}


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_preview_waits_for_nobody_else_of_its_retailer_and_nobody_for_it(shop: Shop) -> None:
    """The journal of a retailer is one for all its suppliers, and a preview adds nothing to it."""
    said, over = came_to(shop, "acme"), threading.Event()

    def write_for_another() -> None:
        with shop.store.writing():
            shop.store.journal.hold(shop.partners["northwind"].id)
            held.set()
            assert over.wait(60)

    held = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        other = pool.submit(write_for_another)
        assert held.wait(60)
        try:
            seen = pool.submit(api_of(shop, "acme").ask, PREVIEW, input=said).result(timeout=20)
        finally:
            over.set()
        other.result()
    done_ = api_of(shop, "acme").ask(INSPECT, input=keyed({**said, "ifUnchanged": seen["version"]}))

    assert done_["return"]["state"] == seen["state"]
    with shop.store.session():
        assert not shop.store.journal.verify()
