"""Prepares the arguments of a field, as far as the document determines them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLNonNull,
    Node,
    Undefined,
    ValueNode,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.values import get_argument_values
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal

from returns_api.compiled.inputs import Convert, keyword_of
from returns_api.compiled.running import Unforeseen, Variables

Arguments = Callable[[Variables], dict[str, Any]]
"""Returns keyword arguments of a resolver; raises GraphQLError for an invalid value."""


def keyword_arguments(definition: GraphQLField, node: FieldNode) -> Arguments:
    """Compiles the arguments of a field as written in a document."""
    sent = {each.name.value: each.value for each in node.arguments or ()}
    if any(_is_mixed(value) for value in sent.values()):
        return _all_by_graphql_core(definition, node)
    fixed: dict[str, tuple[Convert, Any]] = {}
    open_: list[tuple[str, str, Convert, GraphQLArgument]] = []
    for name, argument in definition.args.items():
        python_name, convert = keyword_of(argument)
        value = sent.get(name)
        if isinstance(value, VariableNode):
            open_.append((value.name.value, python_name, convert, argument))
        elif (found := _fixed(argument, value)) is not Undefined:
            fixed[python_name] = (convert, found)
    return _made(fixed, open_, _all_by_graphql_core(definition, node))


def _fixed(argument: GraphQLArgument, value: ValueNode | None) -> Any:
    """Returns the value of a literal, or the default; Undefined if there is neither."""
    if value is None:
        return coerce_default_value(argument)
    found = coerce_input_literal(value, argument.type)
    if found is Undefined:
        raise Unforeseen
    return found


def _made(
    fixed: dict[str, tuple[Convert, Any]],
    open_: list[tuple[str, str, Convert, GraphQLArgument]],
    otherwise: Arguments,
) -> Arguments:
    variables = [
        (name, python_name, convert, coerce_default_value(argument), _needed(argument))
        for name, python_name, convert, argument in open_
    ]

    def arguments(values: Variables) -> dict[str, Any]:
        made = {name: convert(value) for name, (convert, value) in fixed.items()}
        coerced = values.coerced
        for name, python_name, convert, usual, needed in variables:
            value = coerced.get(name, usual)
            if needed and (value is None or value is Undefined):
                return otherwise(values)
            if value is not Undefined:
                made[python_name] = convert(value)
        return made

    return arguments


def _needed(argument: GraphQLArgument) -> bool:
    return isinstance(argument.type, GraphQLNonNull)


def _all_by_graphql_core(definition: GraphQLField, node: FieldNode) -> Arguments:
    """Handles rare cases: a variable inside a literal, or one that is missing or null."""
    takes = {name: keyword_of(argument) for name, argument in definition.args.items()}

    def arguments(values: Variables) -> dict[str, Any]:
        found = get_argument_values(definition, node, values.as_graphql_core_has_them)
        return {takes[name][0]: takes[name][1](value) for name, value in found.items()}

    return arguments


def _is_mixed(value: ValueNode) -> bool:
    """Whether a literal contains a variable."""
    return not isinstance(value, VariableNode) and any(
        isinstance(each, VariableNode) for each in _inside(value)
    )


def _inside(value: ValueNode) -> Iterator[Node]:
    found: list[Node] = []

    class Collect(Visitor):
        def enter(self, node: Node, *_: Any) -> None:
            found.append(node)

    visit(value, Collect())
    return iter(found)
