"""Tracking numbers of orders and returns, by which they can be found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from adapters.store.connection.statements import Statements
from engine.characters import is_blank
from engine.errors import RequestFault

_PART: Final = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,100}\Z")
_TRACK: Final = "INSERT INTO tracked (number, subject) VALUES (?, ?) ON CONFLICT DO NOTHING"


def check_parcel(said: Mapping[str, str]) -> None:
    """Raises `RequestFault` `wrong_tracking` for a carrier or a number that cannot be right."""
    for name, text in said.items():
        if is_blank(text) or not _PART.match(text):
            what = "The name of a carrier" if name == "carrier" else "A tracking number"
            wrong = f"{what} has 1 to 100 characters in one line."
            raise RequestFault("wrong_tracking", wrong, name)
        if name != "carrier" and not plain(text):
            wrong = "A tracking number has a letter or a digit, by which it is found."
            raise RequestFault("wrong_tracking", wrong, name)


def plain(number: str) -> str:
    """Normalises a tracking number for comparison: letters and digits only, in capitals."""
    return "".join(filter(str.isalnum, number)).upper()


def track(statements: Statements, subject: str, numbers: Iterable[str]) -> None:
    """Stores tracking numbers of an order or a return; inside a session."""
    for number in dict.fromkeys(filter(None, map(plain, numbers))):
        statements.write_later(_TRACK, number, subject)
