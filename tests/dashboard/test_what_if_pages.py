"""What if: a line is supposed otherwise, decided side by side, and nothing of it is stored."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from adapters.identity.principal import Scope
from tests.dashboard import making
from tests.dashboard.world import RETAILER, SUPPLIER, SUPPORT, World

KEEP = """mutation($input: SaveDraftInput!) { done: saveDraft(input: $input) {
  __typename ... on Problem { message } } }"""
STORED = "{ journalEntries(first: 1) { totalCount } decisions(first: 1) { totalCount } }"


def line(world: World, **more: Any) -> str:
    return str(making.order(world, **more)["lines"][0]["id"])


def sides(text: str) -> dict[str, str]:
    """The tag of the answer, or the trouble, of each side by its title."""
    cards = re.findall(r'<h2 id="side-\d+">([^<]+)</h2>(.*?)</section>', text, re.DOTALL)
    said = r'<p class="warn">([^<]+)|<span class="tag [a-z]*">([^<]+)'
    return {title: "".join(re.findall(said, card)[0]) for title, card in cards}


@pytest.mark.parametrize(("slid", "answer"), [("30", "Accepted"), ("31", "Refused")])
def test_a_slider_moves_the_day_over_the_end_of_the_window(
    busy: World, slid: str, answer: str
) -> None:
    page = f"/what-if/{line(busy)}"

    text = busy.person(SUPPLIER).get(page, params={"slid": slid}).text

    assert sides(text) == {"In force": answer}
    assert f"{slid} days after delivery" in text


def test_a_day_is_taken_as_it_was_typed(busy: World) -> None:
    page, today = f"/what-if/{line(busy)}", busy.parts.now().date()
    late = {"requested": str(today + timedelta(days=40))}

    assert sides(busy.person(SUPPLIER).get(page, params=late).text) == {"In force": "Refused"}


def test_a_delivery_on_record_is_supposed_otherwise(busy: World) -> None:
    page, today = f"/what-if/{line(busy, days=60)}", busy.parts.now().date()
    person = busy.person(SUPPORT)

    assert sides(person.get(page).text) == {"In force": "Refused"}
    later = {"delivered": str(today - timedelta(days=3))}
    assert sides(person.get(page, params=later).text) == {"In force": "Accepted"}


def test_a_draft_stands_beside_what_is_in_force(busy: World) -> None:
    person, page = busy.person(SUPPLIER), f"/what-if/{line(busy)}"
    keep_draft(busy, "acme-supply/standard", "days: 30", "days: 40")

    text = person.get(page, params={"slid": "35", "draft": "acme-supply/standard"}).text

    draft = "Your draft of acme-supply/standard"
    assert sides(text) == {"In force": "Refused", draft: "Accepted"}
    broken = keep_draft(busy, "acme-supply/standard", "days: 30", "days: many")
    text = person.get(page, params={"draft": broken}).text
    assert sides(text)["In force"] == "Accepted"
    assert "fault" in sides(text)[draft]


def keep_draft(world: World, policy: str, old: str, new: str) -> str:
    """Keeps the text in force with a change as the draft of a policy, which is given back."""
    own = 'query($p: ID!) { policy(id: $p) { editions { yaml } } draft(policy: "%s") { version } }'
    found = making.asked(world, SUPPLIER, own % policy, p=policy)
    text = found["policy"]["editions"][0]["yaml"].replace(old, new, 1)
    version = found["draft"]["version"] if found["draft"] else 0
    said = {"policy": policy, "yaml": text, "expectedVersion": version}
    done = making.asked(world, SUPPLIER, KEEP, input=said)["done"]
    assert done["__typename"] == "DraftSaved", done
    return policy


def test_a_past_day_stands_beside_what_is_in_force(busy: World) -> None:
    text = busy.person(SUPPLIER).get(f"/what-if/{line(busy)}", params={"past": "2020-01-31"}).text

    found = sides(text)
    assert found["In force"] == "Accepted"
    assert "policy" in found["As published by 31 Jan 2020"].lower()


def test_a_line_that_came_back_already_is_tried_as_it_was_decided(busy: World) -> None:
    number = making.return_(busy)["number"]
    query = "query($n: String!) { returnByNumber(number: $n) { lines { orderLine { id } } } }"
    (found,) = making.asked(busy, SUPPLIER, query, n=number)["returnByNumber"]["lines"]
    page = f"/what-if/{found['orderLine']['id']}"

    text = busy.person(SUPPLIER).get(page, params={"slid": "45"}).text

    assert sides(text) == {"In force": "Refused"}


def test_nothing_that_is_tried_is_stored(busy: World) -> None:
    page, person = f"/what-if/{line(busy)}", busy.person(SUPPLIER)
    before = making.asked(busy, SUPPLIER, STORED)

    for slid in ("5", "31"):
        tried = {"slid": slid, "fact-reason": "defective", "past": "2026-01-01"}
        assert person.get(page, params=tried).status_code == 200

    assert making.asked(busy, SUPPLIER, STORED) == before


def test_a_word_that_the_policy_does_not_know_is_said(busy: World) -> None:
    tried = {"fact-condition": "<b>eaten</b>"}

    text = busy.person(SUPPLIER).get(f"/what-if/{line(busy)}", params=tried).text

    assert "is not a word of “condition” here" in text
    assert "<b>eaten" not in text


@pytest.mark.parametrize(
    ("reason", "condition", "said"),
    [("defective", "used", "Accepted"), ("change_of_mind", "used", "Refused")],
)
def test_a_retailer_supposes_other_facts_by_what_is_in_force_today(
    busy: World, reason: str, condition: str, said: str
) -> None:
    order = making.order(busy, sku="LAMP-GLASS", partner="hearth-home")
    person, page = busy.person(RETAILER), f"/what-if/{order['lines'][0]['id']}"
    assert f'href="{page}"' in person.get(f"/orders/{order['id']}").text
    query = "{ returns(first: 1) { totalCount } }"
    before = making.asked(busy, RETAILER, query)

    text = person.get(page, params={"fact-reason": reason, "fact-condition": condition}).text

    assert sides(text) == {"In force": said}
    assert 'name="requested"' not in text
    assert 'name="past"' not in text
    assert making.asked(busy, RETAILER, query) == before


def test_a_key_that_may_not_ask_is_told_so(busy: World) -> None:
    text = busy.narrow(Scope.READ_ORDERS).get(f"/what-if/{line(busy)}").text

    assert "Your key does not allow checking policies." in text


OPENED = """eligibility:
  rows:
    - {id: E-OPENED, when: {opened: true}, answer: refuse, code: not_entitled}
    - {id: E-GIFT, when: {gift_wrapped: true, quantity: 1}, answer: refuse, code: not_entitled}
facts: {gift_wrapped: {type: yes_no, told_by: retailer}}
"""


def asked_for(text: str) -> set[str]:
    """The facts that a page asks for."""
    return set(re.findall(r'name="fact-([a-z_]+)"', text))


def test_facts_that_a_policy_asks_for_are_offered_and_supposed(busy: World) -> None:
    person, page = busy.person(SUPPLIER), f"/what-if/{line(busy)}"
    keep_draft(busy, "acme-supply/standard", "tests:\n", f"{OPENED}tests:\n")
    draft = {"draft": "acme-supply/standard", "fact-opened": "no"}
    title = "Your draft of acme-supply/standard"

    plain = person.get(page).text
    first = person.get(page, params={"draft": draft["draft"]}).text
    second = person.get(page, params=draft).text
    closed = person.get(page, params={**draft, "fact-gift_wrapped": "no"}).text
    wrapped = person.get(page, params={**draft, "fact-gift_wrapped": "yes"}).text

    assert asked_for(plain) == {"reason", "condition", "packaging"}
    assert asked_for(first) >= {"opened"}
    assert sides(first)[title] == sides(second)[title] == "Information needed"
    both = {"reason", "condition", "packaging", "opened", "gift_wrapped"}
    assert asked_for(second) == asked_for(closed) == asked_for(wrapped) == both
    assert re.search(r'id="fact-gift_wrapped".*?<option value="yes" selected', wrapped)
    assert sides(closed)[title] == "Accepted"
    assert sides(wrapped)[title] == "Refused"


def test_a_retailer_is_offered_what_it_may_say_and_told_whose_the_rest_is(busy: World) -> None:
    order = making.order(busy, sku="LAMP-GLASS", partner="hearth-home")
    page = f"/what-if/{order['lines'][0]['id']}"

    text = busy.person(RETAILER).get(page, params={"fact-opened": "yes"}).text

    assert asked_for(text) == {"reason", "condition", "packaging", "opened"}
    assert sides(text) == {"In force": "Accepted"}
