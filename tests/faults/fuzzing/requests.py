"""One broken request after another, put to the whole application; each is answered within a second.

The demo's data is served, from the database of TAKEBACK_DATABASE_URL or else from a file. A request
that is refused must leave the database as it was, and every now and then the demo's first question
is asked again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Final

from adapters.identity.principal import Role
from adapters.store.connection.address import read_address
from takeback.components import made
from takeback.demo import data
from takeback.demo.load import load
from takeback.page import FIRST_QUERY
from takeback.server import application
from takeback.settings import Profile, Settings
from tests.faults.fuzzing.complaints import OURS, QUOTED, Complaint
from tests.faults.fuzzing.policies import Listening
from tests.faults.fuzzing.rows import Rows
from tests.faults.fuzzing.sending import Sent, request

NOW: Final = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
SECOND: Final = 1.0
ASKED_AGAIN: Final = 100
PROBLEMS: Final = ("Problem", "Failed", "Taken", "Refused")


class Trial:
    """Puts requests by their number; raises `Complaint` for whatever is not as it must be."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._served = Served()
        self._logged: list[str] = []
        logging.getLogger().addHandler(Listening(self._logged))

    def close(self) -> None:
        """Ends the application."""
        self._served.close()

    @staticmethod
    def shown(seed: int, index: int) -> Sent:
        """The request of that number; keys and ids are other ones each time."""
        with closing(Served()) as served:
            return request(Random(f"request {seed} {index}"), served.keys, served.ids)

    def attempt(self, index: int) -> str:
        """What became of one request."""
        served = self._served
        sent = request(Random(f"request {self._seed} {index}"), served.keys, served.ids)
        self._logged.clear()
        before, began = served.state(), time.process_time()
        status, headers, body = served.put(sent)
        took = time.process_time() - began
        try:
            outcome = check(sent, status, headers, body)
            if took > SECOND:
                raise Complaint(f"answering took {took:.1f} seconds")
            if self._logged:
                raise Complaint(f"an error was logged: {self._logged[0]}")
            if not outcome.startswith("done") and served.state() != before:
                raise Complaint(f"refused, and yet the store has changed: {outcome}")
            if index % ASKED_AGAIN == 0:
                served.check_first_question()
        except Complaint as error:
            logged = " ".join(self._logged)
            raise Complaint(f"{error}\n{logged}\n{str(sent)[:1500]}\n{body[:500]!r}") from None
        return outcome


def check(sent: Sent, status: int, headers: dict[str, str], body: bytes) -> str:
    """An answer as HTTP and GraphQL have it, that shows nothing of ours; what it was, in short."""
    if not 200 <= status < 500:
        raise Complaint(f"answered by {status}")
    if OURS.search(QUOTED.sub("", body.decode())):
        raise Complaint("shows what is ours")
    if sent.path != "/graphql" or sent.method == "HEAD":
        return f"elsewhere: {status}"
    if "json" not in headers.get("content-type", ""):
        raise Complaint(f"no JSON but {headers.get('content-type')}")
    answer = json.loads(body)
    errors = answer.get("errors", [])
    codes = [error["extensions"]["code"] for error in errors if error["message"].strip()]
    if len(codes) != len(errors) or not (errors or answer.get("data") is not None):
        raise Complaint("neither data nor whole errors")
    if "internal" in codes:
        raise Complaint("an internal error")
    if codes:
        return f"refused: {status} {codes[0]}"
    return _told(answer["data"])


def _told(found: dict[str, Any]) -> str:
    """`done`, or the problem that a field named."""
    for value in found.values():
        kind = value.get("__typename", "") if isinstance(value, dict) else ""
        if str(kind).endswith(PROBLEMS):
            return f"problem: {kind}"
    return "done"


class Served:
    """The application with the demo's data, in a database of its own."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="takeback-fuzz-")
        file = Path(self._folder.name) / "takeback.sqlite"
        address = read_address(os.environ.get("TAKEBACK_DATABASE_URL") or f"sqlite:///{file}")
        self._parts = parts = made(Settings(database=address), lambda: NOW)
        issued = load(parts.store, NOW.date())
        self._app = application(parts, Profile.PRODUCTION)
        self._loop = asyncio.new_event_loop()
        self._waiting: asyncio.Queue[tuple[Sent, asyncio.Future[Any]]] = asyncio.Queue()
        self._serving = self._loop.create_task(self._serve())
        self._rows = Rows(address)
        self._asker = issued["northwind", Role.RETAILER]
        self.ids = ("x",)
        self.ids = (*self._found(issued), "UG9saWN5OmFjbWU", "T3JkZXI6eA", "", "x" * 400)
        acme = issued[data.ACME, Role.SUPPLIER]  # may change what the first question is answered
        self.keys = tuple(key for key in issued.values() if key != acme)
        self._first = self._first_answer()

    def close(self) -> None:
        """Takes all of it away."""
        self._serving.cancel()
        self._loop.run_until_complete(asyncio.gather(self._serving, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()
        self._rows.close()
        self._parts.library.close()
        self._parts.store.close()
        self._folder.cleanup()

    def put(self, sent: Sent) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the answer."""
        answer: asyncio.Future[Any] = self._loop.create_future()
        self._waiting.put_nowait((sent, answer))
        found: tuple[int, dict[str, str], bytes] = self._loop.run_until_complete(answer)
        return found

    async def _serve(self) -> None:
        """One task for all requests: threads, and their connections, end with the task."""
        while True:
            sent, answer = await self._waiting.get()
            try:
                answer.set_result(await _called(self._app, sent))
            except Exception as error:  # noqa: BLE001 - raised where it is waited for
                answer.set_exception(error)

    def state(self) -> object:
        """What tells whether anything was stored."""
        return self._rows.state()

    def check_first_question(self) -> None:
        """The answer is what it was before all the broken requests."""
        if self._first_answer() != self._first:
            raise Complaint("the first question of the demo is answered differently")

    def _first_answer(self) -> Any:
        query = FIRST_QUERY % (data.number(NOW.date(), 1), "change_of_mind")
        found = self._asked(self._asker, query)["eligibility"]
        if found[0]["answer"] != "ACCEPT":
            raise Complaint(f"the first question of the demo is answered by {found}")
        return found

    def _asked(self, key: str, query: str) -> Any:
        return json.loads(self.put(Sent.asking(key, query, {}))[2])["data"]

    def _found(self, issued: dict[tuple[str, Role], str]) -> list[str]:
        """Ids of everybody's things."""
        found: dict[str, None] = {}
        query = "{ me { partner { id } partnerships { id } }"
        query += " policies { nodes { id editions { id } } } }"
        for key in issued.values():
            found |= dict.fromkeys(_ids(self._asked(key, query)))
        for (handle, role), key in issued.items():
            if role is Role.RETAILER:
                for draft in (each for each in data.orders(NOW.date()) if each.retailer == handle):
                    of = f'orders(number: "{draft.number}")'
                    asked = f"{{ {of} {{ nodes {{ id lines {{ id }} }} }} }}"
                    found |= dict.fromkeys(_ids(self._asked(key, asked)))
        kept = '{ eligibility(lines: [{order: "R-0601-1", line: "1"}]) { decisionId } }'
        found[self._asked(self._asker, kept)["eligibility"][0]["decisionId"]] = None
        return [*found]


def _ids(node: Any) -> list[str]:
    if isinstance(node, list):
        return [each for item in node for each in _ids(item)]
    if not isinstance(node, dict):
        return []
    own = [node["id"]] if "id" in node else []
    return own + [each for value in node.values() for each in _ids(value)]


async def _called(app: Any, sent: Sent) -> tuple[int, dict[str, str], bytes]:
    """Plays the server's part of ASGI."""
    waiting = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in sent.chunks]
    ended: dict[str, Any] = {"type": "http.disconnect"}
    if sent.complete:
        waiting.append({"type": "http.request", "body": b"", "more_body": False})
    told: list[Any] = []

    async def receive() -> Any:
        return waiting.pop(0) if waiting else ended

    async def send(message: Any) -> None:
        told.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": sent.method,
        "path": sent.path,
        "raw_path": sent.path.encode(),
        "root_path": "",
        "query_string": sent.query.encode(),
        "server": ("127.0.0.1", 80),
        "client": None,
        "headers": [
            (name.encode(), value.encode("latin-1")) for name, value in sent.headers.items()
        ],
    }
    await app(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in told[0]["headers"]}
    return told[0]["status"], headers, b"".join(each.get("body", b"") for each in told[1:])
