"""Combines the figures of the API for the overview and the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from dashboard.writing.words import called

ANSWERS: Final = ("ACCEPT", "REFUSE", "REVIEW", "ASK", "TWO_READINGS")
WAYS: Final = {
    "refunded": ("REFUND", "BY_HAND"),
    "credited": ("CREDIT_NOTE", "BALANCE_CREDIT", "OWN_CREDIT"),
}
"""The parameter for each group of ways in the list of settlements, and the group's ways."""
GROUPS: Final = {
    "on-its-way": ("PLANNED", "SUBMITTED"),
    "stuck": ("NEEDS_ATTENTION", "FAILED"),
}
"""The parameter for each group of states in the list of settlements, and the group's states."""

Money = list[dict[str, Any]]


def cards(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the sums of money: title, count, amounts by currency, parameters of their list."""
    moved = figures["moved"]
    return [
        _card("Refunded", moved, {"way": "refunded", "state": "SUCCEEDED"}),
        _card("Credited", moved, {"way": "credited", "state": "SUCCEEDED"}),
        _card("Pending", moved, {"state": "on-its-way"}),
        _card("Stuck", moved, {"state": "stuck"}),
        {
            "title": "Fees kept",
            "count": sum(each["lines"] for each in figures["kept"]),
            "of": "return line",
            "amounts": [each["amount"] for each in figures["kept"]],
            "list": None,
        },
    ]


def _card(title: str, moved: Iterable[Mapping[str, Any]], says: dict[str, str]) -> dict[str, Any]:
    state, way = says["state"], says.get("way")
    states = GROUPS.get(state, (state,))
    ways = WAYS[way] if way else None
    fit = [
        each for each in moved if each["state"] in states and (ways is None or each["way"] in ways)
    ]
    count = sum(each["count"] for each in fit)
    return {
        "title": title,
        "count": count,
        "of": "settlement",
        "amounts": summed(each["amount"] for each in fit),
        "list": says,
    }


def reasons(figures: Mapping[str, Any], most: int | None = None) -> list[dict[str, Any]]:
    """Returns the reasons with their labels; beyond the `most` frequent ones as one row."""
    found = [{**each, "label": label(each["what"])} for each in figures["reasons"]]
    rest = found[most:] if most is not None else []
    if len(rest) < 2:
        return found
    sums = {name: sum(each[name] for each in rest) for name in ("lines", "units")}
    return [*found[:most], {"what": "", "label": "All other reasons", **sums}]


def label(reason: str) -> str:
    """Returns what a return reason is called."""
    return called(reason) if reason else "No reason given"


def summed(amounts: Iterable[Mapping[str, Any]]) -> Money:
    """Returns one exact sum per currency."""
    found: dict[str, Decimal] = {}
    for each in amounts:
        found[each["currency"]] = found.get(each["currency"], Decimal(0)) + Decimal(each["amount"])
    return [{"currency": name, "amount": str(found[name])} for name in sorted(found)]


def outcomes(figures: Mapping[str, Any]) -> tuple[list[str], list[tuple[str, list[int]]]]:
    """Returns the answers given, and the number of lines in each period, for a chart."""
    given = figures["outcomes"]
    names = [each for each in ANSWERS if any(found["answer"] == each for found in given)]
    times: dict[str, list[int]] = {}
    for each in given:
        row = times.setdefault(each["begins"], [0] * len(names))
        row[names.index(each["answer"])] += each["lines"]
    return names, sorted(times.items())
