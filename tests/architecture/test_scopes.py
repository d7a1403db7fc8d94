"""Whatever way an object is reached, its scope was asked for, so that no key reads it in passing.

All paths of types are walked from the fields of the roots: once for each scope, over the fields
that do not ask for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
)

from adapters.identity.principal import Scope
from returns_api.nodes import _FINDERS
from returns_api.schema import core_schema

SCHEMA: Final = core_schema()
NEEDS: Final = {kind.value: scope for kind, (scope, _) in _FINDERS.items()}
"""By the name of a type: what a key must be allowed to find one by its id, or to list them."""
SCOPES: Final = sorted({scope for scope in NEEDS.values() if scope})

HELD: Final = {
    "Acceptance.edition": "who accepts an edition is shown what was accepted",
    "JournalEntry.about": "it is found as `node` finds it",
    "Me.partnerships": "it gives none to a key that reads no policies",
    "Preview.edition": "a draft has none",
    "Query.node": "it finds each kind by the scope that `NEEDS` has of it",
    "RefundPreview.payment": "who may refund an order sees what it would go back of",
    "RefundShare.payment": "who may refund an order sees what it would go back of",
}
"""Fields that lead to what needs a scope and do not ask for it."""


def members(type_: GraphQLNamedType) -> Iterator[GraphQLObjectType]:
    """The objects that a field of a type may give."""
    if isinstance(type_, GraphQLObjectType):
        yield type_
    elif isinstance(type_, GraphQLUnionType):
        yield from type_.types
    elif isinstance(type_, GraphQLInterfaceType):
        yield from SCHEMA.get_implementations(type_).objects


def answers() -> set[str]:
    """The answers of mutations show what was just changed, whoever may read it later.

    What that leads to further on is asked for like everything else.
    """
    fields = SCHEMA.mutation_type.fields.values()  # type: ignore[union-attr]
    return {each.name for field in fields for each in members(get_named_type(field.type))}


def asked_by(field: GraphQLField) -> Scope | None:
    resolver: Any = getattr(field.extensions.get("strawberry-definition"), "base_resolver", None)
    return getattr(resolver.wrapped_func, "asks", None) if resolver else None


def given(type_: GraphQLNamedType) -> Iterator[GraphQLObjectType]:
    """What a field of a type gives; of a connection its members too."""
    for each in members(type_):
        nodes = each.fields.get("nodes")
        yield from members(get_named_type(nodes.type)) if nodes else (each,)


def unasked(scope: Scope) -> set[str]:
    """The fields by which one comes to what needs a scope, without being asked for it.

    Beyond an answer of a mutation nobody looks: what it shows is of the scope already.
    """
    found: set[str] = set()
    waiting = [SCHEMA.query_type, SCHEMA.mutation_type]
    seen, shown = {each.name for each in waiting if each}, answers()
    while waiting:
        at = waiting.pop()
        assert at is not None
        for name, field in at.fields.items():
            if asked_by(field) is scope:
                continue
            for to in given(get_named_type(field.type)):
                if NEEDS.get(to.name) is scope and at.name in shown:
                    continue
                if NEEDS.get(to.name) is scope and NEEDS.get(at.name) is not scope:
                    found.add(f"{at.name}.{name}")
                if to.name not in seen:
                    seen.add(to.name)
                    waiting.append(to)
    return found


def test_nothing_is_reached_without_its_scope() -> None:
    found = {name for scope in SCOPES for name in unasked(scope)}

    assert found == set(HELD)
