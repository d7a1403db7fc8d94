"""Finds the silences of an edition and reports what holds today, what to write, and a return.

If the advice can be applied to the policy, the return is one that the policy would then decide
differently, and the sentence says how.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.policy.faults import Fault
from engine.policy.model import (
    AfterRefusal,
    Clock,
    Demand,
    Fee,
    Goods,
    Limit,
    Remedy,
    Row,
    Value,
    Verdict,
    Waiver,
)
from engine.policy.printing.yaml import flow
from engine.policy.text import from_data
from engine.publishing.checks.context import CheckContext, listed
from engine.publishing.checks.search.sampler import Tried
from engine.publishing.checks.silences.answers import answer_silences
from engine.publishing.checks.silences.beside import code_silences, heard, idle_silences
from engine.publishing.checks.silences.clocks import clock_silences
from engine.publishing.checks.silences.demands import demand_silences, limit_silences
from engine.publishing.checks.silences.mending import ALWAYS_SHOWN, Pair, mended
from engine.publishing.checks.silences.money import amount_silences, fee_silences, value_silences
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
from engine.publishing.checks.silences.whole import whole_silences
from engine.publishing.checks.silences.written import Silence, Written, written_rows

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
    found = [each for row in rows for each in _of_row(row)]
    yield from heard(found, rows)
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
