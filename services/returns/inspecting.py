"""Says what arrived goods are and what becomes of them, and has the policy decide on it.

A unit that was received and one that is accepted are two things: counting is `receiving`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from adapters.store.returns.records import Arrival, Found, Inspection, Return, ReturnLine, Taken
from engine.errors import RequestFault
from engine.money import Money
from engine.policy.register.mentions import mentioned
from engine.policy.vocabulary import Fact
from engine.returns.findings import check_findings, facts_at_receipt, findings
from engine.returns.lifecycle import State, Step, state_after
from engine.returns.outcome import Outcome, outcome_of
from engine.returns.statements import Statement
from engine.returns.units import Disposition, all_inspected, check_inspection, check_units
from engine.settlement.plan import shared_out
from engine.stock.moves import StockMove, on_inspection
from services.returns.cases import Desk
from services.returns.deals import Deal, Dealt, deal_of_line, decide_deals, facts_of
from services.returns.facts import check_words
from services.returns.going import looked_at, waits_for
from services.returns.squaring import Owed, owe_all
from services.returns.who import Who


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Units that were found to be alike: of a line of the return, or of an unannounced arrival.

    `facts` are what was found otherwise than it was said.
    """

    line: str | None
    arrival: str | None
    units: int
    disposition: Disposition
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Units that are decided together; without an `inspection` nobody has looked at them."""

    line: ReturnLine
    units: int
    facts: Mapping[str, object]
    inspection: str = ""
    found: Statement | None = None


def inspect(desk: Desk, who: Who, found: Return, looked: Sequence[Looked]) -> Return:
    """Records findings; when every unit was looked at, the policy decides on what was found."""
    state_after(State.RECEIVED, Step.INSPECT, who.actor)
    if found.state in (State.APPROVED, State.IN_TRANSIT, State.REQUESTED, State.IN_REVIEW):
        raise RequestFault("not_received", "Nothing has arrived that could be inspected.", "lines")
    kept = _kept(desk, found, looked)
    inspected = desk.store.arrivals.inspect(found.id, kept, who.by)
    _to_stock(desk, who, found, inspected)
    seen = [
        {"line": each.line or each.arrival, "units": each.units, "disposition": each.disposition}
        for each in inspected
    ]
    desk.store.returns.tell(found.id, who.by, "return_findings", lines=seen)
    now = desk.store.returns.now(found.id)
    if now.state is State.RECEIVED and all_inspected(now.counts):
        settle_received(desk, who, now)
    return looked_at(desk, found.id)


def settle_received(desk: Desk, who: Who, found: Return) -> None:
    """Decides all that arrived, and plans what is owed for it; units unseen are as was said."""
    groups = _groups(desk, found)
    outcomes = _outcomes(desk, who, found, groups)
    for group, outcome in zip(groups, outcomes, strict=True):
        if group.inspection:
            desk.store.arrivals.settle(group.inspection, outcome)
        else:
            desk.store.returns.settle_line(group.line.id, outcome)
    store = desk.store.returns
    store.take(found.id, Taken(step=Step.INSPECT, actor=who.actor, by=who.by))
    held = waits_for(outcomes)
    store.hold_for(found.id, held)
    if held:
        return
    pairs = zip(groups, outcomes, strict=True)
    owed = [Owed(line=g.line, outcome=o, inspection=g.inspection) for g, o in pairs]
    owe_all(desk, found, who, owed)


def to_be_found(desk: Desk, line: ReturnLine) -> tuple[Fact, ...]:
    """The facts that an inspection may find of a line, as far as its policy looks at them."""
    deal = deal_of_line(desk, line)
    if deal.policy is None:
        return ()
    return tuple(each for each in mentioned(deal.policy, deal.owned(desk)) if each.found)


# --- what was found --------------------------------------------------------------------------


def _kept(desk: Desk, found: Return, looked: Sequence[Looked]) -> list[Found]:
    if not looked:
        raise RequestFault("nothing_found", "An inspection has at least one unit.", "lines")
    lines = {line.id: line for line in found.lines}
    strange = {each.id: each for each in desk.store.arrivals.of(found.id) if each.line is None}
    kept = []
    for index, each in enumerate(looked):
        path = f"lines[{index}]"
        if each.line is None:
            kept.append(_unannounced(strange, each, path))
            continue
        line = lines.get(each.line)
        if line is None:
            raise RequestFault("not_found", "This return has no such line.", f"{path}.line")
        check_inspection(line.count, each.units, f"{path}.units")
        _check_facts(desk, line, each, path)
        lines[line.id] = replace(line, inspected=line.inspected + each.units)
        kept.append(_found(each))
    return kept


def _unannounced(strange: dict[str, Arrival], each: Looked, path: str) -> Found:
    arrival = strange.get(each.arrival or "")
    if arrival is None:
        raise RequestFault("not_found", "There is no such arrival.", f"{path}.arrival")
    check_units(each.units, f"{path}.units")
    if each.units > arrival.units - arrival.inspected:
        raise RequestFault("not_received", "So many units do not wait for it.", f"{path}.units")
    strange[arrival.id] = replace(arrival, inspected=arrival.inspected + each.units)
    return _found(each)


def _check_facts(desk: Desk, line: ReturnLine, each: Looked, path: str) -> None:
    """Raises `RequestFault` for what no inspection can find, or a word the policy does not know."""
    try:
        deal = deal_of_line(desk, line)
        check_findings(deal.owned(desk), facts_of(line), each.facts)
        if deal.policy is not None:
            check_words(deal.policy, each.facts)
    except RequestFault as fault:
        raise RequestFault(fault.code, fault.message, f"{path}.found.{fault.path}") from None


def _found(each: Looked) -> Found:
    return Found(
        line=each.line,
        arrival=each.arrival,
        units=each.units,
        disposition=each.disposition,
        facts=dict(each.facts),
    )


def _to_stock(desk: Desk, who: Who, found: Return, inspected: Sequence[Inspection]) -> None:
    """Out of quarantine; into what is sold only where it was graded to be."""
    where = {each.line or each.id: each for each in desk.store.arrivals.of(found.id)}
    moves: list[StockMove] = []
    for each in inspected:
        came = where[each.line or each.arrival or ""]
        moves += on_inspection(each.id, came.sku, came.location, each.units, each.disposition)
    desk.store.stock.apply(found.supplier, moves, who.by)


# --- what the policy says of it --------------------------------------------------------------


def _groups(desk: Desk, found: Return) -> list[_Group]:
    lines = {line.id: line for line in found.lines}
    groups = [
        _Group(
            line=lines[each.line],
            units=each.units,
            facts=each.found,
            inspection=each.id,
            found=each.statement,
        )
        for each in desk.store.arrivals.inspections(found.id)
        if each.line and each.outcome is None
    ]
    unseen = [line for line in found.lines if line.count.to_inspect]
    return groups + [_Group(line=line, units=line.count.to_inspect, facts={}) for line in unseen]


def _outcomes(desk: Desk, who: Who, found: Return, groups: Sequence[_Group]) -> list[Outcome]:
    """What holds of each group: what a person settled stands unless something else was found."""
    stands = [bool(g.line.outcome.judged_by) and not g.facts for g in groups]
    asked = [g for g, standing in zip(groups, stands, strict=True) if not standing]
    between = (found.supplier, found.retailer)
    dealt = iter(decide_deals(desk, who, between, [_deal(desk, found, g) for g in asked]))
    return [
        _part_of(group) if standing else _decided(group, next(dealt))
        for group, standing in zip(groups, stands, strict=True)
    ]


def _deal(desk: Desk, found: Return, group: _Group) -> Deal:
    said = facts_of(group.line)
    facts = facts_at_receipt(said, findings(said, group.facts), quantity=group.units)
    deal = deal_of_line(desk, group.line, facts)
    told = (*deal.told, group.found) if group.found else deal.told
    return replace(deal, told=told).at(desk, found.events)


def _decided(group: _Group, dealt: Dealt) -> Outcome:
    return outcome_of(dealt.decision, dealt.key, dealt.share, group.line.outcome.most)


def _part_of(group: _Group) -> Outcome:
    """A person's amount for the whole line, as far as its units came."""
    outcome, line = group.line.outcome, group.line
    if outcome.amount is None:
        return outcome
    mine, _ = shared_out(outcome.amount.minor, (group.units, line.quantity - group.units))
    return replace(outcome, amount=Money(mine, outcome.amount.currency))
