"""The exported schema is the one that is served, and every document runs on it."""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
    is_specified_scalar_type,
    parse,
    validate,
)

from engine.policy import words
from engine.policy.header import who
from returns_api.schema import core_schema, sdl
from returns_api.types import outcomes
from returns_api.types.policies import AppliesBy

GRAPHQL = Path(__file__).parents[2] / "graphql"
OPERATIONS = sorted((GRAPHQL / "operations").glob("*.graphql"))
SCHEMA = core_schema()


def test_the_exported_schema_is_the_one_in_the_code() -> None:
    exported = (GRAPHQL / "schema.graphql").read_text(encoding="utf-8")

    assert exported == sdl(), "run `python -m returns_api.export` and look at what changed"


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_every_document_is_valid(path: Path) -> None:
    assert validate(SCHEMA, parse(path.read_text(encoding="utf-8"))) == []


def test_every_document_of_the_guide_is_valid() -> None:
    pages = sorted((GRAPHQL.parent / "docs").glob("*.md"))
    blocks = [
        block
        for page in pages
        for block in re.findall(
            r"^```graphql\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
        )
    ]

    assert [validate(SCHEMA, parse(block)) for block in blocks] == [[]] * len(blocks)
    assert len(blocks) >= 3


SHOWN = [
    (page.name, block)
    for page in sorted((GRAPHQL.parent / "docs").glob("*.md"))
    for block in re.findall(r"(?ms)^```graphql\n(.*?)^```", page.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("page", "block"), SHOWN)
def test_every_document_that_the_guide_shows_is_valid(page: str, block: str) -> None:
    assert validate(SCHEMA, parse(block)) == [], page


def described(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """Everything of a schema that may have a description, by its coordinate, with it."""
    for name, type_ in schema.type_map.items():
        if name.startswith("__") or is_specified_scalar_type(type_):
            continue
        yield name, type_.description
        if isinstance(type_, GraphQLEnumType):
            yield from (
                (f"{name}.{each}", value.description) for each, value in type_.values.items()
            )
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for each, field in type_.fields.items():
                yield f"{name}.{each}", field.description
                for argument, of in getattr(field, "args", {}).items():
                    yield f"{name}.{each}({argument}:)", of.description


KINDS = {"Currency": "currency", "URL": "(url|address)$", "Decimal": "^amount$"}
"""What a field of a kind is called; no other string is."""


def test_currencies_addresses_and_decimals_are_scalars_that_say_what_they_are() -> None:
    named = [
        (kind, f"{type_.name}.{name}", str(field.type).strip("!"))
        for type_ in SCHEMA.type_map.values()
        if isinstance(type_, GraphQLObjectType | GraphQLInputObjectType)
        for name, field in type_.fields.items()
        for kind, pattern in KINDS.items()
        if re.search(pattern, name) and get_named_type(field.type).name in ("String", kind)
    ]

    assert [each for each in named if each[2] != each[0]] == []
    assert {kind for kind, _, _ in named} == set(KINDS)
    for kind in KINDS:
        scalar = SCHEMA.type_map[kind]
        assert isinstance(scalar, GraphQLScalarType)
        assert scalar.specified_by_url, kind


def test_what_decisions_share_is_one_interface() -> None:
    shared = SCHEMA.type_map["Decision"]
    assert isinstance(shared, GraphQLInterfaceType)
    types = [SCHEMA.type_map[name] for name in ("Eligibility", "Preview", "RecordedDecision")]
    fields = [each.fields for each in types if isinstance(each, GraphQLObjectType)]

    assert sorted(map(str, SCHEMA.get_possible_types(shared))) == sorted(map(str, types))
    assert set(shared.fields) == set(fields[0]) & set(fields[1]) & set(fields[2])


def spoken(text: str) -> set[str]:
    plain = re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower()
    return {each.rstrip("s") for each in re.findall("[a-z]+", plain)} - {"the", "a", "an", "of", ""}


def test_everything_in_the_schema_is_described_in_other_words_than_its_name() -> None:
    found = dict(described(SCHEMA))
    silent = [place for place, text in found.items() if not text]
    echoing = [place for place, text in found.items() if text and spoken(text) <= spoken(place)]

    assert silent == [], "write a docstring under each attribute, or a word in types/words.py"
    assert echoing == []
    assert len(found) > 1_000


@pytest.mark.parametrize(
    ("named", "owned"),
    [
        (outcomes.Party, words.PARTIES),
        (outcomes.Remedy, words.REMEDIES),
        (outcomes.Timing, words.TIMINGS),
        (outcomes.Handling, words.GOODS),
        (outcomes.FeePer, words.FEE_PER),
        (outcomes.FeeTaken, words.FEE_TAKEN),
        (outcomes.FeeCertainty, words.FEE_CERTAINTIES),
        (outcomes.DeadlineState, (*words.STATES, words.UNDATED)),
        (outcomes.Answer, words.ANSWERS),
        (AppliesBy, who.APPLIES_BY),
    ],
)
def test_an_enum_of_outcomes_has_the_words_of_the_language(
    named: type[StrEnum], owned: tuple[str, ...]
) -> None:
    assert set(named) == set(owned)
