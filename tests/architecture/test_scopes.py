"""What leads to objects of another scope asks for it, so that no key reads them on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from graphql import (
    GraphQLField,
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
"""By the name of a type: what a key must be allowed to find one by its id."""

HELD: Final = {
    "Acceptance.edition": "acceptances are listed to keys that read policies alone",
    "CreditStatement.entries": "a statement is shown to keys that read money alone",
    "EditionToAccept.edition": "what is to be accepted is listed to keys that read policies alone",
    "EditionToAccept.partnership": "the same",
    "Me.partnerships": "it gives none to a key that reads no policies",
    "Preview.edition": "a draft has none",
    "RefundPreview.payment": "who may refund an order sees what it would go back of",
    "ReturnOutcome.decision": "who handles a return at the dock reads why it comes back",
    "Return.order": "who handles a return at the dock reads what was bought",
    "ReturnLine.orderLine": "who handles a return at the dock reads what was bought",
    "RefundShare.payment": "who may refund an order sees what it would go back of",
}
"""Fields that lead to another scope and ask for it elsewhere."""


def led_to(field: GraphQLField) -> GraphQLNamedType:
    """What a field leads to; a connection to its nodes."""
    found: Any = get_named_type(field.type)
    nodes = getattr(found, "fields", {}).get("nodes")
    return get_named_type(nodes.type) if nodes else found


def answers_of_mutations() -> set[str]:
    """They show what was just done, whoever may read it later."""
    found: set[str] = set()
    for field in SCHEMA.mutation_type.fields.values():  # type: ignore[union-attr]
        type_ = get_named_type(field.type)
        members = type_.types if isinstance(type_, GraphQLUnionType) else (type_,)
        found |= {each.name for each in members}
    return found


def leading() -> Iterator[tuple[str, Scope, GraphQLField]]:
    """Every field of an object that leads to objects of a scope that the object does not need."""
    roots = {SCHEMA.query_type.name, SCHEMA.mutation_type.name}  # type: ignore[union-attr]
    for type_ in SCHEMA.type_map.values():
        if not isinstance(type_, GraphQLObjectType) or type_.name in roots:
            continue
        if type_.name.endswith(("Connection", "Edge")) or type_.name in answers_of_mutations():
            continue
        for name, field in type_.fields.items():
            scope = NEEDS.get(led_to(field).name)
            if scope is not None and NEEDS.get(type_.name) is not scope:
                yield f"{type_.name}.{name}", scope, field


def asked_by(field: GraphQLField) -> Scope | None:
    resolver = getattr(field.extensions.get("strawberry-definition"), "base_resolver", None)
    return getattr(resolver.wrapped_func, "asks", None) if resolver else None


def test_a_field_that_leads_to_another_scope_asks_for_it() -> None:
    found = {name: (scope, asked_by(field)) for name, scope, field in leading()}

    assert len(found) > len(HELD)
    assert {name for name, (scope, asked) in found.items() if asked is not scope} == set(HELD)
