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
from services.returns.advancing import advance
from services.returns.decision_service import DecisionService
from services.returns.finding import InspectedUnits, record
from services.returns.line_decisions import line_case_of
from services.returns.who import Who


def inspect(
    service: DecisionService, who: Who, found: Return, looked: Sequence[InspectedUnits]
) -> Return:
    """Records findings, has the policy decide on them, and plans what is owed."""
    state_after(State.RECEIVED, Step.INSPECT, who.actor)
    if found.state in (State.APPROVED, State.IN_TRANSIT, State.REQUESTED, State.IN_REVIEW):
        raise RequestFault("not_received", "Nothing has arrived that could be inspected.", "lines")
    record(service, who, found, looked)
    return go_on_when_seen(service, who, found.id)


def go_on_when_seen(service: DecisionService, who: Who, key: str) -> Return:
    """Settles what was inspected, and the whole return once nothing more is expected."""
    service.store.returns.changed(key)
    now = service.store.returns.now(key)
    if now.state is State.RECEIVED and all_inspected(now.counts) and _some_seen(service, now):
        return settle_received(service, who, now)
    return advance(service, who, key)


def _some_seen(service: DecisionService, found: Return) -> bool:
    """Whether units of the lines came, or all unannounced units were inspected."""
    if any(line.received for line in found.lines):
        return True
    return all(each.inspected == each.units for each in service.store.arrivals.of(found.id))


def settle_received(service: DecisionService, who: Who, found: Return) -> Return:
    """Settles all that arrived; units not inspected count as they were stated."""
    taken = Taken(step=Step.INSPECT, actor=who.actor, by=who.by)
    service.store.returns.take(found.id, taken)
    return advance(service, who, found.id)


def to_be_found(service: DecisionService, line: ReturnLine) -> tuple[Fact, ...]:
    """Returns the facts that an inspection may find of a line and that its policy tests."""
    line_case = line_case_of(service, line)
    if line_case.policy is None:
        return ()
    return tuple(
        each for each in mentioned(line_case.policy, line_case.owned(service)) if each.found
    )
