"""Records what arrived goods are and where they go in stock; `inspecting` decides what is owed.

Each finding is of units of one arrival, so that they leave quarantine where they arrived.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from adapters.store.returns.arrived import Arrival, Found, Inspection
from adapters.store.returns.records import Return, ReturnLine
from engine.errors import RequestFault
from engine.returns.statements import check_findings
from engine.returns.units import Disposition, Pile, taken_from
from engine.stock.moves import StockMove, on_inspection
from services.returns.decision_service import DecisionService
from services.returns.facts import check_words
from services.returns.line_decisions import facts_of, line_case_of
from services.returns.who import Who


class InspectedUnits(Struct, frozen=True, kw_only=True, gc=False):
    """Units with the same finding: of a return line, or of one `arrival`.

    Units of a line are taken from its arrivals (at `location`, if given) in order of arrival.
    `facts` are the findings that differ from what was stated.
    """

    line: str | None
    arrival: str | None
    units: int
    disposition: Disposition
    facts: Mapping[str, object]
    location: str = ""


def record(
    service: DecisionService, who: Who, found: Return, looked: Sequence[InspectedUnits]
) -> None:
    """Stores findings and moves their units; raises `RequestFault` for impossible ones."""
    lines = {line.id: line for line in found.lines}
    arrivals = service.store.arrivals.of(found.id)
    inspected = service.store.arrivals.inspect(
        found.id, findings_of(service, lines, arrivals, looked), who.by
    )
    service.store.journal.hold_all([found.supplier], [found.retailer])
    to_stock(service, who, found.supplier, (arrivals, inspected))
    service.store.returns.tell(found.id, who.by, "return_findings", lines=told(inspected))


def findings_of(
    service: DecisionService,
    lines: Mapping[str, ReturnLine],
    arrivals: Sequence[Arrival],
    looked: Sequence[InspectedUnits],
) -> list[Found]:
    """Returns findings, one arrival each; raises `RequestFault` for units that are not waiting."""
    if not looked:
        raise RequestFault("nothing_found", "An inspection has at least one unit.", "lines")
    there = {each.id: each for each in arrivals}
    kept = []
    for index, each in enumerate(looked):
        path = f"lines[{index}]"
        line = _line_of(each, lines, there, path)
        if line is not None:
            check_facts(service, line, each.facts, f"{path}.found")
        waiting = list(_waiting(each, there))
        for pile in taken_from(waiting, each.units, f"{path}.units", each.location):
            before = there[pile.arrival]
            there[pile.arrival] = replace(before, inspected=before.inspected + pile.units)
            kept.append(_found(each, line, pile))
    return kept


def check_facts(
    service: DecisionService, line: ReturnLine, facts: Mapping[str, object], path: str
) -> None:
    """Raises `RequestFault` for a fact that no inspection can find, or an unknown word of one."""
    try:
        line_case = line_case_of(service, line)
        check_findings(line_case.owned(service), facts_of(line), facts)
        if line_case.policy is not None:
            check_words(line_case.policy, facts)
    except RequestFault as fault:
        raise RequestFault(fault.code, fault.message, f"{path}.{fault.path}") from None


def to_stock(
    service: DecisionService,
    who: Who,
    supplier: str,
    found: tuple[Sequence[Arrival], Sequence[Inspection]],
) -> None:
    """Moves units out of quarantine where they arrived, and into saleable stock if graded so."""
    arrivals, inspected = found
    came = {each.id: each for each in arrivals}
    moves = [move for each in inspected for move in moves_of(each, came[each.arrival or ""])]
    service.store.stock.apply(supplier, moves, who.by)


def moves_of(inspection: Inspection, arrival: Arrival) -> tuple[StockMove, ...]:
    """Returns how the stock moves by an inspection of units of an arrival."""
    at, units = arrival, inspection.units
    return on_inspection(inspection.id, at.sku, at.location, units, inspection.disposition)


def told(inspected: Sequence[Inspection]) -> list[dict[str, object]]:
    """Returns findings as the journal records them."""
    return [
        {"line": each.line or each.arrival, "units": each.units, "disposition": each.disposition}
        for each in inspected
    ]


def _line_of(
    looked: InspectedUnits, lines: Mapping[str, ReturnLine], there: Mapping[str, Arrival], path: str
) -> ReturnLine | None:
    """Returns the line of the units; None for units that were not announced."""
    if looked.arrival is not None:
        arrival = there.get(looked.arrival)
        if arrival is None or looked.line not in (None, arrival.line):
            raise RequestFault("not_found", "There is no such arrival.", f"{path}.arrival")
        return lines[arrival.line] if arrival.line else None
    if looked.line is None:
        raise RequestFault("missing", "Name the `line` or the `arrival`.", path)
    if looked.line not in lines:
        raise RequestFault("not_found", "This return has no such line.", f"{path}.line")
    return lines[looked.line]


def _waiting(looked: InspectedUnits, there: Mapping[str, Arrival]) -> Iterator[Pile]:
    for each in there.values():
        mine = each.id == looked.arrival if looked.arrival else each.line == looked.line
        if mine and looked.location in ("", each.location):
            yield Pile(arrival=each.id, units=each.waiting)


def _found(looked: InspectedUnits, line: ReturnLine | None, pile: Pile) -> Found:
    return Found(
        line=line.id if line else None,
        arrival=pile.arrival,
        units=pile.units,
        disposition=looked.disposition,
        facts=dict(looked.facts),
    )
