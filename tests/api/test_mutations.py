"""Who may not do something is told so by a problem, whatever the mutation is."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLUnionType,
)

from returns_api.schema import core_schema
from tests.api.conftest import Served

ROOT = core_schema().mutation_type
assert ROOT is not None
MUTATIONS = ROOT.fields
CALLERS = ("acme", "acme support", "northwind", "northwind support")
VALUES = {
    "String": "x",
    "ID": "x",
    "Int": 1,
    "Boolean": True,
    "MinorUnits": 1,
    "JSON": {},
    "Currency": "USD",
    "URL": "https://example.com",
    "Date": "2025-05-01",
}


EVERYBODYS = {
    *("updateOrder", "requestReturn", "answerReturn", "shipReturn", "cancelReturn"),
    "eraseConsumer",
}
"""Every role may ask for these."""


def least(type_: Any) -> Any:
    """The smallest value of an input type."""
    if isinstance(type_, GraphQLNonNull):
        return least(type_.of_type)
    if isinstance(type_, GraphQLList):
        return [least(type_.of_type)]
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        required = {name: each for name, each in type_.fields.items() if _needed(each)}
        return {name: least(each.type) for name, each in required.items()}
    return VALUES[type_.name]


def _needed(field: Any) -> bool:
    return isinstance(field.type, GraphQLNonNull)


@pytest.mark.parametrize("name", MUTATIONS)
def test_who_may_not_do_something_is_told_by_a_problem(served: Served, name: str) -> None:
    field = MUTATIONS[name]
    type_ = field.args["input"].type
    assert isinstance(field.type, GraphQLNonNull)
    assert isinstance(field.type.of_type, GraphQLUnionType)
    document = f"""mutation ($input: {type_}) {{ {name}(input: $input) {{
        __typename ... on Problem {{ code message }} }} }}"""
    answers = {}
    for handle in CALLERS:
        said = least(type_)
        said |= {"idempotencyKey": uuid.uuid4().hex} if "idempotencyKey" in said else {}
        answers[handle] = served.callers[handle].answer(document, input=said)

    assert {handle: said["errors"] for handle, said in answers.items() if "errors" in said} == {}
    refused = [each["data"][name].get("code") for each in answers.values()]
    assert ("not_allowed" in refused) == (name not in EVERYBODYS), answers
