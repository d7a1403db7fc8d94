"""What a return's page says was decided is what holds now, of each group of its units."""

from __future__ import annotations

import re
from html import unescape

import pytest

from services.workers.settling import Settler
from tests.dashboard import making
from tests.dashboard.world import OTHER, RETAILER, SUPPLIER, Who, World

TIMES = "\N{MULTIPLICATION SIGN}"
NOW = """query($n: String!) { returnByNumber(number: $n) { lines {
  outcome { answer }
  outcomes { units inspection outcome { answer code sentence decision { answer } } } } } }"""
REFUSED = "Goods that were used can only come back when something is wrong with them."


def words(text: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", text)).split())


def section(text: str, heading: str) -> str:
    """The words of the card of a page under a heading."""
    cards = [each.partition("</section>")[0] for each in text.split("<section")[1:]]
    return " ".join(words(f"<{each}") for each in cards if f">{heading}</h2>" in each)


def lamps(world: World, units: int = 2) -> str:
    """The number of a return of lamps, approved and received."""
    order = making.order(world, sku="LAMP-GLASS", partner="hearth-home", units=units)
    line = {"orderLine": order["lines"][0]["id"], "quantity": units, "reason": "change_of_mind"}
    said = {"lines": [{**line, "condition": "new_unused"}], "idempotencyKey": making.new_key()}
    made = making.asked(world, RETAILER, making.REQUEST, input=said)["done"]["returns"][0]
    assert made["state"] == "APPROVED", made
    person, dock = world.person(OTHER), f"/dock/{made['number']}"
    making.flashed(making.sent(person, dock, f"{dock}/receive", all="yes"))
    return str(made["number"])


def inspect(world: World, number: str, units: int, condition: str = "", who: Who = OTHER) -> None:
    person, dock = world.person(who), f"/dock/{number}"
    (name,) = re.findall(r'name="([^"]+)-disposition"', person.get(dock).text)
    typed = {f"{name}-units": str(units), f"{name}-disposition": "RESTOCK"}
    typed |= {f"{name}-condition": condition} if condition else {}
    making.flashed(making.sent(person, dock, f"{dock}/inspect", **typed))


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("who", [OTHER, RETAILER])
def test_a_refusal_at_inspection_is_the_decision_of_its_line(
    busy: World, who: Who, closed: bool
) -> None:
    number = lamps(busy)
    inspect(busy, number, 2, "used")
    if closed:
        steps = f"/returns/{number}/steps/close"
        making.flashed(making.sent(busy.person(OTHER), steps, why="they were used"))

    text = busy.person(who).get(f"/returns/{number}").text

    lines = section(text, "Lines")
    assert "Refused Excluded condition" in lines
    assert "Accepted" not in lines
    assert "USD" not in lines.partition("Refused")[2].partition("USD 0.00")[0]
    why = section(text, "Why: LAMP-GLASS")
    assert "Refused" in why
    assert REFUSED in why
    assert "D-UNUSED" in why
    assert "Accepted" not in why
    listed = busy.person(who).get(f"/returns?search={number}").text
    assert f"2 {TIMES} LAMP-GLASS Refused" in words(listed)


@pytest.mark.parametrize("who", [OTHER, RETAILER])
def test_units_that_were_found_differently_have_their_own_decisions(busy: World, who: Who) -> None:
    number = lamps(busy, units=4)
    inspect(busy, number, 2, "used")
    inspect(busy, number, 1)

    text = busy.person(who).get(f"/returns/{number}").text

    lines = section(text, "Lines")
    assert re.search(rf"2 {TIMES} Refused Excluded condition", lines), lines
    assert re.search(rf"1 {TIMES} Accepted", lines), lines
    refused, *accepted = text.split('id="why-title-')[1:]
    assert f"2 {TIMES} LAMP-GLASS" in words(refused)
    assert REFUSED in refused
    assert "D-UNUSED" in refused
    assert all("The return is accepted." in each for each in accepted)
    assert len(accepted) == 2  # of the inspected unit, and of that which waits for an inspection
    found = making.asked(busy, who, NOW, n=number)["returnByNumber"]["lines"][0]
    assert found["outcome"]["answer"] == "ACCEPT"
    assert [(each["units"], each["outcome"]["answer"]) for each in found["outcomes"]] == [
        (2, "REFUSE"),
        (1, "ACCEPT"),
        (1, "ACCEPT"),
    ]
    assert [bool(each["inspection"]) for each in found["outcomes"]] == [True, True, False]


def test_badge_and_sentence_of_a_reopened_return_are_of_one_decision(busy: World) -> None:
    number = str(making.return_(busy, units=1)["number"])
    person, dock = busy.person(SUPPLIER), f"/dock/{number}"
    making.flashed(making.sent(person, dock, f"{dock}/receive", all="yes"))
    inspect(busy, number, 1, who=SUPPLIER)
    page = f"/returns/{number}"
    making.flashed(making.sent(person, f"{page}/steps/close", why="all is here"))
    making.flashed(making.sent(person, f"{page}/steps/reopen", why="they ask for more"))

    for path in (page, f"{page}/word"):
        text = words(person.get(path).text)
        badge, _, sentence = text.partition("Manual review")
        assert sentence, badge
        assert "The return was reopened: a person decides." in sentence
        assert "On hold: reopened." not in text

    outcomes = making.asked(busy, SUPPLIER, NOW, n=number)["returnByNumber"]["lines"][0]["outcomes"]
    assert [each["outcome"]["answer"] for each in outcomes] == ["REVIEW"]


def test_the_words_of_an_override_are_what_the_person_decided(busy: World) -> None:
    number = lamps(busy)
    inspect(busy, number, 2, "used")
    person, page = busy.person(OTHER), f"/returns/{number}"
    word = {"word-1": "accept", "amount-1": "12", "remedy-1": "REFUND", "why": "a good customer"}
    making.flashed(making.sent(person, f"{page}/word", **word, sure="yes"))

    again = words(person.get(f"{page}/word").text).partition("LAMP-GLASS, inspected")[2]
    assert again.startswith(" Accepted A person accepted it: a good customer")
    why = section(person.get(page).text, "Why: LAMP-GLASS")
    assert why.startswith("Why: LAMP-GLASS Accepted")
    assert "A person accepted it: a good customer" in why
    assert f"The policy\N{RIGHT SINGLE QUOTATION MARK}s decision before that: {REFUSED}" in why


@pytest.mark.parametrize("who", [OTHER, RETAILER])
def test_a_persons_decision_says_line_units_and_amount_in_the_history(
    busy: World, who: Who
) -> None:
    number = lamps(busy)
    inspect(busy, number, 2, "used")
    page = f"/returns/{number}"
    word = {"word-1": "accept", "amount-1": "12", "remedy-1": "REFUND", "why": "a good customer"}
    making.flashed(making.sent(busy.person(OTHER), f"{page}/word", **word, sure="yes"))
    word = {"word-1": "decline", "why": "not so good"}
    making.flashed(making.sent(busy.person(OTHER), f"{page}/word", **word, sure="yes"))

    story = section(busy.person(who).get(page).text, "History")

    assert f"2 {TIMES} LAMP-GLASS accepted, Refund, USD 12.00" in story
    assert f"2 {TIMES} LAMP-GLASS refused" in story
    assert "a good customer" in story


def test_a_decision_before_anything_came_is_in_the_history_too(busy: World) -> None:
    number = making.return_(busy, days=60)["number"]
    person, page = busy.person(SUPPLIER), f"/returns/{number}"
    making.flashed(making.sent(person, f"{page}/steps/reopen", why="kind"))
    word = {"word-1": "accept", "amount-1": "10", "remedy-1": "ACCOUNT_CREDIT", "why": "kind"}
    word |= {"location-1": "supplier_warehouse", "sure": "yes"}
    making.flashed(making.sent(person, f"{page}/word", **word))

    story = section(person.get(page).text, "History")

    assert f"2 {TIMES} TENT-2P accepted, Account credit, USD 10.00" in story


@pytest.mark.parametrize("who", [OTHER, RETAILER])
def test_an_open_claim_stands_on_the_page_of_its_return(busy: World, who: Who) -> None:
    number = lamps(busy)
    inspect(busy, number, 2)
    settler = Settler(busy.parts.store, busy.parts.gateways.of)
    while settler.work():
        pass
    person, page = busy.person(OTHER), f"/returns/{number}"
    word = {"word-1": "accept", "amount-1": "50", "remedy-1": "REFUND", "why": "not all of it"}
    making.flashed(making.sent(person, f"{page}/word", **word, sure="yes"))

    claims = section(busy.person(who).get(page).text, "Claims: LAMP-GLASS")

    assert (
        "Open Paid for units that did not come, came otherwise, or were counted wrongly." in claims
    )
    assert "outstanding" in claims


@pytest.mark.parametrize("who", [OTHER, RETAILER])
def test_what_a_claim_took_of_a_credit_stands_on_the_page_of_the_return_that_gave_it(
    busy: World, who: Who
) -> None:
    settler = Settler(busy.parts.store, busy.parts.gateways.of)
    numbers = [lamps(busy), lamps(busy)]
    overpaid, page = busy.person(OTHER), f"/returns/{numbers[0]}"
    inspect(busy, numbers[0], 2)
    while settler.work():
        pass
    word = {"word-1": "accept", "amount-1": "5", "remedy-1": "REFUND", "why": "nearly nothing"}
    making.flashed(making.sent(overpaid, f"{page}/word", **word, sure="yes"))
    inspect(busy, numbers[1], 2)
    given = f"/returns/{numbers[1]}"
    word = {"word-1": "accept", "amount-1": "10", "remedy-1": "ACCOUNT_CREDIT", "why": "used"}
    making.flashed(making.sent(busy.person(OTHER), f"{given}/word", **word, sure="yes"))

    found = section(busy.person(who).get(given).text, "Settlements: LAMP-GLASS")

    assert "taken off for a claim" in found, found
    assert numbers[0] in found


def test_units_that_wait_say_that_their_amount_is_of_the_whole_line(busy: World) -> None:
    number = lamps(busy, units=3)
    inspect(busy, number, 1)

    text = busy.person(OTHER).get(f"/returns/{number}").text

    lines = section(text, "Lines")
    assert re.search(r"USD [0-9.]+ for all 3 units", lines), lines
    assert lines.count("for all 3 units") == 1
    assert "Settlement calculation, for all units of the line" in words(text)


def test_a_settlement_leads_to_its_page(busy: World) -> None:
    number = lamps(busy)
    inspect(busy, number, 2)

    text = busy.person(OTHER).get(f"/returns/{number}").text

    card = text.partition(">Settlements: LAMP-GLASS</h2>")[2].partition("</section>")[0]
    (there,) = re.findall(r'href="(/payments/[^"]+)"', card)
    assert busy.person(OTHER).get(there).status_code == 200
