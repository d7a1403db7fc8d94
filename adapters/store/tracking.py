"""Tracking numbers of orders and returns, by which these are found again."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.store.tables import Tables


def plain(number: str) -> str:
    """A tracking number as it is compared: its letters and digits, large."""
    return "".join(filter(str.isalnum, number)).upper()


def track(tables: Tables, subject: str, numbers: Iterable[str]) -> None:
    """Keeps the numbers of the parcels of an order or a return; inside a session."""
    for number in filter(None, map(plain, numbers)):
        key = {"number": number, "subject": subject}
        tables.Tracked.get(**key) or tables.Tracked(**key)
