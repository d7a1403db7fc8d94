"""Costs of operations: nothing that runs within the sizes that lists declare costs more."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from graphql import (
    ExecutionResult,
    GraphQLSchema,
    build_schema,
    execute,
    get_operation_ast,
    parse,
    validate,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from returns_api.serving.costs import Costs, Prices
from returns_api.serving.meter import Meter
from returns_api.serving.operations import Metered

SCHEMA = build_schema("""
  interface Thing { id: ID! }
  type Query { things(first: Int = 3, after: String): [Item!]! page(page: Page): Items! item: Item!
               many(keys: [ID!]!): [Item!]! thing: Thing either: Either! work(on: Work): Item! }
  input Page { first: Int last: Int }
  input Work { keys: [ID!]! }
  type Items { edges: [Edge!]! nodes: [Item!]! total: Int! }
  type Edge { node: Item! }
  type Item implements Thing { id: ID! parts: [Part!]! items(page: Page): Items! tags: [String!]! }
  type Part { name: String! item: Item! }
  union Either = Item | Part
""")
PRICES = Prices(
    page=4,
    objects={"Thing": 10},
    lists={"Item.parts": 2, "Query.many": "keys"},
    introspection=500,
    sent={"Query.work.on.keys": 7},
)
COSTS = Costs(SCHEMA, PRICES)


def cost(text: str, **variables: Any) -> int:
    document = parse(text)
    assert validate(SCHEMA, document) == []
    operation = get_operation_ast(document, variables.pop("operation", None))
    assert operation is not None
    return COSTS.of(document, operation)(variables)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("{ __typename }", 1),
        ("{ item { id tags } }", 1 + 10),
        ("{ item { parts { name } } }", 1 + 10 + 2),
        ("{ item { parts { item { parts { name } } } } }", 1 + 10 + 2 * (1 + 10 + 2)),
        ("{ things { id } }", 1 + 3 * 10),
        ("{ things(first: 7) { id } }", 1 + 7 * 10),
        ("{ things(first: -7) { id } }", 1),
        ("{ page { total } }", 1 + 1),
        ("{ page { nodes { id } } }", 1 + 1 + 4 * 10),
        ("{ page(page: {last: 9}) { edges { node { id } } } }", 1 + 1 + 9 * (1 + 10)),
        ("{ page(page: {first: 2}) { nodes { items { nodes { id } } } } }",
         1 + 1 + 2 * (10 + 1 + 4 * 10)),
        ('{ many(keys: ["a", "b"]) { id } }', 1 + 2 * 10),
        ('{ many(keys: "a") { id } }', 1 + 10),
        ('{ work(on: {keys: ["a", "b", "c"]}) { id } }', 1 + 10 + 3 * 7),
        ('{ ...W } fragment W on Query { a: work(on: {keys: []}) { id } ...X }'
         ' fragment X on Query { ... { work(on: {keys: ["a"]}) { id } } }', 1 + 10 + 10 + 7),
        ("{ thing { id ... on Item { parts { name } } } }", 1 + 10 + 2),
        ("{ either { ... on Item { id } ... on Part { item { id } } } }", 1 + 1 + 10),
        ("{ a: item { id } b: item { id } }", 1 + 20),
        ("{ item { id } ...F } fragment F on Query { item { parts { name } } }", 1 + 10 + 12),
        ("{ page { ...P } } fragment P on Items { nodes { id } }", 1 + 1 + 4 * 10),
        ("{ item { id } __schema { types { name } } }", 1 + 10 + 500),
        ("{ item @include(if: false) { id } }", 1),
        ("{ ... @skip(if: true) { item { id } } item @skip(if: false) { id } }", 1 + 10),
        ("query A { item { id } } query B { things { id } }", 1 + 30),
    ],
)  # fmt: skip
def test_an_operation_costs_what_it_may_make(text: str, points: int) -> None:
    assert cost(text, operation="B" if "query B" in text else None) == points


@pytest.mark.parametrize(
    ("text", "variables", "points"),
    [
        ("query($n: Int) { things(first: $n) { id } }", {"n": 5}, 1 + 50),
        ("query($n: Int) { things(first: $n) { id } }", {}, 1 + 30),
        ("query($n: Int = 8) { things(first: $n) { id } }", {}, 1 + 80),
        ("query($n: Int = 8) { things(first: $n) { id } }", {"n": None}, 1 + 40),
        ("query($n: Int) { things(first: $n) { id } }", {"n": "wrong"}, 1 + 40),
        ("query($p: Page) { page(page: $p) { nodes { id } } }", {"p": {"first": 6}}, 1 + 1 + 60),
        ("query($p: Page) { page(page: $p) { nodes { id } } }", {"p": [1]}, 1 + 1 + 40),
        ("query($n: Int) { page(page: {last: $n}) { nodes { id } } }", {"n": 1}, 1 + 1 + 10),
        ("query($k: [ID!]!) { many(keys: $k) { id } }", {"k": ["a"] * 9}, 1 + 90),
        ("query($k: ID!) { many(keys: [$k, $k]) { id } }", {"k": "a"}, 1 + 20),
        ("query($x: Boolean!) { item @include(if: $x) { id } }", {"x": True}, 1 + 10),
        ("query($x: Boolean!) { item @include(if: $x) { id } }", {"x": False}, 1),
    ],
)
def test_variables_count_as_they_are_sent(
    text: str, variables: dict[str, Any], points: int
) -> None:
    assert cost(text, **variables) == points


def costliest(text: str, **variables: Any) -> str:
    document = parse(text)
    operation = get_operation_ast(document, variables.pop("operation", None))
    assert operation is not None
    return COSTS.costliest(document, operation, variables)


@pytest.mark.parametrize(
    ("text", "variables", "path"),
    [
        ("{ item { parts { name } } things(first: 50) { id } }", {}, "things"),
        ("{ page { nodes { parts { item { id } } } } }", {}, "page.nodes.parts.item"),
        ("{ things(first: 3) { id } many(keys: 1) { id } page { total } }", {}, "things"),
        ("{ a: things { id } b: things { id } c: things { id } }", {}, ""),
        ("query($n: Int) { things(first: $n) { id } item { items { nodes { id } } } }",
         {"n": 90}, "things"),
        ("query($n: Int) { things(first: $n) { id } item { items { nodes { id } } } }",
         {"n": 1}, "item.items.nodes"),
        ("{ things(first: 50) @skip(if: true) { id } ...F } "
         "fragment F on Query { page { edges { ... { node { id } } } } }", {}, "page.edges.node"),
        ("{ item { id } __schema { types { name } } }", {}, "__schema"),
        ("{ __typename }", {}, ""),
        ("query A { item { id } } query B { things { id } }", {"operation": "B"}, "things"),
    ],
)  # fmt: skip
def test_the_field_that_takes_more_than_half_of_the_cost_is_named(
    text: str, variables: dict[str, Any], path: str
) -> None:
    assert costliest(text, **variables) == path


def test_the_costliest_field_is_named_however_many_it_asks_for() -> None:
    """More than any float holds, and more than any number that is printed."""
    for digits in (400, 5_000):
        text = "query($n: Int) { things(first: $n) { parts { name } } item { id } }"
        assert costliest(text, n=10**digits) == "things"


def test_fragments_that_double_each_other_are_counted_once_each() -> None:
    """2^60 of them would take longer than anybody waits."""
    levels = 60
    doubling = " ".join(
        f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)
    )
    document = parse(f"{{ ...F0 }} {doubling} fragment F{levels} on Query {{ item {{ id }} }}")
    operation = get_operation_ast(document)
    assert operation is not None

    assert COSTS.of(document, operation)({}) == 1 + 2**levels * 10
    assert COSTS.costliest(document, operation, {}) == ""


def test_a_list_without_a_size_and_a_size_without_a_list_are_named() -> None:
    prices = Prices(page=4, objects={}, lists={"Query.many": 1, "gone": 2}, introspection=1)

    with pytest.raises(ValueError, match=r"have: Item\.parts\. .*no lists: gone\."):
        Costs(SCHEMA, prices)


def test_a_field_that_is_looked_up_has_its_price_each_time() -> None:
    costs = Costs(SCHEMA, replace(PRICES, fields={"Item.id": 7}))
    document = parse("{ things(first: 3) { id } item { id } }")
    operation = get_operation_ast(document)
    assert operation is not None

    assert costs.of(document, operation)({}) == COSTS.of(document, operation)({}) + 4 * 7


@pytest.mark.parametrize("name", ["Item.parts", "Item.gone", "Gone.id"])
def test_a_price_of_no_plain_field_is_named(name: str) -> None:
    with pytest.raises(ValueError, match=f"no fields without objects: {name}"):
        Costs(SCHEMA, replace(PRICES, fields={name: 7}))


# --- what runs, against what was counted ----------------------------------------------------------


FIELDS = {
    "Query": [("things(first: N)", "Item"), ("page(page: {first: N})", "Items"),
              ("item", "Item"), ('many(keys: ["a", "b"])', "Item")],
    "Items": [("edges", "Edge"), ("nodes", "Item")],
    "Edge": [("node", "Item")],
    "Item": [("parts", "Part"), ("items(page: {last: N})", "Items")],
    "Part": [("item", "Item")],
}  # fmt: skip


def selection(chance: Random, kind: str, depth: int) -> str:
    """Fields of one type, as text."""
    if depth == 0:
        return "{ __typename }"
    chosen = [chance.choice(FIELDS[kind]) for _ in range(chance.randint(1, 3))]
    fields = [
        f"a{n}: {named.replace('N', str(chance.randint(0, 3)))} {selection(chance, of, depth - 1)}"
        for n, (named, of) in enumerate(chosen)
    ]
    return "{ " + " ".join(fields) + " }"


ITEM: dict[str, Any] = {"id": "a", "tags": [], "__typename": "Item"}


def full(schema: GraphQLSchema) -> dict[str, Any]:
    """Resolvers that give as many members as may be there."""

    def items(_info: Any, page: dict[str, int] | None = None, **_: Any) -> dict[str, Any]:
        count = next(iter((page or {}).values()), PRICES.page)
        return {"nodes": [item()] * count, "edges": [{"node": item()}] * count, "total": count}

    def item(*_: Any) -> dict[str, Any]:
        return {**ITEM, "items": items, "parts": lambda _info: [{"name": "x", "item": item}] * 2}

    return {
        "item": item,
        "page": items,
        "things": lambda _info, first: [item()] * first,
        "many": lambda _info, keys: [item() for _ in keys],
    }


@pytest.mark.parametrize(
    ("text", "sent", "points"),
    [
        ("query($w: Work) { work(on: $w) { id } }", {"w": {"keys": ["a"] * 20}}, 20 * 7),
        ("query($w: Work) { work(on: $w) { id } }", {}, 7),
        ("query($k: [ID!]!) { ...W } fragment W on Query { work(on: {keys: $k}) { id } }",
         {"k": ["a", "b"]}, 2 * 7),
        ('query($no: Boolean!) { work(on: {keys: ["a"]}) @skip(if: $no) { id } }', {"no": True}, 0),
        ("{ item { id } }", {}, 0),
    ],
)  # fmt: skip
def test_what_is_sent_to_be_worked_on_costs_as_much_whatever_is_selected(
    text: str, sent: dict[str, Any], points: int
) -> None:
    document = parse(text)
    operation = get_operation_ast(document)
    assert operation is not None

    assert COSTS.of_inputs(document, operation)(sent) == points


def test_a_price_of_no_list_in_an_input_is_named() -> None:
    for name in ("Query.work.on.gone", "Query.item.on.keys", "Query.things.first.x"):
        with pytest.raises(ValueError, match="no lists in inputs: " + name):
            Costs(SCHEMA, replace(PRICES, sent={name: 1}))


@given(chance=st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_what_runs_within_the_declared_sizes_costs_what_was_counted(chance: Random) -> None:
    """Both are the same number, got by counting the document and by counting what was made."""
    text = selection(chance, "Query", 4)
    meter = Meter()
    result = execute(
        SCHEMA,
        parse(text),
        full(SCHEMA),
        executor_class=Metered,
        meter=meter,
        prices=COSTS.of_type,
    )

    assert isinstance(result, ExecutionResult)
    assert result.errors is None
    assert meter.spent + COSTS.of_type["Query"] == cost(text)
