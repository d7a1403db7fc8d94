"""Puts rows and topics of a policy into words for people who do not know the policy language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dashboard.writing import values

_OTHERWISE: Final = "in all other cases"

_FIRST: Final = ("ordered", "delivered", "requested", "item_price")


def sentence(row: Mapping[str, Any]) -> str:
    """Describes a row with its condition, with dates as people write them."""
    when = row["when"]
    if not when:
        return values.dated(row["sentence"])
    case = "In all other cases" if when == _OTHERWISE else f"If {when}"
    return values.dated(f"{case}: {_after_colon(row['sentence'])}")


def _after_colon(sentence: str) -> str:
    """A sentence that begins with a word begins small; one that begins with a name stays."""
    small = sentence[1:2].islower() or sentence.startswith("A ")
    return f"{sentence[:1].lower()}{sentence[1:]}" if small else sentence


def facts_of(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Returns the facts of a return in words, its dates and its price first."""
    names = [*(each for each in _FIRST if each in facts), *(n for n in facts if n not in _FIRST)]
    return [(name.replace("_", " "), _fact(facts[name])) for name in names]


def _fact(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)).replace("_", " ") or "none"
    plain = {None: "none", True: "yes", False: "no"}
    return plain[value] if value is None or isinstance(value, bool) else str(value)
