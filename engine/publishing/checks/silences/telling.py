"""Finds the silences of an edition and reports what holds today, what to write, and a return.

If the advice can be applied to the policy, the return is one that the policy would then decide
differently, and the sentence says how.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Final

from engine.comparing.policies import value_of
from engine.decision.decide import Decider
from engine.errors import PolicyFaults, RequestFault
from engine.policy.faults import Fault
from engine.policy.model import (
    AfterRefusal,
    Clock,
    Demand,
    Fee,
    Goods,
    Limit,
    Policy,
    Remedy,
    Row,
    Value,
    Verdict,
    Waiver,
)
from engine.policy.printing.yaml import flow
from engine.policy.reading import read
from engine.policy.text import Map, from_data
from engine.publishing.checks.context import ALWAYS_SHOWN, CheckContext, facts_of, listed
from engine.publishing.checks.search.sampler import Sampler, Tried, searched, unmet
from engine.publishing.checks.search.values import Given
from engine.publishing.checks.silences.answers import answer_silences
from engine.publishing.checks.silences.beside import code_silences, heard, idle_silences
from engine.publishing.checks.silences.clocks import clock_silences
from engine.publishing.checks.silences.demands import demand_silences, limit_silences
from engine.publishing.checks.silences.money import (
    amount_silences,
    fee_silences,
    value_silences,
    whole_silences,
)
from engine.publishing.checks.silences.names import header_silences, name_silences
from engine.publishing.checks.silences.promises import promise_silences
from engine.publishing.checks.silences.remedies import (
    goods_silences,
    leg_silences,
    refused_silences,
    remedy_silences,
)
from engine.publishing.checks.silences.shown.choices import choice_silences
from engine.publishing.checks.silences.shown.paid import paid_silences, weighed_silences
from engine.publishing.checks.silences.shown.states import state_silences, told_silences
from engine.publishing.checks.silences.written import (
    Silence,
    Written,
    edited,
    in_place,
    written_rows,
)

_OF_A_BODY: Final[Mapping[type, Callable[[Written, Any], Iterator[Silence]]]] = {
    Clock: clock_silences,
    Verdict: answer_silences,
    Limit: limit_silences,
    Demand: demand_silences,
    Remedy: remedy_silences,
    AfterRefusal: refused_silences,
    Goods: goods_silences,
    Value: value_silences,
    Fee: fee_silences,
    Waiver: whole_silences,
}
"""The check for the silences of a row, by the type of its body."""
_OF_ANY_ROW: Final = (amount_silences, code_silences)
_OF_A_POLICY: Final = (leg_silences, promise_silences, header_silences)
_SHOWN: Final = (
    state_silences,
    told_silences,
    choice_silences,
    paid_silences,
    weighed_silences,
)
_MOST_MENDED: Final = 20
"""The most silences of one edition for which a return is looked for."""


def silence_findings(survey: CheckContext) -> Iterator[Fault]:
    """Reports every silence of an edition as an error, each place once."""
    teller, told = _Teller(survey), set[object]()
    for silence in silences_of(survey):
        if silence.source not in told:
            told.add(silence.source)
            yield teller.fault(silence)


def silences_of(survey: CheckContext) -> Iterator[Silence]:
    """Yields every silence of an edition, first those that can be seen without deciding."""
    rows = written_rows(survey.policy)
    yield from heard([each for row in rows for each in _of_row(row)], rows)
    yield from idle_silences(rows)
    for of_policy in _OF_A_POLICY:
        yield from of_policy(survey.policy)
    for silence in name_silences(survey.policy):
        if silence.row is None or _may_hold(silence.row, survey):
            yield silence
    by_id = {row.row.id: row for row in rows}
    for shown in _SHOWN:
        yield from shown(survey, by_id)


def _of_row(written: Written) -> Iterator[Silence]:
    body = written.row.body
    if type(body) in _OF_A_BODY:
        yield from _OF_A_BODY[type(body)](written, body)
    for of_any in _OF_ANY_ROW:
        yield from of_any(written)


def _may_hold(row: Row, survey: CheckContext) -> bool:
    """Returns whether a row can hold at all; another check reports rows that cannot."""
    table = next(each for each in survey.tables() if any(one.row is row for one in each.rows))
    return not survey.asked.never(survey.asked.where(table.table.topic, [row]))


def advice_of(silence: Silence) -> str:
    """Says what to write instead, in one sentence."""
    if silence.advice:
        return silence.advice
    put = ", ".join(
        f"{key}: {flow(from_data(value, silence.place.source))}"
        for key, value in silence.put.items()
    )
    gone = [key for key in silence.drop if key not in silence.put]
    if not put:
        return f"Leave {listed(gone)} out." if gone else ""
    return f"Write `{put}`{f' and leave {listed(gone)} out' if gone else ''}."


@dataclass(slots=True)
class _Teller:
    """Puts silences into words, the first ones with a return."""

    survey: CheckContext
    left: int = field(default=_MOST_MENDED)

    def fault(self, silence: Silence) -> Fault:
        """Returns the finding of a silence."""
        tried, changes = self._shown(silence)
        return Fault(
            code=silence.kind.value,
            source=silence.source,
            sentence=f"{silence.says} {advice_of(silence)}{changes}".strip(),
            example=tried.given if tried else None,
        )

    def _shown(self, silence: Silence) -> tuple[Tried | None, str]:
        """Returns a return that shows it, and in words what the advice would change."""
        tried, changes = silence.example, ""
        other = mended(silence, self.survey.policy) if self.left > 0 else None
        if other is not None:
            self.left -= 1
            pair = Pair(self.survey, other)
            tried = pair.differing(silence) or tried
            changes = pair.in_words(tried) if tried else ""
        if tried is not None and not changes:
            said = self.survey.said(tried.given, dict.fromkeys((*ALWAYS_SHOWN, *tried.given)))
            changes = f" An example is {said}."
        return tried, changes


# --- as it is and as it is advised ----------------------------------------------------------------

_MOST_TRIES: Final = 300
_NEAR: Final = 100
_MAIN: Final = ("answer", "net", "fee")
_COMPARED: Final = (*_MAIN, "remedy", "return_paid_by", "goods", "last_day", "code")


def mended(silence: Silence, policy: Policy) -> Policy | None:
    """Returns the policy with the advice applied; None if an edit cannot do that."""
    tree = in_place(policy.tree, silence.place, edited(silence.place, silence))
    if tree == policy.tree or not isinstance(tree, Map):
        return None
    try:
        return read(tree, policy.file, policy.extends)
    except PolicyFaults:
        return None


@dataclass(slots=True)
class Pair:
    """A policy as it is and as it is advised, decided for the same returns."""

    survey: CheckContext
    policy: Policy
    mended: Decider = field(init=False)
    bench: Sampler = field(init=False)

    def __post_init__(self) -> None:
        self.bench = Sampler(self.policy)
        self.mended = self.bench.decider

    def differing(self, silence: Silence) -> Tried | None:
        """Finds a return that the two decide differently."""
        row, others = silence.row, list[Tried]()
        far = unmet(self.survey.bench, row.when) if row else None
        first = facts_of(row) if row else []

        def score(tried: Tried) -> int:
            names = {name for name, _, _ in self.unlike(tried.given)}
            others.extend([tried] if names else [])
            return 1 + (far(tried) if far else 0) if names.isdisjoint(_MAIN) else 0

        example = [silence.example.given] if silence.example else []
        starts = chain(example, self.survey.seeds, self._near())
        found = searched(self.survey.bench, starts, score, first, most=_MOST_TRIES)
        return found or next(iter(others), None)

    def _near(self) -> Iterator[Given]:
        """Yields returns at the edges of the advised policy."""
        for seed in self.survey.seeds[:2]:
            tried = self.bench.tried(seed)
            yield from islice(self.bench.moves(tried), _NEAR) if tried else ()

    def unlike(self, given: Given) -> list[tuple[str, str, str]]:
        """Returns the fields that differ: name, value as it is, value as advised."""
        try:
            now, then = self.survey.bench.decider.decide(given), self.mended.decide(given)
        except RequestFault:
            return []
        both = [(name, value_of(name, now), value_of(name, then)) for name in _COMPARED]
        return [each for each in both if each[1] != each[2]]

    def in_words(self, tried: Tried) -> str:
        """Says what is decided for a return today, and what the advice would make of it."""
        found = self.unlike(tried.given)
        if not found:
            return ""
        name, before, after = found[0]
        said = self.survey.said(tried.given, dict.fromkeys((*ALWAYS_SHOWN, *tried.given)))
        return f" For {said}, `{name}` is {before} today, and {after} so written."
