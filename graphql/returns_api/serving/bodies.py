"""Reads requests strictly: anything that is not a GraphQL request is refused with a code."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from starlette.datastructures import QueryParams
from starlette.types import Receive, Scope

_NUL: Final = re.compile(r"\0|\\u(?:0000|\{0+\})")
_HASH: Final = re.compile(r"[0-9a-fA-F]{64}\Z")
MOST_BYTES: Final = 1_000_000
MOST_DEPTH: Final = 50
MOST_OF_A_NAME: Final = 200
"""Characters; documents are cached by their text and the name of an operation."""
GONE: Final = "Whoever asked for this has gone; nothing of it was done."
LISTENS_AFTER: Final = 0.1
"""Seconds that an answer takes before it is watched whether its client goes."""
GRAPHQL: Final = "application/graphql-response+json"
JSON: Final = "application/json"


class Heard:
    """An HTTP request: its headers, and its body once that is read."""

    __slots__ = ("_headers", "_receive", "is_gone", "scope")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self._receive = receive
        self.is_gone = False
        """Whether the client is known to have gone; see `listening`."""
        self._headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            self._headers.setdefault(name, value)

    def header(self, name: bytes, usual: str) -> str:
        """Returns the first header with a name, given in lower case."""
        found = self._headers.get(name)
        return usual if found is None else found.decode("latin-1")

    @property
    def address(self) -> str:
        """The client's address; empty if unknown."""
        client = self.scope.get("client")
        return str(client[0]) if client else ""

    async def body(self, seconds: float) -> bytes:
        """Reads the body; raises `Refused` if it is too long, breaks off or takes too long."""
        length = self.header(b"content-length", "0")
        if length.isdecimal() and (len(length) > 20 or int(length) > MOST_BYTES):
            raise _too_large()
        try:
            async with asyncio.timeout(seconds):
                return await self._whole()
        except TimeoutError:
            said = f"The body did not come within {seconds:g} seconds."
            raise Refused(408, "incomplete_body", said, connection="close") from None

    def listening(self) -> Listening:
        """Returns a block in which `is_gone` is kept up to date; the body was read before."""
        return Listening(self)

    async def listen(self) -> None:
        """Waits until the client goes; before that comes at most the empty body of a `GET`."""
        for _ in range(2):
            if (await self._receive())["type"] == "http.disconnect":
                self.is_gone = True
                return

    async def _whole(self) -> bytes:
        chunks = bytearray()
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Refused(400, "incomplete_body", "The body ended before it was complete.")
            chunks += message.get("body", b"")
            if len(chunks) > MOST_BYTES:
                raise _too_large()
            if not message.get("more_body", False):
                return bytes(chunks)


class Listening:
    """Listens for a client who goes, but only in a block that lasts: most answers come sooner.

    A class rather than a generator, since each request needs one.
    """

    __slots__ = ("_heard", "_later", "_task")

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        self._later = asyncio.get_running_loop().call_later(LISTENS_AFTER, self._begin)

    def __exit__(self, *_: object) -> None:
        self._later.cancel()
        if self._task is not None:
            self._task.cancel()

    def _begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._heard.listen())


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A GraphQL request: by its text, by the text's hash, or by both."""

    query: str
    sha256: str = ""
    variables: dict[str, Any] | None
    operation: str | None
    reads_only: bool


class Refused(Exception):
    """Raised for a request that is refused; `status` is HTTP's, `code` is stable."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        super().__init__(message)


async def read(heard: Heard, seconds: float, *, get: bool = True) -> Ask:
    """Reads a request, by GET if permitted; raises `Refused`."""
    method = heard.scope["method"]
    if method == "GET" and get:
        return _from_query(QueryParams(heard.scope["query_string"]))
    if method != "POST":
        methods = ("POST or GET", "GET, POST") if get else ("POST", "POST")
        said = f"Ask by {methods[0]}."
        raise Refused(405, "method_not_allowed", said, allow=methods[1])
    _check_media_type(heard.header(b"content-type", ""))
    return _asked(_loaded(_decoded(await heard.body(seconds))), reads_only=False)


def media_type(accept: str) -> str:
    """Returns the media type of the answer; raises `Refused` if the client accepts none."""
    if accept in ("", "*/*"):
        return JSON
    wanted = [part.partition(";") for part in accept.split(",")]
    names = [name.strip().lower() for name, _, rest in wanted if "q=0" not in rest.split()]
    for name in names:
        if name == GRAPHQL:
            return GRAPHQL
        if name in (JSON, "*/*", "application/*"):
            return JSON
    raise Refused(406, "not_acceptable", f"Answers come as {GRAPHQL} or {JSON}.")


def _too_large() -> Refused:
    return Refused(
        413, "body_too_large", f"A request has at most {MOST_BYTES:,} bytes.", connection="close"
    )


def _check_media_type(content_type: str) -> None:
    """Accepts only JSON, so that no web page can send a request without a preflight (CSRF)."""
    if content_type == JSON:
        return
    name, _, rest = content_type.partition(";")
    charset = rest.partition("charset=")[2].strip().strip('"').lower()
    if name.strip().lower() != JSON or charset not in ("", "utf-8"):
        raise Refused(415, "unsupported_media_type", f"Send {JSON} in UTF-8.")


def _loaded(body: str) -> Any:
    _refuse_nul(body)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused(400, "not_json", f"This is not JSON: {error}.") from None


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Refused(400, "not_json", "This is not JSON: it is not UTF-8.") from None


def _refuse_nul(text: str) -> None:
    """Refuses the character U+0000, which databases cannot store."""
    if ("\0" in text or "\\u" in text) and _NUL.search(text):
        raise Refused(400, "hidden_character", "The character U+0000 is in no text; take it out.")


def _refuse_depth(value: Any) -> None:
    """Limits nesting: values are walked recursively, and Python recurses about a
    thousand levels.
    """
    level: list[Any] = [value] if value else []
    for _ in range(MOST_DEPTH):
        below = [
            inner
            for each in level
            for inner in (each.values() if type(each) is dict else each)
            if type(inner) is dict or type(inner) is list
        ]
        if not below:
            return
        level = below
    raise Refused(400, "too_deep", f"`variables` are nested deeper than {MOST_DEPTH} levels.")


def _from_query(query: Mapping[str, str]) -> Ask:
    said: dict[str, Any] = {}
    for name in ("query", "operationName", "documentId"):
        if query.get(name):
            _refuse_nul(query[name])
            said[name] = query[name]
    for name in ("variables", "extensions"):
        if query.get(name):
            said[name] = _loaded(query[name])
    return _asked(said, reads_only=True)


def _asked(said: Any, *, reads_only: bool) -> Ask:
    if not isinstance(said, dict):
        raise Refused(400, "wrong_request", "A request is one JSON object.")
    sha256 = _sha256(said)
    query, operation = said.get("query") or "", said.get("operationName")
    if not isinstance(query, str) or not (query.strip() or (sha256 and not query)):
        raise Refused(400, "wrong_request", "`query` is missing: a GraphQL document as text.")
    if not isinstance(operation, str | None) or len(operation or "") > MOST_OF_A_NAME:
        said_so = f"`operationName` is a text of at most {MOST_OF_A_NAME} characters."
        raise Refused(400, "wrong_request", said_so)
    for name in ("variables", "extensions"):
        if not isinstance(said.get(name), dict | None):
            raise Refused(400, "wrong_request", f"`{name}` is a JSON object.")
    _refuse_depth(said.get("variables"))
    return Ask(
        query=query,
        sha256=sha256,
        variables=said.get("variables"),
        operation=operation,
        reads_only=reads_only,
    )


def _sha256(said: dict[str, Any]) -> str:
    """Returns the hash of a document, in lower case; empty if none was sent."""
    extensions = said.get("extensions")
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    if persisted is None:
        named, prefix = said.get("documentId"), "sha256:"
        if named is None:
            return ""
        sha256 = named.removeprefix(prefix) if isinstance(named, str) else None
    else:
        version = persisted.get("version") if isinstance(persisted, dict) else None
        sha256 = persisted.get("sha256Hash") if version == 1 else None
    if not isinstance(sha256, str) or not _HASH.match(sha256):
        raise Refused(400, "wrong_request", "A document's hash is its SHA-256 in hexadecimal.")
    return sha256.lower()
