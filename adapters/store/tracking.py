"""Tracking numbers of orders and returns, by which they can be found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from adapters.store.connection.statements import Statements

_TRACK: Final = "INSERT INTO tracked (number, subject) VALUES (?, ?) ON CONFLICT DO NOTHING"


def plain(number: str) -> str:
    """Normalises a tracking number for comparison: letters and digits only, in capitals."""
    return "".join(filter(str.isalnum, number)).upper()


def track(statements: Statements, subject: str, numbers: Iterable[str]) -> None:
    """Stores tracking numbers of an order or a return; inside a session."""
    for number in dict.fromkeys(filter(None, map(plain, numbers))):
        statements.write_later(_TRACK, number, subject)
