"""Partners, acceptance of an edition, invitations, and keys that are shown once."""

from __future__ import annotations

import re

import pytest

from adapters.identity.principal import SCOPES, Scope
from dashboard.partners.presets import PRESETS
from tests.dashboard import making
from tests.dashboard.drafts import fields
from tests.dashboard.world import OTHER, RETAILER, STRANGER, SUPPLIER, SUPPORT, Who, World

TO_ACCEPT = "{ editionsToAccept { partnership { supplier { handle } } edition { policy } } }"


def test_everybody_sees_whom_they_trade_with(world: World) -> None:
    text = world.person(SUPPLIER).get("/partners").text

    assert 'href="/partners/of/northwind"' in text
    assert 'href="/partners/of/southgate"' in text
    assert "Hearth" not in text


def test_a_retailer_accepts_the_edition_that_it_read(world: World) -> None:
    person = world.person(RETAILER)
    page, later = person.get("/partners/of/acme-supply").text.split("Upcoming")
    assert "Accept version" in later
    terms = re.findall(r'name="terms" value="([^"]+)"', page)
    editions = re.findall(r'name="edition" value="([^"]+)"', page)
    assert "Not accepted" in page
    assert "It changes no decision" in page
    assert "<b>2 to accept</b>" in person.get("/overview").text
    said = making.asked(world, RETAILER, TO_ACCEPT)["editionsToAccept"]
    assert [each["partnership"]["supplier"]["handle"] for each in said] == [
        *("acme-supply" for _ in terms),
        "hearth-home",
    ]
    assert making.asked(world, SUPPLIER, TO_ACCEPT)["editionsToAccept"] == []

    answer = person.post(
        "/partners/of/acme-supply", data={"terms": terms[0], "edition": editions[0]}
    )

    shown = person.get(answer.headers["location"]).text
    assert "Accepted and recorded" in shown
    assert '<span class="tag good">Accepted</span>' in shown
    assert "<b>1 to accept</b>" in (start := person.get("/overview").text)
    assert 'href="/partners/of/hearth-home"><b>1 to accept' in start
    assert "Accepted</span>" in world.person(SUPPLIER).get("/partners/of/southgate").text


def test_terms_that_changed_since_they_were_read_are_not_accepted(world: World) -> None:
    person = world.person(RETAILER)
    page = person.get("/partners/of/hearth-home").text
    edition = re.findall(r'name="edition" value="([^"]+)"', page)[0]

    answer = person.post("/partners/of/hearth-home", data={"terms": "0" * 64, "edition": edition})

    assert "Not accepted" in person.get(answer.headers["location"]).text


def test_a_key_is_shown_once_works_and_is_revoked(world: World) -> None:
    person = world.person(SUPPLIER)
    page = person.post(
        "/partners/keys", data={"preset": "support", "name": "dock <1>", "once": "a dock"}
    ).text
    secret = re.findall(r'class="mono secret">([^<]+)<', page)[0]
    assert "dock &lt;1&gt;" in page
    assert secret not in person.get("/partners/keys").text
    new = world.client()
    assert new.post("/sign-in", data={"key": secret}).status_code == 303

    below = page.split("dock &lt;1&gt;")[1]
    key = re.findall(r"/partners/keys/([^/]+)/revoke[^>]*>Revoke", below)[0]
    confirm = person.get(f"/partners/keys/{key}/revoke").text
    assert "is signed out immediately" in confirm
    person.post(f"/partners/keys/{key}/revoke")

    assert new.get("/returns").status_code == 303
    assert new.post("/sign-in", data={"key": secret}).status_code == 401


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_all_that_its_key_may_do(world: World, preset: str) -> None:
    person = world.person(SUPPLIER)
    form = making.hidden(person.get("/partners/keys").text, "/partners/keys")

    page = person.post("/partners/keys", data={**form, "name": preset, "preset": preset}).text

    (secret,) = re.findall(r'class="mono secret">([^<]+)<', page)
    me = making.asked_by(world, secret, "{ me { role scopes } }")["me"]
    wanted, said = PRESETS[preset], set(me["scopes"])
    assert me["role"] == (wanted.role or "SUPPLIER")
    assert wanted.scopes is None or said == wanted.scopes
    assert ("ISSUE_KEYS" in said) == (preset == "everything")


def test_what_is_ticked_goes_before_a_preset_and_a_retailer_is_offered_no_dock(
    world: World,
) -> None:
    person = world.person(SUPPLIER)
    form = making.hidden(person.get("/partners/keys").text, "/partners/keys")

    ticked = {**form, "name": "one", "preset": "everything", "scope": "READ_STOCK"}
    page = person.post("/partners/keys", data=ticked).text

    (secret,) = re.findall(r'class="mono secret">([^<]+)<', page)
    assert making.asked_by(world, secret, "{ me { scopes } }")["me"]["scopes"] == ["READ_STOCK"]
    offered = world.person(RETAILER).get("/partners/keys").text
    assert 'value="dock"' not in offered
    assert "decides returns" not in offered
    assert "Views everything and opens returns." in offered
    assert "decides returns" in person.get("/partners/keys").text


@pytest.mark.parametrize("who", [SUPPLIER, RETAILER], ids=lambda each: each[0])
def test_all_that_is_offered_one_by_one_is_granted_beside_any_preset(
    world: World, who: Who
) -> None:
    person = world.person(who)
    page = person.get("/partners/keys").text
    presets = re.findall(r'name="preset" value="([^"]+)"', page)
    offered = re.findall(r'name="scope" value="([^"]+)"', page)
    assert len(offered) > 10

    for preset, ticked in [(presets[0], [each]) for each in offered] + [
        (each, offered) for each in presets
    ]:
        form = making.hidden(person.get("/partners/keys").text, "/partners/keys")
        said = {**form, "name": "one by one", "preset": preset, "scope": ticked}
        answer = person.post("/partners/keys", data=said)
        (secret,) = re.findall(r'class="mono secret">([^<]+)<', answer.text)
        assert making.asked_by(world, secret, "{ me { scopes } }")["me"]["scopes"] == ticked


@pytest.mark.parametrize("scopes", [set(SCOPES[SUPPLIER[1]]), {Scope.READ_RETURNS}])
def test_each_kind_of_key_that_is_offered_is_granted(world: World, scopes: set[Scope]) -> None:
    person = world.narrow(*scopes, Scope.READ_KEYS, Scope.ISSUE_KEYS)
    presets = re.findall(r'name="preset" value="([^"]+)"', person.get("/partners/keys").text)
    assert presets

    for preset in presets:
        form = making.hidden(person.get("/partners/keys").text, "/partners/keys")
        answer = person.post("/partners/keys", data={**form, "name": preset, "preset": preset})
        assert 'class="mono secret">' in answer.text, (preset, making.refused(answer))


def test_support_issues_no_keys(world: World) -> None:
    text = world.person(SUPPORT).get("/partners/keys").text

    assert "Your key does not allow viewing keys." in text
    assert "Issue a key" not in text


def test_a_new_retailer_is_invited_and_accepts_with_the_key_that_it_was_given(world: World) -> None:
    supplier = world.person(OTHER)
    page = supplier.post(
        "/partners/invitations",
        data={
            "do": "invite",
            "handle": "new-shop",
            "name": "New Shop",
            "note": "Welcome <b>",
            "once": "a shop",
        },
    ).text
    secret = re.findall(r'class="mono secret">([^<]+)<', page)[0]
    assert "Welcome &lt;b&gt;" in page
    invited = world.client()
    invited.post("/sign-in", data={"key": secret})
    text = invited.get("/partners/invitations").text
    assert "over a secure channel" in page
    assert "1 awaiting a reply</a>" in supplier.get("/overview").text

    do = re.findall(r'value="(accept:[^"]+)"', text)[0]
    answer = invited.post("/partners/invitations", data={"do": do})

    assert "shown only once" in answer.text
    assert "Sign in with it from now on" in answer.text
    assert "over a secure channel" not in answer.text
    assert "/partners/of/new-shop" in supplier.get("/partners").text


def test_an_invitation_waits_for_a_retailer_that_is_here_already(world: World) -> None:
    invite = {"do": "invite", "handle": "northwind", "note": "", "name": "", "once": "again"}
    world.person(OTHER).post("/partners/invitations", data=invite)

    text = world.person(STRANGER).get("/overview").text

    assert "<b>1 to answer</b>" in text
    assert 'href="/partners/invitations"' in text
    others = world.person(OTHER).get("/overview").text
    assert "awaiting a reply</a>" in others.split("Waiting for your retailers")[1]


def test_an_edition_to_come_is_accepted_ahead(world: World) -> None:
    supplier, retailer = world.person(OTHER), world.person(RETAILER)
    policy = re.findall(r'href="/policies/of/(hearth-home/[^"]+)"', supplier.get("/policies").text)[
        0
    ]
    at = f"/policies/draft/{policy}"
    said = fields(supplier.get(at).text)
    supplier.post(at, data={**said, "yaml": said["yaml"] + "# the next one\n"})
    publish = f"/policies/publish/{policy}"
    form = dict(
        re.findall(
            r'name="(key|version|seen|from)"[^>]* value="([^"]*)"',
            supplier.get(f"{publish}?from=2091-01-01").text,
        )
    )
    made = supplier.post(publish, data=form)
    assert made.status_code == 303, making.refused(made)

    page = retailer.get("/partners/of/hearth-home").text
    assert "Upcoming" in page
    coming = page.split("Upcoming")[1]
    terms = re.findall(r'name="terms" value="([^"]+)"', coming)[0]
    edition = re.findall(r'name="edition" value="([^"]+)"', coming)[0]
    answer = retailer.post("/partners/of/hearth-home", data={"terms": terms, "edition": edition})

    assert "Accepted and recorded" in retailer.get(answer.headers["location"]).text
    again = retailer.get("/partners/of/hearth-home").text.split("Upcoming")[1]
    assert '<span class="tag good">Accepted</span>' in again
    one = supplier.get(f"/policies/of/{policy}").text
    assert "replaced by version 2 on 1 Jan 2091" in one


def test_agreed_terms_that_the_version_in_force_does_not_take_are_told(world: World) -> None:
    text = """policy: acme-supply/kiosk
version: {version}
effective: {{from: 2025-01-01}}
currency: USD
for: {{retailer: southgate, channel: kiosk}}
{agreed}window: {{within: {days}, counted_from: delivered}}
"""
    publish = """mutation($input: PublishPolicyInput!) { done: publishPolicy(input: $input) {
      ... on PublishedPolicy { edition { version agreed } } ... on Problem { message } } }"""
    agree = """mutation($input: SetTermsInput!) { done: setTerms(input: $input) {
      __typename ... on Problem { message } } }"""
    joined = "{ me { partnerships { id retailer { handle } } } }"

    check = """query($yaml: String!) { done: publicationCheck(yaml: $yaml) {
      ... on ReadyToPublish { endsTerms } ... on Problem { message } } }"""

    def published(version: int, agreed: str, days: str) -> list[str]:
        yaml = text.format(version=version, agreed=agreed, days=days)
        ends = making.asked(world, SUPPLIER, check, yaml=yaml)["done"]["endsTerms"]
        said = {"yaml": yaml, "idempotencyKey": making.new_key(), "endsTerms": ends}
        done = making.asked(world, SUPPLIER, publish, input=said)["done"]
        return list(done["edition"]["agreed"])

    names = published(1, "agreed: {days: {type: length, default: 30 days}}\n", "agreed.days")
    (key,) = [
        each["id"]
        for each in making.asked(world, SUPPLIER, joined)["me"]["partnerships"]
        if each["retailer"]["handle"] == "southgate"
    ]
    terms = [{"name": "days", "value": "45 days"}]
    said = {"partnership": key, "policy": "acme-supply/kiosk", "terms": terms}
    making.asked(world, SUPPLIER, agree, input=said)
    before = world.person(RETAILER).get("/partners/of/acme-supply").text
    none = published(2, "", "30 days")
    after = world.person(RETAILER).get("/partners/of/acme-supply").text

    assert (names, none) == (["days"], [])
    assert "Days: 45 days</dd>" in before
    assert "Days: 45 days (no effect under version 2)</dd>" in after
