"""The order of the keys at the top of a policy: who and when, own words, topics, what must hold."""

from __future__ import annotations

from typing import Final

from engine.policy.layout.nodes import Entry
from engine.policy.topics.catalogue import TOPICS

_HEADER: Final = (
    "policy",
    "version",
    "title",
    "extends",
    "parties",
    "effective",
    "applies_by",
    "time_zone",
    "currency",
    "rounding",
    "overpaid",
    "business_days",
    "for",
)
_WORDS: Final = ("values", "facts", "agreed", "codes", "groups")
_SHORT: Final = {
    "deadlines": ("window",),
    "demands": ("packaging",),
    "remedies": ("remedy",),
    "goods": ("disposition",),
    "return_shipping": ("shipping",),
}
_AFTER: Final = ("must", "partners_may", "compare", "changes", "tests")
_ASKED: Final = (*(topic for topic in TOPICS if topic != "after_refusal"), "after_refusal")

ORDER: Final = (
    *_HEADER,
    *_WORDS,
    *(name for topic in _ASKED for name in (topic, *_SHORT.get(topic, ()))),
    *_AFTER,
)


def in_order(entries: list[Entry]) -> list[Entry]:
    """The entries in the order of the guide; an unknown key stays behind the one before it."""
    ranks: list[int] = []
    for entry in entries:
        before = ranks[-1] if ranks else -1
        ranks.append(ORDER.index(entry.name) if entry.name in ORDER else before)
    return [
        entry for _, entry in sorted(zip(ranks, entries, strict=True), key=lambda each: each[0])
    ]
