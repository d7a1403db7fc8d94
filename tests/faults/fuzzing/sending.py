"""Broken HTTP requests, each as what a server reads; the same for the same seed and number."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import Any, Final
from urllib.parse import quote, urlencode

from tests.faults.fuzzing import documents as d
from tests.faults.fuzzing import nasties

JSON: Final = "application/json"
BODIES: Final = (
    *(b"", b"1", b"null", b"[]", b'"x"', b"{}", b"NaN", b"{", b'{"query"', b"\xff\xfe{\x00}\x00"),
    *(b"[" * 100_000, b'{"a":' * 100_000, b"[" * 900 + b"]" * 900, b'{"query": "\xc3("}'),
    *(b'{"query": "{__typename}", "query": "{ me { role } }"}', b'{"query": "{__typename}"}x'),
    *(b'{"query": "\\ud800"}', b'{"query": "{__typename}", "variables": {"a": 1e999}}'),
    *(b'{"query": "{__typename}", "variables": NaN}', b'{"query": ["{__typename}"]}'),
    *(b'{"query": "{__typename}", "variables": {"a": %s}}' % (b"9" * 5_000), b"x" * 999_999),
    *(b'{"query": "{__typename}", "operationName": "\\u0000"}', b'[{"query": "{__typename}"}]'),
    *(b'{"query": "{__typename}", "extensions": {"persistedQuery": {"version": 1}}}', b"\x00"),
    b'{"query": "{__typename}", "variables": {"__proto__": {"a": 1}, "constructor": null}}',
    b'{"query": "{__typename}", "variables": "{}"}',
    b'\xef\xbb\xbf{"query": "{__typename}"}',
)
ACCEPTS: Final = (
    *("*/*", JSON, "application/graphql-response+json", "text/html", "", ";", ",,,", "q=0"),
    *("application/json;q=0", "*/*;q=0", "application/*", "x" * 5_000, "\xff", "a/b;" * 500),
)
TYPES: Final = (
    *(JSON, f"{JSON}; charset=utf-8", f"{JSON}; charset=utf-16", "text/plain", "", ";", JSON * 200),
    *(
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
    ),
    *(f"{JSON}; charset=", f'{JSON};charset="utf-8"', "application/jsonx", "\xff/\xfe"),
)
KEYS: Final = (
    "Bearer ",
    "Bearer",
    "",
    "Basic YTpi",
    "Bearer tb_x",
    "bearer tb_a_b",
    "\xff",
    "Bearer \x00",
)
LENGTHS: Final = ("0", "-1", "x", "99999999999999999999", "9" * 5_000, "1e3", "1, 2", "²")
METHODS: Final = ("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "BREW", "post")
PATHS: Final = ("/", "/health", "/graphql/", "/graphql/../x", "//graphql", "/%00", "/x" * 2_000)


@dataclass(slots=True, kw_only=True)
class Sent:
    """A request; one that is not `complete` ends before its body does."""

    method: str = "POST"
    path: str = "/graphql"
    query: str = ""
    headers: dict[str, str]
    chunks: list[bytes]
    complete: bool = True

    @classmethod
    def asking(cls, key: str, document: str, values: dict[str, Any]) -> Sent:
        """A request as a client sends it."""
        headers = {"authorization": f"Bearer {key}", "content-type": JSON}
        body = json.dumps({"query": document, "variables": values}).encode()
        return cls(headers=headers, chunks=[body])

    def __str__(self) -> str:
        head = "\n".join(f"{name}: {value!a}" for name, value in self.headers.items())
        body = b"".join(self.chunks).decode("utf-8", "backslashreplace")
        return f"{self.method} {self.path}?{self.query}\n{head}\n\n{body}\n"


def request(random: Random, keys: tuple[str, ...], ids: tuple[str, ...]) -> Sent:
    """A broken request: mostly by its document or variables, else by its body or its head."""
    name = random.choice((*d.documents(), "AddOrders", "AddOrders", "PutProducts", "CanItComeBack"))
    fitting = keys[d.SUPPLIER] if name in d.OF_SUPPLIERS else random.choice(keys[: d.SUPPLIER + 1])
    key = random.choice(keys) if random.random() < 0.1 else fitting
    headers = {"authorization": f"Bearer {key}", "content-type": JSON}
    sent = Sent(headers=headers, chunks=[_body(name, random, ids)])
    way = random.random()
    if way < 0.06:
        sent.chunks = [_spoilt(random.choice((*BODIES, sent.chunks[0])), random)]
    elif way < 0.1:
        spoil_head(sent, random)
    elif way < 0.13:
        by_query(sent, random)
    return sent


def _body(name: str, random: Random, ids: tuple[str, ...]) -> bytes:
    document, values = d.documents()[name], d.variables(name, ids, random)
    for _ in range(random.choice((0, 1, 1, 1, 2, 4))):
        d.spoil(values, ids, random)
    way = random.random()
    if way < 0.2:
        document, values = d.literals(document, values), {}
    if 0.15 < way < 0.4:
        document = d.spoil_text(document, random)
    body: dict[str, Any] = {"query": document, "variables": values}
    if random.random() < 0.1:
        body["operationName"] = random.choice((name, *nasties.KEYS, None, 1, [], {}))
    return json.dumps(body).encode()


def _spoilt(body: bytes, random: Random) -> bytes:
    """Cut, flipped, or put into a larger one."""
    data, way = bytearray(body), random.randrange(5)
    if way == 0:
        del data[random.randrange(len(data) + 1) :]
    elif way == 1 and data:
        for _ in range(random.choice((1, 5))):
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    elif way == 2 and random.random() < 0.1:
        data += b" " * 1_100_000
    return bytes(data)


def spoil_head(sent: Sent, random: Random) -> None:
    """Method, path, headers, or how the body comes."""
    way = random.randrange(8)
    if way == 0:
        sent.method = random.choice(METHODS)
    elif way == 1:
        sent.path = random.choice(PATHS)
    elif way == 2:
        sent.headers["accept"] = random.choice(ACCEPTS)
    elif way == 3:
        sent.headers["content-type"] = random.choice(TYPES)
    elif way == 4:
        sent.headers["authorization"] = random.choice(KEYS)
    elif way == 5:
        sent.headers["content-length"] = random.choice(LENGTHS)
    elif way == 6:
        (body,) = sent.chunks
        sent.chunks = [body[at : at + 7] for at in range(0, len(body), 7)] + [b""]
    else:
        sent.complete = False


def by_query(sent: Sent, random: Random) -> None:
    """The same by GET, or what is like it."""
    body = json.loads(sent.chunks[0])
    said = {name: value for name, value in body.items() if isinstance(value, str)}
    said["variables"] = json.dumps(body["variables"])
    sent.method, sent.chunks = "GET", []
    sent.query = urlencode(said, errors="replace")
    if random.random() < 0.5:
        at = random.randrange(len(sent.query) + 1)
        odd = random.choice(
            ("%00", "&query=", "&variables=[", "%ff", "&", quote("🧾"), "&extensions=1")
        )
        sent.query = sent.query[:at] + odd + sent.query[at:]
