"""What a person's decision does to a return: shown in advance, and compared when it is made.

It hangs on more than the return: on units that other returns have, on what they gave of shipping,
and on claims.
"""

from __future__ import annotations

from msgspec import Struct

from adapters.store.money.records import Settlement
from adapters.store.returns.records import Return, ReturnLine
from engine.errors import RequestFault
from returns_api.types.versions import changed, version, versions_of_return
from services.returns import overriding as judging
from services.returns.decision_service import DecisionService
from services.returns.who import Who


class Effect(Struct, frozen=True, kw_only=True, gc=False):
    """A return before and after a decision, and the settlements that the decision planned."""

    before: Return
    after: Return
    moved: tuple[Settlement, ...]

    @property
    def lines(self) -> list[tuple[ReturnLine, ReturnLine]]:
        """The lines of the return before and after the decision."""
        return list(zip(self.before.lines, self.after.lines, strict=True))

    def version(self, of_return: str) -> str:
        """The version of the decision's preview, for a key that is shown this of the return."""
        lines = [
            (now.id, now.quantity, was.planned, now.planned, now.outcome.remedy, now.outcome.amount)
            for was, now in self.lines
        ]
        moved = [(each.instrument, each.amount, each.state) for each in self.moved]
        return version(of_return, self.after.state, lines, moved)


def decided(service: DecisionService, who: Who, found: Return, said: judging.Judgement) -> Effect:
    """Makes a decision on a locked return; raises `RequestFault`."""
    before = {each.id for each in _sent(service, found)}
    after = judging.judge(service, who, found, said)
    moved = tuple(each for each in _sent(service, after) if each.id not in before)
    return Effect(before=found, after=after, moved=moved)


def decided_as_shown(
    service: DecisionService, who: Who, found: Return, said: judging.Judgement, shown: str | None
) -> Return:
    """Makes a decision on a return as it was shown, or with the effect that was shown.

    Raises `RequestFault` `changed` otherwise, which undoes the decision.
    """
    of_return = versions_of_return(service.store, found)
    if shown is None or shown in of_return:
        return judging.judge(service, who, found, said)
    try:
        effect = decided(service, who, found, said)
    except RequestFault as fault:  # it was possible when it was shown
        raise changed() from fault
    if shown not in map(effect.version, of_return):
        raise changed()
    return effect.after


def _sent(service: DecisionService, found: Return) -> list[Settlement]:
    """Returns the settlements of a return, line by line, by one read."""
    places = {line.id: place for place, line in enumerate(found.lines)}
    sent = service.store.settlements.of_return_lines(list(places))
    return sorted(sent, key=lambda each: places[each.return_line])
