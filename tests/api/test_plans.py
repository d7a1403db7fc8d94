"""Compiled plans answer as graphql-core does, value for value and error for error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLError, execute, parse, validate

from returns_api.compiled.plans import compiled
from returns_api.context import Context, opener
from returns_api.prices import PRICES
from returns_api.schema import core_schema
from returns_api.serving.costs import Costs
from returns_api.serving.meter import Meter
from returns_api.serving.operations import Metered
from tests.api.conftest import DOCUMENTS, Served

LINES = [
    {"order": "N-1", "line": "1", "quantity": 2, "reason": "defective", "evidence": []},
    {"order": "N-1", "line": "2", "facts": [{"name": "opened", "value": True}]},
    {"order": "N-1", "line": "1", "requestedOn": "2025-09-01"},
    {"order": "N-9"},
]
SCHEMA = core_schema()
COSTS = Costs(SCHEMA, PRICES)


@contextmanager
def context(served: Served, caller: str = "northwind") -> Iterator[Context]:
    parts = served.parts
    with opener(parts)(f"Bearer {served.callers[caller].key}") as opened:
        assert isinstance(opened, Context)
        yield opened


def both(
    served: Served, text: str, variables: dict[str, Any] | None = None, caller: str = "northwind"
) -> tuple[Any, Any]:
    """Answers of the plan and of graphql-core; both are found to cost the same."""
    document = parse(text)
    assert validate(SCHEMA, document) == []
    plan, meters = compiled(SCHEMA, document, None, COSTS.of_type), (Meter(), Meter())
    assert plan is not None, "this document has no plan"
    with context(served, caller) as opened:
        planned = plan.run(opened, variables, meters[0])
        assert planned is not None
    with context(served, caller) as opened:
        reference = execute(
            SCHEMA,
            document,
            context_value=opened,
            variable_values=variables,
            executor_class=Metered,
            meter=meters[1],
            prices=COSTS.of_type,
        )
    assert isinstance(reference, ExecutionResult)
    assert meters[0].spent == meters[1].spent
    return _plain(*planned), _plain(reference.data, reference.errors or [])


def _plain(data: Any, errors: list[GraphQLError]) -> Any:
    return _same(data), sorted((e.message, str(e.path), str(e.locations)) for e in errors)


def _same(data: Any) -> Any:
    """Without what is new in every answer."""
    if isinstance(data, dict):
        return {key: _same(value) for key, value in data.items() if key != "decisionId"}
    return [_same(each) for each in data] if isinstance(data, list) else data


QUERIES: dict[str, tuple[str, dict[str, Any], str]] = {
    "CanItComeBack": ("CanItComeBack", {"lines": LINES}, "northwind"),
    "TermsByReason": ("TermsByReason", {"order": "N-1", "line": "1"}, "northwind"),
    "WhoAmI": ("WhoAmI", {}, "southgate"),
    "PoliciesInForce": ("PoliciesInForce", {"asOf": "2025-01-01"}, "southgate"),
    "PoliciesInForce, all": ("PoliciesInForce", {}, "southgate"),
    "FindOrder": ("FindOrder", {"number": "N-1"}, "acme"),
    "MyPolicies": ("MyPolicies", {}, "globex"),
    "Search": ("Search", {"search": "N-1", "first": 2}, "acme"),
    "Figures": ("Figures", {"from": "2025-05-01", "to": "2025-06-30"}, "northwind"),
    "PreviewPolicy": (
        "PreviewPolicy",
        {"input": {"yaml": "policy: [", "scenario": {"ordered": "2025-01-01"}}},
        "acme",
    ),
    "Find": ("Find", {"id": "nothing"}, "acme"),
}


@pytest.mark.parametrize("name", QUERIES)
def test_the_documents_are_answered_alike(served: Served, name: str) -> None:
    document, variables, caller = QUERIES[name]

    planned, reference = both(served, DOCUMENTS[document], variables, caller)

    assert planned == reference


@pytest.mark.parametrize(
    "text",
    [
        "{ a: me { r: role role } me { keyId } __typename }",
        "{ me { ...F ...F role } } fragment F on Me { role partner { ... on Node { id } handle } }",
        "{ me { ... { role } ... on Me { scopes } partner { __typename ...P } } }"
        " fragment P on Partner { name }",
        '{ eligibility(lines: {order: "N-1", line: "1"}) { answer code } }',
        '{ eligibility(lines: [{order: "N-1", line: "1", quantity: 9}]) { problem { path } } }',
        "{ orders(last: 1) { nodes { number } pageInfo { hasNextPage hasPreviousPage } } }",
        "{ policies(page: {first: 0}) { totalCount } me { role } }",
        '{ a: policies(page: {after: "x"}) { totalCount } b: policies { edges { cursor } } }',
        '{ policy(id: "none") { name } p: policy(id: "acme/standard") { inForce { version } } }',
        "{ eligibility(lines: []) { code } }",
        '{ me { role } preview(input: {yaml: "x"}) { __typename } }',
    ],
)
def test_shapes_and_errors_are_alike(served: Served, text: str) -> None:
    planned, reference = both(served, text)

    assert planned == reference


@pytest.mark.parametrize(
    "text",
    [
        "{ __schema { types { name } } }",
        '{ me { role } __type(name: "Me") { name } }',
    ],
)
def test_what_is_not_foreseen_is_left_to_graphql_core(text: str) -> None:
    assert compiled(SCHEMA, parse(text), None) is None


def test_wrong_variables_are_left_to_graphql_core(served: Served) -> None:
    plan = compiled(SCHEMA, parse(DOCUMENTS["CanItComeBack"]), None)

    assert plan is not None
    with context(served) as opened:
        assert plan.run(opened, {"lines": [{"order": 1}]}, Meter()) is None
        assert plan.run(opened, {}, Meter()) is None


def test_a_null_that_may_not_be_one_reaches_the_next_that_may(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("deep")

    monkeypatch.setattr(served.parts.store.editions, "by_policy", broken)
    monkeypatch.setattr(served.parts.store.partnerships, "all_of", broken)
    for text in ("{ me { role partnerships { id } } }", "{ policies { totalCount } }"):
        planned, reference = both(served, text)
        assert planned == reference
        assert planned[0] is None
