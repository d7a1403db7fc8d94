"""Finds what changes from one policy to another; shows each change by a return both decided.

A summary says what was compared, how much was found, and whether it is complete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from engine.comparing.returns import Given, decided_by_both, given_of
from engine.comparing.wording import Wording, name_of
from engine.dates import day_text
from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.meaning.comparison import FIELDS, Compared, compare
from engine.meaning.difference import Budget
from engine.meaning.differing import Differing, Shown
from engine.meaning.regions import Region
from engine.policy.model import Agreed, Policy
from engine.policy.printing.yaml import flow

Past = Callable[[], bool]
"""Tells whether the time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A return that both policies decided, with both values of the field that changes."""

    given: Given
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """For which returns a field changes, and how; `example` is None if none was found.

    `before` and `after` are None if the amount or day differs from return to return.
    """

    field: str
    where: tuple[str, ...]
    before: str | None
    after: str | None
    example: Example | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCompared:
    """The changes of one field; `complete`: every case was compared.

    `doubtful`: for some returns nothing is claimed, because a row reads other facts.
    """

    field: str
    changes: tuple[Change, ...]
    complete: bool
    doubtful: bool

    @property
    def shown(self) -> bool:
        """Whether each change has an example."""
        return all(change.example is not None for change in self.changes)

    @property
    def proven(self) -> bool:
        """Whether every change is real, and there are surely no others."""
        return self.complete and self.shown and not self.doubtful


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliciesCompared:
    """The comparison of two policies, over returns of one line that send all of `facts`.

    `doubtful`: for some returns nothing is claimed, because a row reads other facts. Then nothing
    is proven.
    """

    before: Policy
    after: Policy
    facts: tuple[str, ...]
    first_day: int
    doubtful: bool
    fields: tuple[FieldCompared, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes of all fields."""
        return tuple(change for each in self.fields for change in each.changes)

    @property
    def agreed(self) -> tuple[Agreed, ...]:
        """The values that partners may agree on, of which only the defaults were compared."""
        if (self.before.file, self.before.digest) == (self.after.file, self.after.digest):
            return ()
        found = {each.name: each for each in (*self.before.agreed, *self.after.agreed)}
        return tuple(found.values())

    @property
    def proven(self) -> bool:
        """Whether there are surely no changes but those that were found, of what was compared."""
        return not self.doubtful and all(each.proven for each in self.fields)


class NotComparable(ValueError):
    """Two policies of which no return can be decided by both."""


def compare_policies(
    before: Policy,
    after: Policy,
    *,
    native: bool,
    fields: Sequence[str] = FIELDS,
    budget: Budget | None = None,
) -> PoliciesCompared:
    """Finds every change; with `native` the rule network confirms the decisions of the examples.

    Once the time of the budget is over, no more examples are looked for, and changes without one
    are not proven. Raises `NotComparable` for policies of different currencies.
    """
    if before.currency != after.currency:
        said = f"`{before.reference}` pays in {before.currency}, `{after.reference}` in "
        raise NotComparable(f"{said}{after.currency}: no return can be decided by both.")
    compared = compare(before, after, fields, budget)
    with (
        closing(Decider(before, native=native)) as one,
        closing(Decider(after, native=native)) as other,
    ):
        shower = _Shower(compared, (one, other), budget.past if budget else None)
        found = tuple(shower.field(each.field) for each in compared.changed)
    return PoliciesCompared(
        before=before,
        after=after,
        facts=compared.ground.facts,
        first_day=compared.ground.first_day,
        doubtful=compared.doubtful,
        fields=found,
    )


class _Shower:
    """Looks for a return in each region, and has both policies decide it."""

    def __init__(
        self, compared: Compared, deciders: tuple[Decider, Decider], past: Past | None
    ) -> None:
        self._compared = compared
        self._past = past
        self._deciders = deciders
        self._finder = Differing(compared)
        self._wording = Wording(compared)
        self._changed = {each.field: each for each in compared.changed}

    def field(self, field: str) -> FieldCompared:
        changed = self._changed[field]
        found, complete = [], changed.proven
        for region in changed.regions:
            late = self._past is not None and self._past()
            shown = Shown() if late else self._finder.find(field, region)
            example = self._example(field, shown.numbers) if shown.numbers else None
            found += [] if shown.empty else [self._change(field, region, example)]
            complete = complete and not late
        return FieldCompared(
            field=field, changes=tuple(found), complete=complete, doubtful=self._compared.doubtful
        )

    def _change(self, field: str, region: Region, example: Example | None) -> Change:
        ends = self._wording.change(field, region) or (None, None)
        return Change(
            field=field,
            where=self._wording.where(field, region.path),
            before=ends[0],
            after=ends[1],
            example=example,
        )

    def _example(self, field: str, numbers: dict[str, int]) -> Example | None:
        """Has both policies decide a return; returns None if the field does not change."""
        one, other = given_of(numbers, self._compared.ground)
        decided = decided_by_both(self._deciders, one, other)
        before, after = (value_of(field, each) for each in decided) if decided else ("", "")
        if before == after:
            return None
        return Example(given={**one, **other}, before=before, after=after)


def value_of(field: str, decision: Decision) -> str:
    """Returns a field of a decision as text."""
    found = decision.fee_total if field == "fee" else getattr(decision, field)
    return "none" if found is None else str(found)


# --- in words -------------------------------------------------------------------------------------


def _of_terms(agreed: Sequence[Agreed]) -> Iterator[str]:
    terms = [f"`{e.name}` {flow(e.default) if e.default else 'none'}" for e in agreed]
    if terms:
        yield (
            f"Compared is what holds until a partner agrees on something else "
            f"({', '.join(terms)}). For partners with other terms nothing is known."
        )


def summary(found: PoliciesCompared) -> Iterator[str]:
    """Yields the sentences of the summary."""
    known = [name_of(each.field) for each in found.fields if each.proven]
    changes = found.changes
    shown = sum(change.example is not None for change in changes)
    if changes:
        count = f"{len(changes):,} change{'' if len(changes) == 1 else 's'}"
        yield f"{count}, {shown} shown by a return that both decided."
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
    yield from _of_terms(found.agreed)
    if found.doubtful:
        yield (
            "Nothing is proven: a row looks at something else that a return may say, or that "
            "follows from what it says."
        )
