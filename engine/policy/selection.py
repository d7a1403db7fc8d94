"""Which of an owner's published editions governs an order, and which editions would tie.

Time has two axes here. An edition is in force on certain days, and it is known from the moment of
its publication; a withdrawal takes days away from it, and is known from its own moment on. Reads no
policy and no clock: it compares the scope of editions with the facts of one order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from engine.dates import day_in, day_of_instant, is_instant, parse_day, parse_instant
from engine.errors import RequestFault
from engine.policy.model import Effective, Policy
from engine.policy.vocabulary import CURRENCY, SCOPE

Scope = tuple[tuple[str, tuple[str, ...]], ...]


class Moment(NamedTuple):
    """A date that was given with its time: its day depends on the time zone of an edition."""

    seconds: int


Days = Mapping[str, int | Moment]
"""The dates of an order by name: days as ordinals, or moments."""

COUNTRY: Final = "country"
DATES: Final = ("requested", "ordered", "delivered")
"""The dates by which an edition may apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """From the moment `at`, an edition governs no order of the ordinal day `first` or later.

    Without `first` it governs none at all.
    """

    at: datetime
    first: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One edition as selection sees it; `key` is the caller's own id for it.

    `published_at` is None for an unpublished edition that is treated as if it were published. It
    governs only orders in its `currency`; an empty one is unknown and excludes nothing.
    """

    key: str
    policy: str
    version: int
    scope: Scope
    effective: Effective
    applies_by: str
    time_zone: str = "UTC"
    currency: str = ""
    published_at: datetime | None = None
    withdrawals: tuple[Withdrawal, ...] = ()

    @property
    def reference(self) -> str:
        """The edition's policy and version, such as `acme/standard@1`."""
        return f"{self.policy}@{self.version}"

    @property
    def rank(self) -> tuple[bool, ...]:
        """Which scope keys it names, narrowest first; the greater rank wins."""
        named = dict(self.scope)
        return tuple(key in named for key in SCOPE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPolicy:
    """No edition governs the order; `code` is one of the built-in codes."""

    code: str


def words_of(facts: Mapping[str, object]) -> dict[str, str]:
    """Returns the scope facts of an order: those that `for` may name."""
    return {name: value for name in SCOPE if isinstance(value := facts.get(name), str)}


def days_of(facts: Mapping[str, object]) -> dict[str, int | Moment]:
    """Returns the dates among facts; raises `RequestFault` for a text that is no day or moment."""
    return {name: _date(text, name) for name in DATES if isinstance(text := facts.get(name), str)}


def day_by(applies_by: str, days: Days, zone: str) -> int:
    """Returns the ordinal of the day that picks an edition, in its zone; else the request's."""
    found = days.get(applies_by, days["requested"])
    return day_of_instant(found.seconds, zone) if isinstance(found, Moment) else found


def edition_day(given: Mapping[str, object], policy: Policy) -> int | None:
    """Returns the ordinal of the date that picks a policy's edition; None if none can be read."""
    value = given.get(policy.applies_by) or given.get("requested")
    try:
        return day_in(value, policy.time_zone) if isinstance(value, str) else None
    except ValueError:
        return None


def known(candidates: Iterable[Candidate], at: datetime | None = None) -> tuple[Candidate, ...]:
    """Returns the editions as they stood at a moment: published by then, with the days left then.

    Without a moment they are those of the present: all that is on record, whatever the clock says
    of those who recorded it.
    """
    found: list[Candidate] = []
    for each in candidates:
        if at is not None and each.published_at is not None and each.published_at > at:
            continue
        said = (one for one in each.withdrawals if at is None or one.at <= at)
        days = days_left(each.effective, said)
        if days is not None:
            found.append(each if days is each.effective else replace(each, effective=days))
    return tuple(found)


def days_left(effective: Effective, withdrawals: Iterable[Withdrawal]) -> Effective | None:
    """Returns the days that withdrawals leave an edition; None if they leave none."""
    for each in withdrawals:
        if each.first is None or each.first <= effective.first:
            return None
        if effective.last is None or each.first <= effective.last:
            effective = replace(effective, last=each.first - 1)
    return effective


def days_in_force(key: str, candidates: Iterable[Candidate]) -> tuple[Effective, ...]:
    """Returns the days on which an edition is in force, in order; none if it never is.

    They are its days without those of newer versions of its policy. `candidates` are `known`.
    """
    pool = tuple(candidates)
    found = next((each for each in pool if each.key == key), None)
    if found is None:
        return ()
    spans = [found.effective]
    for newer in pool:
        if newer.policy == found.policy and newer.version > found.version:
            spans = without(spans, newer.effective)
    return tuple(spans)


def _without(span: Effective, taken: Effective) -> Iterator[Effective]:
    if not span.meets(taken):
        yield span
        return
    if span.first < taken.first:
        yield Effective(first=span.first, last=taken.first - 1)
    if taken.last is not None and (span.last is None or taken.last < span.last):
        yield Effective(first=taken.last + 1, last=span.last)


def may_govern(scope: Scope, retailer: str, programme: str) -> bool:
    """Whether an edition with this scope may govern some order of a retailer, given by handle."""
    named = dict(scope)
    fits = retailer in named.get("retailer", (retailer,))
    return fits and programme in named.get("programme", (programme,))


def choose(
    candidates: Iterable[Candidate], words: Mapping[str, str], days: Days
) -> Candidate | NoPolicy:
    """Returns the edition that governs an order, of those `known` when it is decided.

    `words` are the order's scope facts, `days` its dates by name; if the date that an edition
    applies by is not known yet, the day of the request stands in for it.
    """
    in_force = _newest(
        each
        for each in candidates
        if each.effective.covers(day_by(each.applies_by, days, each.time_zone))
    )
    holding = [each for each in in_force if not _failing(each, words)]
    if len(holding) == 1:
        return holding[0]
    if holding:
        return max(holding, key=lambda each: (each.rank, each.version))
    return NoPolicy(code=_why_none([_failing(each, words) for each in in_force]))


def ties(new: Candidate, published: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Returns the editions of other policies that would tie with `new` for some order."""
    return tuple(each for each in _sharing(new, published) if each.rank == new.rank)


def outranked(new: Candidate, published: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Returns the editions of other policies whose place `new` would take for some order."""
    return tuple(each for each in _sharing(new, published) if each.rank < new.rank)


def includes(wide: Scope, narrow: Scope) -> bool:
    """Whether every order that fits one scope fits another."""
    own = dict(narrow)
    return all(key in own and set(own[key]) <= set(allowed) for key, allowed in wide)


def without(spans: Iterable[Effective], taken: Effective) -> list[Effective]:
    """Returns the days that are left of some spans without those of another."""
    return [left for span in spans for left in _without(span, taken)]


def _sharing(new: Candidate, published: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yields the editions of other policies that are for some order that `new` is for too."""
    for each in published:
        shares_words = each.policy != new.policy and _share_words(each.scope, new.scope)
        if shares_words and _share_days(each, new) and _share_currency(each, new):
            yield each


def _date(text: str, name: str) -> int | Moment:
    try:
        return _day_or_moment(text)
    except ValueError as error:
        raise RequestFault("wrong_date", str(error), name) from None


@lru_cache(maxsize=4_096)
def _day_or_moment(text: str) -> int | Moment:
    return Moment(parse_instant(text)) if is_instant(text) else parse_day(text)


def _newest(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Returns the highest version of every policy; a version takes over on its first day."""
    found: dict[str, Candidate] = {}
    for each in candidates:
        kept = found.get(each.policy)
        if kept is None or each.version > kept.version:
            found[each.policy] = each
    return list(found.values())


def _failing(candidate: Candidate, words: Mapping[str, str]) -> set[str]:
    """Returns what excludes an order from an edition: keys of its scope, and its own currency."""
    failing = {key for key, allowed in candidate.scope if words.get(key) not in allowed}
    both_known = words.get(CURRENCY) and candidate.currency
    other = both_known and words[CURRENCY] != candidate.currency
    return failing | {CURRENCY} if other else failing


def _why_none(failing: Iterable[set[str]]) -> str:
    """Returns the code for an order that no edition takes, by the edition that comes closest."""
    found = list(failing)
    if {CURRENCY} in found:
        return "no_policy_for_currency"
    only_place = any(COUNTRY in each and each <= {COUNTRY, CURRENCY} for each in found)
    return "no_policy_for_country" if only_place else "no_policy"


def _share_currency(one: Candidate, other: Candidate) -> bool:
    """Whether both can govern one order; an unknown currency may be any."""
    return not one.currency or not other.currency or one.currency == other.currency


def _share_days(one: Candidate, other: Candidate) -> bool:
    """Whether both can be in force for one order; days of different kinds may always coincide."""
    return one.applies_by != other.applies_by or one.effective.meets(other.effective)


def _share_words(one: Scope, other: Scope) -> bool:
    others = dict(other)
    return all(set(allowed) & set(others.get(key, allowed)) for key, allowed in one)
