"""Inspections in the warehouse: what arrived is inspected, graded, sold, and graded again."""

from __future__ import annotations

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
)

from adapters.store.returns.arrived import Arrival, Inspection
from engine.returns.units import Disposition
from engine.stock.moves import Bucket
from services.returns.finding import InspectedUnits
from tests.properties.placing import Where
from tests.properties.warehouse import COMING, HERE, PICK, PLACE, RAW, WHAT, Warehouse, number


class Bench(Warehouse):
    """Inspections, made rightly or wrongly."""

    @precondition(lambda self: self.came)
    @rule(pick=PICK, raw=RAW, place=PLACE, what=WHAT)
    def inspect_line(self, pick: int, raw: int, place: str, what: Disposition) -> None:
        (found, *_), before = self.room.returns(), self.room.places()
        some = [at for at, each in enumerate(found.lines) if each.count.to_inspect]
        line = some[pick % len(some)] if some and pick % 10 else pick % 3
        waiting = [
            each
            for each in self.room.arrivals(found.id)
            if each.line == found.lines[line].id and each.undone is None
        ]
        there = sum(each.waiting for each in waiting if place in ("", each.location))
        units = number(raw, there)
        looked = self.looked(found.lines[line].id, None, units, what, place)
        refused = self.room.inspect(0, looked)

        change = self.did(refused, before)
        may = found.state not in COMING[:2] and 1 <= units <= there
        assert (refused is None) == may, refused
        if refused is None:
            self.left_quarantine(change, found.lines[line].sku, units, what)
            if place:
                sku = found.lines[line].sku
                assert change[(sku, Bucket.QUARANTINE, place)] == -units

    @precondition(lambda self: self.came)
    @rule(pick=PICK, raw=RAW, what=WHAT)
    def inspect_arrival(self, pick: int, raw: int, what: Disposition) -> None:
        (found, *_), before = self.room.returns(), self.room.places()
        ever = self.room.arrivals(found.id)
        waiting = [each for each in ever if each.waiting and each.undone is None]
        some = waiting if waiting and pick % 10 else ever
        chosen = some[pick % len(some)]
        units = number(raw, chosen.waiting)
        refused = self.room.inspect(0, self.looked(None, chosen.id, units, what))

        change = self.did(refused, before)
        standing = chosen.undone is None and found.state not in COMING[:2]
        assert (refused is None) == (standing and 1 <= units <= chosen.waiting), refused
        if refused is None:
            self.left_quarantine(change, chosen.sku, units, what)
            assert change[(chosen.sku, Bucket.QUARANTINE, chosen.location)] == -units

    @precondition(lambda self: self.seen and not self.calm)
    @rule(pick=PICK)
    def undo_inspection(self, pick: int) -> None:
        (found, *_), before = self.room.returns(), self.room.places()
        ever = self.room.inspections(found.id)
        chosen, levels = ever[pick % len(ever)], self.room.levels()
        (arrival,) = [a for a in self.room.arrivals(found.id) if a.id == chosen.arrival]
        refused = self.room.undo_inspection(0, chosen.id)

        change = self.did(refused, before)
        shelf = (arrival.sku, Bucket.AVAILABLE, arrival.location)
        there = chosen.disposition is not Disposition.RESTOCK or levels[shelf] >= chosen.units
        may = found.state in HERE and chosen.undone is None and there
        assert (refused is None) == may, refused
        if refused is None:
            self.went_back(chosen, arrival, change)

    def went_back(self, undone: Inspection, arrival: Arrival, change: Counter[Where]) -> None:
        shelf = undone.disposition is Disposition.RESTOCK
        left = (Bucket.AVAILABLE, arrival.location) if shelf else ("gone", "")
        assert change == {
            (arrival.sku, Bucket.QUARANTINE, arrival.location): undone.units,
            (arrival.sku, *left): -undone.units,
        }
        self.stands_as_counted()

    @precondition(lambda self: self.seen)
    @rule(pick=PICK, left=st.integers(0, 1))
    def sell(self, pick: int, left: int) -> None:
        shelves = [(w, n) for w, n in self.room.levels().items() if w[1] == Bucket.AVAILABLE and n]
        if shelves:
            (sku, _, place), there = sorted(shelves)[pick % len(shelves)]
            self.room.sell(sku, place, min(left, there))

    def looked(
        self, line: str | None, arrival: str | None, units: int, what: Disposition, place: str = ""
    ) -> InspectedUnits:
        return InspectedUnits(
            line=line, arrival=arrival, units=units, disposition=what, facts={}, location=place
        )

    def left_quarantine(
        self, change: Counter[Where], sku: str, units: int, what: Disposition
    ) -> None:
        """Units that leave quarantine become available at the same place, or are gone."""
        waited = {w[2]: -n for w, n in change.items() if w[1] == Bucket.QUARANTINE}
        shelf = {w[2]: n for w, n in change.items() if w[1] == Bucket.AVAILABLE}
        assert sum(waited.values()) == units
        assert min(waited.values()) > 0
        assert {w[0] for w in change if w[1] in set(Bucket)} == {sku}
        restocked = what is Disposition.RESTOCK
        assert shelf == (waited if restocked else {})
        assert change[(sku, "gone", "")] == (0 if restocked else units)
