"""Records inspections, and has the policy decide on what they found.

Receiving a unit and accepting it are separate: `arriving` counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from adapters.store.returns.records import Return, ReturnLine, Taken
from engine.errors import RequestFault
from engine.policy.register.mentions import mentioned
from engine.policy.vocabulary import Fact
from engine.returns.lifecycle import State, Step, state_after
from engine.returns.units import all_inspected
from services.returns.cases import Desk
from services.returns.deals import deal_of_line
from services.returns.finding import Looked, record
from services.returns.going import advance
from services.returns.who import Who


def inspect(desk: Desk, who: Who, found: Return, looked: Sequence[Looked]) -> Return:
    """Records findings, has the policy decide on them, and plans what is owed."""
    state_after(State.RECEIVED, Step.INSPECT, who.actor)
    if found.state in (State.APPROVED, State.IN_TRANSIT, State.REQUESTED, State.IN_REVIEW):
        raise RequestFault("not_received", "Nothing has arrived that could be inspected.", "lines")
    record(desk, who, found, looked)
    return go_on_when_seen(desk, who, found.id)


def go_on_when_seen(desk: Desk, who: Who, key: str) -> Return:
    """Settles what was inspected, and the whole return once nothing more is expected."""
    desk.store.returns.changed(key)
    now = desk.store.returns.now(key)
    if now.state is State.RECEIVED and all_inspected(now.counts) and _some_seen(desk, now):
        return settle_received(desk, who, now)
    return advance(desk, who, key)


def _some_seen(desk: Desk, found: Return) -> bool:
    """Whether units of the lines came, or all unannounced units were inspected."""
    if any(line.received for line in found.lines):
        return True
    return all(each.inspected == each.units for each in desk.store.arrivals.of(found.id))


def settle_received(desk: Desk, who: Who, found: Return) -> Return:
    """Settles all that arrived; units not inspected count as they were stated."""
    taken = Taken(step=Step.INSPECT, actor=who.actor, by=who.by)
    desk.store.returns.take(found.id, taken)
    return advance(desk, who, found.id)


def to_be_found(desk: Desk, line: ReturnLine) -> tuple[Fact, ...]:
    """Returns the facts that an inspection may find of a line and that its policy tests."""
    deal = deal_of_line(desk, line)
    if deal.policy is None:
        return ()
    return tuple(each for each in mentioned(deal.policy, deal.owned(desk)) if each.found)
