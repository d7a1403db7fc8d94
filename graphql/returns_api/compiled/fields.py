"""Compiles how a field gets its value and how the value becomes data, once per document.

The only module here that depends on how Strawberry stores its resolvers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import iscoroutinefunction
from operator import attrgetter
from typing import Any, Final

from graphql import (
    FieldNode,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLID,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
)
from graphql.pyutils import inspect

from returns_api.compiled.arguments import Arguments, keyword_arguments
from returns_api.compiled.running import Unforeseen, failed_at

Get = Callable[[Any], Any]
"""Takes a source and returns the raw value of a field: an attribute, or a method's result."""

Resolve = Callable[[Any, Any], Any]
"""Takes a source and the run, and returns the raw value of a field or its data."""

Complete = Callable[[Any, Any], Any]
"""Takes a raw value and the run, and returns data."""

_AS_THEY_ARE: Final = {GraphQLString: str, GraphQLBoolean: bool, GraphQLID: str}
"""Scalars whose values are data already if they have exactly this type."""


def data_of(definition: GraphQLField, node: FieldNode, complete: Complete) -> Resolve:
    """Compiles a field of a source to data; checks the meter after what may take long.

    It calls what Strawberry would call; resolvers may use `info.context` and nothing else of
    `info`. Raises `Unforeseen` for extensions, permissions and coroutines.
    """
    made = definition.extensions.get("strawberry-definition")
    if made is None or made.extensions or made.permission_classes:
        raise Unforeseen
    if made.base_resolver is None:
        return _told(attrgetter(made.python_name), definition.type, complete)
    call, wants_info = made.base_resolver.wrapped_func, made.base_resolver.info_parameter
    if iscoroutinefunction(call):
        raise Unforeseen
    if not definition.args and not wants_info:
        return _told(call, definition.type, complete)
    return _worked_out(call, keyword_arguments(definition, node), complete, info=bool(wants_info))


def _told(get: Get, type_: Any, complete: Complete) -> Resolve:
    """Compiles a field read from the source itself; most values are data already."""
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if isinstance(inner, GraphQLEnumType):
        return _named(get, inner, complete)
    plain = _plain(inner)

    def told(source: Any, run: Any) -> Any:
        value = get(source)
        return value if type(value) is plain else complete(value, run)

    return told


def _plain(type_: Any) -> type | None:
    """Returns the Python type whose values are data of this scalar as they are."""
    if not isinstance(type_, GraphQLScalarType):
        return None
    return _AS_THEY_ARE.get(type_, str if type_.coerce_output_value is str else None)


def _named(get: Get, type_: GraphQLEnumType, complete: Complete) -> Resolve:
    """Compiles a member of an enum by its name, which Strawberry searches among all members."""
    cls = type_.extensions["strawberry-definition"].wrapped_cls
    names = {member: type_.coerce_output_value(member) for member in cls}

    def named(source: Any, run: Any) -> Any:
        value = get(source)
        return names[value] if type(value) is cls else complete(value, run)

    return named


def _worked_out(
    call: Callable[..., Any], arguments: Arguments, complete: Complete, *, info: bool
) -> Resolve:
    """Compiles a field that takes arguments or reads the store."""

    def worked_out(source: Any, run: Any) -> Any:
        sent = arguments(run.variables)
        value = call(source, info=run, **sent) if info else call(source, **sent)
        run.meter.look()
        return complete(value, run)

    return worked_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where values are completed: the nodes of a field, its name, and a factory for its objects."""

    nodes: Sequence[FieldNode]
    name: str
    selection: Callable[[Any], Complete]


def completer(type_: Any, place: Place) -> tuple[Complete, bool]:
    """Compiles the completion of a type, and returns whether it may be null."""
    if isinstance(type_, GraphQLNonNull):
        return _present(_known(type_.of_type, place), place.name), False
    return _optional(_known(type_, place)), True


def _known(type_: Any, place: Place) -> Complete:
    """Compiles the completion of a value that is not null."""
    if isinstance(type_, GraphQLList):
        return _list(*completer(type_.of_type, place), place)
    if isinstance(type_, GraphQLScalarType | GraphQLEnumType):
        return _leaf(type_)
    return place.selection(type_)


def _leaf(type_: GraphQLScalarType | GraphQLEnumType) -> Complete:
    plain = _plain(type_)
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
