"""Fills in the schema's descriptions from the docstrings beside the code.

A field, an input or an enum value is described by the docstring under its attribute. A name with
the same meaning everywhere is described once, in `words`, where arguments have words of their own;
an argument of an input type is described by that type.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

from returns_api.types.words import ARGUMENTS, WORDS

MADE = "strawberry-definition"


def describe(schema: GraphQLSchema) -> None:
    """Fills in every missing description; existing ones are kept."""
    for name, type_ in schema.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(type_, GraphQLEnumType):
            _values(type_)
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            _fields(type_)
        elif isinstance(type_, GraphQLUnionType) and not type_.description:
            type_.description = _either(type_)


def _values(type_: GraphQLEnumType) -> None:
    made = type_.extensions[MADE].wrapped_cls
    found = beside(made)
    for name, value in type_.values.items():
        value.description = value.description or found.get(name)


def _fields(type_: GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType) -> None:
    made = type_.extensions[MADE].origin
    type_.description = type_.description or inspect.getdoc(made)
    found = beside(made)
    for name, each in type_.fields.items():
        own = found.get(str(each.extensions[MADE].python_name))
        each.description = each.description or own or WORDS.get(name)
        if isinstance(each, GraphQLField):
            _arguments(each)


def _arguments(field: GraphQLField) -> None:
    for name, argument in field.args.items():
        takes = get_named_type(argument.type)
        own = ARGUMENTS.get(name)
        if own is None and isinstance(takes, GraphQLInputObjectType):
            own = takes.description
        argument.description = argument.description or own


def _either(union: GraphQLUnionType) -> str:
    """Describes the union of a result and its problems."""
    named = [each.name for each in union.types]
    return f"{named[0]}, or what kept it from being so: {', '.join(named[1:])}."


def beside(made: type) -> Mapping[str, str]:
    """Returns the docstrings under the attributes of a class and of its base classes."""
    found: dict[str, str] = {}
    for cls in reversed(made.__mro__):
        if cls is made or "__strawberry_definition__" in vars(cls):
            found |= _documented(cls.__module__).get(cls.__qualname__, {})
    return found


@cache
def _documented(module: str) -> dict[str, dict[str, str]]:
    """Returns the docstrings under the attributes of every class of a module."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, TypeError):
        return {}
    return {
        each.name: dict(_attributes(each)) for each in tree.body if isinstance(each, ast.ClassDef)
    }


def _attributes(cls: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for attribute, after in zip(cls.body, cls.body[1:], strict=False):
        match attribute, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, inspect.cleandoc(text).replace("\n", " ")
