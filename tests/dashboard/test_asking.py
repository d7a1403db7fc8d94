"""The documents of the dashboard, held against the schema that the API exports."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import parse, validate

from dashboard.asking import operations
from dashboard.writing.words import STEPS, TAGS, TELLERS
from returns_api.schema import core_schema

ROOT = Path(__file__).parents[2]
SCHEMA = core_schema()


@pytest.mark.parametrize("name", operations())
def test_an_operation_is_valid(name: str) -> None:
    assert validate(SCHEMA, parse(operations()[name])) == []


@pytest.mark.parametrize("name", operations())
def test_an_operation_is_asked_somewhere(name: str) -> None:
    code = "\n".join(path.read_text() for path in (ROOT / "dashboard").glob("**/*.py"))

    assert f'"{name}"' in code


@pytest.mark.parametrize("name", operations())
def test_an_operation_that_reads_says_who_asks(name: str) -> None:
    text = operations()[name]

    assert "\nmutation " in f"\n{text}" or "...Frame" in text


def members(kind: str) -> set[str]:
    return set(SCHEMA.type_map[kind].values)


@pytest.mark.parametrize("kind", [kind for kind in TAGS if TAGS[kind]])
def test_every_member_of_a_closed_set_has_words(kind: str) -> None:
    assert set(TAGS[kind]) == members(kind)


def test_every_step_and_every_teller_has_words() -> None:
    assert set(STEPS) == members("ReturnStep")
    assert set(TELLERS) == members("Teller")
