"""Collects the texts of an input by the names that clients use; knows no specific input."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, Final

_JUDGED_ELSEWHERE: Final = ("yaml",)
"""The text of a policy: its parser reports faults by line and column."""


def texts_of(said: Any) -> Any:
    """Returns an input as mappings and lists, without policy texts."""
    if is_dataclass(said):
        return {
            _camel(each.name): texts_of(getattr(said, each.name))
            for each in fields(said)
            if each.name not in _JUDGED_ELSEWHERE
        }
    if isinstance(said, list | tuple):
        return [texts_of(each) for each in said]
    return said


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
