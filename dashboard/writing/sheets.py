"""Writes CSV that is safe in spreadsheets: no cell is evaluated as a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from starlette.responses import Response

_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Beginnings of texts that spreadsheets evaluate (OWASP, CSV injection), in any width."""
_MARK: Final = "\ufeff"
"""The byte order mark, by which spreadsheets detect UTF-8."""

Cell = str | int | Decimal


def sent(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Returns a file to download, with a header row; numbers are numbers, texts are texts."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([cell(each) for each in row] for row in rows)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    content = (_MARK + out.getvalue()).encode()
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def cell(said: Cell) -> str:
    """Puts an apostrophe before a text that would be a formula; leaves numbers as they are."""
    text = str(said)
    first = unicodedata.normalize("NFKC", text[:1])
    return f"'{text}" if isinstance(said, str) and first.startswith(_FORMULAS) else text
