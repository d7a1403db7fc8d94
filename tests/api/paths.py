"""Whether the path of a problem leads to something in what was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLScalarType,
    OperationDefinitionNode,
    get_nullable_type,
    parse,
    value_from_ast_untyped,
)

from returns_api.schema import core_schema

SCHEMA = core_schema()


def lost_paths(document: str, variables: Mapping[str, Any], data: Mapping[str, Any]) -> list[str]:
    """The paths of problems in an answer that lead nowhere in what its fields were sent."""
    return [
        f"{node.name.value}: {path}"
        for node in _root_fields(parse(document))
        for path in _paths_in(data.get(node.alias.value if node.alias else node.name.value))
        if not _leads(node, variables, path)
    ]


def _root_fields(document: DocumentNode) -> Iterator[FieldNode]:
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            yield from (one for one in each.selection_set.selections if isinstance(one, FieldNode))


def _paths_in(answer: Any) -> Iterator[str]:
    if isinstance(answer, list):
        for each in answer:
            yield from _paths_in(each)
    elif isinstance(answer, dict):
        if isinstance(answer.get("path"), str) and "message" in answer:
            yield answer["path"]
        for each in answer.values():
            yield from _paths_in(each)


def _leads(node: FieldNode, variables: Mapping[str, Any], path: str) -> bool:
    roots = {t.name: t for t in (SCHEMA.query_type, SCHEMA.mutation_type) if t}
    field = next(t.fields[node.name.value] for t in roots.values() if node.name.value in t.fields)
    steps = re.findall(r"[^.\[\]]+", path)
    argument = next((each for each in node.arguments if each.name.value == steps[0]), None)
    value = value_from_ast_untyped(argument.value, dict(variables)) if argument else None
    return steps[0] in field.args and _inside(steps[1:], field.args[steps[0]].type, value)


def _inside(steps: Sequence[str], type_: GraphQLInputType, value: Any) -> bool:
    """Whether names and indexes lead into a value that was sent; in JSON any do."""
    type_ = get_nullable_type(type_)
    if not steps or isinstance(type_, GraphQLScalarType):
        return not steps or str(type_) == "JSON"
    step, *rest = steps
    if isinstance(type_, GraphQLList):
        there = step.isdecimal() and isinstance(value, list) and int(step) < len(value)
        return there and _inside(rest, type_.of_type, value[int(step)])
    if not isinstance(type_, GraphQLInputObjectType) or step not in type_.fields:
        return False
    inner = value.get(step) if isinstance(value, dict) else None
    return _inside(rest, type_.fields[step].type, inner)
