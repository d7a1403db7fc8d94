"""Whatever a mutation is told, a character that cannot be seen in it is refused by its path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
)

from returns_api.schema import core_schema
from tests.api.conftest import Caller

HIDDEN = "N-1\u202e"
PLAIN = {
    "String": "a",
    "ID": "a",
    "Int": 1,
    "Float": 1.0,
    "Boolean": True,
    "Date": "2025-05-01",
    "DateTime": "2025-05-01T00:00:00Z",
    "MinorUnits": 1,
    "Currency": "USD",
    "URL": "https://example.com/",
    "Decimal": "1",
    "JSON": "a",
}
POLICIES = "yaml"
"""Its reader names what is wrong in it by line and column."""
MUTATIONS = core_schema().mutation_type.fields


def input_of(mutation: str) -> GraphQLInputObjectType:
    return get_named_type(MUTATIONS[mutation].args["input"].type)


def value(type_: Any, hides: str) -> Any:
    """A value of a type; what `hides` names is a text with a hidden character, however deep."""
    if isinstance(type_, GraphQLNonNull):
        return value(type_.of_type, hides)
    if isinstance(type_, GraphQLList):
        return [value(type_.of_type, hides)]
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if not isinstance(type_, GraphQLInputObjectType):
        return HIDDEN if hides == "." else PLAIN[type_.name]
    first, _, rest = hides.partition(".")
    return {
        name: value(field.type, (rest or ".") if name == first else "")
        for name, field in type_.fields.items()
        if name == first or isinstance(field.type, GraphQLNonNull)
    }


def texts(type_: Any, path: str = "", seen: tuple[str, ...] = ()) -> Iterator[str]:
    """The paths of all fields of a type that are texts."""
    named = get_named_type(type_)
    if isinstance(named, GraphQLInputObjectType) and named.name not in seen:
        for name, field in named.fields.items():
            if name != POLICIES:
                yield from texts(field.type, f"{path}.{name}".strip("."), (*seen, named.name))
    elif named.name in ("String", "JSON"):
        yield path


def cases() -> list[tuple[str, str]]:
    return [(name, path) for name in MUTATIONS for path in texts(input_of(name))]


def test_there_are_texts_in_most_mutations() -> None:
    assert len({name for name, _ in cases()}) > len(MUTATIONS) // 2


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_every_text_of_a_mutation_is_looked_at(northwind: Caller, mutation: str) -> None:
    type_ = input_of(mutation)
    document = f"""mutation($input: {type_.name}!) {{ done: {mutation}(input: $input) {{
        __typename ... on Problem {{ code path message }} }} }}"""
    for path in texts(type_):
        answer = northwind.ask(document, input=value(type_, path))
        done = answer["done"]
        said = "".join(each for each in done["path"] if each not in "[]0123456789")
        assert (done["code"], said) == ("hidden_character", f"input.{path}"), path
        assert done["message"] == "The character U+202E cannot be seen here; take it out."
