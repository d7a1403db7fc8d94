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
class Client:
    """Walks returns; what was not answered is sent again until `patience` seconds are over."""

    world: World
    http: httpx.Client
    patience: float = 120.0

    def walk(self, at: int) -> None:
        """One return up to its inspection."""
        line = {"order": f"B-{at}", "line": "1", "reason": "change_of_mind"}
        asked = {"lines": [line], "idempotencyKey": f"r{at}"}
        made = self._done(self.world.retailer, "requestReturn", _REQUEST, asked)["returns"][0]
        key, line_id = made["id"], made["lines"][0]["id"]
        self._step(self.world.retailer, "shipReturn", key, carrier="UPS", tracking=f"1Z{at}")
        arrived = [{"line": line_id, "units": 1}]
        self._step(self.world.supplier, "receiveReturn", key, lines=arrived)
        found = [{"line": line_id, "units": 1, "disposition": "RESTOCK"}]
        self._step(self.world.supplier, "inspectReturn", key, lines=found)

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
