"""What each key means, for editors to show on hover; the only place where that is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.policy.schema.help.facts import FACTS, OUTCOME
from engine.policy.schema.help.policy import POLICY
from engine.policy.schema.help.topics import TOPICS

SENTENCES: Final[Mapping[str, Mapping[str, str]]] = {
    **POLICY,
    **TOPICS,
    "facts": FACTS,
    "outcome": OUTCOME,
    "expect": OUTCOME,
}
"""The sentence of each key, by the kind of map that it is in."""


def described(where: str, forms: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Adds to each form what its key means; raises LookupError for a key without a sentence.

    A place without sentences of its own shares those of the place named by its last word.
    """
    said = SENTENCES[where if where in SENTENCES else where.rpartition(".")[2]]
    missing = [key for key in forms if key not in said]
    if missing:
        raise LookupError(f"No sentence says what `{where}.{missing[0]}` means; write one in help.")
    return {key: {"description": said[key], **form} for key, form in forms.items()}
