"""Compiled documents are answered as graphql-core answers them: data, order of keys, and errors.

A few hundred by a fixed seed here; `COMPILED_DOCUMENTS=20000` draws as many.
"""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLError, GraphQLSchema, execute, parse, validate

from returns_api.compiled.plans import compiled
from returns_api.serving.meter import Meter
from tests.compiled.drawing import Drawn, Words, drawn
from tests.compiled.small import SMALL

MANY = int(os.environ.get("COMPILED_DOCUMENTS", "150"))
SCHEMA: GraphQLSchema = SMALL._schema
WORDS: Words = {
    "String": lambda chance: chance.choice(("", "a", "bo", "cat", "Ünïç")),
    "Int": lambda chance: chance.randint(-2, 6),
    "Float": lambda chance: chance.choice((0, 1, 2.5, -1e10)),
    "Boolean": lambda chance: chance.random() < 0.5,
    "ID": lambda chance: chance.choice(("x", 7)),
}


def answers(drawn: Drawn, operation: str | None = None) -> tuple[Any, Any] | None:
    """By the plan and by graphql-core; None for a document that is not valid."""
    document = parse(drawn.text)
    if validate(SCHEMA, document):
        return None
    plan = compiled(SCHEMA, document, operation)
    assert plan is not None, drawn.text
    planned = plan.run("context", drawn.variables, Meter())
    reference = execute(
        SCHEMA,
        document,
        context_value="context",
        variable_values=drawn.variables,
        operation_name=operation,
    )
    assert isinstance(reference, ExecutionResult)
    return planned and shown(*planned), shown(reference.data, reference.errors or [])


def shown(data: Any, errors: list[GraphQLError]) -> tuple[str, list[str]]:
    """As text, which has the order of keys."""
    return repr(data), sorted(f"{e.message} {e.path} {e.locations}" for e in errors)


def test_drawn_documents_are_answered_alike() -> None:
    ran = left = 0
    for seed in range(MANY):
        case = drawn(SCHEMA, WORDS, f"small {seed}")
        found = answers(case)
        if found is None:
            continue
        planned, reference = found
        if planned is None:
            left += 1
            assert reference[1], f"{seed}: left to graphql-core, which finds nothing wrong: {case}"
            continue
        ran += 1
        assert planned == reference, f"seed {seed}: {case}"

    assert ran > MANY // 3
    assert left < MANY // 4


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("{ a: pet { ...F ...F } } fragment F on Dog { barks barks }", {}),
        (
            "query ($x: Boolean!) { named { name @include(if: $x) ... @skip(if: $x) { name } } }",
            {"x": True},
        ),
        ("query ($x: Boolean = true) { named { surely @skip(if: $x) name } }", {}),
        ("query ($x: Boolean = true) { named { surely @skip(if: $x) name } }", {"x": None}),
        ("{ pet { ...F @skip(if: true) } } fragment F on Dog { barks }", {}),
        ('{ pets(names: ["a", "", "bo"]) { ... on Named { surely(fail: true) } } }', {}),
        ('{ pet(name: "bo") { ... on Cat { broken lost { surely(fail: true) } } } }', {}),
        ("{ odd grid(size: 3) }", {}),
        ("query ($n: Int!) { given(given: {number: $n}) }", {"n": 1}),
        (
            "query ($g: Given!) { given(given: $g) }",
            {"g": {"number": 1, "inner": {"again": {"word": "x"}}}},
        ),
        (
            "mutation { a: count b: count(by: 9) rename(given: {number: -1}) { __typename } }",
            {},
        ),
    ],
)
def test_what_is_easily_got_wrong(text: str, variables: dict[str, Any]) -> None:
    found = answers(Drawn(text=text, variables=variables))

    assert found is not None
    assert found[0] is None or found[0] == found[1]
    assert found[0] is not None or found[1][1]


def test_only_directives_of_the_operation_that_runs_matter() -> None:
    text = "query A { named { name } } query B($x: Boolean!) { named { name @skip(if: $x) } }"

    found = answers(Drawn(text=text, variables={}), "A")

    assert found is not None
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "text", ["{ __schema { types { name } } }", '{ __type(name: "Dog") { name } }']
)
def test_introspection_is_left_to_graphql_core(text: str) -> None:
    assert compiled(SCHEMA, parse(text), None) is None


def test_an_operation_of_too_many_variants_is_left_to_graphql_core() -> None:
    names = [f"b{at}" for at in range(6)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    shows = " ".join(f"{name}: __typename @include(if: ${name})" for name in names)
    plan = compiled(SCHEMA, parse(f"query ({declared}) {{ {shows} }}"), None)
    assert plan is not None
    chance, answered = random.Random(1), []

    for _ in range(400):
        said = {name: chance.random() < 0.5 for name in names}
        answered.append(plan.run(None, said, Meter()))

    assert None in answered
    assert answered[0] is not None
