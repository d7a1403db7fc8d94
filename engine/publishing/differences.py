"""What a policy does that its base does not: looser, tighter or other, each with a return.

Both decide the same returns: those of the tests, and each of them with one change at the edges of
every test, clock and amount of either policy. It tells, and stops nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from engine.decision.record import Decision
from engine.errors import RequestFault
from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault, Level
from engine.policy.model import Policy, Row
from engine.publishing.checks.survey import Survey, facts_of
from engine.publishing.checks.trying.bench import Bench
from engine.publishing.checks.trying.values import Given
from engine.publishing.comparison import FIELDS, shown

MOST_RETURNS: Final = 600
"""Returns that an edition and its base both decide."""

_PER_SEED: Final = 150
_MOST_SEEDS: Final = 8
_DATES: Final = ("ordered", "delivered", "requested")
_FIRST: Final = ("last_day", "eligible")
_SETTLED: Final = ("fee", "net", "remedy", "return_paid_by", "goods")
_LOOSER: Final = ("eligible: no to yes", "fee: lower", "net: higher", "last_day: later")
_TIGHTER: Final = ("eligible: yes to no", "fee: higher", "net: lower", "last_day: earlier")


@dataclass(slots=True, kw_only=True)
class Difference:
    """One direction in which outcomes differ: for how many returns, and the first of them."""

    direction: str
    example: Given
    before: str
    after: str
    count: int = 1

    @property
    def kind(self) -> str:
        """Whether the policy is looser, tighter, or other than its base in this."""
        if self.direction in _LOOSER:
            return "looser"
        return "tighter" if self.direction in _TIGHTER else "other"


def difference_findings(file: PolicyFile, surveys: Sequence[Survey]) -> Iterator[Fault]:
    """A note for each direction in which some edition differs from what it builds on."""
    told: set[str] = set()
    for survey in surveys:
        base = file.base_of(survey.policy)
        if base is None:
            return
        found, tried = differences(survey, base)
        for each in (each for each in found if each.direction not in told):
            told.add(each.direction)
            yield Fault(
                code="differs_from_base",
                source=file.extends_at or survey.policy.tree.source,
                sentence=_sentence(each, tried, base, survey),
                level=Level.NOTE,
                example=each.example,
            )


def differences(survey: Survey, base: Policy) -> tuple[list[Difference], int]:
    """Every direction in which outcomes differ, and how many returns both decided."""
    other, found, tried = Bench(base), dict[str, Difference](), 0
    for given in islice(_returns(survey, other), MOST_RETURNS):
        try:
            before, after = other.decider.decide(given), survey.bench.decider.decide(given)
        except RequestFault:
            continue  # a return that one of them cannot be asked about
        tried += 1
        for each in _unlike(before, after, given):
            if each.direction in found:
                found[each.direction].count += 1
            else:
                found[each.direction] = each
    return list(found.values()), tried


def _returns(survey: Survey, base: Bench) -> Iterator[Given]:
    """The returns of the tests, each followed by those that differ from it in one respect."""
    for seed in survey.seeds[:_MOST_SEEDS]:
        yield seed
        each = [(bench, bench.tried(seed)) for bench in (survey.bench, base)]
        moves = chain.from_iterable(bench.moves(tried) for bench, tried in each if tried)
        yield from filter(survey.bench.in_force, islice(moves, _PER_SEED))


def _unlike(before: Decision, after: Decision, given: Given) -> Iterator[Difference]:
    """The fields that differ and do not follow from another that does."""
    pairs = {name: (read(before), read(after)) for name, read in FIELDS.items()}
    unlike = {name for name, (old, new) in pairs.items() if old != new}
    names: tuple[str, ...] = _FIRST if "answer" in unlike else (*_FIRST, *_SETTLED)
    for name in names:
        if name in unlike and not (name == "net" and "fee" in unlike):
            yield Difference(
                direction=f"{name}: {_direction(name, before, after)}",
                example=given,
                before=shown(name, before),
                after=shown(name, after),
            )


def _direction(name: str, before: Decision, after: Decision) -> str:
    if name not in ("fee", "net", "last_day"):
        return f"{shown(name, before)} to {shown(name, after)}"
    old, new = FIELDS[name](before), FIELDS[name](after)
    if old is None or new is None:
        return "changed"
    up = new > old  # type: ignore[operator]
    if name == "last_day":
        return "later" if up else "earlier"
    return "higher" if up else "lower"


# --- in words -------------------------------------------------------------------------------------


def _sentence(each: Difference, tried: int, base: Policy, survey: Survey) -> str:
    than = "Other" if each.kind == "other" else each.kind.capitalize()
    return (
        f"{than} than `{base.reference}`: `{each.direction}` for {each.count:,} of {tried:,} "
        f"returns that both decided, {change_in_words(each, base, survey)}."
    )


def change_in_words(each: Difference, base: Policy, survey: Survey) -> str:
    """What an outcome becomes, and the return for which it does."""
    facts = dict.fromkeys((*_DATES, *facts_of(*_changed(survey.policy, base))))
    return f"from {each.before} to {each.after} for {survey.said(each.example, facts)}"


def _changed(policy: Policy, base: Policy) -> list[Row]:
    """The rows that the base does not have, or has otherwise."""
    old = {row.id: (row.when, row.body) for table in base.tables() for row in table.rows}
    rows = [row for table in policy.tables() for row in table.rows]
    return [row for row in rows if old.get(row.id) != (row.when, row.body)]
