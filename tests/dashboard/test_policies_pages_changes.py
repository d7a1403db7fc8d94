"""What the buttons of a draft's page do to its text, by the API as well."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.dashboard import making
from tests.dashboard.drafts import ANSWERS, begun, control, fields
from tests.dashboard.world import SUPPLIER, World


def test_a_text_that_cannot_be_read_leads_back_to_the_last_one_that_could(world: World) -> None:
    person = world.person(SUPPLIER)
    at = begun(person, "led-back")
    said = fields(person.get(at).text)
    once = fields(person.post(at, data={**said, "yaml": said["yaml"] + "windw: 1\n"}).text)

    page = person.post(at, data={**once, "yaml": once["yaml"] + "windw: 2\n"}).text
    back = person.post(at, data={**fields(page), "do": "back"}).text

    assert "Restore last valid version" in page
    assert "Restore last valid version" not in back
    assert fields(back)["yaml"] == fields(person.get(at).text)["yaml"] == said["yaml"]


def test_a_change_in_words_that_could_not_be_read_is_refused(world: World) -> None:
    person = world.person(SUPPLIER)
    at = begun(person, "refused")
    days = {"ordered_from": "2091-11-01", "ordered_to": "2091-12-25", "until": "2092-01-31"}
    said = fields(person.get(at).text)
    said = fields(person.post(at, data={**said, **days, "typical": "holiday", "do": "add"}).text)
    first = control(said, "window", "rows", "W-SEASON", "when", "ordered", "between", "0")

    page = person.post(at, data={**said, first: "2092-02-01"}).text

    assert "Not changed, because the policy would become invalid:" in page
    assert fields(page)["yaml"] == fields(person.get(at).text)["yaml"] == said["yaml"]


@pytest.mark.parametrize(
    ("at", "typed", "says"),
    [
        (("fees", "restocking", "rows", "F-MIND", "fee"), "150", "“150” is not a percentage"),
        (("fees", "restocking", "rows", "F-MIND", "fee"), "-1", "“-1” is not a percentage"),
        (("window", "days"), "1.5", "“1.5” is not a whole number of days"),
    ],
)
def test_a_number_that_no_sentence_can_hold_is_told(
    world: World, at: tuple[str, ...], typed: str, says: str
) -> None:
    person = world.person(SUPPLIER)
    there = begun(person, f"out-of-range-{at[-1]}-{len(typed)}", fee_percent="15")
    said = fields(person.get(there).text)

    page = person.post(there, data={**said, control(said, *at): typed}).text

    assert f'role="alert">Not changed: {says}' in page
    assert fields(page)["yaml"] == said["yaml"]


def test_a_fact_that_a_row_asks_for_is_named_and_may_be_set(world: World) -> None:
    person = world.person(SUPPLIER)
    at = begun(person, "missing")
    said = fields(person.get(at).text)

    page = person.post(at, data={**said, "typical": "opened_fee", "do": "add"}).text
    opened = person.post(at, data={**fields(page), "try_opened": "true"}).text
    form = fields(page)
    unsaid = {**form, "yaml": re.sub(r"\n *opened: false|, opened: false", "", form["yaml"])}
    unknown = person.post(at, data={**unsaid, "do": "look"}).text

    assert "as in the tests: no</option>" in page
    assert "Missing:" not in page.split('id="tried"')[1]
    assert unsaid["yaml"] != form["yaml"]
    assert "Missing: opened" in unknown.split('id="tried"')[1]
    assert "Missing:" not in opened
    assert re.search(r"fees restocking USD [1-9]", opened.split('id="tried"')[1])
    assert '<option value="true" selected>yes</option>' in opened


@pytest.mark.parametrize(
    ("name", "said"), [("standard", "is already published"), ("begun", "already has a draft")]
)
def test_a_name_that_is_taken_is_said_and_leads_there(world: World, name: str, said: str) -> None:
    person = world.person(SUPPLIER)
    at = f"/policies/draft/acme-supply/{name}"
    if name == "begun":
        begun(person, name)
    before = fields(person.get(at).text)

    answer = person.post("/policies/new", data={**ANSWERS, "name": name, "days": "7"})

    assert answer.status_code == 422
    assert f"acme-supply/{name} {said}" in answer.text
    assert f'href="{at}"' in answer.text
    assert fields(person.get(at).text) == before


def test_a_first_policy_holds_from_today_unless_another_day_is_said(world: World) -> None:
    page = world.person(SUPPLIER).get("/policies/new").text

    day = re.search(r'name="first_day"[^>]* value="([^"]*)"', page)
    assert day
    assert datetime.now(UTC).date() - date.fromisoformat(day[1]) <= timedelta(days=1)


def test_a_test_that_expects_another_answer_is_not_called_what_it_was(world: World) -> None:
    person = world.person(SUPPLIER)
    at = begun(person, "renamed")
    said = fields(person.get(at).text)
    longer = person.post(at, data={**said, control(said, "window", "days"): "60"}).text
    offers = re.findall(r'value="(expect:[^"]*)"', longer)
    late = next(html.unescape(each) for each in offers if "too late" in each)
    last = next(html.unescape(each) for each in offers if "still counts" in each)
    counts = fields(person.post(at, data={**fields(longer), "do": last}).text)["yaml"]
    assert "last_day: 2091-03-06" in counts  # as a text has days, and not as a page

    page = person.post(at, data={**fields(longer), "do": late}).text

    text = fields(page)["yaml"]
    assert "name: one day later" not in text
    assert "now accept, before: one day later is too late" in text
    shorter = person.post(at, data={**fields(page), control(fields(page), "window", "days"): "30"})
    offers = re.findall(r'value="(expect:[^"]*)"', shorter.text)
    again = next(html.unescape(each) for each in offers if "too late" in each)
    back = person.post(at, data={**fields(shorter.text), "do": again}).text
    assert "now refuse, before: one day later is too late" in fields(back)["yaml"]


def test_a_first_draft_for_a_retailer_is_compared_with_what_governs_it_today(world: World) -> None:
    person = world.person(SUPPLIER)
    at = begun(person, "first-for-one", days="7")
    said = fields(person.get(at).text)
    person.post(at, data={**said, "typical": "retailer", "retailer": "northwind", "do": "add"})

    publishing = person.get(at.replace("/draft/", "/publish/")).text
    assert (
        "This is the first edition. From its effective date it applies to orders of" in publishing
    )
    assert re.search(r"the retailer northwind instead of acme-supply/[\w-]+ version", publishing)
    page = person.get(at.replace("/draft/", "/compare/")).text

    assert "There is no such policy" not in page
    assert re.search(r"<option [^>]*selected>acme-supply/[\w-]+ version \d, in force", page)
    assert "was Accept" in page


def test_a_draft_whose_text_is_of_another_policy_is_not_published(world: World) -> None:
    person = world.person(SUPPLIER)
    at = begun(person, "terms-of-our-own")
    said = fields(person.get(at).text)
    other = said["yaml"].replace("policy: acme-supply/terms-of-our-own", "policy: acme-supply/else")
    page = person.post(at, data={**said, "yaml": other}).text
    publish = at.replace("/draft/", "/publish/")

    asked = person.get(publish).text
    form = {"key": "misnamed", "version": "2", "from": "2091-01-01"}
    refused = person.post(publish, data=form)

    told = "its text is for acme-supply/else"
    assert told in asked
    assert 'name="from"' not in asked
    assert told in making.refused(refused)
    assert person.get("/policies/of/acme-supply/else").status_code == 404
    assert told in page
    renamed = person.post(at, data={**fields(page), "do": "call:acme-supply/terms-of-our-own"}).text
    assert fields(renamed)["yaml"] == said["yaml"]
    assert told not in renamed
    assert 'name="from"' in person.get(publish).text


def test_a_policy_without_a_base_is_not_compared_with_one(world: World) -> None:
    policy = world.ids["acme-supply"]["policy"]
    for query in ("", "?before=base"):
        text = world.person(SUPPLIER).get(f"/policies/compare/{policy}{query}").text

        assert "its base policy" not in text
        assert "There is no such policy" not in text
