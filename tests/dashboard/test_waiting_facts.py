"""What a line waits for once its goods came: each fact has one control, for whoever may say it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dashboard import making
from tests.dashboard.world import OTHER, RETAILER, Who, World, opened

ROOT = Path(__file__).parents[2]
PUBLISH = """mutation($input: PublishPolicyInput!) { done: publishPolicy(input: $input) {
  __typename ... on Problem { message } ... on PolicyFaultsProblem { faults { sentence } } } }"""
EDITS = {
    "version: 1": "version: 2",
    "groups:\n": """facts:
  registered: {type: yes_no, told_by: retailer}
  recalled: {type: yes_no, told_by: supplier}

codes:
  sold: It is not taken back.

groups:
""",
    "eligibility:\n  rows:\n": """eligibility:
  rows:
    - {id: E-SOLD, when: {packaging: opened_original, final_sale: true}, answer: refuse, code: sold}
    - {id: E-KNOWN, when: {packaging: none, registered: true}, answer: refuse, code: sold}
    - {id: E-CALLED, when: {packaging: substitute_box, recalled: false}, answer: refuse, code: sold}
""",
    "demands:\n  rows:\n": """demands:
  rows:
    - {id: D-TAPED, when: {packaging: retaped}, need: [photos], if_not: ask, code: missing_photos}
""",
    "fees:\n": """fees:
  label:
    rows:
      - {id: L-COST, when: {condition: opened_unused}, fee: label_cost}
      - {id: L-NONE, otherwise: true, fee: none}
""",
    "    item_price: USD 200.00\n": "    item_price: USD 200.00\n    packaging: sealed_original\n",
    "  cases:\n": """  cases:
    - {name: sold, given: {packaging: opened_original, final_sale: true}, expect: {answer: refuse}}
    - {name: known, given: {packaging: none, registered: true}, expect: {answer: refuse}}
    - {name: taped, given: {packaging: retaped, evidence: []}, expect: {answer: ask}}
    - {name: called, given: {packaging: substitute_box, recalled: false}, expect: {answer: refuse}}
    - {name: label, given: {condition: opened_unused, label_cost: USD 6}, expect: {answer: accept}}
""",
}
WAITS = {
    "packaging opened_original": ("final_sale", OTHER),
    "packaging retaped": ("evidence", RETAILER),
    "packaging none": ("registered", None),
    "packaging substitute_box": ("recalled", OTHER),
    "condition opened_unused": ("label_cost", OTHER),
}


@pytest.fixture(scope="module")
def asking(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world in which what hearth's policy asks hangs on what an inspection finds."""
    with opened(migrated, tmp_path_factory.mktemp("waiting")) as made:
        text = (ROOT / "takeback/demo/home_goods.yaml").read_text()
        for before, after in EDITS.items():
            assert before in text
            text = text.replace(before, after, 1)
        done = making.asked(made, OTHER, PUBLISH, input={"yaml": text, "idempotencyKey": "w"})
        assert "message" not in done["done"], done
        yield made


def inspected(world: World, found: str) -> str:
    """The number of a return of a lamp, all of it inspected and found to be something."""
    order = making.order(world, sku="LAMP-GLASS", partner="hearth-home")
    line = {"orderLine": order["lines"][0]["id"], "quantity": 2, "reason": "change_of_mind"}
    line |= {"condition": "new_unused", "packaging": "sealed_original", "evidence": ["receipt"]}
    said = {"lines": [line], "idempotencyKey": making.new_key()}
    made = making.asked(world, RETAILER, making.REQUEST, input=said)["done"]["returns"][0]
    assert made["state"] == "APPROVED", made
    person, dock = world.person(OTHER), f"/dock/{made['number']}"
    making.flashed(making.sent(person, dock, f"{dock}/receive", all="yes"))
    (name,) = re.findall(r'name="([^"]+)-disposition"', person.get(dock).text)
    fact, _, value = found.partition(" ")
    typed = {f"{name}-units": "2", f"{name}-disposition": "REFURBISH", f"{name}-{fact}": value}
    making.flashed(making.sent(person, dock, f"{dock}/inspect", **typed))
    return str(made["number"])


TOLD = "{ journalEntries(first: 1) { nodes { kind actor } } }"
SAID = {"evidence": "receipt, photos", "recalled": "yes", "label_cost": "USD 6.00"}


@pytest.mark.parametrize("found", WAITS)
def test_what_an_inspection_makes_necessary_is_said_by_its_teller_alone(
    asking: World, found: str
) -> None:
    fact, teller = WAITS[found]
    number = inspected(asking, found)
    page = f"/returns/{number}"
    for who in (OTHER, RETAILER):
        person = asking.person(who)
        text, form = person.get(page).text, person.get(f"{page}/answer").text
        own = who == teller and fact in SAID
        assert text.count(f'href="{page}/answer"') == 1
        assert ("Provide missing information" in text) == own
        assert (f'name="line-1-{fact}"' in form) == own
        for each in (text, form):
            assert own or whose(fact, teller) in each
    if fact not in SAID:
        return
    typed = {f"line-1-{fact}": SAID[fact]}
    tone, told = making.flashed(making.sent(asking.person(teller), f"{page}/answer", **typed))
    assert (tone, told) == ("good", "Done. Return status: inspected.")
    query = "query($n: String!) { returnByNumber(number: $n) { heldFor nextSteps } }"
    now = making.asked(asking, RETAILER, query, n=number)["returnByNumber"]
    (told,) = making.asked(asking, RETAILER, TOLD)["journalEntries"]["nodes"]
    assert told["kind"] == "RETURN_DECIDE"
    assert not now["heldFor"]
    assert "ANSWER" not in now["nextSteps"]
    assert "Information needed" not in asking.person(teller).get(page).text


def whose(fact: str, teller: Who | None) -> str:
    if fact == "final_sale":
        return "Final sale: a fact about the product LAMP-GLASS; its supplier sets it"
    if teller is None:
        return "Registered: determined by inspection; undo the inspection"
    side = "supplier" if teller == OTHER else "retailer"
    return f"{fact.capitalize().replace('_', ' ')}: provided by the {side}."


def test_a_products_page_names_the_returns_that_its_fact_holds_up(asking: World) -> None:
    numbers = [inspected(asking, "packaging opened_original") for _ in range(2)]
    supplier, page = asking.person(OTHER), "/stock/sku/LAMP-GLASS"
    assert all(each in supplier.get(page).text for each in numbers)
    assert "for these facts:" not in asking.person(RETAILER).get(page).text

    values = {"fact-category": "lighting", "fact-final_sale": "no"}
    tone, told = making.flashed(supplier.post("/stock/facts/LAMP-GLASS", data=values))
    assert tone == "good"
    assert "returns are waiting for them" in told
    done = making.sent(supplier, page, "/stock/waiting/LAMP-GLASS")
    tone, told = making.flashed(done)

    assert tone == "good", told
    assert all(f"{each}: now " in told for each in numbers)
    assert "for these facts:" not in supplier.get(page).text


def test_what_was_answered_in_another_tab_is_shown_before_it_is_answered_again(
    asking: World,
) -> None:
    found, (fact, teller) = next(each for each in WAITS.items() if each[1][0] in SAID)
    person, page = asking.person(teller), f"/returns/{inspected(asking, found)}/answer"
    typed = {f"line-1-{fact}": SAID[fact]}
    tabs = [{**making.hidden(person.get(page).text, page), **typed} for _ in range(2)]
    making.flashed(person.post(page, data=tabs[0]))

    second = person.post(page, data=tabs[1])

    assert second.status_code == 422
    assert "Nothing is missing." in second.text
