"""Converts arguments as graphql-core coerces them to those of resolvers, compiled once per field.

Strawberry looks up the types for every value, which costs more than everything else in a query.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLArgument, GraphQLInputObjectType, GraphQLList, GraphQLNonNull

Convert = Callable[[Any], Any]


def keyword_of(argument: GraphQLArgument) -> tuple[str, Convert]:
    """Returns the Python name of an argument and the function that converts its value."""
    return _python_name(argument), _converter(argument.type)


def _python_name(made: Any) -> str:
    """Returns the Python name of an argument or input field."""
    return str(made.extensions["strawberry-definition"].python_name)


def _converter(type_: Any) -> Convert:
    """Compiles the conversion of a value or null."""
    if isinstance(type_, GraphQLNonNull):
        return _converter(type_.of_type)
    if isinstance(type_, GraphQLList):
        inner = _converter(type_.of_type)
        return lambda value: None if value is None else [inner(each) for each in value]
    if isinstance(type_, GraphQLInputObjectType):
        return _object(type_)
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _object(type_: GraphQLInputObjectType) -> Convert:
    """Compiles the creation of an input; missing values take the default of its class."""
    cls = type_.extensions["strawberry-definition"].origin
    fields: dict[str, tuple[str, Convert]] = {}

    def convert(value: Any) -> Any:
        if value is None:
            return None
        if not fields:  # built at first use, since a type may contain itself
            fields.update(
                {
                    name: (_python_name(known), _converter(known.type))
                    for name, known in type_.fields.items()
                }
            )
        said: dict[str, Any] = {}
        for name, each in value.items():
            python_name, converter = fields[name]
            said[python_name] = each if converter is _as_it_is else converter(each)
        return cls(**said)

    return convert
