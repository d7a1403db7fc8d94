"""Writes and reads CSV rows so that no spreadsheet takes a text for a formula.

A text that begins like a formula gets an apostrophe in front, which `read` removes. A number is
written as a number.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

Cell = str | int | Decimal
_FORMULA: Final = re.compile(r"'*[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]")
"""Matches the start of a formula in Excel, LibreOffice or Google Sheets, full-width included."""


def written(rows: Iterable[Iterable[Cell]]) -> str:
    """Returns the text of a CSV file by RFC 4180, with CR LF after each line."""
    text = io.StringIO()
    csv.writer(text).writerows(map(_row, rows))
    return text.getvalue()


def read(lines: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yields the rows of a file that `written` made, as texts; raises csv.Error."""
    for row in csv.reader(lines):
        yield tuple(cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell for cell in row)


def _row(cells: Iterable[Cell]) -> list[Cell]:
    return [
        f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell for cell in cells
    ]
