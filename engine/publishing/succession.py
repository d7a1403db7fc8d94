"""Whether a version of a policy may follow the published ones: no gap, and no going back.

A version takes over on its first day, for good: it may cut the days of the version before, but no
older version may come back on a later day, and no day in between may be left without any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from engine.dates import LAST_DAY, day_text
from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault, Source
from engine.policy.selection import Candidate, known

_DATES: Final = ("ordered", "delivered", "requested")
"""The dates in the order in which they occur."""
_FAR: Final = LAST_DAY + 1
"""A day later than any that may be written."""


def candidate_of(file: PolicyFile) -> Candidate:
    """Returns an unpublished policy as selection would see it."""
    policy = file.policy
    return Candidate(
        key=policy.reference,
        policy=policy.id,
        version=policy.version,
        scope=policy.scope,
        effective=file.effective,
        applies_by=policy.applies_by,
        time_zone=policy.time_zone,
        currency=policy.currency,
    )


def succession_faults(
    new: Candidate, published: Iterable[Candidate], now: datetime, source: Source
) -> tuple[Fault, ...]:
    """Returns the faults of publishing `new` on the day of `now`, each with an order that shows it.

    `published` are editions of any policy, as they are stored. A version that is published but not
    in force yet may be replaced from an earlier day on; `source` is where `new` says its days.
    """
    before = [each for each in published if each.policy == new.policy]
    standing = known(before)
    begun = [each for each in standing if each.effective.first <= now.date().toordinal()]
    found = (
        _out_of_order(new, before),
        _reaches_back(new, begun),
        _gap(new, standing),
        _comes_back(new, standing),
    )
    return tuple(
        Fault(code=each.code, source=source, sentence=each.sentence, example=_sent(each.order))
        for each in found
        if each is not None
    )


class _Wrong(NamedTuple):
    """A fault, and the dates of an order that shows it, as ordinals."""

    code: str
    sentence: str
    order: Mapping[str, int]


def _sent(order: Mapping[str, int]) -> dict[str, object] | None:
    """Returns an order as it would be sent, requested on its latest date at the earliest."""
    dates = {name: day_text(order[name]) for name in _DATES if name in order}
    return {"requested": day_text(max(order.values())), **dates} if order else None


def _out_of_order(new: Candidate, before: Sequence[Candidate]) -> _Wrong | None:
    newest = max((each.version for each in before), default=0)
    if new.version > newest:
        return None
    said = f"`{new.policy}@{newest}` is published already; the next version is {newest + 1}."
    return _Wrong("version_order", said, {})


def _reaches_back(new: Candidate, begun: Sequence[Candidate]) -> _Wrong | None:
    other = max(begun, key=lambda each: each.effective.first, default=new)
    if other.effective.first <= new.effective.first:
        return None
    begins, order = day_text(other.effective.first), {new.applies_by: new.effective.first}
    return _Wrong(
        "reaches_back",
        f"It begins before `{other.reference}`, which is in force since {begins}: an order "
        f"{_said(order)} would get terms that nobody knew then. Begin on {begins} or later.",
        order,
    )


def _last(of: Candidate) -> int:
    """Returns the last day of a version; one far away if it has none."""
    return of.effective.last or _FAR


def _gap(new: Candidate, standing: Sequence[Candidate]) -> _Wrong | None:
    """Reports versions before `new` that end too early, or by a later date than that of `new`."""
    earlier = [each for each in standing if each.effective.first < new.effective.first]
    old = max(earlier, key=lambda each: (_last(each), each.version), default=new)
    order = _uncovered(old, new)
    if not earlier or _last(old) == _FAR or order is None:
        return None
    advice = f"Keep `applies_by: {old.applies_by}` here and change it with the version after."
    if old.applies_by == new.applies_by:
        advice = f"Begin on {day_text(_last(old) + 1)}."
    return _Wrong(
        "edition_gap",
        f"An order {_said(order)} would fall under no edition: `{old.reference}` ends "
        f"{_on(old.applies_by, _last(old))}, and this version begins "
        f"{_on(new.applies_by, new.effective.first)}. {advice}",
        order,
    )


def _uncovered(old: Candidate, new: Candidate) -> dict[str, int] | None:
    """Returns the dates of an order that comes too late for `old` and too early for `new`."""
    late, early = _last(old) + 1, new.effective.first - 1
    if _DATES.index(old.applies_by) > _DATES.index(new.applies_by):
        return {new.applies_by: early, old.applies_by: max(late, early)}
    return {old.applies_by: late} if late <= early else None


def _comes_back(new: Candidate, standing: Sequence[Candidate]) -> _Wrong | None:
    """Reports an older version that outlasts `new` and would hold again after its last day."""
    outlasting = [each for each in standing if _last(each) > _last(new)]
    if not outlasting:
        return None
    old = max(outlasting, key=lambda each: each.version)
    order = {new.applies_by: _last(new) + 1}
    return _Wrong(
        "edition_overlap",
        f"An order {_said(order)} would fall back to `{old.reference}`, which is in force longer "
        f"than this version. Leave out `until`, or withdraw `{old.reference}` from "
        f"{day_text(_last(new) + 1)} on.",
        order,
    )


def _said(order: Mapping[str, int]) -> str:
    return " and ".join(_on(name, day) for name, day in order.items())


def _on(applies_by: str, day: int) -> str:
    return f"{applies_by} on {day_text(day)}"
