"""Writes rows that stand under each other with their columns aligned, where that fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.policy.layout.flow import cell
from engine.policy.layout.nodes import Branch

MOST_BLANKS: Final = 24
"""A column that would be padded by more is left as it is, and so are those behind it."""


def aligned(rows: Sequence[Branch], room: int) -> list[str]:
    """The lines of rows, each of which fits into `room` when it is not aligned."""
    cells = [[cell(entry) for entry in row.entries] for row in rows]
    columns = _columns(rows, cells)
    while columns and max(len(_line(row, columns)) for row in cells) > room:
        columns = columns[:-1]
    return [_line(row, columns) for row in cells]


def _columns(rows: Sequence[Branch], cells: list[list[str]]) -> list[int]:
    """The widths of the columns that can be aligned, from the left."""
    widths: list[int] = []
    for column in range(min(len(row) for row in cells) - 1):
        names = {_name(row, column) for row in rows}
        lengths = [len(row[column]) for row in cells]
        if len(names) > 1 or max(lengths) - min(lengths) > MOST_BLANKS:
            break
        widths.append(max(lengths))
    return widths


def _name(row: Branch, column: int) -> str:
    name = row.entries[column].name
    return "when" if name == "otherwise" else name


def _line(cells: list[str], columns: list[int]) -> str:
    *before, last = cells
    said = [f"{cell}, " for cell in before]
    for column, width in enumerate(columns):
        said[column] = said[column].ljust(width + 2)
    return "{" + "".join(said) + last + "}"
