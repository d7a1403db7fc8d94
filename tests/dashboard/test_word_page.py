"""The page on which a person decides: it names its own fields, and offers places to choose from."""

from __future__ import annotations

from tests.dashboard import making
from tests.dashboard.world import SUPPLIER, World


def test_what_the_policy_leaves_open_is_asked_for_in_words_of_the_page(busy: World) -> None:
    number = making.return_(busy, days=60)["number"]
    person, page = busy.person(SUPPLIER), f"/returns/{number}/word"
    making.flashed(making.sent(person, f"/returns/{number}/steps/reopen", why="kind"))

    form = person.get(page).text
    assert "Choose one to accept: the policy has none" in form
    assert "As the policy says</option>" not in form
    places = form.partition('<select id="location-1"')[2].partition("</select>")[0]
    assert 'value="supplier_warehouse"' in places
    answer = making.sent(person, page, **{"word-1": "accept"}, why="kind")

    assert answer.status_code == 422
    assert "Name “What is given” and “Amount before tax” for" in answer.text
