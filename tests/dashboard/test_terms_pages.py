"""Terms agreed with a retailer, in the browser: what ends them is shown before it does."""

from __future__ import annotations

import html
import re

from tests.dashboard import making
from tests.dashboard.drafts import fields
from tests.dashboard.world import RETAILER, SUPPLIER, SUPPORT, World

TEXT = """policy: acme-supply/{name}
version: {version}
effective: {{from: 2025-01-01}}
currency: USD
for: {{retailer: southgate, channel: {name}}}
agreed: {agreed}
window: {{within: {days}, counted_from: delivered}}
"""
DAYS = "{days: {type: length, default: 30 days, at_least: 10 days, at_most: 90 days}}"
PUBLISH = """mutation($input: PublishPolicyInput!) { done: publishPolicy(input: $input) {
  __typename ... on PublishedPolicy { edition { id } } ... on Problem { message } } }"""
AGREE = """mutation($input: SetTermsInput!) { done: setTerms(input: $input) {
  __typename ... on Problem { message } } }"""


def begun(world: World, name: str) -> str:
    """Publishes a policy whose window may be agreed; returns the id of its edition."""
    yaml = TEXT.format(name=name, version=1, agreed=DAYS, days="agreed.days")
    said = {"yaml": yaml, "idempotencyKey": making.new_key()}
    done = making.asked(world, SUPPLIER, PUBLISH, input=said)["done"]
    return str(done["edition"]["id"])


def partnership(world: World, retailer: str = "southgate") -> str:
    query = "{ me { partnerships { id retailer { handle } } } }"
    found = making.asked(world, SUPPLIER, query)["me"]["partnerships"]
    return next(str(each["id"]) for each in found if each["retailer"]["handle"] == retailer)


def agree(world: World, name: str, days: str) -> None:
    terms = [{"name": "days", "value": days}]
    said = {"partnership": partnership(world), "policy": f"acme-supply/{name}", "terms": terms}
    done = making.asked(world, SUPPLIER, AGREE, input=said)["done"]
    assert done["__typename"] == "TermsSet", done


def words(page: str) -> str:
    plain = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))
    return re.sub(r" ([,.;:])", r"\1", plain)


def sealed(page: str) -> str:
    """The digest of the preview on a page, which its form sends to confirm it."""
    return re.findall(r'name="seen" value="([^"]+)"', page)[0]


def draft(world: World, name: str, agreed: str, days: str) -> str:
    """Keeps a draft of the next version; returns the address of the page that publishes it."""
    person, at = world.person(SUPPLIER), f"/policies/draft/acme-supply/{name}"
    yaml = TEXT.format(name=name, version=2, agreed=agreed, days=days)
    person.post(at, data={**fields(person.get(at).text), "yaml": yaml})
    return f"/policies/publish/acme-supply/{name}?from=2091-01-01"


def test_publishing_names_the_partners_whose_terms_end_and_asks(world: World) -> None:
    begun(world, "ending")
    agree(world, "ending", "45 days")
    publish, person = draft(world, "ending", "{}", "20 days"), world.person(SUPPLIER)

    page = person.get(publish).text
    form = dict(re.findall(r'name="(key|version|seen|from|ends)"[^>]* value="([^"]*)"', page))
    unread = person.post(publish, data={**form, "ends": ""})
    made = person.post(publish, data=form)

    assert "From 1 Jan 2091 it ends terms that you agreed with partners." in words(page)
    assert "Southgate" in words(page)
    assert "“days: 45 days”, as agreed with “southgate”, ends: version 2" in words(page)
    assert "Publish and end these terms</button>" in page
    assert "Not published. This version ends agreed terms" in making.refused(unread)
    assert "Version 2 published" in person.get(made.headers["location"]).text


def test_a_draft_that_forbids_terms_says_whose(world: World) -> None:
    begun(world, "forbidding")
    agree(world, "forbidding", "45 days")
    days = "{days: {type: length, default: 15 days, at_most: 40 days}}"
    publish = draft(world, "forbidding", days, "agreed.days")

    page = words(world.person(SUPPLIER).get(publish).text)

    assert "It cannot be published from 1 Jan 2091: Agreed terms do not fit this version." in page
    assert "“days: 45 days”, as agreed with “southgate”, is forbidden by version 2" in page
    assert "45 days 15 days" in page


def test_a_version_that_forbids_what_was_agreed_says_so_to_both(world: World) -> None:
    edition = begun(world, "forbids")
    wide = TEXT.format(
        name="forbids", version=2, agreed=DAYS.replace("90", "300"), days="agreed.days"
    )
    said = {"yaml": wide, "idempotencyKey": making.new_key()}
    newer = making.asked(world, SUPPLIER, PUBLISH, input=said)["done"]["edition"]["id"]
    agree(world, "forbids", "200 days")
    supplier, retailer = world.person(SUPPLIER), world.person(RETAILER)
    withdraw = f"/policies/withdraw/{newer}"
    unread = supplier.post(withdraw, data={"why": "a mistake", "key": making.new_key()})
    assert unread.status_code == 422
    assert "is forbidden by version 1" in words(unread.text)
    assert "Withdraw and end these terms" in words(unread.text)
    form = dict(re.findall(r'name="(key|ends)"[^>]* value="([^"]*)"', unread.text))
    done = supplier.post(withdraw, data={**form, "why": "a mistake"})
    assert "Version 2 withdrawn." in supplier.get(done.headers["location"]).text

    ours = words(supplier.get(f"/policies/edition/{edition}").text)
    theirs = words(retailer.get(f"/policies/edition/{edition}").text)
    with_us = words(retailer.get("/partners/of/acme-supply").text)
    with_them = words(supplier.get("/partners/of/southgate").text)

    assert "Returns under this version are not decided until you agree on other terms:" in ours
    assert "Days: 200 days. The agreed value “days” must be at most “90 days”." in ours
    assert "Your returns under this version are not decided until the supplier agrees" in theirs
    assert "this version forbids what was agreed with you" in theirs
    for page in (with_us, with_them):
        assert "Days: 200 days forbidden by version 1" in page
        assert "Returns under version 1 are not decided until" in page


AT = "/partners/of/southgate/terms/acme-supply"


def test_terms_are_set_only_as_they_were_previewed(world: World) -> None:
    begun(world, "previewed")
    person, at = world.person(SUPPLIER), f"{AT}/previewed"

    page = person.post(at, data={"term-days": "45 days"}).text
    before = str(making.asked(world, SUPPLIER, TERMS))
    other = person.post(at, data={"term-days": "60 days", "seen": sealed(page)})
    done = person.post(at, data={"term-days": "45 days", "seen": sealed(page)})
    told = person.get(done.headers["location"]).text
    again = person.post(at, data={"term-days": "45 days", "seen": sealed(page)})

    assert "Days: 30 days (default), then 45 days" in words(page)
    assert "Requested within 30 days of delivery. Then: Requested within 45 days" in words(page)
    assert "acme-supply/previewed" not in before
    assert "Review it, then confirm." in words(other.text)
    assert "Days: 30 days (default), then 60 days" in words(other.text)
    assert "Terms set." in told
    assert "These terms are agreed." in person.get(again.headers["location"]).text
    assert "Days: 45 days" in words(person.get("/policies/agreed/acme-supply/previewed").text)


def test_the_pages_of_the_partner_and_of_the_policy_lead_to_their_terms(world: World) -> None:
    begun(world, "linked")
    person, at = world.person(SUPPLIER), f"{AT}/linked"

    assert f'href="{at}"' in person.get("/partners/of/southgate").text
    assert 'href="/policies/agreed/acme-supply/linked"' in (
        person.get("/policies/of/acme-supply/linked").text
    )
    assert f'href="{at}"' in person.get("/policies/agreed/acme-supply/linked").text
    assert "Default 30 days; at least 10 days and at most 90 days may be agreed." in (
        words(person.get(at).text)
    )


TERMS = "{ me { partnerships { retailer { handle } terms { policy name value } } } }"


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(world: World) -> None:
    begun(world, "beside")

    answer = world.person(SUPPLIER).post(f"{AT}/beside", data={"term-days": "300 days"})

    assert answer.status_code == 422
    found = re.search(r'<input id="term-days"[^>]*>', answer.text)
    assert found
    assert 'value="300 days"' in found[0]
    assert 'aria-invalid="true"' in found[0]
    beside = re.search(r'id="term-days-wrong" role="alert">([^<]*)<', answer.text)
    assert beside
    assert "version 1" in beside[1].lower() or "acme-supply/beside@1" in beside[1]
    assert "must be at most “90 days”" in html.unescape(beside[1])
    assert "What this changes" not in answer.text


def test_an_empty_field_ends_what_was_agreed(world: World) -> None:
    begun(world, "emptied")
    agree(world, "emptied", "45 days")
    person, at = world.person(SUPPLIER), f"{AT}/emptied"
    assert 'value="45 days"' in person.get(at).text

    page = person.post(at, data={"term-days": ""}).text
    person.post(at, data={"term-days": "", "seen": sealed(page)})

    assert "Days: 45 days, then 30 days (default)" in words(page)
    assert "none" in words(person.get("/policies/agreed/acme-supply/emptied").text)


def test_a_retailer_and_a_support_agent_read_terms_and_set_none(world: World) -> None:
    begun(world, "read")
    agree(world, "read", "45 days")

    theirs = world.person(RETAILER).get("/partners/of/acme-supply/terms/acme-supply/read").text
    support = world.person(SUPPORT).get(f"{AT}/read").text
    refused = world.person(RETAILER).post(
        "/partners/of/acme-supply/terms/acme-supply/read", data={"term-days": "50 days"}
    )

    for page in (theirs, support):
        assert ">45 days</output>" in page
        assert ">Preview</button>" not in page
    assert "Preview" not in refused.text
    assert "50 days" not in str(making.asked(world, SUPPLIER, TERMS))
    listed = world.person(RETAILER).get("/policies/agreed/acme-supply/read").text
    assert "northwind" not in listed.lower()
