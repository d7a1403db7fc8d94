"""Summarises a comparison: what was compared, how much was found, and whether it is complete."""

from __future__ import annotations

from collections.abc import Iterator

from engine.comparing.policies import PoliciesCompared
from engine.comparing.wording import name_of
from engine.dates import day_text


def summary(found: PoliciesCompared) -> Iterator[str]:
    """Yields the sentences of the summary."""
    known = [name_of(each.field) for each in found.fields if each.proven]
    changes = found.changes
    shown = sum(change.example is not None for change in changes)
    if changes:
        yield f"{_changes(len(changes))}, {shown} shown by a return that both decided."
    elif found.proven:
        yield "No return of this kind is decided otherwise: this is proven."
    elif found.doubtful:
        yield "No change was found; this is not proven."
    unknown = [name_of(each.field) for each in found.fields if not each.complete]
    if unknown:
        yield f"Too much to look at every case of: {', '.join(unknown)}. More may change there."
    unshown = [name_of(each.field) for each in found.fields if each.complete and not each.shown]
    if unshown:
        yield f"Not every change has a return that shows it: {', '.join(unshown)}."
    if known and changes:
        yield f"Proven complete: {', '.join(known)}."
    yield (
        f"Compared: returns of one line, ordered from {day_text(found.first_day)} on, that say "
        f"{', '.join(found.facts)}; dates as days. Money, goods and the way back are compared "
        "where neither policy refuses or leaves two readings."
    )
    if found.doubtful:
        yield (
            "Nothing is proven: a row looks at something else that a return may say, or that "
            "follows from what it says."
        )


def _changes(count: int) -> str:
    return f"{count:,} change{'' if count == 1 else 's'}"
