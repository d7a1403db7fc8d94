"""The guide's table of the journal holds every kind of entry, with who hears what of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.store.journal.kinds import EntryKind, Whose
from adapters.store.journal.register import KINDS

PAGE = Path(__file__).parents[2] / "docs" / "journal.md"
ROWS = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]


def row(kind: EntryKind) -> str:
    """A kind as a row of the table."""
    right = f"`{kind.needs.name}`" if kind.needs else "any key"
    return f"| `{kind.name.upper()}` | {kind.says} | {heard(kind)} | {held(kind)} | {right} |"


def heard(kind: EntryKind) -> str:
    if kind.other is None:
        return "its owner" if kind.whose is Whose.EITHER else kind.whose
    return "payee, retailer" if kind.whose is Whose.EITHER else "supplier, retailer"


def held(kind: EntryKind) -> str:
    """What both sides hear; in brackets what is for whose matter it is alone."""
    shared = kind.own if kind.other is None else kind.other
    alone = kind.own - shared
    own = f"({', '.join(f'`{name}`' for name in sorted(alone))})" if alone else ""
    return " ".join(filter(None, (", ".join(f"`{name}`" for name in sorted(shared)), own)))


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_in_the_guide_as_the_register_has_it(name: str) -> None:
    assert row(KINDS[name]) in ROWS


def test_the_guide_has_no_kind_that_there_is_not() -> None:
    assert [row(kind) for kind in KINDS.values()] == ROWS
