"""How one field gets its value and how the value becomes data; made once for each document.

Knows how Strawberry keeps its resolvers, and is the only module here that does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
)
from graphql.execution.values import get_argument_values

from returns_api.serving.inputs import keyword_arguments

Resolve = Callable[[Any, Any], Any]
"""From a source and the run to the raw value of a field."""

Complete = Callable[[Any, Any], Any]
"""From a raw value and the run to data."""

_AS_THEY_ARE: Final = {"String": str, "Boolean": bool}
"""Scalars whose values of exactly this type are data already."""


def resolver(definition: GraphQLField, node: FieldNode) -> Resolve:
    """Calls what Strawberry would call; resolvers may use `info.context` and no more of `info`."""
    made = definition.extensions["strawberry-definition"]
    if made.base_resolver is None:
        name = made.python_name
        return lambda source, _: getattr(source, name)
    call, wants_info = made.base_resolver.wrapped_func, made.base_resolver.info_parameter
    if not definition.args:
        return (lambda source, run: call(source, info=run)) if wants_info else _bare(call)
    arguments = keyword_arguments(definition)

    def with_arguments(source: Any, run: Any) -> Any:
        said = arguments(get_argument_values(definition, node, run.variables))
        return call(source, info=run, **said) if wants_info else call(source, **said)

    return with_arguments


def _bare(call: Callable[[Any], Any]) -> Resolve:
    return lambda source, _: call(source)


def completer(type_: Any, selection: Callable[[Any], Complete]) -> tuple[Complete, bool]:
    """Makes data of a value of a type, and says whether it may be null."""
    if isinstance(type_, GraphQLNonNull):
        return _present(_known(type_.of_type, selection), str(type_)), False
    return _optional(_known(type_, selection)), True


def _known(type_: Any, selection: Callable[[Any], Complete]) -> Complete:
    """For a value that is not null."""
    if isinstance(type_, GraphQLList):
        return _list(*completer(type_.of_type, selection))
    if isinstance(type_, GraphQLScalarType):
        return _scalar(type_)
    if isinstance(type_, GraphQLEnumType):
        return lambda value, _: type_.serialize(value)
    return selection(type_)


def _scalar(type_: GraphQLScalarType) -> Complete:
    plain, serialize = _AS_THEY_ARE.get(type_.name), type_.serialize

    def scalar(value: Any, _run: Any) -> Any:
        return value if type(value) is plain else serialize(value)

    return scalar


def _present(complete: Complete, name: str) -> Complete:
    def present(value: Any, run: Any) -> Any:
        if value is None:
            raise TypeError(f"A value of type {name} is missing.")
        return complete(value, run)

    return present


def _optional(complete: Complete) -> Complete:
    return lambda value, run: None if value is None else complete(value, run)


def _list(complete: Complete, _nullable: bool) -> Complete:
    def listed(value: Any, run: Any) -> list[Any]:
        made: list[Any] = []
        try:
            for item in value:
                made.append(complete(item, run))  # noqa: PERF401 - its length is the index
        except Exception as error:
            path = getattr(error, "path", None)
            if isinstance(path, list):
                path.append(len(made))
            raise
        return made

    return listed
