"""Tables in CSV files as rows of words; every fault of a file is named by line and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from adapters.headings import nearest_column
from adapters.store.orders_csv import MOST_BYTES, MOST_ROWS, CsvFault, CsvFaults
from engine.errors import RequestFault

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Those that a table must have, and those that it may have."""

    needed: Sequence[str]
    others: Sequence[str] = ()


def text_of(path: Path) -> str:
    """The text of a file; raises `RequestFault` for what is no text, or too large."""
    try:
        if path.exists() and not path.is_file():
            raise RequestFault("unreadable", "It is not a regular file.", str(path))
        if path.stat().st_size > MOST_BYTES:
            raise RequestFault("too_large", f"It has more than {MOST_BYTES:,} bytes.", str(path))
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        said = f"It is not UTF-8: byte {error.start:,} is 0x{error.object[error.start]:02x}."
        raise RequestFault("unreadable", said, str(path)) from None
    except OSError as error:
        said = f"It cannot be read: {error.strerror}."
        raise RequestFault("unreadable", said, str(path)) from None


def rows_of(text: str, columns: Columns, read: Callable[[dict[str, str]], T]) -> list[T]:
    """Each row as `read` takes it from its cells; raises `CsvFaults` with the faults of all rows.

    `read` raises `RequestFault` whose path is a column.
    """
    found: list[T] = []
    faults: list[CsvFault] = []
    for line, cells in _cells(text, columns):
        try:
            found.append(read(cells))
        except RequestFault as fault:
            faults.append(_fault(line, fault.path, fault.code, fault.message))
    if faults:
        raise CsvFaults(tuple(faults))
    return found


def _cells(text: str, columns: Columns) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        if faults := tuple(_faults_of(names, columns)):
            raise CsvFaults(faults)
        for count, cells in enumerate(reader, 1):
            if count > MOST_ROWS:
                _stop(reader.line_num, "too_large", f"A file has at most {MOST_ROWS:,} rows.")
            if any(cells) and len(cells) != len(names):
                said = f"{len(cells)} values under {len(names)} columns."
                _stop(reader.line_num, "wrong_row", said)
            if any(cells):
                yield reader.line_num, dict(zip(names, map(str.strip, cells), strict=True))
    except csv.Error as error:
        _stop(reader.line_num, "not_csv", f"This is not CSV: {error}.")


def _faults_of(names: Sequence[str], columns: Columns) -> Iterator[CsvFault]:
    known = [*columns.needed, *columns.others]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield _fault(1, name[:60], "duplicate_column", "This column stands twice.")
        elif name not in known:
            said = f"There is no such column.{nearest_column(name, known)}"
            yield _fault(1, name[:60], "unknown_column", said)
    for name in columns.needed:
        if name not in names:
            yield _fault(1, name, "missing_column", "This column is needed.")


def _stop(line: int, code: str, message: str) -> None:
    raise CsvFaults((_fault(line, "file", code, message),))


def _fault(line: int, column: str, code: str, message: str) -> CsvFault:
    return CsvFault(line=line, column=column or "file", code=code, message=message)
