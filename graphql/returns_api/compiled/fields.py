"""How one field gets its value and how the value becomes data; made once for each document.

Knows how Strawberry keeps its resolvers, and is the only module here that does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any, Final

from graphql import (
    FieldNode,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
)
from graphql.pyutils import inspect

from returns_api.compiled.arguments import keyword_arguments
from returns_api.compiled.running import Unforeseen, failed_at

Resolve = Callable[[Any, Any], Any]
"""From a source and the run to the raw value of a field."""

Complete = Callable[[Any, Any], Any]
"""From a raw value and the run to data."""

_AS_THEY_ARE: Final = {GraphQLString: str, GraphQLBoolean: bool}
"""Scalars whose values of exactly this type are data already."""


def resolver(definition: GraphQLField, node: FieldNode) -> Resolve:
    """Calls what Strawberry would call; resolvers may use `info.context` and no more of `info`.

    Raises `Unforeseen` for extensions, permissions and coroutines.
    """
    made = definition.extensions.get("strawberry-definition")
    if made is None or made.extensions or made.permission_classes:
        raise Unforeseen
    if made.base_resolver is None:
        name = made.python_name
        return lambda source, _: getattr(source, name)
    call, wants_info = made.base_resolver.wrapped_func, made.base_resolver.info_parameter
    if iscoroutinefunction(call):
        raise Unforeseen
    if not definition.args:
        return (lambda source, run: call(source, info=run)) if wants_info else _bare(call)
    arguments = keyword_arguments(definition, node)
    if not wants_info:
        return lambda source, run: call(source, **arguments(run.variables))
    return lambda source, run: call(source, info=run, **arguments(run.variables))


def _bare(call: Callable[[Any], Any]) -> Resolve:
    return lambda source, _: call(source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where values are completed: the nodes of a field, its name, and what makes its objects."""

    nodes: Sequence[FieldNode]
    name: str
    selection: Callable[[Any], Complete]


def completer(type_: Any, place: Place) -> tuple[Complete, bool]:
    """Makes data of a value of a type, and says whether it may be null."""
    if isinstance(type_, GraphQLNonNull):
        return _present(_known(type_.of_type, place), place.name), False
    return _optional(_known(type_, place)), True


def _known(type_: Any, place: Place) -> Complete:
    """For a value that is not null."""
    if isinstance(type_, GraphQLList):
        return _list(*completer(type_.of_type, place), place)
    if isinstance(type_, GraphQLScalarType | GraphQLEnumType):
        return _leaf(type_)
    return place.selection(type_)


def _leaf(type_: GraphQLScalarType | GraphQLEnumType) -> Complete:
    plain = _AS_THEY_ARE.get(type_) if isinstance(type_, GraphQLScalarType) else None
    coerce = type_.coerce_output_value

    def leaf(value: Any, _run: Any) -> Any:
        if type(value) is plain:
            return value
        made = coerce(value)
        if made is None or made is Undefined:
            said = (
                f"Expected `{type_}.coerce_output_value({inspect(value)})` to return non-nullable"
            )
            raise TypeError(f"{said} value, returned: {inspect(made)}")
        return made

    return leaf


def _present(complete: Complete, name: str) -> Complete:
    def present(value: Any, run: Any) -> Any:
        if value is None:
            raise TypeError(f"Cannot return null for non-nullable field {name}.")
        return complete(value, run)

    return present


def _optional(complete: Complete) -> Complete:
    return lambda value, run: None if value is None else complete(value, run)


def _list(complete: Complete, nullable: bool, place: Place) -> Complete:
    def listed(value: Any, run: Any) -> list[Any]:
        if isinstance(value, str | bytes | Mapping) or not hasattr(value, "__iter__"):
            raise GraphQLError(f"Expected Iterable, but did not find one for field '{place.name}'.")
        made: list[Any] = []
        errors, known = run.errors, len(run.errors)
        for item in value:
            try:
                made.append(complete(item, run))
            except Exception as error:  # noqa: BLE001 - whatever a resolver raises
                failed = failed_at(error, place.nodes, len(made))
                if not nullable:
                    run.grown(known, len(made))
                    raise failed from None
                known = run.grown(known, len(made)) + 1
                errors.append(failed)
                made.append(None)
            if len(errors) != known:
                known = run.grown(known, len(made) - 1)
        return made

    return listed
