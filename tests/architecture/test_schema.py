"""The exported schema is the one that is served, and every document runs on it."""

import re
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from returns_api.schema import sdl

GRAPHQL = Path(__file__).parents[2] / "graphql"
OPERATIONS = sorted((GRAPHQL / "operations").glob("*.graphql"))


def test_the_exported_schema_is_the_one_in_the_code() -> None:
    exported = (GRAPHQL / "schema.graphql").read_text(encoding="utf-8")

    assert exported == sdl(), "run `python -m returns_api.export` and look at what changed"


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_every_document_is_valid(path: Path) -> None:
    schema = build_schema(sdl())

    assert validate(schema, parse(path.read_text(encoding="utf-8"))) == []


def test_every_document_of_the_guide_is_valid() -> None:
    schema, pages = build_schema(sdl()), sorted((GRAPHQL.parent / "docs").glob("*.md"))
    blocks = [
        block
        for page in pages
        for block in re.findall(
            r"^```graphql\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
        )
    ]

    assert [validate(schema, parse(block)) for block in blocks] == [[]] * len(blocks)
    assert len(blocks) >= 3


SHOWN = [
    (page.name, block)
    for page in sorted((GRAPHQL.parent / "docs").glob("*.md"))
    for block in re.findall(r"(?ms)^```graphql\n(.*?)^```", page.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("page", "block"), SHOWN)
def test_every_document_that_the_guide_shows_is_valid(page: str, block: str) -> None:
    assert validate(build_schema(sdl()), parse(block)) == [], page
