"""Variables for any operation, made by the types of the schema."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    OperationDefinitionNode,
    parse,
    type_from_ast,
)

from returns_api.schema import core_schema

WORDS: Final = (
    *("hearth-home/home-goods", "acme-supply/standard", "hearth-home", "southgate", "TABLE-OAK"),
    *("R-0601-1", "1", "USD", "US", "change_of_mind", "ordered", "2025-05-01", "category", "a"),
)
SCALARS: Final[dict[str, tuple[Any, ...]]] = {
    "String": WORDS,
    "Int": (1, 1, 2, 20),
    "Float": (0.5,),
    "Boolean": (True, False),
    "Date": ("2025-06-01", "2025-05-01", "0001-01-01", "9999-12-31"),
    "DateTime": ("2025-06-01T12:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"),
    "JSON": ("5%", 1, {"quantity": 1, "ordered": "2025-05-01"}, ["photos"]),
    "MinorUnits": (100, 2400),
    "Currency": ("USD", "EUR", "ZZZ"),
    "URL": ("https://93.184.216.34/stock", "http://a.example/"),
    "Decimal": ("0.5", "12.00"),
}


def variables(document: str, ids: tuple[str, ...], random: Random) -> dict[str, Any]:
    """A value for each variable of the first operation of a document; some of those left out."""
    node = parse(document).definitions[0]
    if not isinstance(node, OperationDefinitionNode):
        return {}
    types = {
        each.variable.name.value: type_from_ast(core_schema(), each.type)  # type: ignore[call-overload]
        for each in node.variable_definitions or ()
    }
    return {name: _value(type_, ids, random) for name, type_ in types.items()}


def _value(type_: Any, ids: tuple[str, ...], random: Random) -> Any:
    if isinstance(type_, GraphQLNonNull):
        return _value(type_.of_type, ids, random)
    if isinstance(type_, GraphQLList):
        return [_value(type_.of_type, ids, random) for _ in range(random.choice((1, 1, 2)))]
    if isinstance(type_, GraphQLInputObjectType):
        wanted = {
            name: field.type
            for name, field in type_.fields.items()
            if isinstance(field.type, GraphQLNonNull) or random.random() < 0.5
        }
        return {name: _value(each, ids, random) for name, each in wanted.items()}
    if isinstance(type_, GraphQLEnumType):
        return random.choice([*type_.values])
    return deepcopy(random.choice(ids if type_.name == "ID" else SCALARS[type_.name]))
