"""Walks returns of a world over HTTP, and sends again what was not answered."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

import httpx

from bench.world import World

_STEPPED: Final = (
    "{ ... on ReturnStepped { return { state } } ... on InputProblem { code message } }"
)
_REQUEST: Final = """mutation($input: RequestReturnInput!) { requestReturn(input: $input) {
  ... on ReturnRequested { returns { id lines { id } } } ... on InputProblem { code message } } }"""
AGAIN: Final = frozenset({"conflict", "unavailable"})
"""Problems after which the same is sent again, under the same key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """A return of order `at`, with the ids of it and of its line."""

    at: int
    id: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Walks returns; what was not answered is sent again until `patience` seconds are over."""

    world: World
    http: httpx.Client
    patience: float = 120.0

    def walk(self, at: int) -> None:
        """One return up to its inspection."""
        made = self.request(at)
        for step in (self.ship, self.receive, self.inspect):
            step(made)

    def request(self, at: int) -> Requested:
        """Opens the return of an order."""
        line = {"order": f"B-{at}", "line": "1", "reason": "change_of_mind"}
        asked = {"lines": [line], "idempotencyKey": f"r{at}"}
        made = self._done(self.world.retailer, "requestReturn", _REQUEST, asked)["returns"][0]
        return Requested(at=at, id=made["id"], line=made["lines"][0]["id"])

    def ship(self, made: Requested) -> None:
        """Its parcel is on the way."""
        said = {"carrier": "UPS", "tracking": f"1Z{made.at}"}
        self._step(self.world.retailer, "shipReturn", made.id, **said)

    def receive(self, made: Requested) -> None:
        """Its unit has arrived."""
        arrived = [{"line": made.line, "units": 1}]
        self._step(self.world.supplier, "receiveReturn", made.id, lines=arrived)

    def inspect(self, made: Requested) -> None:
        """It may be sold again."""
        found = [{"line": made.line, "units": 1, "disposition": "RESTOCK"}]
        self._step(self.world.supplier, "inspectReturn", made.id, lines=found)

    def closed(self) -> int:
        """How many returns are closed."""
        query = "{ returns(states: [CLOSED], page: {first: 1}) { totalCount } }"
        return int(self._asked(self.world.supplier, {"query": query})["returns"]["totalCount"])

    def _step(self, key: str, field: str, return_: str, **said: Any) -> None:
        kind = f"{field[0].upper()}{field[1:]}Input"
        query = f"mutation($input: {kind}!) {{ {field}(input: $input) {_STEPPED} }}"
        self._done(
            key, field, query, {"return": return_, "idempotencyKey": f"{field} {return_}", **said}
        )

    def _done(self, key: str, field: str, query: str, said: dict[str, Any]) -> dict[str, Any]:
        limit = time.monotonic() + self.patience
        while True:
            answer = self._asked(key, {"query": query, "variables": {"input": said}})[field]
            if "code" not in answer:
                return dict(answer)
            if answer["code"] not in AGAIN or time.monotonic() > limit:
                raise RuntimeError(f"{field}: {answer}")
            time.sleep(0.01)

    def _asked(self, key: str, body: dict[str, Any]) -> dict[str, Any]:
        limit = time.monotonic() + self.patience
        while True:
            try:
                return self._sent(key, body)
            except httpx.TransportError:
                if time.monotonic() > limit:
                    raise
                time.sleep(0.05)

    def _sent(self, key: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {key}"}
        answer = self.http.post("/graphql", json=body, headers=headers).json()
        if "errors" in answer:
            raise RuntimeError(str(answer["errors"]))
        return dict(answer["data"])


def client(world: World) -> Client:
    """Waits for the server."""
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        try:
            httpx.get(f"{world.address}/health").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return Client(world=world, http=httpx.Client(base_url=world.address, timeout=60))
    raise RuntimeError(f"Nothing answers at {world.address}.")
