"""Writes CSV that a spreadsheet takes as it is: no cell is a formula there."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from starlette.responses import Response

_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a text begins with that spreadsheets work out (OWASP, CSV injection); of any width."""
_MARK: Final = "\ufeff"
"""By it spreadsheets know that it is UTF-8."""

Cell = str | int | Decimal


def sent(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A file to keep, with a row of names first; numbers are numbers, texts are texts."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([cell(each) for each in row] for row in rows)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    content = (_MARK + out.getvalue()).encode()
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def cell(said: Cell) -> str:
    """A text that would be a formula begins with an apostrophe; a number is left as it is."""
    text = str(said)
    first = unicodedata.normalize("NFKC", text[:1])
    return f"'{text}" if isinstance(said, str) and first.startswith(_FORMULAS) else text
