"""A closed set is an enum: words that the code writes, and strings that clients are told."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, get_named_type

from returns_api.money.troubles import SettlementTrouble, trouble_of
from tests.architecture.test_schema import SCHEMA

ROOT = Path(__file__).parents[2]
OURS = ("engine/settlement", "services/workers", "services/payments")


def written() -> Iterator[str]:
    """The words that our own code gives a settlement for its trouble."""
    for path in (path for folder in OURS for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(
                    func=ast.Name(id="Refusal" | "_locked_out"),
                    args=[ast.Constant(value=str(word)), *_],
                ):
                    yield word
                case ast.Call(
                    func=ast.Name(id="_attention" | "_troubled"),
                    args=[_, _, ast.Constant(value=str(word)), *_],
                ):
                    yield word
                case ast.AnnAssign(
                    target=ast.Name(
                        id="OVER" | "HELD" | "REFUSED" | "OTHER_AMOUNT" | "STILL_SUBMITTED"
                    ),
                    value=ast.Constant(value=str(word)),
                ):
                    yield word


def test_every_trouble_that_is_ours_is_told_by_its_own_word() -> None:
    found = set(written())

    assert found == set(SettlementTrouble) - {SettlementTrouble.REFUSED_BY_GATEWAY}
    assert trouble_of("expired_or_canceled_card") is SettlementTrouble.REFUSED_BY_GATEWAY
    assert trouble_of("") is None


OPEN = {
    "code": "policies and the checks of their text have codes of their own",
    "kind": "a fee is named by its policy",
    "event": "a policy may declare events",
    "why": "a reason is in a person's words",
    "by": "the key of who did it",
    "actor": "the key of who did it",
    "type": "the types of a gateway's events are the gateway's",
    "trouble": "of an account or a comparison it is a sentence",
    "before": "a cursor, or a hash of the journal",
    "after": "a cursor",
    "answer": "of a scenario that is tried it is a text to show, perhaps `not decided`",
}
"""Names that are an enum in one type and text in another, each for its reason."""


def test_what_is_an_enum_in_one_place_is_no_string_in_another() -> None:
    kinds: defaultdict[str, dict[bool, list[str]]] = defaultdict(dict)
    for type_ in SCHEMA.type_map.values():
        if not isinstance(type_, GraphQLObjectType | GraphQLInputObjectType):
            continue
        for name, field in type_.fields.items():
            inner = get_named_type(field.type)
            if isinstance(inner, GraphQLEnumType) or inner.name == "String":
                is_enum = isinstance(inner, GraphQLEnumType)
                kinds[name].setdefault(is_enum, []).append(f"{type_.name}.{name}: {inner.name}")
    mixed = {name: both for name, both in kinds.items() if len(both) == 2}

    assert {name: both[False] for name, both in mixed.items() if name not in OPEN} == {}
    assert set(OPEN) <= set(mixed)
