"""What a step does to a return: shown in advance, and compared when it is taken.

It hangs on more than the return: on units that other returns have, on what they gave of shipping,
and on claims.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from msgspec import Struct

from adapters.store.money.records import Claim, Settlement
from adapters.store.returns.arrived import Inspection
from adapters.store.returns.records import Return, ReturnLine
from engine.errors import RequestFault
from engine.returns.outcome import LineOutcome
from engine.settlement.machine import SettlementState
from returns_api.types.versions import changed, version, versions_of_return
from services.returns.decision_service import DecisionService
from services.returns.settled import NOTHING_SETTLED, Settled

T = TypeVar("T", Settlement, Claim, Inspection)
Step = Callable[[], Return]
"""Takes a step of a locked return, and returns it as it is then; raises `RequestFault`."""
_SENT: Final = (SettlementState.SUBMITTED, SettlementState.SUCCEEDED)


class Stands(Struct, frozen=True, kw_only=True, gc=False):
    """A return as it stands: its inspections, its settlements line by line, and its claims."""

    of: Return
    inspections: tuple[Inspection, ...]
    settlements: tuple[Settlement, ...]
    claims: tuple[Claim, ...]


class LineEffect(Struct, frozen=True, kw_only=True, gc=False):
    """What a step does to a line: `moved` it planned, and `claimed` it made.

    `withdrawn` of what was planned before is owed no more, `sent` went out before (minor units).
    """

    before: ReturnLine
    after: ReturnLine
    moved: tuple[Settlement, ...]
    claimed: tuple[Claim, ...]
    withdrawn: int
    sent: int


class Effect(Struct, frozen=True, kw_only=True, gc=False):
    """A return before and after a step, and what its last settlement in the step found."""

    before: Stands
    after: Stands
    settled: Settled

    @property
    def state(self) -> str:
        """The state of the return after the step."""
        return self.after.of.state

    @property
    def lines(self) -> list[LineEffect]:
        """What it does to each line of the return."""
        pairs = zip(self.before.of.lines, self.after.of.lines, strict=True)
        return [self._line(*pair) for pair in pairs]

    @property
    def moved(self) -> tuple[Settlement, ...]:
        """The settlements that it planned, line by line."""
        return _new(self.before.settlements, self.after.settlements)

    @property
    def inspected(self) -> tuple[Inspection, ...]:
        """The inspections that it recorded."""
        return _new(self.before.inspections, self.after.inspections)

    def version(self, of_return: str, *, money: bool = True) -> str:
        """The version of its preview, for a key that is shown this of the return; amounts are part
        of it for a key that may read `money`.
        """
        found, settled = self.after, self.settled
        lines = [(now.id, now.quantity, *_words(now.outcome)) for now in found.of.lines]
        units = [
            (each.arrival, each.units, each.disposition, each.found, *_words(each.outcome))
            for each in found.inspections
        ]
        decided = [
            (place, each.missing, each.open, each.to_settle)
            for place, key in enumerate(inspection.id for inspection in found.inspections)
            if (each := settled.decisions.get(key))
        ]
        shown = (found.of.state, found.of.held_for, lines, units, decided)
        return version(of_return, shown, self._amounts() if money else ())

    def _amounts(self) -> list[object]:
        lines = [
            (
                (each.before.planned, each.after.planned, each.withdrawn, each.sent),
                [
                    (one.instrument, one.amount, one.claimed, one.state, one.sentence)
                    for one in each.moved
                ],
                [(one.amount, one.by, one.due_on) for one in each.claimed],
                self.settled.fees.get(each.after.id),
            )
            for each in self.lines
        ]
        outcomes = [line.outcome for line in self.after.of.lines]
        of_units = [each.outcome for each in self.after.inspections]
        amounts = [each.amount if each else None for each in (*outcomes, *of_units)]
        return [lines, amounts, self.settled.once]

    def _line(self, before: ReturnLine, after: ReturnLine) -> LineEffect:
        mine = [each for each in self.before.settlements if each.return_line == before.id]
        now = {each.id: each for each in self.after.settlements}
        claims = _new(self.before.claims, self.after.claims)
        return LineEffect(
            before=before,
            after=after,
            moved=tuple(each for each in self.moved if each.return_line == before.id),
            claimed=tuple(each for each in claims if each.return_line == before.id),
            withdrawn=sum(_open(each) - _open(now[each.id]) for each in mine),
            sent=sum(each.amount.minor for each in mine if each.state in _SENT),
        )


def effect_of(service: DecisionService, found: Return, step: Step) -> Effect:
    """Takes a step of a locked return, and returns what it did; raises `RequestFault`."""
    before = _stands(service, found)
    after = _stands(service, step())
    settled = service.settled.get(found.id, NOTHING_SETTLED)
    return Effect(before=before, after=after, settled=settled)


def taken_as_shown(
    service: DecisionService, found: Return, shown: str | None, step: Step
) -> Return:
    """Takes a step of a return as it was shown, or with the effect that was shown.

    Raises `RequestFault` `changed` otherwise, which undoes the step.
    """
    of_return = versions_of_return(service.store, found) if shown is not None else ()
    if shown is None or shown in of_return:
        return step()
    try:
        effect = effect_of(service, found, step)
    except RequestFault as fault:  # it was possible when it was shown
        raise changed() from fault
    if shown not in _versions(effect, of_return):
        raise changed()
    return effect.after.of


def _versions(effect: Effect, of_return: Iterable[str]) -> Iterable[str]:
    """The versions of an effect for all keys of a partner; some previews show amounts to each."""
    for each in of_return:
        yield effect.version(each, money=True)
        yield effect.version(each, money=False)


def _stands(service: DecisionService, found: Return) -> Stands:
    """Reads what belongs to a return, by one read of each kind; its settlements line by line."""
    store, places = service.store, {line.id: place for place, line in enumerate(found.lines)}
    sent = store.settlements.of_return_lines(list(places))
    return Stands(
        of=found,
        inspections=store.arrivals.inspections(found.id),
        settlements=tuple(sorted(sent, key=lambda each: places[each.return_line])),
        claims=store.claims.of_return_lines(list(places)),
    )


def _new(before: tuple[T, ...], after: tuple[T, ...]) -> tuple[T, ...]:
    known = {each.id for each in before}
    return tuple(each for each in after if each.id not in known)


def _open(found: Settlement) -> int:
    return found.open_amount.minor


def _words(found: LineOutcome | None) -> tuple[object, ...]:
    """What an outcome says, without its amount, its decision, and the person's name and reason."""
    if found is None:
        return ()
    return found.answer, found.code, found.remedy, bool(found.judged_by)
