"""Finds what a failing test would have to expect, for an author who says that the draft
is right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_FAILURE: Final = re.compile(r"(\w+): expected .*, got (.+)", re.DOTALL)


def expected(test: Mapping[str, Any]) -> dict[str, Any] | None:
    """Returns the fields of `expect` with the draft's values; None if they cannot be determined."""
    found = [_FAILURE.fullmatch(each.rstrip(".")) for each in test["failures"]]
    if not found or not all(found):
        return None
    return {each[1]: _value(each[2]) for each in found if each}


def _value(text: str) -> Any:
    if text.startswith("[") and text.endswith("]"):
        return text[1:-1].split(", ")
    return {"true": True, "false": False}.get(text, text)
