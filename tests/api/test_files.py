"""Files over HTTP: sent as forms, judged by content, given back inert and to two sides alone."""

from __future__ import annotations

import hashlib
import logging
import socket
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from services.orders.adding import add_orders
from takeback.server import application
from takeback.settings import Profile
from tests.api.conftest import Caller, Served, order

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR and so on"
FORM_OF_MANY = b'--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n\r\n' * 11 + b"--b--\r\n"
_KEYS = count()


@pytest.fixture
def made(served: Served) -> dict[str, Any]:
    """A return of northwind to acme."""
    number = f"F-{next(_KEYS)}"
    store = served.parts.store
    with store.session():
        partner = store.partners.by_handle("northwind")
        assert partner is not None
        add_orders(store, store.partners.acting(partner), [order(number, "acme", "northwind")])
    line = {"order": number, "line": "1", "reason": "change_of_mind"}
    said = {"lines": [line], "idempotencyKey": number}
    found = served.callers["northwind"].ask("RequestReturn", input=said)["requestReturn"]
    return {**found["returns"][0], "whole": found["consumerReturn"]["id"]}


def send(caller: Caller, made: dict[str, Any], content: bytes = PNG, **said: Any) -> httpx.Response:
    """A form as clients send it."""
    name, fields = said.pop("name", "lamp.png"), {"return": made["id"], "idempotencyKey": "k"}
    fields["idempotencyKey"] = f"file {next(_KEYS)}"
    fields.update({key: value for key, value in said.items() if value is not None})
    files = {"file": (name, content, "text/html")}
    return caller.http.post("/files", data=fields, files=files, headers=bearer(caller))


def bearer(caller: Caller) -> dict[str, str]:
    return {"authorization": f"Bearer {caller.key}"}


def get(caller: Caller, url: str) -> httpx.Response:
    return caller.http.get(url, headers=bearer(caller))


def documents(caller: Caller, made: dict[str, Any]) -> list[dict[str, Any]]:
    return list(caller.ask("ReturnDocuments", number=made["number"])["returnByNumber"]["documents"])


def test_a_photo_is_sent_seen_by_the_api_and_given_back(
    northwind: Caller, acme: Caller, made: dict[str, Any]
) -> None:
    line = made["lines"][0]["id"]
    answer = send(northwind, made, line=line)

    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert told["sha256"] == hashlib.sha256(PNG).hexdigest()
    assert answer.headers["location"] == told["url"]
    (seen,) = documents(acme, made)
    assert seen.pop("sentAt").startswith("2025-06-01T12")
    assert seen == {**told, "line": line, "sender": {"handle": "northwind"}}
    found = acme.ask("query($id: ID!) { node(id: $id) { __typename id } }", id=told["id"])
    assert found["node"] == {"__typename": "ReturnDocument", "id": told["id"]}
    for caller in (northwind, acme):
        assert get(caller, told["url"]).content == PNG


def test_what_a_browser_gets_is_inert(northwind: Caller, made: dict[str, Any]) -> None:
    page = PNG + b"<script>alert(1)</script>PK\x03\x04%PDF-1.7"
    sent = send(northwind, made, page, name="page.html").json()
    answer = get(northwind, sent["url"])

    assert (sent["name"], answer.content) == ("page.png", page)
    headers = answer.headers
    assert headers["content-type"] == "image/png"
    assert headers["content-disposition"].startswith('attachment; filename="page.png"')
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'; sandbox")
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../../etc/cron.d/x", "x.png"),
        ('x"; filename="evil.exe', "x filename= evil.png"),
        ("a\r\nX-Evil: 1.png", "aX-Evil 1.png"),
        ("Lampe für Zoë.jpeg", "Lampe für Zoë.png"),
        ("gnp\u202egpj.exe", "gnpgpj.png"),
        ("x" * 900, "x" * 100 + ".png"),
    ],
)
def test_a_hostile_name_harms_no_header(
    northwind: Caller, made: dict[str, Any], name: str, plain: str
) -> None:
    sent = send(northwind, made, name=name)
    assert sent.status_code == 201, sent.text
    answer = get(northwind, sent.json()["url"])

    assert sent.json()["name"] == plain
    assert "x-evil" not in answer.headers
    said = answer.headers["content-disposition"]
    assert said.count('"') == 2
    assert said.isascii()


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"content": b"<html>"}, 415, "wrong_kind_of_file"),
        ({"content": b""}, 415, "wrong_kind_of_file"),
        ({"return": "R-NONE"}, 404, "not_found"),
        ({"return": "x" * 3_000}, 404, "not_found"),
        ({"return": "\0"}, 400, "hidden_character"),
        ({"line": "none"}, 404, "not_found"),
        ({"idempotencyKey": ""}, 400, "missing"),
        ({"return": " "}, 400, "missing"),
        ({"return": "\u2003"}, 400, "missing"),
        ({"idempotencyKey": "k" * 101}, 400, "wrong_idempotency_key"),
        ({"idempotencykey": "k"}, 400, "unknown_field"),
        ({"content": PNG.ljust(10_000_001)}, 413, "file_too_large"),
        ({"content": PNG.ljust(10_010_000)}, 413, "body_too_large"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(
    northwind: Caller, made: dict[str, Any], said: dict[str, Any], status: int, code: str
) -> None:
    answer = send(northwind, made, **said)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert documents(northwind, made) == []


def test_a_wrong_word_is_answered_with_the_right_one(
    northwind: Caller, made: dict[str, Any]
) -> None:
    fields = {"return": made["id"], "idempotencykey": "k"}
    files = {"file": ("a.png", PNG)}
    answer = northwind.http.post("/files", data=fields, files=files, headers=bearer(northwind))

    assert answer.json()["code"] == "unknown_field"
    assert "Did you mean `idempotencyKey`?" in answer.json()["message"]


def test_only_those_whose_return_it_is_send_and_read(
    served: Served, northwind: Caller, made: dict[str, Any]
) -> None:
    url = send(northwind, made).json()["url"]

    for name in ("globex", "southgate", "globex support", "southgate support"):
        stranger = served.callers[name]
        assert get(stranger, url).status_code == 404
        assert send(stranger, made).status_code == 404
        assert stranger.ask("query($id: ID!) { node(id: $id) { id } }", id=url[7:])["node"] is None
    for headers in ({}, {"authorization": "Bearer tb_000000000000_" + "a" * 43}):
        assert served.http.get(url, headers=headers).status_code == 401
        assert served.http.post("/files", content=b"", headers=headers).status_code == 401
    for name in ("northwind support", "acme support", "acme"):
        assert get(served.callers[name], url).content == PNG


def test_a_repeated_form_is_kept_once(northwind: Caller, made: dict[str, Any]) -> None:
    first = send(northwind, made, idempotencyKey=f"again {made['id']}")
    again = send(northwind, made, idempotencyKey=f"again {made['id']}")
    other = send(northwind, made, PNG + b".", idempotencyKey=f"again {made['id']}")

    assert again.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert len(documents(northwind, made)) == 1


def raw(made: dict[str, Any], key: str) -> bytes:
    """The parts of a form, and no end."""
    fields = {"return": made["id"], "idempotencyKey": key}
    parts = [
        f'--b\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = b'--b\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    return b"".join([*parts, head, PNG])


@pytest.mark.parametrize("length", ["right", "too long", "cut", "chunked", "between parts"])
def test_a_form_that_ends_too_early_is_not_kept(
    served: Served, northwind: Caller, made: dict[str, Any], length: str
) -> None:
    """Whatever its head says of its length; the form has no end in any of them."""
    body = raw(made, length) + (b"\r\n--b\r\n" if length == "between parts" else b"")
    other = {"too long": len(body) + 50, "cut": len(body) - 9, "chunked": 0}
    said = other.get(length, len(body))
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    size = f"content-length: {said}" if said else "transfer-encoding: chunked"
    head = (
        f"POST /files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {northwind.key}\r\n"
        f"content-type: multipart/form-data; boundary=b\r\n{size}\r\n\r\n"
    )
    host, port = served.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as door:
        door.sendall(head.encode() + (body if said else chunked))
        if length == "too long":
            door.shutdown(socket.SHUT_WR)
        answer = door.makefile("rb").readline()

    assert b" 400 " in answer or (length == "too long" and not answer)
    assert documents(northwind, made) == []


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("application/json", b"{}", "unsupported_media_type"),
        ("application/x-www-form-urlencoded", b"return=1", "unsupported_media_type"),
        ("multipart/form-data", b"x", "wrong_form"),
        ("multipart/form-data; boundary=b", b"\xff\0\r\n--", "wrong_form"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--", "wrong_form"),
        ("multipart/form-data; boundary=b", FORM_OF_MANY, "wrong_form"),
        ("multipart/form-data; boundary=b; charset=zip", b"--b--\r\n", "missing"),
    ],
)
def test_what_is_no_form_is_refused_and_fills_no_log(
    northwind: Caller, kind: str, body: bytes, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {**bearer(northwind), "content-type": kind}
    answer = northwind.http.post("/files", content=body, headers=headers)

    assert answer.status_code in (400, 415)
    assert answer.json()["code"] == code
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


def test_documents_go_with_the_consumer(
    northwind: Caller, acme: Caller, made: dict[str, Any]
) -> None:
    url = send(northwind, made).json()["url"]
    said = {"consumerReturn": made["whole"], "idempotencyKey": f"erase {made['whole']}"}
    northwind.ask("EraseConsumer", input=said)

    assert get(acme, url).status_code == 404
    assert documents(acme, made) == []


def test_a_place_that_takes_no_file_is_said_to_be_unavailable(
    served: Served,
    northwind: Caller,
    made: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(served.parts.files, "_folder", tmp_path / "file")
    answer = send(northwind, made)

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert documents(northwind, made) == []


def test_one_partner_sends_so_many_files_at_once_and_no_more(
    served: Served, monkeypatch: pytest.MonkeyPatch, made: dict[str, Any]
) -> None:
    monkeypatch.setattr("returns_api.filing.routes.MOST_AT_ONCE", 0)
    app = application(served.parts, Profile.DEVELOPMENT)
    with TestClient(app) as http:
        answer = send(Caller(http=http, key=served.callers["northwind"].key), made)  # type: ignore[arg-type]

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_at_once")
    assert answer.headers["retry-after"] == "1"
