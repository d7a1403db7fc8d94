"""Walks one return of the demo from request to closed over its API, and prints each step.

Every step has an idempotency key of the day, so a demo that is restarted shows the same return.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import httpx
from httpx import codes

from adapters.identity.principal import Role
from takeback.demo import data

Keys = dict[tuple[str, Role], str]
PATIENCE: Final = 30.0
"""Seconds to wait for the worker."""
_RETAILER: Final = ("southgate", Role.RETAILER)

_PART: Final = """id number state supplier { handle }
  lines { id sku quantity outcome { answer decision { sentence } }
    settlements { state way amount { amount currency } } }"""
_REQUEST: Final = (
    "mutation($input: RequestReturnInput!) { done: requestReturn(input: $input) {"
    f" ... on ReturnRequested {{ returns {{ {_PART} }} }} ... on Problem {{ code message }} }} }}"
)
_STEP: Final = (
    "mutation($input: %sInput!) { done: %s(input: $input) {"
    " ... on ReturnStepped { return { state } } ... on Problem { code message } } }"
)
_FIND: Final = f"query($id: ID!) {{ node(id: $id) {{ ... on Return {{ {_PART} }} }} }}"
_STOCK: Final = "query($sku: String!) { stock(sku: $sku) { nodes { available quarantine } } }"


class Stuck(Exception):
    """Raised if the walk did not reach its end; the message says where it stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line to return, why, and the supplier's disposition."""

    order: int
    line: str
    quantity: int
    reason: str
    disposition: str


LINES: Final = (
    Line(order=6, line="1", quantity=1, reason="change_of_mind", disposition="RESTOCK"),
    Line(order=6, line="2", quantity=2, reason="defective", disposition="SCRAP"),
    Line(order=6, line="3", quantity=1, reason="change_of_mind", disposition="RESTOCK"),
    Line(order=5, line="1", quantity=1, reason="change_of_mind", disposition="RESTOCK"),
)
"""A table with a fee, broken lamps that are refunded, a final sale, and a tent that is credited."""
_WAYS: Final = {"BALANCE_CREDIT": "account credit", "OWN_CREDIT": "account credit"}
_RESTOCKED: Final = ((data.HEARTH, "TABLE-OAK"), (data.ACME, "TENT-2P"))


class Walk:
    """One consumer's return from both suppliers of the demo."""

    def __init__(self, http: httpx.Client, keys: Keys, today: date) -> None:
        self._http = http
        self._keys = keys
        self._today = today

    def told(self) -> Iterator[str]:
        """Yields each line of output once it has happened; raises `Stuck`."""
        parts = self._requested()
        for part in parts:
            yield f"{part['supplier']['handle']}: return {part['number']}"
            for line in part["lines"]:
                outcome = line["outcome"]
                yield f"  {_goods(line)} {outcome['answer'].lower()}: {_sentence(outcome)}"
        for part in parts:
            if part["state"] == "APPROVED":
                self._came_back(part)
        yield "Sent back, counted and inspected. The worker moves the money:"
        for part in parts:
            for line in self._closed(part)["lines"]:
                yield from (f"  {_goods(line)} {_movement(each)}" for each in line["settlements"])
        for supplier, sku in _RESTOCKED:
            (stock,) = self._ask((supplier, Role.SUPPLIER), _STOCK, {"sku": sku})["stock"]["nodes"]
            yield f"  {sku} is back on sale at {supplier}: {stock['available']} available"
        yield f'All of it is closed: returnByNumber(number: "{parts[0]["number"]}") tells it all.'

    def _requested(self) -> list[dict[str, Any]]:
        lines = [
            {
                "order": data.number(self._today, each.order),
                "line": each.line,
                "quantity": each.quantity,
                "reason": each.reason,
                "condition": "new_unused",
            }
            for each in LINES
        ]
        made = self._do(_RETAILER, _REQUEST, {"lines": lines, "reference": "demo"})
        return list(made["returns"])

    def _came_back(self, part: dict[str, Any]) -> None:
        """Ships the goods as the retailer's consumer; receives and inspects them as the
        supplier.
        """
        supplier = (part["supplier"]["handle"], Role.SUPPLIER)
        coming = [line for line in part["lines"] if line["outcome"]["answer"] == "ACCEPT"]
        at = {"return": part["id"]}
        came = [{"line": line["id"], "units": line["quantity"]} for line in coming]
        order = 6 if supplier[0] == data.HEARTH else 5
        planned = zip(part["lines"], [each for each in LINES if each.order == order], strict=True)
        fate = {line["id"]: each.disposition for line, each in planned}
        found = [{**each, "disposition": fate[each["line"]]} for each in came]
        parcel = {"carrier": "UPS", "tracking": f"1Z {part['number']}"}
        self._step(_RETAILER, "shipReturn", {**at, **parcel})
        self._step(supplier, "receiveReturn", {**at, "lines": came})
        self._step(supplier, "inspectReturn", {**at, "lines": found})

    def _closed(self, part: dict[str, Any]) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            found: dict[str, Any] = self._ask(_RETAILER, _FIND, {"id": part["id"]})["node"]
            return found if found["state"] == "CLOSED" else None

        return waited(look, f"{part['number']} is not closed")

    def _step(self, who: tuple[str, Role], field: str, said: dict[str, Any]) -> None:
        self._do(who, _STEP % (f"{field[0].upper()}{field[1:]}", field), said)

    def _do(self, who: tuple[str, Role], query: str, said: dict[str, Any]) -> dict[str, Any]:
        field = query.partition("done: ")[2].partition("(")[0]
        key = f"demo {self._today} {field} {said.get('return', '')}"
        done: dict[str, Any] = self._ask(who, query, {"input": {**said, "idempotencyKey": key}})
        if "code" in done["done"]:
            raise Stuck(done["done"]["message"])
        found: dict[str, Any] = done["done"]
        return found

    def _ask(self, who: tuple[str, Role], query: str, variables: dict[str, Any]) -> dict[str, Any]:
        body = {"query": query, "variables": variables}
        headers = {"authorization": f"Bearer {self._keys[who]}"}
        answered = self._http.post("/graphql", json=body, headers=headers)
        while answered.status_code == codes.TOO_MANY_REQUESTS:
            time.sleep(int(answered.headers["retry-after"]))
            answered = self._http.post("/graphql", json=body, headers=headers)
        answer = answered.json()
        if "errors" in answer:
            raise Stuck(answer["errors"][0]["message"])
        found: dict[str, Any] = answer["data"]
        return found


def waited(look: Callable[[], dict[str, Any] | None], what: str) -> dict[str, Any]:
    """Polls until `look` finds something, and returns it; raises `Stuck`."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        if (found := look()) is not None:
            return found
        time.sleep(0.1)
    raise Stuck(f"{what} after {PATIENCE:.0f} seconds; does a worker run?")


def _goods(line: dict[str, Any]) -> str:
    return f"{line['quantity']} {line['sku']}"


def _sentence(outcome: dict[str, Any]) -> str:
    return str(outcome["decision"]["sentence"])


def _way(way: str) -> str:
    return _WAYS.get(way, way.lower().replace("_", " "))


def _movement(settlement: dict[str, Any]) -> str:
    amount, way = settlement["amount"], _way(settlement["way"])
    return f"{amount['currency']} {amount['amount']} by {way}: {settlement['state'].lower()}"
