"""Policies: lists, plain words, drafts as a form without JavaScript, publishing, conflicts."""

from __future__ import annotations

import html
import json
import re

import pytest

from dashboard.policies import controls, failing, trying, typical
from services.policies.written import written
from tests.dashboard import making
from tests.dashboard.drafts import begun, control, fields
from tests.dashboard.test_what_if_pages import keep_draft
from tests.dashboard.world import RETAILER, SUPPLIER, SUPPORT, World


def test_who_may_see_a_policy_reads_it_in_plain_words(world: World) -> None:
    ids = world.ids["southgate"]

    page = world.person(RETAILER).get(f"/policies/edition/{ids['edition']}").text

    assert "Requested within 30 days of delivery." in page
    assert "The consumer pays return shipping." in page
    assert "retailer: southgate" in page
    assert "Edit next version" not in world.person(RETAILER).get("/policies").text


def test_a_control_changes_the_text_and_every_comment_stays(world: World) -> None:
    person = world.person(SUPPLIER)
    at = begun(person, "controls")
    said = fields(person.get(at).text)
    days = control(said, "window", "days")
    assert said[days] == "30"

    page = person.post(at, data={**said, days: "21"}).text

    now = fields(page)
    assert now["yaml"] == said["yaml"].replace("{days: 30,", "{days: 21,")
    assert now["version"] == "2"
    assert "Requested within 21 days of delivery." in page
    assert fields(person.get(at).text)["yaml"] == now["yaml"]


def test_a_text_that_cannot_be_read_is_kept_and_says_where(world: World) -> None:
    person = world.person(SUPPLIER)
    at = begun(person, "broken")
    said = fields(person.get(at).text)

    page = person.post(at, data={**said, "yaml": said["yaml"] + "windw: <b>\r\n"}).text

    assert "windw" in page
    assert "<b>" not in page.split("</textarea>")[0].split("<textarea")[1]
    assert fields(person.get(at).text)["yaml"].endswith("windw: <b>\n")


def test_another_key_that_saved_meanwhile_is_not_overwritten(world: World) -> None:
    person, other = world.person(SUPPLIER), world.person(SUPPLIER)
    at = begun(person, "meanwhile")
    said = fields(person.get(at).text)
    other.post(at, data={**said, "yaml": said["yaml"] + "# theirs\n"})

    page = person.post(at, data={**said, "yaml": said["yaml"] + "# mine\n"}).text

    assert "Somebody else saved this draft." in page
    assert "# theirs" in page
    assert fields(person.get(at).text)["yaml"].endswith("# theirs\n")
    person.post(at, data={**fields(page), "do": "mine:2"})
    assert fields(person.get(at).text)["yaml"].endswith("# mine\n")


@pytest.mark.parametrize("name", typical.TYPICAL)
def test_every_typical_row_can_be_added_and_taken_out(world: World, name: str) -> None:
    person = world.person(SUPPLIER)
    at = begun(person, f"typical-{name.replace('_', '-')}")
    said = fields(person.get(at).text)
    days = {
        "ordered_from": "2091-11-01",
        "ordered_to": "2091-12-25",
        "until": "2092-01-31",
        "retailer": "northwind",
    }

    page = person.post(at, data={**said, **days, "typical": name, "do": "add"}).text

    assert fields(page)["yaml"] != said["yaml"]
    assert 'role="alert">' not in page.replace('class="note bad" role="alert"></p>', "")
    assert "Remove" in page or name != "holiday"


def test_a_row_without_a_test_points_to_the_one_that_is_offered(world: World) -> None:
    person = world.person(SUPPLIER)
    at = begun(person, "offered")
    days = {"ordered_from": "2091-11-01", "ordered_to": "2091-12-25", "until": "2092-01-31"}
    said = fields(person.get(at).text)

    page = person.post(at, data={**said, **days, "typical": "holiday", "do": "add"}).text
    publish = person.get(at.replace("/draft/", "/publish/")).text

    assert '<a href="#tests">Add the suggested test' in page
    assert f'<a href="{at}#tests">Add the suggested test' in publish
    assert "This test does" not in publish


def test_a_draft_is_published_with_its_day_and_then_withdrawn(world: World) -> None:
    person = world.person(SUPPLIER)
    at = begun(person, "published")
    policy, said = at.removeprefix("/policies/draft/"), fields(person.get(at).text)
    person.post(at, data={**said, "typical": "retailer", "retailer": "northwind", "do": "add"})
    page = person.get(f"/policies/publish/{policy}").text
    said = dict(re.findall(r'name="(key|version|seen|from)"[^>]* value="([^"]*)"', page))

    answer = person.post(f"/policies/publish/{policy}", data=said)

    shown = person.get(answer.headers["location"]).text
    assert "Version 1 published, effective from 1 Jan 2091." in shown
    edition = re.search(r"/policies/withdraw/([^\"]+)", shown)
    assert edition
    withdraw = f"/policies/withdraw/{edition[1]}"
    page = person.get(withdraw).text
    assert "If nothing does, no policy decides" in page
    key = re.findall(r'name="key" value="([^"]*)"', page)[0]
    typed = {"key": key, "why": "A mistake"}
    wrong = person.post(withdraw, data={**typed, "from": "2026-02-30"})
    assert "takes a date such as" in making.refused(wrong)
    assert "A mistake" in wrong.text
    person.post(withdraw, data=typed)
    shown = re.sub(r"\s+", " ", person.get(f"/policies/of/{policy}").text)
    assert "withdrawn entirely" in shown
    assert withdraw not in shown


def test_a_draft_is_published_only_from_the_day_that_was_shown(world: World) -> None:
    person = world.person(SUPPLIER)
    at = begun(person, "another-day")
    policy, said = at.removeprefix("/policies/draft/"), fields(person.get(at).text)
    person.post(at, data={**said, "typical": "retailer", "retailer": "northwind", "do": "add"})
    publish = f"/policies/publish/{policy}"
    page = person.get(publish).text
    past = "exist already"

    said = dict(re.findall(r'name="(key|version|seen|from)"[^>]* value="([^"]*)"', page))
    refused = person.post(publish, data={**said, "from": "2020-01-01"})
    answer = refused.text

    assert past not in page
    assert "Review what it changes from 1 Jan 2020 on" in making.refused(refused)
    assert past in answer
    said = dict(re.findall(r'name="(key|version|seen|from)"[^>]* value="([^"]*)"', answer))
    assert said["from"] == said["seen"] == "2020-01-01"
    shown = person.get(person.post(publish, data=said).headers["location"]).text
    assert "Version 1 published, effective from 1 Jan 2020." in shown
    edition = re.findall(r"/policies/withdraw/([^\"]+)", shown)[0]
    person.post(f"/policies/withdraw/{edition}", data={"key": making.new_key(), "why": "A test"})


def test_a_version_that_never_comes_into_force_is_not_called_upcoming(world: World) -> None:
    person = world.person(SUPPLIER)
    at = begun(person, "overtaken", first_day="2091-03-01", days="21")
    said = fields(person.get(at).text)
    person.post(at, data={**said, "typical": "retailer", "retailer": "northwind", "do": "add"})
    policy = at.removeprefix("/policies/draft/")

    def publish(first: str) -> str:
        said = fields(person.get(at).text)
        person.post(at, data={**said, "yaml": f"{said['yaml']}# from {first}\n"})
        page = person.get(f"/policies/publish/{policy}?from={first}").text
        form = dict(re.findall(r'name="(key|version|seen|from)"[^>]* value="([^"]*)"', page))
        made = person.post(f"/policies/publish/{policy}", data=form)
        assert "published, effective" in person.get(made.headers["location"]).text
        return re.sub(r"\s+", " ", page)

    publish("2091-03-01")
    second, third = publish("2091-06-01"), publish("2091-01-01")
    shown = re.sub(r"\s+", " ", person.get(f"/policies/of/{policy}").text)
    theirs = re.sub(r"\s+", " ", person.get("/partners/of/northwind").text)

    assert "This is the first edition" not in second
    assert f"{policy}@1" in second
    assert "This is the first edition" not in third
    assert "takes the place of version 2 and version 1" in third
    assert "from 1 Mar 2091; replaced by version 3 from its first day on" in shown
    assert "from 1 Jun 2091; replaced by version 3 from its first day on" in shown
    assert "Version 3</a>, from 1 Jan 2091" in theirs
    assert "Version 1</a>, from 1 Mar 2091" not in theirs


def test_two_policies_for_the_same_orders_are_refused_in_words(world: World) -> None:
    person = world.person(SUPPLIER)
    at = begun(person, "again")
    policy, draft = at.removeprefix("/policies/draft/"), fields(person.get(at).text)
    page = person.get(f"/policies/publish/{policy}").text
    said = {"key": making.new_key(), "version": draft["version"], "from": "2091-01-01"}

    answer = person.post(f"/policies/publish/{policy}", data=said)

    assert "Not published." in making.refused(answer)
    for shown in (making.refused(answer), page):
        assert "are for the same orders" in shown
    assert "Publish</button>" not in page


def test_a_day_that_does_not_follow_the_version_before_is_refused_before_publishing(
    world: World,
) -> None:
    policy = keep_draft(world, "acme-supply/standard", "version: 1", "version: 2")
    person, page = world.person(SUPPLIER), f"/policies/publish/{policy}"

    early, later = person.get(f"{page}?from=2020-01-01").text, person.get(page).text

    assert "It cannot be published from 1 Jan 2020:" in early
    assert "Publish</button>" not in early
    assert "Check again" in early
    assert "It cannot be published" not in later
    assert "Publish</button>" in later


def test_a_draft_is_called_ready_only_if_the_next_page_publishes_it(world: World) -> None:
    person = world.person(SUPPLIER)
    held = begun(person, "kept-back")  # for the same orders as what is published
    clear = (
        f"/policies/draft/{keep_draft(world, 'acme-supply/standard', 'version: 1', 'version: 2')}"
    )

    for draft in (held, clear):
        page = html.unescape(person.get(draft).text)
        asked = html.unescape(person.get(draft.replace("/draft/", "/publish/")).text)
        kept = re.search(r"It cannot be published from [^<]*", asked)
        assert ("Ready to publish" in page) == ("Publish</button>" in asked) == (kept is None)
        assert kept is None or kept[0] in page


def test_support_may_look_and_not_write(world: World) -> None:
    at = begun(world.person(SUPPLIER), "looked-at")
    support = world.person(SUPPORT)
    said = fields(support.get(at).text)

    page = support.post(at, data={**said, "yaml": said["yaml"] + "# support\n"}).text

    assert "Not saved." in page
    assert "# support" not in fields(support.get(at).text)["yaml"]
    assert "Suppliers write policies." in support.get("/policies/new").text


def test_what_is_tried_as_long_as_nothing_is_chosen_is_said(world: World) -> None:
    person = world.person(SUPPLIER)
    with_fee = person.get(begun(person, "assumed", fee_percent="15")).text
    without = person.get(begun(person, "other-one")).text

    assert "as in the tests: defective</option>" in with_fee
    assert "assumed: change of mind</option>" in without
    assert "assumed: new unused</option>" in with_fee


def test_sliders_decide_beside_what_is_in_force(world: World) -> None:
    person = world.person(SUPPLIER)
    at = "/policies/draft/acme-supply/standard"
    said = fields(person.get(at).text)
    days = control(said, "window", "days")
    late = {"try_ordered": "2026-03-01", "try_delivered": "4", "try_requested": "60"}

    page = person.post(at, data={**said, **late, days: "90"}).text

    answer = page.split('id="tried"')[1]
    assert "<b>Accept</b>" in answer.split("acme-supply/standard@1")[0]
    assert "<b>Refuse</b>" in answer.split("acme-supply/standard@1")[1]
    assert 'class="more"' in answer


def test_a_draft_is_compared_and_each_change_is_a_return_to_try(world: World) -> None:
    person = world.person(SUPPLIER)
    at = "/policies/draft/acme-supply/standard"
    kept = {"version": fields(person.get(at).text)["version"]}
    person.post(at.replace("/draft/", "/discard/"), data=kept)  # another test may have kept one
    said = fields(person.get(at).text)
    assert "View all changes" not in person.get(at).text
    changed = person.post(at, data={**said, control(said, "window", "days"): "90"}).text
    assert "View all changes" in changed

    page = person.get(at.replace("/draft/", "/compare/")).text

    assert "Back to draft" in page
    assert ">From acme-supply/standard@1 to the draft<" in page
    answers = page.split('id="f-ANSWER"')[1].split("</section>")[0]
    assert re.search(r"<b>Accept</b><small>was Refuse</small>", answers)
    assert "after delivered" in answers
    tries = re.search(r'<a href="([^"]+)">What if', answers)
    assert tries
    tried = person.get(html.unescape(tries[1])).text.split('id="tried"')[1]
    assert "<b>Accept</b>" in tried.split("acme-supply/standard@1")[0]
    assert "<b>Refuse</b>" in tried.split("acme-supply/standard@1")[1]
    theirs = f"/policies/compare/{world.ids['southgate']['policy']}?before=base"
    retailer = world.person(RETAILER).get(theirs).text
    assert "Compare versions of" in retailer
    assert "its base policy" not in retailer
    assert "What if" not in retailer


ABOUT = {"effective": {"from": "2026-01-01"}, "currency": "USD"}


def test_a_return_that_is_given_stays_what_it_is_until_a_slider_moves() -> None:
    facts = {"ordered": "2026-03-01", "delivered": None, "requested": "2026-12-01", "opened": True}
    form = {"facts": json.dumps(facts)}

    given = trying.scenario(form, ABOUT)
    sent = {**form, **{each.name: str(each.days) for each in given.sliders}}
    again = trying.scenario(sent, ABOUT)
    moved = trying.scenario({**sent, "try_requested": "10"}, ABOUT)

    assert given.facts == again.facts == facts
    assert moved.facts == {**facts, "requested": "2026-03-11"}


def test_what_the_tests_of_a_text_say_of_every_return_is_what_is_tried() -> None:
    usual = {"category": "textiles", "opened": "false", "quantity": "2", "requested": "2030-01-01"}
    odd = {"item_price": "USD 7.00", "sum": "9" * 5_000, "list": ["a"]}
    about = {**ABOUT, "tests": {"usual": {**usual, **odd}}}

    tried = trying.scenario({}, about)

    known = {"category": "textiles", "opened": False, "quantity": 2, "item_price": "USD 7.00"}
    assert tried.facts.items() >= known.items()
    assert tried.facts["requested"] == "2026-01-21"
    assert tried.facts["sum"] == "9" * 5_000
    assert "list" not in tried.facts
    assert trying.scenario({"facts": '{"reason": "died"}'}, about).facts.get("category") is None


NO_FACTS = ("[", "[1]", "[" * 9_000, "{" * 20_000, '{"a": NaN}', '{"a": {"b": 1}}', '{"a": [1]}')


@pytest.mark.parametrize("text", NO_FACTS)
def test_facts_of_an_address_that_cannot_be_read_are_refused(text: str, world: World) -> None:
    person = world.person(SUPPLIER)
    draft = begun(person, f"no-facts-{NO_FACTS.index(text)}")
    good = fields(person.get(draft).text)

    looked = person.get(draft, params={"facts": text})
    sent = person.post(draft, data={**good, "yaml": good["yaml"] + "# more\n", "facts": text})

    assert (looked.status_code, sent.status_code) == (422, 422)
    assert "to try" in looked.text
    assert "to try" in sent.text
    assert "# more" not in fields(person.get(draft).text)["yaml"]


def test_a_failing_test_says_what_it_would_have_to_expect() -> None:
    failures = [
        "last_day: expected 2090-01-01, got 2090-02-01.",
        "decided_by: expected A, got [B, C].",
    ]

    assert failing.expected({"failures": failures}) == {
        "last_day": "2090-02-01",
        "decided_by": ["B", "C"],
    }
    assert failing.expected({"failures": ["The test cannot be run."]}) is None


def test_what_a_person_did_not_touch_is_no_change() -> None:
    tree = written("window: {days: 30, counted_from: delivered}\n")
    found = controls.controls(tree, ["window"])

    assert [each.value for each in found] == ["30", "delivered"]
    assert list(controls.changes([(each.name, each.value) for each in found], tree)) == []
    assert list(controls.changes([(found[0].name, "45")], tree)) == [
        {"set": {"at": ["window", "days"], "value": 45}}
    ]
