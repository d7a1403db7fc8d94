"""Every GraphQL block of every page is one that a server takes: read, valid, and not too costly."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pytest

from returns_api.prices import PRICES
from returns_api.schema import core_schema
from returns_api.serving.costs import Costs
from returns_api.serving.documents import Documents
from returns_api.serving.operations import MOST_POINTS

ROOT = Path(__file__).parents[2]
PAGES = sorted(chain((ROOT / "docs").rglob("*.md"), ROOT.glob("*.md")))
BLOCK = re.compile(r"^[ ]*```graphql\n(.*?)^[ ]*```", re.DOTALL | re.MULTILINE)


def blocks() -> dict[str, str]:
    """By page and line."""
    found: dict[str, str] = {}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in BLOCK.finditer(text):
            line = text.count("\n", 0, block.start()) + 1
            found[f"{page.name}:{line}"] = block[1]
    return found


BLOCKS = blocks()
DOCUMENTS = Documents(core_schema(), Costs(core_schema(), PRICES), open_=True)


@pytest.mark.parametrize("where", BLOCKS)
def test_a_block_of_graphql_runs_as_it_stands(where: str) -> None:
    chosen = DOCUMENTS.choose(BLOCKS[where], None)

    assert not chosen.prepared.errors, chosen.prepared.errors
    assert chosen.cost({}) <= MOST_POINTS


def test_no_page_that_shows_graphql_is_left_out() -> None:
    told = {page.name for page in PAGES if "```graphql" in page.read_text(encoding="utf-8")}

    assert told == {where.partition(":")[0] for where in BLOCKS}
