"""Which of an owner's published editions governs an order, and which two can never be told apart.

Reads no policy and no clock: it compares what an edition is for with the words of one order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.errors import RequestFault
from engine.policy.model import Effective
from engine.policy.vocabulary import SCOPE

Scope = tuple[tuple[str, tuple[str, ...]], ...]

COUNTRY: Final = "country"
DATES: Final = ("requested", "ordered", "delivered")
"""The dates that an edition may apply by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One published edition as selection sees it; `key` is whatever the caller knows it by."""

    key: str
    policy: str
    version: int
    scope: Scope
    effective: Effective
    applies_by: str

    @property
    def rank(self) -> tuple[bool, ...]:
        """Which scope keys it names, narrowest first; the greater one wins."""
        named = dict(self.scope)
        return tuple(key in named for key in SCOPE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPolicy:
    """No edition governs the order; `code` is one of the built-in codes."""

    code: str


def words_of(facts: Mapping[str, object]) -> dict[str, str]:
    """The words among facts that `for` asks about."""
    return {name: value for name in SCOPE if isinstance(value := facts.get(name), str)}


def days_of(facts: Mapping[str, object]) -> dict[str, int]:
    """The dates among facts as ordinals; raises `RequestFault` for a text that is no date."""
    texts = {name: value for name in DATES if isinstance(value := facts.get(name), str)}
    return {name: _ordinal(text, name) for name, text in texts.items()}


def choose(
    candidates: Iterable[Candidate], words: Mapping[str, str], days: Mapping[str, int]
) -> Candidate | NoPolicy:
    """The edition that governs an order.

    `words` are the order's scope facts, `days` its dates by name as ordinals; where the date that
    an edition applies by is not known yet, the day of the request stands in for it.
    """
    in_force = _newest(each for each in candidates if each.effective.covers(_day(each, days)))
    holding = [each for each in in_force if not _failing(each, words)]
    if holding:
        return max(holding, key=lambda each: (each.rank, each.version))
    only_country = any(_failing(each, words) == {COUNTRY} for each in in_force)
    return NoPolicy(code="no_policy_for_country" if only_country else "no_policy")


def ties(new: Candidate, published: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Editions of other policies that would compete with `new` for an order on equal terms."""
    return tuple(
        each
        for each in published
        if each.policy != new.policy
        and each.rank == new.rank
        and _share_days(each, new)
        and _share_words(each.scope, new.scope)
    )


def _ordinal(text: str, name: str) -> int:
    try:
        return date.fromisoformat(text[:10]).toordinal()
    except ValueError:
        said = f"`{text[:60]}` is not a date; write it as `2025-01-31`."
        raise RequestFault("wrong_date", said, name) from None


def _day(candidate: Candidate, days: Mapping[str, int]) -> int:
    return days.get(candidate.applies_by, days["requested"])


def _newest(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Of every policy its highest version, which takes over on its first day."""
    found: dict[str, Candidate] = {}
    for each in candidates:
        kept = found.get(each.policy)
        if kept is None or each.version > kept.version:
            found[each.policy] = each
    return list(found.values())


def _failing(candidate: Candidate, words: Mapping[str, str]) -> set[str]:
    return {key for key, allowed in candidate.scope if words.get(key) not in allowed}


def _share_days(one: Candidate, other: Candidate) -> bool:
    """Whether both can be in force for one order; days of different kinds may always coincide."""
    if one.applies_by != other.applies_by:
        return True
    ends_before = one.effective.last is not None and one.effective.last < other.effective.first
    starts_after = other.effective.last is not None and other.effective.last < one.effective.first
    return not (ends_before or starts_after)


def _share_words(one: Scope, other: Scope) -> bool:
    others = dict(other)
    return all(set(allowed) & set(others.get(key, allowed)) for key, allowed in one)
