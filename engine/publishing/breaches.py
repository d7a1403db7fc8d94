"""Shows what an edit that the base forbids would do: a return that it would decide differently."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.errors import PolicyFaults
from engine.policy.editions import FindBase, PolicyFile, as_if_permitted
from engine.policy.faults import Fault
from engine.publishing.differences import change_in_words, differences
from engine.publishing.meaning import surveys_of, too_wide


def with_examples(
    faults: Iterable[Fault], text: str, file: str, find_base: FindBase
) -> tuple[Fault, ...]:
    """Adds to the faults of edits that are not permitted what these edits would change."""
    return tuple(_with_example(each, text, file, find_base) for each in faults)


def _with_example(fault: Fault, text: str, file: str, find_base: FindBase) -> Fault:
    if fault.code != "not_permitted":
        return fault
    try:
        return _shown(fault, as_if_permitted(text, file, find_base, fault.source))
    except PolicyFaults:
        return fault  # its other faults are reported on their own


def _shown(fault: Fault, edited: PolicyFile) -> Fault:
    if too_wide(*edited.editions):
        return fault
    for survey in surveys_of(*edited.editions):
        base = edited.base_of(survey.policy)
        found = next(differences(survey.policy, base), None) if base else None
        if base and found:
            changes = f"`{found.field}` {change_in_words(found, base, survey)}"
            return replace(
                fault,
                sentence=f"{fault.sentence} It would change {changes}.",
                example=found.example.given,
            )
    return fault
