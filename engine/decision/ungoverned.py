"""The refusal of an order line that no published edition governs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from engine.decision.record import Decision
from engine.policy.words import CODES

NOBODY: Final = "none"
"""The engine of a decision that no policy gave."""

_LISTS: Final = tuple(
    field.name for field in msgspec.structs.fields(Decision) if str(field.type).startswith("tuple")
)


def ungoverned(code: str, facts: Mapping[str, object]) -> Decision:
    """Returns the record of the refusal; `facts` are those by which an edition was looked for."""
    said: dict[str, Any] = {field.name: None for field in msgspec.structs.fields(Decision)}
    said |= dict.fromkeys(_LISTS, ())
    said |= {
        "answer": "refuse",
        "code": code,
        "sentence": CODES[code],
        "for_agent": CODES[code],
        "facts": dict(facts),
        "curable": False,
        "original_packaging_required": False,
        "net_certainty": "open",
        "engine": NOBODY,
    }
    return Decision(**said)
