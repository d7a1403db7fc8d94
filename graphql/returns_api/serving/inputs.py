"""From arguments as graphql-core coerces them to what resolvers take; made once for each field.

Strawberry looks the types up again for every value, which costs more than all the rest of a query.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLField, GraphQLInputObjectType, GraphQLList, GraphQLNonNull

Convert = Callable[[Any], Any]


def keyword_arguments(definition: GraphQLField) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Makes the keyword arguments of a field's resolver."""
    takes = {
        name: (_python_name(argument), _converter(argument.type))
        for name, argument in definition.args.items()
    }

    def convert(values: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in values.items():
            python_name, converter = takes[name]
            found[python_name] = converter(value)
        return found

    return convert


def _python_name(made: Any) -> str:
    """What an argument or a field of an input is called in Python."""
    return str(made.extensions["strawberry-definition"].python_name)


def _converter(type_: Any) -> Convert:
    """For a value or null."""
    if isinstance(type_, GraphQLNonNull):
        return _converter(type_.of_type)
    if isinstance(type_, GraphQLList):
        inner = _converter(type_.of_type)
        return lambda value: None if value is None else [inner(each) for each in value]
    if isinstance(type_, GraphQLInputObjectType):
        return _object(type_)
    return lambda value: value


def _object(type_: GraphQLInputObjectType) -> Convert:
    """Makes the instance of an input type; what was not sent takes the default of its class."""
    made = type_.extensions["strawberry-definition"]
    fields = {
        name: (_python_name(known), _converter(known.type)) for name, known in type_.fields.items()
    }
    cls = made.origin

    def convert(value: Any) -> Any:
        if value is None:
            return None
        said: dict[str, Any] = {}
        for name, each in value.items():
            python_name, converter = fields[name]
            said[python_name] = converter(each)
        return cls(**said)

    return convert
