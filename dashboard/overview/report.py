"""The rows of a report: one per figure, so that a spreadsheet can sum and filter them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from dashboard.writing.sheets import Cell
from dashboard.writing.words import tag

HEAD: Final = ("section", "what", "state", "lines", "units", "settlements", "currency", "amount")
_RETURNED: Final = (("Reason", "reasons"), ("SKU", "skus"), ("Partner", "partners"))

Row = tuple[Cell, ...]


def rows(figures: Mapping[str, Any], partners: Mapping[str, str]) -> Iterator[Row]:
    """Yields outcomes over time, reasons, SKUs, partners, and money."""
    for each in figures["outcomes"]:
        yield ("Outcome", each["begins"], each["answer"], each["lines"], "", "", "", "")
    for section, name in _RETURNED:
        for each in figures[name]:
            what = partners.get(each["what"], each["what"]) if name == "partners" else each["what"]
            what = what or "No reason given"
            yield (section, what, "", each["lines"], each["units"], "", "", "")
    for each in figures["moved"]:
        state = tag("SettlementState", each["state"])[0]
        yield ("Money", each["way"], state, "", "", each["count"], *_money(each))
    for each in figures["kept"]:
        yield ("Money", "Fees kept", "", each["lines"], "", "", *_money(each))


def _money(each: Mapping[str, Any]) -> tuple[Cell, Cell]:
    return each["amount"]["currency"], Decimal(each["amount"]["amount"])
