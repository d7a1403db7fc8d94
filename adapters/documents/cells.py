"""Rows of a CSV file whose texts no spreadsheet takes for formulas.

A text that begins like a formula gets an apostrophe before it, which `read` takes away again. A
number is given as a number, and stays one.
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
"""How a formula begins in Excel, LibreOffice or Google's sheets, full width included."""


def written(rows: Iterable[Iterable[Cell]]) -> str:
    """The text of a CSV file as RFC 4180 has it, with CR LF after each line."""
    text = io.StringIO()
    csv.writer(text).writerows(map(_row, rows))
    return text.getvalue()


def read(lines: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The rows of a file that was written here, as texts; raises csv.Error."""
    for row in csv.reader(lines):
        yield tuple(cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell for cell in row)


def _row(cells: Iterable[Cell]) -> list[Cell]:
    return [
        f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell for cell in cells
    ]
