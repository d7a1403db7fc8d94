"""Finds the silences of an edition and reports what holds today, what to write, and a return.

If the advice can be applied to the policy, the return is one that the policy would then decide
differently, and the sentence says how.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Final, NamedTuple

from engine.comparing.policies import value_of
from engine.comparing.returns import decided_by_both
from engine.errors import PolicyFaults
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
from engine.publishing.checks.silences.answers import ANSWERS
from engine.publishing.checks.silences.beside import code_silences, heard, idle_silences
from engine.publishing.checks.silences.clocks import clock_silences
from engine.publishing.checks.silences.demands import DEMANDS, LIMITS
from engine.publishing.checks.silences.money import FEES, VALUES, WAIVERS, amount_silences
from engine.publishing.checks.silences.names import header_silences, name_silences
from engine.publishing.checks.silences.promises import promise_silences
from engine.publishing.checks.silences.remedies import (
    GOODS,
    REMEDIES,
    leg_silences,
    refused_silences,
)
from engine.publishing.checks.silences.shown.choices import choice_silences
from engine.publishing.checks.silences.shown.paid import paid_silences, weighed_silences
from engine.publishing.checks.silences.shown.states import state_silences, told_silences
from engine.publishing.checks.silences.written import (
    Silence,
    Told,
    Written,
    edited,
    in_place,
    written_rows,
)

_OF_A_BODY: Final[Mapping[type, tuple[Told, ...]]] = {
    Clock: (clock_silences,),
    Verdict: ANSWERS,
    Limit: LIMITS,
    Demand: DEMANDS,
    Remedy: REMEDIES,
    AfterRefusal: (refused_silences,),
    Goods: GOODS,
    Value: VALUES,
    Fee: FEES,
    Waiver: WAIVERS,
}
"""The silences of a row, by the type of its body."""
_OF_ANY_ROW: Final[tuple[Told, ...]] = (amount_silences, code_silences)
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
    """Reports every silence of an edition as an error, each place once.

    For the first ones that can be mended, a return is looked for.
    """
    told, left = set[object](), _MOST_MENDED
    for silence in silences_of(survey):
        if silence.source in told:
            continue
        told.add(silence.source)
        other = mended(silence, survey.policy) if left > 0 else None
        left -= other is not None
        tried, changes = _shown(silence, survey, other)
        yield Fault(
            code=silence.kind.value,
            source=silence.source,
            sentence=f"{silence.says} {advice_of(silence)}{changes}".strip(),
            example=tried.given if tried else None,
        )


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
    for told in (*_OF_A_BODY.get(type(body), ()), *_OF_ANY_ROW):
        yield from told(written, body)


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


def _shown(
    silence: Silence, survey: CheckContext, other: Policy | None
) -> tuple[Tried | None, str]:
    """Returns a return that shows a silence, and in words what the advice would change."""
    pair = _Pair(survey, Sampler(other)) if other else None
    tried = (pair.differing(silence) if pair else None) or silence.example
    if tried is None:
        return None, ""
    said = survey.said(tried.given, dict.fromkeys((*ALWAYS_SHOWN, *tried.given)))
    unlike = pair.unlike(tried.given) if pair else []
    if not unlike:
        return tried, f" An example is {said}."
    name, before, after = unlike[0]
    return tried, f" For {said}, `{name}` is {before} today, and {after} so written."


class _Pair(NamedTuple):
    """A policy as it is, and returns tried under it as it is advised."""

    survey: CheckContext
    advised: Sampler

    def differing(self, silence: Silence) -> Tried | None:
        """Finds a return that the two decide differently."""
        row, bench, others = silence.row, self.survey.bench, list[Tried]()
        far = unmet(bench, *([row.when] if row else []))

        def score(tried: Tried) -> int:
            names = {name for name, _, _ in self.unlike(tried.given)}
            others.extend([tried] if names else [])
            return 1 + far(tried) if names.isdisjoint(_MAIN) else 0

        example = [silence.example.given] if silence.example else []
        starts = chain(example, self.survey.seeds, self._near())
        found = searched(bench, starts, score, facts_of(*filter(None, [row])), most=_MOST_TRIES)
        return found or next(iter(others), None)

    def _near(self) -> Iterator[Given]:
        """Yields returns at the edges of the advised policy."""
        for tried in map(self.advised.tried, self.survey.seeds[:2]):
            yield from islice(self.advised.moves(tried), _NEAR) if tried else ()

    def unlike(self, given: Given) -> list[tuple[str, str, str]]:
        """Returns the fields that differ: name, value as it is, value as advised."""
        both = decided_by_both((self.survey.bench.decider, self.advised.decider), given, given)
        fields = [(name, *(value_of(name, each) for each in both)) for name in _COMPARED if both]
        return [(name, now, then) for name, now, then in fields if now != then]
