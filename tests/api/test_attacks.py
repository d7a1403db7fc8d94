"""What hostile clients send is answered quickly, by a clear refusal, and says nothing of us."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.conftest import Caller, Served
from tests.api.test_http import ADD, HOSTILE, deep
from tests.timing import within

JSON = "application/json"
LEAKS = re.compile(
    r"Traceback|\.py\b|site-packages|psycopg|sqlite|pony|/(work|home|usr|tmp)/", re.IGNORECASE
)
LINES = '(lines: [{order: "N-1", line: "1"}])'


def fragments(inner: str, levels: int = 40) -> str:
    doubling = " ".join(
        f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)
    )
    return f"{{ ...F0 }} {doubling} fragment F{levels} on Query {{ {inner} }}"


DOCUMENTS = {
    **HOSTILE,
    "aliases of a dear field": "{ "
    + " ".join(f"a{n}: policies(page: {{first: 100}}) {{ nodes {{ id }} }}" for n in range(30))
    + " }",
    "fields that must be compared": "{ " + f"eligibility{LINES} {{ answer }} " * 190 + "}",
    "fields in fields that must be compared": "{ " + "me { partner { id name } } " * 130 + "}",
    "a page of a billion": "{ policies(page: {first: 1000000000}) { nodes { id } } }",
    "lists in lists": '{orders(number:"N-1"){'
    + "lines{order{" * 4 + "lines{id}" + "}}" * 4 + "}}",
    "lists in lists by fragments": '{ orders(number: "N-1") { ...O } } '
    + " ".join(f"fragment {a} on Order {{ lines {{ order {{ ...{b} }} }} }}"
               for a, b in (("O", "P"), ("P", "Q"), ("Q", "R"), ("R", "S")))
    + " fragment S on Order { lines { id } }",
    "introspection again and again": "{ "
    + " ".join(f"a{n}: __schema {{ types {{ name }} }}" for n in range(30)) + " }",
    "fragments that double a list": fragments("policies { nodes { id } }"),
    "nine hundred variables": "query(" + " ".join(f"$v{n}: Int" for n in range(900))
    + ") { __typename }",
    "many operations": " ".join(f"query Q{n} {{ __typename }}" for n in range(300)),
    "a list of a list of a list": "{ eligibility(lines: " + "[" * 90 + "]" * 90 + ") { code } }",
    "an endless text": '{ orders(number: "' + "x" * 50_000 + '") { id } }',
    "a subscription": "subscription { me { role } }",
}  # fmt: skip
BODIES: dict[str, dict[str, Any]] = {
    "a batch": {"json": [{"query": "{__typename}"}] * 10},
    "a batch of one": {"json": [{"query": "{__typename}"}]},
    "a huge body": {"content": b"x" * 3_000_000, "headers": {"content-type": JSON}},
    "a huge variable": {"json": {"query": "{__typename}", "variables": {"a": "x" * 1_100_000}}},
    "a deep body": {"content": b'{"a":' * 200_000, "headers": {"content-type": JSON}},
    "deep variables": {"json": {"query": "{__typename}", "variables": deep(60)}},
    "invalid UTF-8": {
        "content": b'{"query": "{__typename} #\xc3\x28"}',
        "headers": {"content-type": JSON},
    },
    "a lone surrogate": {
        "content": b'{"query": "{__typename}", "variables": {"a": "\\ud800"}}',
        "headers": {"content-type": JSON},
    },
    "NaN": {
        "content": b'{"query": "{__typename}", "variables": {"a": NaN}}',
        "headers": {"content-type": JSON},
    },
    "Infinity": {
        "content": b'{"query": "{__typename}", "variables": {"a": -Infinity}}',
        "headers": {"content-type": JSON},
    },
    "a packed body": {
        "content": b"\x1f\x8b" + b"\0" * 100,
        "headers": {"content-type": JSON, "content-encoding": "gzip"},
    },
    "UTF-16": {
        "content": '{"query": "{__typename}"}'.encode("utf-16"),
        "headers": {"content-type": JSON},
    },
    "a form": {"data": {"query": "{__typename}"}},
    "a form with files": {"files": {"operations": b'{"query": "{__typename}"}'}},
    "plain text": {
        "content": b'{"query": "{__typename}"}',
        "headers": {"content-type": "text/plain"},
    },
    "no type": {"content": b'{"query": "{__typename}"}'},
    "GraphQL as the body": {
        "content": b"{__typename}",
        "headers": {"content-type": "application/graphql"},
    },
}


@pytest.fixture
def northwind(closed: Served) -> Caller:
    return closed.callers["northwind"]


@pytest.fixture(autouse=True)
def still_answering(closed: Served) -> Iterator[None]:
    """After each of them the next question is answered."""
    yield
    answer = closed.callers["southgate"].post({"query": "{__typename}"})
    assert answer.json()["data"] == {"__typename": "Query"}


def assert_refused(answer: httpx.Response) -> None:
    assert 400 <= answer.status_code < 500
    body = answer.json()
    assert "data" not in body
    for error in body["errors"]:
        assert error["message"]
        assert error["extensions"]["code"] not in ("internal", "unavailable")
    assert not LEAKS.search(answer.text)
    assert len(answer.content) < 5_000


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_refused(northwind: Caller, name: str) -> None:
    accept = {"accept": "application/graphql-response+json"}

    def refused(again: int) -> httpx.Response:
        return northwind.post({"query": f"{DOCUMENTS[name]} # {again}"}, headers=accept)

    assert_refused(within(1.0, refused))


def test_a_document_of_many_words_is_refused_before_it_is_understood(northwind: Caller) -> None:
    words = "{ me { role } " + "# \n, " * 10 + "} " + "query A { me { role } } " * 900

    answer = northwind.post({"query": words}).json()

    (error,) = answer["errors"]
    assert "tokens" in error["message"]


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_refused(northwind: Caller, name: str) -> None:
    sent = {**BODIES[name]}
    headers = {"authorization": f"Bearer {northwind.key}", **sent.pop("headers", {})}

    def refused(_again: int) -> httpx.Response:
        return northwind.http.post("/graphql", headers=headers, **sent)

    assert_refused(within(1.0, refused))


@pytest.mark.parametrize("name", ["a form", "a form with files", "plain text", "no type"])
def test_what_a_page_of_another_site_may_send_unasked_changes_nothing(
    northwind: Caller, name: str
) -> None:
    """Also were there a cookie: what a browser sends by itself is no key."""
    sent = {**BODIES[name]}
    headers = {"origin": "https://evil.example", "cookie": f"authorization=Bearer {northwind.key}"}
    answer = northwind.http.post("/graphql", headers={**headers, **sent.pop("headers", {})}, **sent)

    assert answer.status_code == 415
    assert "access-control-allow-origin" not in answer.headers


def test_a_mutation_by_get_is_refused_and_so_are_other_methods(northwind: Caller) -> None:
    key = {"authorization": f"Bearer {northwind.key}"}
    query = {"query": f"mutation {{ {ADD} }}"}
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        answer = northwind.http.request(
            method, "/graphql", params=query, headers={**key, "x-http-method": "POST"}
        )
        assert_refused(answer)


def test_guessed_keys_are_refused_and_then_slowed_down(closed: Served) -> None:
    statuses = []
    for number in range(60):
        key = f"Bearer tb_{number:012x}_{'x' * 43}"
        answer = closed.http.post(
            "/graphql",
            json={"query": "{__typename}"},
            headers={"authorization": key, "x-forwarded-for": "192.0.2.66"},
        )
        assert_refused(answer)
        statuses.append(answer.status_code)

    assert statuses[0] == 401
    assert statuses[-1] == 429


def test_ten_of_the_worst_at_once_hold_up_nobody(closed: Served, northwind: Caller) -> None:
    """Of the processor: what all of them cost together, with a question of another between them."""

    def between(again: int) -> None:
        for number in range(10):
            northwind.post({"query": f"{DOCUMENTS['lists in lists']} # {again} {number}"})
            closed.callers["southgate"].post({"query": "{__typename}"})

    within(1.0, between)
