"""What is hardly HTTP, sent to a real server by bare sockets: refused, and the next is answered."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from random import Random

import pytest

from adapters.store.connection.address import SqliteFile
from takeback.settings import Profile
from tests.api.conftest import Served, serve
from tests.faults.fuzzing import documents, sending

PATIENCE = 0.5
"""Seconds without a word from the server, before the client ends what it says."""
WHOLE = 60.0
"""Seconds for an answer to a request that is whole, on a machine that has other work."""
SEED = 20_250_604
JSON = "content-type: application/json\r\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    file = SqliteFile(path=tmp_path_factory.mktemp("raw") / "takeback.sqlite")
    yield from serve(file, Profile.PRODUCTION)


def answered(served: Served, sent: bytes, patience: float = PATIENCE) -> bytes:
    """What the server says until it closes; one that waits for more is told that none comes."""
    host, _, port = served.address.removeprefix("http://").partition(":")
    found = b""
    with socket.create_connection((host, int(port)), timeout=patience) as connection:
        with suppress(ConnectionError):  # the server need not hear all of it
            connection.sendall(sent)
        while True:
            try:
                part = connection.recv(65_536)
            except TimeoutError:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_WR)
                continue
            except ConnectionError:
                return found
            if not part:
                return found
            found += part


def still_right(served: Served) -> bool:
    """Whether the next one is answered as ever."""
    answer = served.callers["northwind"].eligible(order="N-1", line="1")
    return bool(answer["answer"] == "ACCEPT")


def post(served: Served, body: bytes, *heads: str, length: int | None = None) -> bytes:
    """A request with whatever stands in its head."""
    size = len(body) if length is None else length
    key = served.callers["northwind"].key
    head = f"POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n"
    lines = "".join(f"{each}\r\n" for each in heads) or f"content-length: {size}\r\n"
    return f"{head}{JSON}{lines}connection: close\r\n\r\n".encode() + body


GOOD = b'{"query": "{__typename}"}'
RAW = {
    "nothing": b"",
    "no line": b"\r\n\r\n\r\n",
    "binary": bytes(range(256)) * 100,
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500,
    "a line that never ends": b"GET /" + b"x" * 200_000,
    "many heads": b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 50_000 + b"\r\n",
    "old": b"GET /graphql\r\n\r\n",
    "of another time": b"GET /graphql HTTP/9.9\r\nhost: x\r\n\r\n",
    "no host": b"GET /graphql HTTP/1.1\r\nconnection: close\r\n\r\n",
    "nul in a head": b"GET / HTTP/1.1\r\nhost: x\r\na: \x00\r\n\r\n",
    "odd target": b"GET \xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n",
    "a proxy's": b"CONNECT x:443 HTTP/1.1\r\nhost: x\r\n\r\n",
    "an upgrade": b"GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\n"
    b"upgrade: websocket\r\n\r\n",
}
FRAMED: dict[str, tuple[bytes, tuple[str, ...], int | None]] = {
    "shorter than said": (GOOD, (), 10_000),
    "longer than said": (GOOD + b"x" * 500, (), len(GOOD)),
    "of two lengths": (GOOD, ("content-length: 5", "content-length: 25"), None),
    "of a length below zero": (GOOD, ("content-length: -1",), None),
    "of a length of digits": (GOOD, ("content-length: " + "9" * 5_000,), None),
    "of a length and in chunks": (
        GOOD,
        ("content-length: 25", "transfer-encoding: chunked"),
        None,
    ),
    "in broken chunks": (b"zz\r\nabc\r\n", ("transfer-encoding: chunked",), None),
    "in a chunk of terabytes": (b"ffffffffffff\r\nabc", ("transfer-encoding: chunked",), None),
    "in many chunks": (
        b"".join(b"1\r\n%c\r\n" % byte for byte in GOOD) + b"0\r\n\r\n",
        ("transfer-encoding: chunked",),
        None,
    ),
    "zipped": (GOOD, ("content-encoding: gzip", f"content-length: {len(GOOD)}"), None),
    "ten megabytes": (b"x" * 10_000_000, (), None),
}


@pytest.mark.parametrize("name", RAW)
def test_what_is_no_request_is_refused_or_left(served: Served, name: str) -> None:
    answer = answered(served, RAW[name])

    assert not answer or answer.startswith(b"HTTP/1.1 4") or b"200 OK" in answer[:20]
    assert b"Traceback" not in answer
    assert still_right(served)


@pytest.mark.parametrize("name", FRAMED)
def test_a_body_that_is_not_as_long_as_it_says_hurts_nobody(served: Served, name: str) -> None:
    body, heads, length = FRAMED[name]

    answer = answered(served, post(served, body, *heads, length=length))

    assert not answer or answer[:10] in (b"HTTP/1.1 2", b"HTTP/1.1 4")
    assert b"internal" not in answer
    assert still_right(served)


def test_a_body_that_waits_keeps_nobody_else_waiting(served: Served) -> None:
    host, _, port = served.address.removeprefix("http://").partition(":")
    waiting = [socket.create_connection((host, int(port))) for _ in range(50)]
    for each in waiting:
        each.sendall(post(served, b"{", length=100))

    assert still_right(served)

    for each in waiting:
        each.close()
    assert still_right(served)


def test_three_hundred_broken_requests_are_answered_over_a_socket(served: Served) -> None:
    keys = tuple(served.callers[name].key for name in ("northwind", "southgate", "globex"))
    random = Random(SEED)
    for _ in range(300):
        body = b"".join(sending.request(random, (*keys, keys[0]), ("x",)).chunks)
        answer = answered(served, post(served, body), WHOLE)

        head, _, rest = answer.partition(b"\r\n\r\n")
        assert head[:10] in (b"HTTP/1.1 2", b"HTTP/1.1 4"), body
        assert b'"internal"' not in rest, body

    assert still_right(served)


def test_an_unbroken_request_is_answered_over_a_socket(served: Served) -> None:
    body = json.dumps({"query": documents.documents()["WhoAmI"]}).encode()

    head, _, rest = answered(served, post(served, body), WHOLE).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 200 OK")
    assert json.loads(rest)["data"]["me"]["partner"]["handle"] == "northwind"
