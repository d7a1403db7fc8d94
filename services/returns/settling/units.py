"""Reads the units of a return as they stand: arrived, inspected, or still to come."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from adapters.store.returns.arrived import Arrival, Inspection
from adapters.store.returns.records import Return, ReturnLine
from engine.money import Rounding, divided
from engine.returns.lifecycle import State, Step
from engine.returns.outcome import Due, LineOutcome
from services.returns.decision_service import DecisionService

COMING: Final = frozenset(
    {State.REQUESTED, State.IN_REVIEW, State.APPROVED, State.IN_TRANSIT, State.PARTLY_RECEIVED}
)
"""States of a return in which units are still to come."""
_LAST: Final = datetime.max.replace(tzinfo=UTC)


class Pile(Struct, frozen=True, kw_only=True, gc=False):
    """Units of a line in the same situation.

    `received_at` and `looked_at` are the times of their arrival and inspection (None: not yet).
    `settled`: what is owed for them is due now. `judged` is what a person grants for them (minor
    units), whatever the policy says. `done`: they were settled before the return was reopened.
    """

    line: ReturnLine
    units: int
    settled: bool
    received_at: datetime | None = None
    looked_at: datetime | None = None
    inspection: Inspection | None = None
    found: Mapping[str, object] = field(default_factory=dict)
    judged: int | None = None
    done: bool = False

    @property
    def is_new(self) -> bool:
        """Whether it was not settled before."""
        return self.inspection is None or self.inspection.outcome is None

    @property
    def arrived(self) -> bool:
        """Whether the units are here, or stay where they are by the policy."""
        return self.received_at is not None or self.line.outcome.stays


def piles_of(service: DecisionService, found: Return) -> list[Pile]:
    """Returns the units of all accepted lines, line by line."""
    counts = found.counts
    arrivals = _arrivals(service, found) if any(each.received for each in counts) else []
    seen = any(each.inspected for each in counts)
    looked = service.store.arrivals.inspections(found.id) if seen else ()
    waiting = any(each.to_inspect for each in counts)
    unseen_at = _settled_unseen(found) if waiting else None
    piles: list[Pile] = []
    for line in found.lines:
        if line.outcome.answer == "accept":
            piles += [*_came_by(line, looked, arrivals, unseen_at), *_to_come(found, line)]
    return piles


def settled_before(
    found: Return, looked: Sequence[Inspection], arrivals: Callable[[], Sequence[Arrival]]
) -> frozenset[str]:
    """Inspections of which nothing is settled any more, since the return was opened again."""
    open_ = not_settled_before(found, looked, arrivals)
    done = {line.id for line in found.lines if line.outcome.done}
    return frozenset(each.id for each in looked if each.line in done) - open_.keys()


def not_settled_before(
    found: Return, looked: Sequence[Inspection], arrivals: Callable[[], Sequence[Arrival]]
) -> dict[str, Inspection]:
    """Inspections of lines by their keys, only of the units that were not settled before the return
    was opened again."""
    reopened = [line for line in found.lines if line.outcome.done]
    came = [each for each in arrivals() if each.line] if reopened else []
    others = {line.id for line in found.lines if not line.outcome.done}
    return {each.id: each for each in looked if each.line in others} | {
        pile.inspection.id: replace(pile.inspection, units=pile.units)
        for line in reopened
        if line.outcome.answer == "accept"
        for pile in _came_by(line, looked, came, None)
        if pile.inspection and not pile.done
    }


def outcomes_now(
    line: ReturnLine, looked: Sequence[Inspection], before: Collection[str]
) -> list[tuple[int, LineOutcome, Inspection | None]]:
    """Returns groups of a line's units with the outcome of each that holds now.

    Inspected units have the outcome of their inspection, unless they were settled `before` the
    return was reopened; the others, with no inspection, have that of their line.
    """
    own = [
        (each.units, each.outcome, each)
        for each in looked
        if each.line == line.id and each.outcome and each.id not in before
    ]
    rest = line.quantity - sum(units for units, _, _ in own)
    return [*own, (rest, line.outcome, None)] if rest > 0 or not own else [*own]


def amount_for(outcome: LineOutcome, units: int) -> int:
    """Returns what an outcome of inspected units gives some of them (minor units)."""
    if outcome.amount is None or outcome.answer != "accept":
        return 0
    of = outcome.of or units
    return divided(outcome.amount.minor * units, of, Rounding.HALF_UP)


def _came_by(
    line: ReturnLine,
    looked: Sequence[Inspection],
    arrivals: Sequence[Arrival],
    settled_at: datetime | None,
) -> list[Pile]:
    """The units of a line that came, those apart that were settled before it was opened again."""
    mine = [each for each in looked if each.line == line.id]
    piles = [*_inspected(line, mine, arrivals), *_unseen(line, mine, arrivals, settled_at)]
    return [*_apart(piles, line.outcome.done)] if line.outcome.done else piles


def _apart(piles: Sequence[Pile], done: int) -> Iterable[Pile]:
    """The piles, the `done` units of them apart that came first."""
    for pile in sorted(piles, key=lambda each: each.received_at or _LAST):
        before = min(done, pile.units)
        done -= before
        if before:
            yield replace(pile, units=before, settled=False, done=True)
        if before < pile.units:
            yield _only(pile, pile.units - before)


def _only(pile: Pile, units: int) -> Pile:
    """Some units of a pile, with their part of a person's amount."""
    if pile.judged is None or pile.inspection is None or pile.inspection.outcome is None:
        return replace(pile, units=units)
    return replace(pile, units=units, judged=amount_for(pile.inspection.outcome, units))


def coming(found: Return, line: ReturnLine) -> int:
    """Returns the number of units of a line that are still expected."""
    return line.count.to_come if found.state in COMING else 0


def _inspected(
    line: ReturnLine, looked: Sequence[Inspection], arrivals: Sequence[Arrival]
) -> Iterable[Pile]:
    """Yields inspected units, with the amount of a person who decided on them."""
    for each in looked:
        judged = None
        if each.outcome is not None and each.outcome.judged_by:
            judged = amount_for(each.outcome, each.units)
        yield Pile(
            line=line,
            units=each.units,
            settled=True,
            received_at=_came(line, each.arrival, arrivals),
            looked_at=each.at,
            inspection=each,
            found=each.found,
            judged=judged,
        )


def _unseen(
    line: ReturnLine,
    looked: Sequence[Inspection],
    arrivals: Sequence[Arrival],
    settled_at: datetime | None,
) -> Iterable[Pile]:
    """Yields arrived units that are not inspected, delivery by delivery."""
    seen: dict[str | None, int] = {}
    for each in looked:
        seen[each.arrival] = seen.get(each.arrival, 0) + each.units
    loose = seen.pop(None, 0)
    early = line.outcome.due is not Due.RECEIPT
    for arrival in (each for each in arrivals if each.line == line.id):
        units = arrival.units - seen.get(arrival.id, 0)
        units, loose = max(0, units - loose), max(0, loose - units)
        if units:
            yield Pile(
                line=line,
                units=units,
                settled=early or settled_at is not None,
                received_at=arrival.at,
                looked_at=settled_at,
            )


def _to_come(found: Return, line: ReturnLine) -> Iterable[Pile]:
    outcome = line.outcome
    stayed, done = outcome.before.stayed, outcome.done
    units = line.quantity - done if outcome.stays else max(0, coming(found, line) - stayed)
    if outcome.stays and found.state is State.CANCELLED:
        return
    if units:
        sent = outcome.due is Due.DROP_OFF and bool(found.parcels)
        yield Pile(line=line, units=units, settled=outcome.due is Due.APPROVAL or sent)


def _arrivals(service: DecisionService, found: Return) -> list[Arrival]:
    return [each for each in service.store.arrivals.of(found.id) if each.line]


def _came(line: ReturnLine, arrival: str | None, arrivals: Sequence[Arrival]) -> datetime | None:
    mine = [each for each in arrivals if each.line == line.id]
    named = [each for each in mine if each.id == arrival] or mine
    return min((each.at for each in named), default=None)


def _settled_unseen(found: Return) -> datetime | None:
    """Returns when units were settled without inspection, as stated; None if they were not."""
    if found.state not in (State.INSPECTED, State.SETTLED, State.CLOSED):
        return None
    steps = reversed(found.history)
    return next((each.at for each in steps if each.step is Step.INSPECT), None)
