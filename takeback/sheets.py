"""Reads CSV files as rows of text; every fault of a file is named by line and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from adapters.headings import NO_ROWS, nearest_column, not_a_table
from adapters.store.orders_csv import MOST_BYTES, MOST_ROWS, CsvFault, CsvFaults
from engine.characters import check_texts
from engine.errors import RequestFault

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The required and the optional columns of a table."""

    needed: Sequence[str]
    others: Sequence[str] = ()


def text_of(path: Path) -> str:
    """Returns the text of a file; raises `RequestFault` if it is not text, or too large."""
    try:
        if path.exists() and not path.is_file():
            raise RequestFault("unreadable", "It is not a regular file.", str(path))
        if path.stat().st_size > MOST_BYTES:
            raise RequestFault("too_large", f"It has more than {MOST_BYTES:,} bytes.", str(path))
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        line, byte = error.object.count(b"\n", 0, error.start) + 1, error.object[error.start]
        said = f"It is not UTF-8: line {line:,} holds the byte 0x{byte:02x}. Save it as UTF-8."
        raise RequestFault("unreadable", said, str(path)) from None
    except OSError as error:
        said = f"It cannot be read: {error.strerror}."
        raise RequestFault("unreadable", said, str(path)) from None


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Names the file in the faults of what is read of it."""
    try:
        yield
    except CsvFaults as error:
        raise CsvFaults(error.faults, file=str(path)) from None


def rows_of(text: str, columns: Columns, read: Callable[[dict[str, str]], T]) -> list[T]:
    """Returns each row as `read` converts it; raises `CsvFaults` with the faults of all rows.

    `read` raises `RequestFault` with a column as its path.
    """
    found, faults = read_rows(text, columns, read)
    if faults:
        raise CsvFaults(tuple(faults))
    return [each for _, each in found]


def read_rows(
    text: str, columns: Columns, read: Callable[[dict[str, str]], T]
) -> tuple[list[tuple[int, T]], list[CsvFault]]:
    """Returns the rows that `read` converts, each with its line, and the faults of the others.

    Raises `CsvFaults` if the text is not a table with these columns.
    """
    found: list[tuple[int, T]] = []
    faults: list[CsvFault] = []
    for line, names, cells in _rows(text, columns):
        if len(cells) != len(names):
            said = f"{len(cells)} values under {len(names)} columns."
            faults.append(csv_fault(line, "file", "wrong_row", said))
            continue
        row = dict(zip(names, map(str.strip, cells), strict=True))
        try:
            check_texts(row)
            found.append((line, read(row)))
        except RequestFault as fault:
            faults.append(csv_fault(line, fault.path, fault.code, fault.message))
    if not found and not faults:
        _stop(1, "not_csv", NO_ROWS)
    return found, faults


def _rows(text: str, columns: Columns) -> Iterator[tuple[int, list[str], list[str]]]:
    """Yields each row that is not empty: its line, the columns and its cells."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        if said := not_a_table(names):
            _stop(1, "not_csv", said)
        if faults := tuple(_faults_of(names, columns)):
            raise CsvFaults(faults)
        for count, cells in enumerate(reader, 1):
            if count > MOST_ROWS:
                _stop(reader.line_num, "too_large", f"A file has at most {MOST_ROWS:,} rows.")
            if any(cells):
                yield reader.line_num, names, cells
    except csv.Error as error:
        _stop(reader.line_num, "not_csv", f"This is not CSV: {error}.")


def _faults_of(names: Sequence[str], columns: Columns) -> Iterator[CsvFault]:
    known = [*columns.needed, *columns.others]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield csv_fault(1, name[:60], "duplicate_column", "This column stands twice.")
        elif name not in known:
            said = f"There is no such column.{nearest_column(name, known)}"
            yield csv_fault(1, name[:60], "unknown_column", said)
    for name in columns.needed:
        if name not in names:
            yield csv_fault(1, name, "missing_column", "This column is needed.")


def _stop(line: int, code: str, message: str) -> None:
    raise CsvFaults((csv_fault(line, "file", code, message),))


def csv_fault(line: int, column: str, code: str, message: str) -> CsvFault:
    """Makes a fault of a cell, or of the file if no column is named."""
    return CsvFault(line=line, column=column or "file", code=code, message=message)
