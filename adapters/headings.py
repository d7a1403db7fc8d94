"""Checks the heading line of a CSV file, and suggests which column was meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.policy.faults import nearest

NO_ROWS: Final = "There are no rows below the columns."
_OTHER_SIGNS: Final = {";": "`;`", "\t": "tabs", "|": "`|`"}


def not_a_table(names: Sequence[str]) -> str:
    """Says why a first line is not that of a comma-separated table; empty if it is one."""
    if not any(names):
        return "The file is empty: its first line names the columns."
    found = [said for sign, said in _OTHER_SIGNS.items() if sign in "".join(names)]
    other = len(names) == 1 and found
    return f"Values are separated by commas here, and not by {found[0]}." if other else ""


def nearest_column(name: str, known: Sequence[str]) -> str:
    """A hint at the column that was probably meant; headings are written in small letters."""
    small = name.strip().lower().replace(" ", "_")
    if small in known:
        return f" Write `{small}`: headings are small letters."
    return nearest(name, known)
