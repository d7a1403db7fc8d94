"""Documents by their hash, servers that answer registered ones alone, and pages of elsewhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from dashboard.asking import operations as pages
from engine.errors import RequestFault
from returns_api.serving import bodies
from returns_api.serving.trusted import Texts, hash_of
from takeback.server import application
from takeback.settings import ANY_DOCUMENT, Profile, operations_folder
from takeback.trusting import texts_of
from tests.api.conftest import DOCUMENTS, Served

ME = "{ me { keyId } }"
Ask = Callable[..., httpx.Response]
Open = Callable[..., Ask]


@pytest.fixture
def opened(closed: Served) -> Iterator[Open]:
    """Serves in this process; what it gives asks by POST, or by GET with `get`."""
    with ExitStack() as stack:

        def open_(texts: Texts | None = None, origins: tuple[str, ...] = ()) -> Ask:
            app = application(closed.parts, Profile.PRODUCTION, texts=texts, origins=origins)
            http: Any = stack.enter_context(TestClient(app))
            key = {"authorization": f"Bearer {closed.callers['acme'].key}"}

            def ask(get: bool = False, headers: dict[str, str] = key, **said: Any) -> Any:
                if get:
                    texts = {
                        name: value if isinstance(value, str) else json.dumps(value)
                        for name, value in said.items()
                    }
                    return http.get("/graphql", params=texts, headers=headers)
                return http.post("/graphql", json=said, headers=headers)

            return ask

        yield open_


def hashed(text: str, **more: Any) -> dict[str, Any]:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256, **more}}}


def code(answer: httpx.Response) -> str:
    return str(answer.json()["errors"][0]["extensions"]["code"])


@pytest.mark.parametrize("get", [False, True])
def test_a_document_is_told_once_and_then_named_by_its_hash(opened: Open, get: bool) -> None:
    ask = opened()
    unknown = ask(get, **hashed(ME))
    assert (unknown.json()["errors"][0]["message"], code(unknown)) == (
        "PersistedQueryNotFound",
        "PERSISTED_QUERY_NOT_FOUND",
    )
    assert unknown.status_code == 200, "clients of before look at no other"

    told = ask(get, query=ME, **hashed(ME))
    again = ask(get, **hashed(ME))
    named = ask(get, documentId=f"sha256:{hash_of(ME)}")
    assert told.json()["data"] == again.json()["data"] == named.json()["data"]
    assert "keyId" in again.json()["data"]["me"]


def test_a_hash_stands_for_no_other_text_and_for_none_that_cannot_run(opened: Open) -> None:
    ask = opened()

    assert code(ask(query="{ __typename }", **hashed(ME))) == "wrong_hash"
    assert "errors" in ask(query="{ nothing }", **hashed("{ nothing }")).json()
    for text in (ME, "{ nothing }"):
        assert code(ask(**hashed(text))) == "PERSISTED_QUERY_NOT_FOUND"


def test_a_mutation_by_its_hash_is_sent_by_post_alone(opened: Open) -> None:
    ask, text = opened(), DOCUMENTS["EraseConsumer"]
    said = {"variables": {"input": {"consumerReturn": "x", "idempotencyKey": "trusted"}}}
    ask(query=text, **said, **hashed(text))

    assert code(ask(True, **said, **hashed(text))) == "method_not_allowed"


def test_hashes_are_for_those_with_a_key(opened: Open) -> None:
    ask = opened()
    ask(query=ME, **hashed(ME))

    assert code(ask(headers={}, **hashed(ME))) == "unauthenticated"


@pytest.mark.parametrize(
    "wrong",
    [
        {"extensions": {"persistedQuery": 1}},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "a" * 64}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "a" * 63}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 7}}},
        {"documentId": "md5:1"},
        {"documentId": 7},
        {"query": " ", "documentId": "a" * 64},
        {"query": 7, "documentId": "a" * 64},
    ],
)
def test_what_is_no_hash_is_refused(opened: Open, wrong: dict[str, Any]) -> None:
    assert code(opened()(**wrong)) == "wrong_request"


def test_a_registered_document_is_not_charged_for_its_first_reading(
    opened: Open, tmp_path: Path
) -> None:
    fields = " ".join(
        f"a{number}: me {{ keyId role scopes partner {{ handle name }} }}" for number in range(20)
    )
    text = f"query Ours {{ {fields} }}"
    (tmp_path / "ours.graphql").write_text(text)

    def left_but_for_what_ran(ask: Ask, **said: Any) -> int:
        cost = ask(**said).json()["extensions"]["cost"]
        return int(cost["remaining"] + cost["actual"])

    named = left_but_for_what_ran(opened(texts_of(str(tmp_path))), documentId=hash_of(text))
    whole = left_but_for_what_ran(opened(texts_of(str(tmp_path))), query=text)
    charged = left_but_for_what_ran(opened(), query=text)

    assert charged < 100_000 <= min(named, whole)


def test_told_documents_make_room_for_others(opened: Open) -> None:
    texts = [f"query Q{number} {ME}" for number in range(4)]
    ask = opened(Texts(most=3 * len(texts[0])))
    for text in texts:
        ask(query=text, **hashed(text))

    found = ["errors" not in ask(**hashed(text)).json() for text in texts]
    assert found == [False, True, True, True]


def test_a_server_may_answer_registered_documents_alone(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "ours.graphql").write_text(f"query Ours {ME}")
    ask = opened(texts_of(str(tmp_path)))

    for text in (DOCUMENTS["WhoAmI"], f"query Ours {ME}"):
        for get in (False, True):
            assert "errors" not in ask(get, query=text).json()
            assert "errors" not in ask(get, **hashed(text)).json()
    for said in ({"query": ME}, {"query": ME, **hashed(ME)}, hashed(ME), {"query": "{"}):
        answer = ask(**said)
        assert (answer.status_code, code(answer)) == (403, "document_not_registered")


def test_every_document_of_the_api_is_registered_as_it_is_and_one_by_one() -> None:
    texts = texts_of("registered")
    files = [path.read_text(encoding="utf-8") for path in operations_folder().glob("*.graphql")]

    assert files
    known = (*files, *DOCUMENTS.values(), *pages().values())
    assert {hash_of(text) for text in known} == set(texts._registered)


@pytest.mark.parametrize("text", ["{ nothing }", "{", "query A { me { keyId } } { me { keyId } }"])
def test_a_document_that_could_not_be_answered_is_said_at_the_start(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "wrong.graphql").write_text(text)

    with pytest.raises(RequestFault, match=r"wrong\.graphql") as caught:
        texts_of(str(tmp_path))
    assert caught.value.code == "wrong_document"


SHOP = "https://shop.example"


@pytest.mark.parametrize(
    ("origins", "origin", "allowed"),
    [((), SHOP, False), ((SHOP,), SHOP, True), ((SHOP,), "https://shop.example.evil", False)],
)
def test_a_page_of_elsewhere_asks_only_where_its_origin_is_listed(
    closed: Served, origins: tuple[str, ...], origin: str, allowed: bool
) -> None:
    wants = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type",
    }
    key = {"authorization": f"Bearer {closed.callers['acme'].key}", "origin": origin}
    with TestClient(application(closed.parts, Profile.PRODUCTION, origins=origins)) as http:
        before = http.options("/graphql", headers=wants)
        answer = http.post("/graphql", json={"query": ME}, headers=key)

    for each in (before, answer):
        assert each.headers.get("access-control-allow-origin") == (origin if allowed else None)
        assert "access-control-allow-credentials" not in each.headers


def asked(text: str) -> bodies.Ask:
    return bodies.Ask(query=text, variables=None, operation=None, reads_only=False)


def test_where_any_text_may_run_those_that_are_shipped_are_registered() -> None:
    texts = texts_of(ANY_DOCUMENT)

    assert all(texts.is_registered(asked(text)) for text in DOCUMENTS.values())
    assert not texts.is_registered(asked(ME))
    assert texts.of(asked(ME)) == ME
