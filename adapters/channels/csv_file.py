"""Writes stock levels to a CSV file in a folder that a partner fetches from."""

from __future__ import annotations

import csv
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from adapters.documents.cells import Cell, read, written
from engine.stock.delivery import Delivered, Message, Receipt

COLUMNS: Final = ("sku", "available", "sequence", "as_of")


class CsvChannel:
    """One partner's file, replaced atomically: a reader sees the old file or the new one."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def send(self, message: Message) -> tuple[Receipt, ...]:
        """Writes the levels to the file, replacing rows of the same SKU with a lower or equal
        sequence.
        """
        try:
            rows = self._known()
            for each in message.levels:
                known = rows.get(each.sku)
                if known is None or int(known[2]) <= each.sequence:
                    said = (str(each.available), str(each.sequence), message.as_of)
                    rows[each.sku] = (each.sku, *said)
            self._write(rows)
        except (OSError, ValueError, csv.Error) as error:
            said_ = f"The file cannot be written: {type(error).__name__}."
            failed = Delivered.FAILED
            return tuple(
                Receipt(sku=e.sku, delivered=failed, sentence=said_) for e in message.levels
            )
        return tuple(
            Receipt(sku=each.sku, delivered=Delivered.ACKNOWLEDGED) for each in message.levels
        )

    def close(self) -> None:
        """Removes the file, so that nobody takes its old levels for current ones.

        A file that Takeback did not write stays, and so does one that cannot be removed.
        """
        with suppress(OSError, ValueError, csv.Error):
            if self._file.exists():
                self._known()
                self._file.unlink()

    def _known(self) -> dict[str, tuple[str, ...]]:
        if not self._file.exists():
            return {}
        with self._file.open(newline="", encoding="utf-8") as text:
            rows = read(text)
            if next(rows, ()) != COLUMNS:
                raise ValueError("another file stands there")
            return {row[0]: row for row in rows}

    def _write(self, rows: dict[str, tuple[str, ...]]) -> None:
        handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=f".{self._file.name}.")
        try:
            with os.fdopen(handle, "w", newline="", encoding="utf-8") as text:
                text.write(written((COLUMNS, *map(_cells, sorted(rows.values())))))
                text.flush()
                os.fsync(text.fileno())
            Path(name).replace(self._file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _cells(row: tuple[str, ...]) -> tuple[Cell, ...]:
    sku, available, sequence, as_of = row
    return sku, int(available), int(sequence), as_of
