"""GraphQL over HTTP as its specification has it, and nothing that a stranger sends hurts."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from takeback.pages import Web
from takeback.server import application
from takeback.settings import Profile
from tests.api.conftest import Caller, Served
from tests.timing import within

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"


def code(answer: Any) -> str:
    found: str = answer.json()["errors"][0]["extensions"]["code"]
    return found


def test_the_page_at_the_root_explains_itself(served: Served) -> None:
    answer = served.http.get("/")

    assert answer.status_code == 200
    assert f"{served.address}/graphql" in answer.text
    assert "Authorization: Bearer" in answer.text
    assert "http" not in answer.text.replace(served.address, "")


def test_nobody_is_answered_without_a_key(served: Served) -> None:
    for headers in ({}, {"authorization": "Bearer tb_x"}, {"authorization": "Basic YTpi"}):
        answer = served.http.post("/graphql", json={"query": "{__typename}"}, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert code(answer) == "unauthenticated"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, JSON),
        ("*/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}; charset=utf-8, {JSON}; charset=utf-8", GRAPHQL),
    ],
)
def test_the_answer_has_the_type_that_was_asked_for(
    northwind: Caller, accept: str | None, media: str
) -> None:
    headers = {"accept": accept} if accept else {}
    answer = northwind.post({"query": "{__typename}"}, headers=headers)

    assert answer.headers["content-type"] == f"{media}; charset=utf-8"
    assert answer.json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize("web", [Web(), Web(dashboard=True), Web(explorer=True)])
@pytest.mark.parametrize("path", ["/graphq", "/api/graphql", "/health", "/orders"])
def test_a_program_at_a_wrong_address_is_told_the_right_one(
    served: Served, web: Web, path: str
) -> None:
    with TestClient(application(served.parts, Profile.PRODUCTION, web=web)) as http:
        answer = http.post(path, json={"query": "{__typename}"})

    assert (answer.status_code, code(answer)) == (404, "not_found")
    assert path in answer.json()["errors"][0]["message"]
    assert "`/graphql`" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("web", [Web(), Web(dashboard=True), Web(explorer=True)])
def test_a_form_from_elsewhere_is_no_program(served: Served, web: Web) -> None:
    with TestClient(application(served.parts, Profile.PRODUCTION, web=web)) as http:
        form = http.post("/graphq", data={"query": "{__typename}"})
        signed_in = http.post("/graphq", json={}, headers={"cookie": "session=a"})

    expected = 403 if web.dashboard or web.explorer else 404
    assert (form.status_code, signed_in.status_code) == (expected, expected)


def test_the_api_is_there_with_a_slash_at_its_end(northwind: Caller) -> None:
    key = {"authorization": f"Bearer {northwind.key}"}
    answer = northwind.http.post("/graphql/", json={"query": "{__typename}"}, headers=key)

    assert answer.json()["data"] == {"__typename": "Query"}


def test_other_types_and_methods_are_refused(northwind: Caller) -> None:
    body = {"query": "{__typename}"}
    key = {"authorization": f"Bearer {northwind.key}"}

    assert northwind.post(body, headers={"accept": "text/html"}).status_code == 406
    assert northwind.http.put("/graphql", json=body, headers=key).status_code == 405
    form = northwind.http.post("/graphql", data={"query": "{__typename}"}, headers=key)
    assert form.status_code == 415
    latin = {**key, "content-type": "application/json; charset=latin-1"}
    assert northwind.http.post("/graphql", content=b"{}", headers=latin).status_code == 415


@pytest.mark.parametrize("query", ["{", "{ nope }", "query($a: Int!) { __typename }"])
def test_a_request_that_never_ran_has_no_data(northwind: Caller, query: str) -> None:
    modern = northwind.post({"query": query}, headers={"accept": GRAPHQL})
    classic = northwind.post({"query": query})

    assert (modern.status_code, classic.status_code) == (400, 200)
    assert "data" not in modern.json()
    assert modern.json()["errors"]


def test_queries_may_come_by_get_and_mutations_may_not(northwind: Caller) -> None:
    key = {"authorization": f"Bearer {northwind.key}"}
    read = northwind.http.get("/graphql", params={"query": "{__typename}"}, headers=key)
    query = 'mutation { addOrders(input: {orders: [], idempotencyKey: "k"}) { __typename } }'
    write = northwind.http.get("/graphql", params={"query": query}, headers=key)
    unclear = northwind.http.get(
        "/graphql", params={"query": f"{query} query B {{ me {{ role }} }}"}, headers=key
    )

    assert read.json()["data"] == {"__typename": "Query"}
    assert (write.status_code, write.headers["allow"]) == (405, "POST")
    assert "data" not in unclear.json()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"1",
        b'"x"',
        b"null",
        b"[1]",
        b"{",
        b"\xff\xfe",
        b'{"query": "\xff"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"{}",
        b'{"query": 1}',
        b'{"query": ""}',
        b'{"query": "{__typename}", "variables": [1]}',
        b'{"query": "{__typename}", "variables": NaN}',
        b'{"query": "{__typename}", "operationName": 1}',
        b'{"query": "{__typename}", "extensions": 1}',
        b'[{"query": "{__typename}"}]',
    ],
)
def test_a_body_that_is_no_request_is_refused(northwind: Caller, body: bytes) -> None:
    headers = {"authorization": f"Bearer {northwind.key}", "content-type": JSON}
    answer = within(1.0, lambda _: northwind.http.post("/graphql", content=body, headers=headers))

    assert answer.status_code == 400
    assert code(answer) in ("not_json", "wrong_request")


def test_a_body_of_ten_megabytes_is_refused(northwind: Caller) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"query": "'
        yield b"x" * 1_100_000

    headers = {"authorization": f"Bearer {northwind.key}", "content-type": JSON}

    def statuses(_again: int) -> tuple[int, int]:
        whole = northwind.http.post("/graphql", content=b"x" * 10_000_000, headers=headers)
        parts = northwind.http.post("/graphql", content=chunks(), headers=headers)
        return whole.status_code, parts.status_code

    assert within(1.0, statuses) == (413, 413)


def doubling(levels: int) -> str:
    """Each fragment spreads the next one twice."""
    fragments = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)]
    return f"{{ ...F0 }} {' '.join(fragments)} fragment F{levels} on Query {{ me {{ role }} }}"


ROLE = "{ me { role } }"
ADD = 'addOrders(input: {orders: [], idempotencyKey: "k"}) { __typename }'
HOSTILE = {
    "doubling fragments": doubling(40),
    "fragments in a circle": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "many fragments": "{ ...F0 } " + " ".join(f"fragment F{n} on Query {ROLE}" for n in range(500)),
    "many aliases": "{" + " ".join(f"a{n}: __typename" for n in range(200)) + "}",
    "many directives": "{ __typename " + "@skip(if: false) " * 500 + "}",
    "unknown directives": "{ __typename " + "@a" * 400 + "}",
    "a deep selection": "{ me " + "{ partner " * 30 + "{ id }" + "}" * 30 + " }",
    "a deeper selection": "{ me " * 3_000,
    "a deep list": "{ eligibility(lines: " + "[" * 3_000 + "]" * 3_000 + ") { code } }",
    "many tokens": "{ " + "me { role } " * 3_000 + "}",
    "a long document": "{ __typename } #" + "x" * 100_000,
    "deep introspection": "{ __schema { types "
    + "{ fields { type " * 10
    + "{ name }"
    + "} }" * 10
    + "} }",
    "many mutations": "mutation { " + " ".join(f"m{n}: {ADD}" for n in range(5)) + " }",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_within_a_second(northwind: Caller, name: str) -> None:
    def refused(again: int) -> Any:
        return northwind.post({"query": f"{HOSTILE[name]} # {again}"}, headers={"accept": GRAPHQL})

    answer = within(1.0, refused)
    assert answer.status_code == 400
    assert len(answer.json()["errors"]) <= 6


def test_a_document_of_ten_thousand_variables_is_answered_in_time(northwind: Caller) -> None:
    variables = {f"v{n}": n for n in range(50_000)}
    said = {"query": "{__typename}", "variables": variables}
    answer = within(1.0, lambda _: northwind.post(said))

    assert answer.json()["data"] == {"__typename": "Query"}


def test_an_unexpected_error_is_masked_by_an_id(
    northwind: Caller, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("the password is swordfish")

    monkeypatch.setattr(served.parts.store.partnerships, "all_of", broken)
    answer = northwind.post({"query": "{ me { role partnerships { id } } }"})

    assert "swordfish" not in answer.text
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "internal"
    assert error["extensions"]["id"] in error["message"]
    assert error["path"] == ["me", "partnerships"]


def test_a_broken_store_is_masked_as_well(
    northwind: Caller, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("the password is swordfish")

    monkeypatch.setattr(served.parts.store.partners, "principal", broken)
    answer = northwind.post({"query": "{__typename}"})

    assert answer.status_code == 500
    assert "swordfish" not in answer.text


def test_development_suggests_and_shows_the_schema(northwind: Caller) -> None:
    assert "Did you mean" in northwind.post({"query": "{ mee { role } }"}).text
    assert "Eligibility" in northwind.post({"query": "{ __schema { types { name } } }"}).text


def test_production_does_neither(closed: Served) -> None:
    caller = closed.callers["northwind"]
    for query in ("{ mee { role } }", "{ me { rolle } }", "{ policies(asof: 1) { totalCount } }"):
        assert "Did you mean" not in caller.post({"query": query}).text
    assert "Eligibility" not in caller.post({"query": "{ __schema { types { name } } }"}).text
    wrong = {"query": 'query { eligibility(lines: [{ordr: "N-1"}]) { code } }'}
    assert "Did you mean" not in caller.post(wrong).text
    named = {"query": "query($l: [EligibilityLineInput!]!) { eligibility(lines: $l) { code } }"}
    answer = caller.post({**named, "variables": {"l": [{"ordr": "N-1"}]}})
    assert "Did you mean" not in answer.text
    assert caller.eligible(order="N-1", line="1")["answer"] == "ACCEPT"


def test_answers_are_never_cached(northwind: Caller) -> None:
    answer = northwind.post({"query": "{__typename}"})

    assert answer.headers["cache-control"] == "no-store"
    assert json.loads(answer.content)


def deep(levels: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _ in range(levels):
        found = {"a": [found]}
    return found


NINES = "9" * 5_000


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"query": "{__typename}", "variables": {"a": deep(400)}}, "too_deep"),
        ({"query": "{__typename}", "variables": {"a": deep(25)}}, "too_deep"),
        ({"query": f"{{ policies(page: {{first: {NINES}}}) {{ totalCount }} }}"},
         "document_too_large"),
        ({"query": '{ orders(number: "a\\u0000") { nodes { id } } }'}, "hidden_character"),
        ({"query": '{ orders(number: "a\\u{0}") { nodes { id } } }'}, "hidden_character"),
        ({"query": "{__typename}", "variables": {"a": "\0"}}, "hidden_character"),
        ({"query": 'mutation { addOrders(input: {orders: [{number: "1", partner: "acme", '
          'currency: "USD", dates: [], lines: [{number: "1", sku: "a", quantity: 1, '
          'unitPrice: "a"}]}], idempotencyKey: "a"}) { __typename } }'}, "graphql"),
    ],
    ids=["levels", "some levels", "digits", "nul", "short nul", "nul in a value", "minor units"],
)  # fmt: skip
def test_what_nothing_behind_the_door_could_work_with_is_refused_there(
    northwind: Caller, body: dict[str, Any], named: str
) -> None:
    answer = northwind.post(body)

    assert code(answer) == named


def test_twenty_levels_of_values_are_read(northwind: Caller) -> None:
    answer = northwind.post({"query": "{__typename}", "variables": {"a": deep(20)}})

    assert answer.json()["data"] == {"__typename": "Query"}


def test_a_length_of_thousands_of_digits_is_too_large(served: Served) -> None:
    """A server in front may pass on what ours would not."""
    app = application(served.parts, Profile.PRODUCTION)
    headers = {"content-length": NINES, "content-type": JSON}
    with TestClient(app, raise_server_exceptions=True) as client:
        answer = client.post("/graphql", content=b"{}", headers=headers)

    assert (answer.status_code, code(answer)) == (413, "body_too_large")


def test_a_body_that_ends_too_soon_is_no_error_of_ours(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    host, _, port = served.address.removeprefix("http://").partition(":")
    head = f"POST /graphql HTTP/1.1\r\nhost: {host}\r\ncontent-type: {JSON}\r\n"
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"{head}content-length: 100\r\n\r\n{{".encode())
    served.http.get("/health")
    time.sleep(0.1)

    assert caplog.records == []
