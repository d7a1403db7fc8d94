"""Reads the variables of an operation by functions that are compiled once for their types.

A value that does not fit is `Unread`; then graphql-core, which words the error, reads all of them
again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    VariableDefinitionNode,
)
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import VariableValueSource
from graphql.utilities.coerce_input_value import coerce_default_value

from returns_api.compiled.running import Unforeseen, Variables

Read = Callable[[Any], Any]
_SAME: Final = {GraphQLString: str, GraphQLBoolean: bool, GraphQLID: str}
"""Scalars whose values are taken as they are if they have exactly this type."""


class Unread(Exception):
    """Raised for a value that does not fit its type."""


class Reader:
    """Reads the variables of one operation; raises `Unforeseen` for unsupported ones."""

    def __init__(
        self, schema: GraphQLSchema, definitions: Iterable[VariableDefinitionNode]
    ) -> None:
        readers = Readers()
        self._of: list[tuple[str, Any, Read]] = []
        for definition in definitions:
            signature = get_variable_signature(schema, definition)
            if isinstance(signature, GraphQLError) or definition.directives:
                raise Unforeseen
            self._of.append((signature.name, signature, readers.of(signature.type)))

    def read(self, sent: Mapping[str, Any]) -> Variables | None:
        """Returns the coerced values; None if one is invalid."""
        coerced: dict[str, Any] = {}
        sources: dict[str, VariableValueSource] = {}
        try:
            for name, signature, read in self._of:
                value = sent.get(name, Undefined)
                sources[name] = VariableValueSource(signature, value)
                if value is not Undefined:
                    coerced[name] = read(value)
                elif signature.default is not None:
                    coerced[name] = coerce_default_value(signature)
                elif isinstance(signature.type, GraphQLNonNull):
                    return None
        except Exception:  # noqa: BLE001 - scalars raise anything; graphql-core words it
            return None
        return Variables(coerced, sources)


class Readers:
    """Compiles one reader per input type; a type may contain itself."""

    def __init__(self) -> None:
        self._objects: dict[str, Read] = {}

    def of(self, type_: Any) -> Read:
        """Compiles a reader of a value as sent; it raises for one that does not fit the type."""
        if isinstance(type_, GraphQLNonNull):
            return _present(self._known(type_.of_type))
        return _optional(self._known(type_))

    def _known(self, type_: Any) -> Read:
        if isinstance(type_, GraphQLList):
            return _list(self.of(type_.of_type))
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_)
        plain, coerce = _SAME.get(type_), type_.coerce_input_value

        def leaf(value: Any) -> Any:
            return value if type(value) is plain else _defined(coerce(value))

        return leaf

    def _object(self, type_: GraphQLInputObjectType) -> Read:
        """Compiles a reader of the type, which refers to itself once it is made."""
        if type_.name not in self._objects:
            if type_.is_one_of or type_.out_type is not GraphQLInputObjectType.out_type:
                raise Unforeseen
            self._objects[type_.name] = self._later(type_.name)
            members = [
                (name, field.out_name or name, self.of(field.type), field)
                for name, field in type_.fields.items()
            ]
            self._objects[type_.name] = _members(members)
        return self._objects[type_.name]

    def _later(self, name: str) -> Read:
        """Returns a reader of a type that contains itself."""

        def read(value: Any) -> Any:
            return self._objects[name](value)

        return read


def _members(members: Sequence[tuple[str, str, Read, GraphQLInputField]]) -> Read:
    """Compiles the members of an input, in the order of the type, as in graphql-core."""
    plan = [
        (name, out, read, coerce_default_value(field), isinstance(field.type, GraphQLNonNull))
        for name, out, read, field in members
    ]

    def reader(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Unread
        made: dict[str, Any] = {}
        seen = 0
        for name, out, read, usual, needed in plan:
            if name in value:
                seen += 1
                made[out] = read(value[name])
            elif usual is not Undefined:
                made[out] = usual
            elif needed:
                raise Unread
        if seen != len(value):
            raise Unread
        return made

    return reader


def _list(inner: Read) -> Read:
    """Reads a list; any other value counts as a list of one."""
    return lambda value: [inner(each) for each in value] if type(value) is list else [inner(value)]


def _present(read: Read) -> Read:
    def present(value: Any) -> Any:
        if value is None:
            raise Unread
        return read(value)

    return present


def _optional(read: Read) -> Read:
    return lambda value: None if value is None else read(value)


def _defined(value: Any) -> Any:
    if value is Undefined:
        raise Unread
    return value
