"""Signing in and out: by key, with a click in the demo, for as long as the session lasts."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from adapters.identity.principal import Role, Scope
from adapters.store.keys import NewKey
from adapters.store.sessions.keeping import IDLE, LONGEST
from tests.dashboard.world import HOST, RETAILER, SUPPLIER, SUPPORT, World

HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')


def test_a_key_signs_in_and_its_cookie_is_read_by_no_script(world: World) -> None:
    client = world.client()

    answer = client.post(
        "/sign-in", data={"key": world.keys[SUPPLIER], "to": "/returns?state=CLOSED"}
    )

    assert answer.headers["location"] == "/returns?state=CLOSED"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert world.keys[SUPPLIER] not in answer.headers["set-cookie"]
    assert "Acme Supply" in client.get("/returns").text


def test_a_wrong_key_signs_nobody_in(world: World) -> None:
    client = world.client()

    answer = client.post("/sign-in", data={"key": "tb_0123456789ab_" + "x" * 43})

    assert answer.status_code == 401
    assert "key is not valid" in answer.text
    assert client.get("/returns").status_code == 303


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/x"]
)
def test_signing_in_leads_to_no_other_host(world: World, to: str) -> None:
    answer = world.client().post("/sign-in", data={"key": world.keys[SUPPLIER], "to": to})

    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("keys", [(SUPPLIER,), ("tb_0123456789ab_" + "x" * 43, SUPPLIER)])
def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(
    world: World, keys: tuple[object, ...]
) -> None:
    person, page = world.person(SUPPLIER), "/orders?search=1"
    other = world.client()
    other.cookies.set("session", person.cookies["session"])
    other.post("/sign-out")

    answer = person.post(
        "/returns/R-1/answer", data={"key": "k"}, headers={"referer": f"{HOST}{page}"}
    )
    shown = person.get(answer.headers["location"])
    for key in keys:
        assert "the form was not submitted" in shown.text
        typed = {name: unescape(value) for name, value in HIDDEN.findall(shown.text)}
        shown = person.post("/sign-in", data={**typed, "key": world.keys.get(key, key)})

    assert shown.headers["location"] == page
    assert "Enter it again, then submit it." in person.get(page).text


@pytest.mark.parametrize(
    "referer", ["", "https://evil.example/returns", "http://[", f"{HOST}//evil.example/x"]
)
def test_a_form_of_no_page_of_ours_leads_home(world: World, referer: str) -> None:
    answer = world.client().post("/returns/R-1/answer", data={}, headers={"referer": referer})

    to = answer.headers["location"]
    shown = world.client().get(to).text
    assert 'name="to" value="/"' in shown


def test_signing_out_ends_the_session_and_not_only_its_cookie(world: World) -> None:
    person = world.person(SUPPLIER)
    token = person.cookies["session"]

    person.post("/sign-out")

    again = world.client()
    again.cookies.set("session", token)
    assert again.get("/returns").status_code == 303


def test_all_sessions_of_a_key_end_at_once_and_nobody_elses(world: World) -> None:
    one, two, other = world.person(SUPPLIER), world.person(SUPPLIER), world.person(SUPPORT)

    one.post("/sessions/end")

    assert [each.get("/returns").status_code for each in (one, two, other)] == [303, 303, 200]


def test_a_session_of_somebody_else_cannot_be_ended(world: World) -> None:
    mine, theirs = world.person(SUPPLIER), world.person(RETAILER)
    theirs_id = theirs.cookies["session"][4:16]

    mine.post("/sessions/end", data={"session": theirs_id})

    assert theirs.get("/returns").status_code == 200


def test_the_token_of_a_session_is_kept_as_a_hash_alone(world: World, tmp_path: Path) -> None:
    token = world.person(SUPPLIER).cookies["session"]
    secret = token.split("_", 2)[2]  # which may hold an underscore too

    folder = Path(world.parts.store._database.provider.pool.filename).parent
    for path in filter(Path.is_file, folder.glob("*.sqlite*")):
        assert secret.encode() not in path.read_bytes()


@pytest.mark.parametrize(
    ("used", "after"),
    [((), IDLE), ([IDLE - timedelta(minutes=1)] * 15, LONGEST)],
    ids=["idle", "old"],
)
def test_a_session_ends_by_itself(world: World, used: list[timedelta], after: timedelta) -> None:
    store = world.parts.store
    start = store.now()
    sessions = store.sessions
    usual = sessions._now
    try:
        with store.session():
            token = sessions.begin(world.keys[SUPPLIER], "a browser")
        assert token
        at = start
        for step in used:
            at = min(at + step, start + after - timedelta(seconds=1))
            sessions._now = lambda at=at: at
            with store.session():
                sessions.touch(token)
        sessions._now = lambda: start + after - timedelta(seconds=1)
        with store.session():
            assert sessions.principal(token)
        sessions._now = lambda: start + after + timedelta(seconds=1)
        with store.session():
            assert sessions.principal(token) is None
    finally:
        sessions._now = usual


def test_a_revoked_key_ends_its_sessions(world: World) -> None:
    with world.parts.store.session():
        partner = world.parts.store.partners.by_handle("acme-supply")
        assert partner
        key = world.parts.store.partners.issue_key(partner, SUPPORT[1])
    client = world.client()
    client.post("/sign-in", data={"key": key})
    assert client.get("/returns").status_code == 200

    with world.parts.store.session():
        assert world.parts.store.partners.revoke_key(key.split("_")[1])

    assert client.get("/returns").status_code == 303


def test_in_the_demo_a_click_signs_in(world: World) -> None:
    client = world.client()
    assert "Hearth &amp; Home" in client.get("/sign-in").text

    answer = client.post("/sign-in/demo", data={"person": "0"})

    assert answer.status_code == 303
    assert "Northwind Outfitters" in client.get("/returns").text


def test_under_a_name_that_is_not_of_this_machine_no_click_signs_in(world: World) -> None:
    client = world.client("http://rebound.example")
    assert "demo" not in client.get("/sign-in").text

    answer = client.post("/sign-in/demo", data={"person": "0"})

    assert answer.status_code == 403
    assert "session" not in client.cookies


def test_a_link_from_another_site_is_asked_for_once_more(world: World) -> None:
    answer = world.client().get("/returns", headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 200
    assert 'http-equiv="refresh"' in answer.text


def test_a_part_of_a_page_is_refused_with_401(world: World) -> None:
    answer = world.client().get("/returns", headers={"hx-request": "true"})

    assert answer.status_code == 401


def test_a_key_for_nothing_of_the_menu_sees_where_it_signed_in(world: World) -> None:
    home = world.narrow(Scope.RUN_FEEDS).get("/")

    assert home.headers["location"] == "/sessions"


def test_a_session_may_do_no_more_than_its_key(world: World) -> None:
    store = world.parts.store
    with store.session():
        partner = store.partners.by_handle("acme-supply")
        assert partner
        narrow = NewKey(
            partner=partner.id, name="Reads", role=Role.SUPPLIER, scopes=[Scope.READ_RETURNS]
        )
        _, key = store.keys.issue(narrow, "tests")
        token = store.sessions.begin(key, "a browser")
        assert token
        by_key, by_session = store.partners.principal(key), store.sessions.principal(token)

    assert by_key
    assert by_key.only == frozenset({Scope.READ_RETURNS})
    assert by_session == by_key


def test_a_key_that_is_wrong_is_told_so_and_not_asked_for(world: World) -> None:
    for header, said in (
        ({}, "Send your API key"),
        ({"authorization": "Bearer tb_none"}, "This API key is not right"),
    ):
        answer = world.client().post("/graphql", json={"query": "{ me { role } }"}, headers=header)
        assert answer.json()["errors"][0]["message"].startswith(said)
