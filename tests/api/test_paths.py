"""A problem names what is wrong by the path at which its client sent it."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import strawberry
from graphql import build_schema, get_named_type

from returns_api.types.paths import path_in
from tests.api.conftest import Caller


@dataclass
class _Named:
    name: str


@strawberry.input
class _Line:
    order_line: str
    requested_on: str = ""
    facts: list[str] | None = None
    dates: list[str] | None = None


def sent(**said: Any) -> dict[str, Any]:
    return {"input": {"lines": [_Line(order_line="x", **said)]}}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("input.lines[0].order_line", "input.lines[0].orderLine"),
        ("input.lines[0].opened", "input.lines[0].facts[1]"),
        ("input.lines[0].facts.opened", "input.lines[0].facts[1]"),
        ("input.lines[0].delivered", "input.lines[0].dates[0]"),
        ("input.lines[0].ordered", "input.lines[0].dates"),
        ("input.lines[0].sealed", "input.lines[0].facts"),
        ("input.lines[0].requested", "input.lines[0].requestedOn"),
        ("input.lines[0].orderLine.number", "input.lines[0].orderLine"),
        ("input.lines", "input.lines"),
    ],
)
def test_a_path_leads_to_what_was_sent(path: str, found: str) -> None:
    facts: Any = [_Named("brand"), _Named("opened")]
    dates: Any = [_Named("delivered")]

    assert path_in(sent(facts=facts, dates=dates), path) == found


def test_a_path_in_the_guide_is_one_of_an_input() -> None:
    root = Path(__file__).parents[2]
    schema = build_schema((root / "graphql" / "schema.graphql").read_text(encoding="utf-8"))
    inputs = [each.args["input"].type for each in schema.mutation_type.fields.values()]  # type: ignore[union-attr]
    guide = "".join(each.read_text(encoding="utf-8") for each in (root / "docs").glob("*.md"))
    paths = re.findall(r"`input\.([^`]+)`", guide)

    def leads(path: str, kind: Any) -> bool:
        name, _, rest = re.sub(r"\[\d+\]", "", path).partition(".")
        field = get_named_type(kind).fields.get(name)
        return field is not None and (not rest or leads(rest, field.type))

    assert paths
    assert [path for path in paths if not any(leads(path, kind) for kind in inputs)] == []


def problem(caller: Caller, mutation: str, said: dict[str, Any]) -> dict[str, Any]:
    """What a mutation is refused with; `Caller` sees that its path is one of the input."""
    kind = f"{mutation[0].upper()}{mutation[1:]}Input!"
    asked = "... on Problem { code message path }"
    document = f"mutation($input: {kind}) {{ {mutation}(input: $input) {{ {asked} }} }}"
    said = {**said, "idempotencyKey": uuid.uuid4().hex}
    found: dict[str, Any] = caller.ask(document, input=said)[mutation]
    return found


def new_order(**said: Any) -> dict[str, Any]:
    line = {"number": "1", "sku": "KETTLE-1", "quantity": 1, "unitPrice": 100}
    dates = [{"name": "ordered", "on": "2025-05-01"}]
    more = {
        "number": uuid.uuid4().hex,
        "partner": "acme",
        "currency": "USD",
        "dates": dates,
        "lines": [line],
    }
    return {"orders": [{**more, **said}]}


def test_a_day_that_is_missing_is_missing_among_the_days(northwind: Caller) -> None:
    said = problem(northwind, "addOrders", new_order(dates=[]))

    assert said["path"] == "input.orders[0].dates"


def test_a_number_that_cannot_be_says_whose_it_is(northwind: Caller) -> None:
    said = problem(northwind, "addOrders", new_order(number=""))

    assert said["message"].startswith("Nothing was added: The number of an order has 1 to 60")
    assert said["path"] == "input.orders[0].number"
