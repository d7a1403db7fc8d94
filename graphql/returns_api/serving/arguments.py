"""Reads the arguments that determine the number of objects, as they were sent.

Invalid values are not reported here but when they are coerced; until then they count as not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    OperationDefinitionNode,
    SelectionNode,
    Undefined,
    get_named_type,
    print_ast,
    value_from_ast_untyped,
)
from graphql.utilities.coerce_input_value import coerce_default_value

Variables = Mapping[str, Any]
Value = Callable[[Variables], Any]
"""Returns the value of an argument for given variables; None if it was not sent."""

Times = Callable[[Variables], int]
_SIZES: Final = ("first", "last")


def defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    """Returns the default values of variables."""
    return {
        each.variable.name.value: value_from_ast_untyped(each.default_value)
        for each in operation.variable_definitions or ()
        if each.default_value
    }


def value_of(field: GraphQLField, node: FieldNode | None, name: str) -> Value:
    """Compiles the reading of a field's argument; if it is not sent, the schema's
    default applies.
    """
    usual = coerce_default_value(field.args[name])
    sent = {each.name.value: each.value for each in (node.arguments if node else None) or ()}
    if name not in sent:
        return lambda _: usual
    value = sent[name]

    def read(variables: Variables) -> Any:
        found = value_from_ast_untyped(value, variables)  # type: ignore[arg-type]
        return usual if found is Undefined else found

    return read


def member_of(value: Value, name: str) -> Value:
    """Compiles the reading of a member of an input object."""

    def read(variables: Variables) -> Any:
        found = value(variables)
        return found.get(name) if isinstance(found, dict) else None

    return read


def page_of(field: GraphQLField, node: FieldNode | None, usual: int) -> int | Times | None:
    """Returns the page size of a field; None if the field has no pages."""
    read = [value_of(field, node, name) for name in _SIZES if name in field.args]
    for name, argument in field.args.items():
        type_ = get_named_type(argument.type)
        if isinstance(type_, GraphQLInputObjectType) and not set(_SIZES).isdisjoint(type_.fields):
            sent = value_of(field, node, name)
            read += [
                _member(sent, size, made) for size, made in type_.fields.items() if size in _SIZES
            ]
    if not read:
        return None

    def page(variables: Variables) -> int:
        said = (value(variables) for value in read)
        return next((max(each, 0) for each in said if isinstance(each, int)), usual)

    return page if node and _has_variables(node) else page({})


def condition(node: SelectionNode) -> Times | None:
    """Returns 1 or 0 by `@include` and `@skip`; None if the node has neither."""
    read = [
        (argument.value, directive.name.value == "include")
        for directive in node.directives or ()
        if directive.name.value in ("include", "skip")
        for argument in directive.arguments or ()
    ]
    if not read:
        return None
    return lambda variables: int(
        all(value_from_ast_untyped(value, variables) is said for value, said in read)  # type: ignore[arg-type]
    )


def _member(value: Value, name: str, field: GraphQLInputField) -> Value:
    usual = coerce_default_value(field)

    def read(variables: Variables) -> Any:
        found = value(variables)
        return found.get(name, usual) if isinstance(found, dict) else None

    return read


def _has_variables(node: FieldNode) -> bool:
    return any("$" in print_ast(each.value) for each in node.arguments or ())
