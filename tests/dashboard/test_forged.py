"""What a browser, or whoever pretends to be one, sends to the pages to get in or to break them."""

from __future__ import annotations

from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.datastructures import Headers

from dashboard import security
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


BYTES = st.one_of(
    st.binary(max_size=30),
    st.lists(
        st.sampled_from([b"http", b"https", b"://", b"here", b"[", b"]", b":", b"@", b"%", b"80"])
    ).map(b"".join),
)


@given(origin=BYTES, host=BYTES, referer=BYTES, query=BYTES)
@example(origin=b"http://[x", host=b"here", referer=b"", query=b"")
@example(origin=b"", host=b"", referer=b"", query=b"\x80")
@example(origin=b"http://", host=b"", referer=b"", query=b"")
@example(origin=b"", host=b"[x", referer=b"http://[", query=b"\xff")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_headers_that_make_no_sense_break_nothing(
    world: World, origin: bytes, host: bytes, referer: bytes, query: bytes
) -> None:
    headers = [(b"origin", origin), (b"host", host), (b"referer", referer)]
    wanted = (("GET", "/returns"), ("GET", "/sign-in"), ("POST", "/sign-in"))
    asked = [raw(world, how, path, headers, query) for how, path in wanted]

    posts = bool(host) and origin in (b"http://" + host.lower(), b"https://" + host.lower())
    assert [status for status, _ in asked] == [303, 200, 401 if posts else 403]
    for _, told in asked:
        assert told["cache-control"] == "no-store"
        assert "default-src 'none'" in told["content-security-policy"]


def raw(
    world: World,
    method: str,
    path: str,
    headers: list[tuple[bytes, bytes]],
    query: bytes = b"",
    **more: Any,
) -> tuple[int, Headers]:
    """The status and the headers of what is answered to a request without a body."""
    answered: list[Any] = []
    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    scope["client"] = ("127.0.0.1", 50_000)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        answered.append(message)

    anyio.run(world.app, {**scope, "query_string": query, **more}, receive, send)
    return answered[0]["status"], Headers(raw=answered[0]["headers"])


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_fault_of_the_guard_itself_is_guarded(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    answered: list[Any] = []

    def broken(_connection: object) -> bool:
        raise RuntimeError

    async def send(message: Any) -> None:
        answered.append(message)

    monkeypatch.setattr(security, "from_here", broken)
    scope = {"type": "http", "method": "POST", "path": "/", "scheme": scheme, "headers": []}
    with pytest.raises(RuntimeError):
        anyio.run(security.Guard(None), scope, None, send)  # type: ignore[arg-type]

    told = Headers(raw=answered[0]["headers"])
    assert answered[0]["status"] == 500
    assert told["cache-control"] == "no-store"
    assert "default-src 'none'" in told["content-security-policy"]
    assert ("strict-transport-security" in told) is (scheme == "https")


def test_a_form_is_taken_from_a_page_that_came_as_safely(world: World) -> None:
    here, wrong = [(b"host", b"here")], (200, 401)
    for scheme, origin, taken in (
        ("https", b"https://here", True),
        ("https", b"http://here", False),
        ("http", b"http://here", True),
        ("http", b"https://here", True),
    ):
        said = [*here, (b"origin", origin)]
        status, _ = raw(world, "POST", "/sign-in", said, scheme=scheme)
        assert (status in wrong) is taken


def test_over_https_the_cookie_is_of_this_host_alone(world: World) -> None:
    client = world.client("https://here.example")

    told = client.post("/sign-in", data={"key": world.keys[SUPPLIER]})

    cookie = told.headers["set-cookie"]
    assert cookie.startswith("__Host-session=tbs_")
    assert "; Secure" in cookie
    assert "; Path=/;" in cookie
    assert "omain" not in cookie
    assert told.headers["strict-transport-security"] == "max-age=31536000"
    assert client.get("/returns").status_code == 200
    token = client.cookies["__Host-session"]
    forged = world.client("https://here.example").get(
        "/returns", headers={"cookie": f"session={token}"}
    )
    assert forged.status_code == 303
    assert client.post("/sign-out").headers["set-cookie"].startswith('__Host-session=""')


@pytest.mark.parametrize("at", ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::1", "testclient", ""])
def test_from_another_machine_no_click_signs_in(world: World, at: str) -> None:
    client = world.client(at=at)

    assert "demo" not in client.get("/sign-in").text
    assert client.post("/sign-in/demo", data={"person": "0"}).status_code == 403


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
