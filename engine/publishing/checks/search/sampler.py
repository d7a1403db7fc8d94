"""Tries returns: which to start from, how to vary one, and what the policy then decides.

Everything is decided in plain Python by the policy itself; nothing here guesses an outcome. A
search starts near what it looks for and varies the best returns first. It is limited by the number
of returns that it tries, never by time, and so finds the same every time.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Final, NamedTuple

from engine.comparing.returns import given_in
from engine.dates import Length, day_text, instant_text
from engine.decision.compiled import CompiledPolicy
from engine.decision.decide import Decider
from engine.decision.evaluation import Evaluation
from engine.decision.figures.clocks import Standing
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.rules.explained_test import truth
from engine.decision.rules.row_rules import alternatives
from engine.errors import RequestFault
from engine.policy.model import Condition, Policy
from engine.policy.selection import edition_day
from engine.policy.vocabulary import FactType
from engine.policy.words import UNSETTLED
from engine.publishing.checks.search.values import (
    GONE,
    Given,
    Values,
    day_of,
    sent_facts,
    shifted,
    usual_return,
)
from engine.stopping import go_on

MOST_SEEDS: Final = 60
_SINCE: Final = "days_since."


class Tried(NamedTuple):
    """A return with the rows that hold for it, and its outcome."""

    given: Given
    evaluation: Evaluation
    builder: OutcomeBuilder

    @property
    def refused(self) -> bool:
        """Whether it is refused."""
        return self.builder.verdict.answer == "refuse"

    @property
    def unsettled(self) -> bool:
        """Whether it is refused, or can be read in several ways: nothing is taken of it."""
        return self.builder.verdict.answer in UNSETTLED

    def took(self, row: object) -> bool:
        """Returns whether a row is among those that decided it."""
        return any(chosen is row for _, chosen in self.builder.chosen)


class Sampler:
    """Tries returns under one edition; `tries` counts how many were decided."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.decider = Decider(policy, native=False)
        self.compiled: CompiledPolicy = self.decider.engines.compiled
        self.values = Values(self.compiled)
        self.facts = sent_facts(self.compiled)
        self.dates = [fact.name for fact in self.facts if fact.type is FactType.DATE]
        self.members = self._members()
        self.tries = 0
        steady = [each for each in self.facts if each.type not in (FactType.SET, FactType.DATE)]
        self._steady = [{fact.name: value} for fact in steady for value in self.values.of(fact)]

    # --- trying ---------------------------------------------------------------------------------

    def tried(self, given: Given) -> Tried | None:
        """Decides a return; None for one that no request to this edition can send."""
        if not self.in_force(given):
            return None
        go_on()
        self.tries += 1
        try:
            found = self.decider.sketch(given)
        except RequestFault:
            return None
        return Tried(given, *found) if found else None

    def in_force(self, given: Mapping[str, object]) -> bool:
        """Returns whether this edition is the one that decides a return."""
        day = edition_day(given, self.policy)
        return day is None or self.policy.effective.covers(day)

    # --- where to start -------------------------------------------------------------------------

    def seeds(self) -> list[Given]:
        """Returns the example returns: those of the policy's own tests, and one of usual facts."""
        found: list[Given] = []
        for case in self.policy.cases:
            given = {
                name: value
                for each in (case.given, *case.lines[:1])
                for name, value in given_in(each).items()
            }
            if not (case.edits or case.agreed or given in found):
                found.append(given)
        inside = [given for given in found if self.in_force(given)]
        return [*inside[:MOST_SEEDS], usual_return(self.facts, self.values, self.members)]

    # --- changes --------------------------------------------------------------------------------

    def moves(self, tried: Tried, first: Iterable[str] = ()) -> Iterator[Given]:
        """Yields returns that differ from one in one respect, those that change `first` first."""
        given, wanted = tried.given, set(first)
        changes = [*self._steady, *self._member_moves(given), *self._day_moves(tried)]
        changes.sort(key=wanted.isdisjoint)
        for change in changes:
            if any(given.get(name, GONE) != value for name, value in change.items()):
                yield changed(given, change)

    def _members(self) -> dict[str, list[str]]:
        """Returns the words of each set that the policy tests."""
        found: dict[str, list[str]] = {}
        for fact, member, word in (name.partition("#") for name in self.compiled.slots.numbers):
            if member and fact in self.policy.facts:
                found.setdefault(fact, []).append(word)
        return found

    def _member_moves(self, given: Given) -> Iterator[Given]:
        for name, words in self.members.items():
            there = _listed(given.get(name))
            if name not in given:
                yield {name: []}
            yield from (toggled(given, name, word, there=word not in there) for word in words)

    def _day_moves(self, tried: Tried) -> Iterator[Given]:
        given = tried.given
        for fact in (fact for fact in self.facts if fact.type is FactType.DATE):
            for value in self.values.of(fact):
                yield from self._dated(given, fact.name, value)
        yield from self._clock_moves(tried)
        for key, tests in self.values.tests.items():
            day = day_of(given.get(key.removeprefix(_SINCE))) if _SINCE in key else None
            if day is not None:
                near = {day + leaf.number + step for leaf in tests for step in (-1, 0, 1)}
                for each in sorted(near):
                    yield from self._dated(given, "requested", _day(each))

    def _dated(self, given: Given, name: str, value: object) -> Iterator[Given]:
        """Yields a date set alone, and all dates moved so that this date falls on that day."""
        yield {name: value}
        before, after = day_of(given.get(name)), day_of(value)
        if before is not None and after is not None:
            yield shifted(given, self.dates, after - before)

    def _clock_moves(self, tried: Tried) -> Iterator[Given]:
        """Yields the edges of every clock as it stands, and other days of its start and event."""
        asked = day_of(tried.given.get("requested"))
        standings = (standing for _, standing in tried.builder.standings.values())
        for standing in filter(None, standings):
            yield from self._edges(standing)
            clock = standing.clock
            if asked is not None:
                for start in clock.start.dates if clock.start else ():
                    yield from _starts(start.fact, clock.within, asked)
                if clock.event not in tried.given:
                    yield {clock.event: _day(asked)}

    def _edges(self, standing: Standing) -> Iterator[Given]:
        """Yields the last day and the one after, the first day and the one before; also moments."""
        event, last, first = standing.clock.event, standing.last_day, standing.first_day
        days = [] if last is None else [last, last + 1]
        for day in days + ([] if first is None else [first - 1, first]):
            yield {event: _day(day)}
            yield {"now": _day(day), event: None}
        if standing.last_moment is not None:
            for step in (0, 1):
                yield {event: instant_text(standing.last_moment + step, self.policy.time_zone)}


def _starts(fact: str, within: Length | None, asked: int) -> Iterator[Given]:
    yield {fact: _day(asked - 1)}
    yield {fact: _day(asked - 400), **({"ordered": GONE} if fact != "ordered" else {})}
    if within is not None and not within.on_clock:
        yield {fact: None}


def changed(given: Mapping[str, object], change: Mapping[str, object]) -> Given:
    """Applies a change to a return."""
    return {name: value for name, value in {**given, **change}.items() if value is not GONE}


def toggled(given: Mapping[str, object], name: str, word: str, *, there: bool) -> Given:
    """Returns the change that adds a word to a set or removes it; added evidence lacks no more."""
    words = [each for each in _listed(given.get(name)) if each != word]
    change: Given = {name: [*words, word] if there else words}
    if name == "evidence" and "lacking" in given and there:
        change["lacking"] = [each for each in _listed(given["lacking"]) if each != word]
    return change


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _day(day: int) -> object:
    return day_text(day) if 0 < day <= 3_652_059 else GONE


# --- looking for a return -------------------------------------------------------------------------

Score = Callable[[Tried], int]
"""How near a return is to what is looked for: zero shows it, more is further away."""


def searched(
    bench: Sampler,
    starts: Iterable[Given],
    score: Score,
    first: Iterable[str] = (),
    *,
    most: int,
) -> Tried | None:
    """Finds a return whose score is zero; None if none was found among the `most` tried.

    Changes of the facts `first` are tried before others.
    """
    facts, ends, order = tuple(first), bench.tries + most, count()
    seen: set[str] = set()
    waiting: list[tuple[int, int, Tried]] = []
    returns = starts
    while True:
        for tried in _each_once(bench, returns, seen, ends):
            far = score(tried)
            if far == 0:
                return tried
            heapq.heappush(waiting, (far, next(order), tried))
        if not waiting or bench.tries >= ends:
            return None
        returns = bench.moves(heapq.heappop(waiting)[2], facts)


def _each_once(
    bench: Sampler, returns: Iterable[Given], seen: set[str], ends: int
) -> Iterator[Tried]:
    """Decides the returns that were not seen before, until enough were tried."""
    for given in returns:
        key = repr(sorted(given.items(), key=lambda each: each[0]))
        tried = None if key in seen else bench.tried(given)
        seen.add(key)
        if tried is not None:
            yield tried
        if bench.tries >= ends:
            return


def unmet(bench: Sampler, *conditions: Condition) -> Score:
    """Scores a return by how many tests of each condition fail, in its nearest alternative."""
    numbers = bench.compiled.slots.leaf
    each = [
        [[truth(leaf, *numbers(leaf)) for leaf in tests] for tests in alternatives(one) or ()]
        for one in conditions
    ]

    def score(tried: Tried) -> int:
        values = tried.evaluation.facts.values
        found = [[sum(t(values) is not True for t in tests) for tests in one] for one in each]
        return sum(min(one, default=9) for one in found)

    return score
