"""What a browser, or whoever pretends to be one, sends to the pages to get in or to break them."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from dashboard.security import MOST_BYTES
from tests.dashboard.world import SUPPLIER, World


@pytest.mark.parametrize("page", ["/explore", "/sign-in", "/sessions/end"])
@pytest.mark.parametrize("length", [None, b"20000000", b"9" * 5_000])
def test_no_more_is_read_of_a_body_than_a_page_of_ours_sends(
    page: str, length: bytes | None, world: World
) -> None:
    asked, answered = [0], []
    kind = (b"content-type", b"application/x-www-form-urlencoded")
    headers = [(b"host", b"here"), (b"origin", b"http://here"), kind]
    scope = {
        "type": "http",
        "method": "POST",
        "path": page,
        "query_string": b"",
        "headers": headers if length is None else [*headers, (b"content-length", length)],
    }

    async def receive() -> dict[str, Any]:
        asked[0] += 65_536
        more = asked[0] < 20 * MOST_BYTES
        return {"type": "http.request", "body": b"a" * 65_536, "more_body": more}

    async def send(message: Any) -> None:
        answered.append(message)

    anyio.run(world.app, scope, receive, send)

    assert answered[0]["status"] == 413
    assert asked[0] <= (MOST_BYTES + 65_536 if length is None else 0)


@pytest.mark.parametrize("person", ["00099", "1" * 5_000, "-1", "0x1", "", "٣" * 50])
def test_a_click_signs_in_nobody_who_is_not_there(world: World, person: str) -> None:
    assert world.client().post("/sign-in/demo", data={"person": person}).status_code == 403


@pytest.mark.parametrize("session", ["", "a" * 5_000, "\0", "\ud800", "'; --", "-", " "])
def test_ending_a_session_that_is_none_breaks_nothing(world: World, session: str) -> None:
    content = b"session=" + session.encode("utf-8", "surrogatepass")
    kind = {"content-type": "application/x-www-form-urlencoded"}
    for client in (world.client(), world.person(SUPPLIER)):
        answer = client.post("/sessions/end", content=content, headers=kind)
        assert answer.status_code == (422 if session == "\0" else 303)


def test_signing_out_without_a_session_breaks_nothing(world: World) -> None:
    for token in ("", "x", "tbs_" + "0" * 12 + "_" + "x" * 43, "tbs_\\000"):
        client = world.client()
        answer = client.post("/sign-out", headers={"cookie": f"session={token}"})
        assert answer.status_code == 303


@pytest.mark.parametrize(
    "other",
    [
        'theme={"a": 1}',
        "path=/",
        "a[b]=c",
        "expires=never",
        "=",
        "flash=NQ==",
        "flash=W1s",
        "zone=../x",
    ],
)
def test_cookies_of_others_sign_nobody_out(world: World, other: str) -> None:
    token = world.person(SUPPLIER).cookies["session"]

    for said in (f"{other}; session={token}", f"session={token}; {other}"):
        answer = world.client().get("/returns", headers={"cookie": said})
        assert answer.status_code == 200


@pytest.mark.parametrize("path", ["//evil.example/", "//evil.example/returns", "/\\evil.example"])
def test_a_link_from_elsewhere_leads_to_no_other_host(world: World, path: str) -> None:
    answer = world.client().get("http://127.0.0.1" + path, headers={"sec-fetch-site": "cross-site"})

    assert "evil.example" not in answer.headers.get("location", "")
    assert 'href="//' not in answer.text


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://evil.example",
        "http://127.0.0.1.evil.example",
        "127.0.0.1",
        "http://127.0.0.1@evil.example",
        "http://127.0.0.1:81",
    ],
)
def test_a_page_of_another_site_posts_nothing(world: World, origin: str) -> None:
    person = world.person(SUPPLIER)
    for page in ("/explore", "/sign-in", "/sign-out", "/sign-in/demo", "/zone"):
        assert person.post(page, headers={"origin": origin}).status_code == 403
    assert person.get("/returns").status_code == 200
