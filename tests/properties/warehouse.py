"""A warehouse in which anybody may receive anything, undo it, and count wrongly."""

from __future__ import annotations

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from adapters.store.returns.arrived import Arrival
from engine.returns.lifecycle import State
from engine.returns.units import Disposition
from engine.stock.moves import Bucket
from services.returns.arriving.receiving import Delivered, Delivery
from tests.contracts.returns.building import Shop
from tests.properties.placing import PLACES, Room, Where, room

COMING = (State.APPROVED, State.IN_TRANSIT, State.PARTLY_RECEIVED)
HERE = (State.PARTLY_RECEIVED, State.RECEIVED, State.INSPECTED)

MOST_REQUESTS = 2
PICK = st.integers(0, 50)
RAW = st.integers(0, 19)
WHAT = st.sampled_from([*[Disposition.RESTOCK] * 4, *Disposition])
WHERE = st.sampled_from([*PLACES, *PLACES, *PLACES, "nowhere"])
PLACE = st.sampled_from(["", "", "", *PLACES, *PLACES, "nowhere"])
SELDOM = st.sampled_from([False, False, False, True])


def number(raw: int, there: int) -> int:
    """Mostly a number of units that are there; now and then none, fewer than none, or too many."""
    odd = {17: 0, 18: -1, 19: 2_000_000, 16: there + 1}
    return odd.get(raw, 1 + raw % max(1, min(there, 3)))


class Warehouse(RuleBasedStateMachine):
    """What a supplier may do, well or wrongly, held against what has to come of it."""

    shop: Shop

    @initialize(sent=st.booleans(), calm=st.booleans())
    def begin(self, sent: bool, calm: bool) -> None:
        self.calm = calm  # nothing is undone: more comes and is looked at
        self.room: Room = room(self.shop)
        assert self.room.request(("1", 8), ("2", 6), ("3", 2)) is None
        if sent:
            (made,) = self.room.returns()
            self.shop.move(made, "ship", "UPS", "1Z")

    def did(self, refused: str | None, before: Counter[Where]) -> Counter[Where]:
        """How many units each place has more or less; nothing of what was refused."""
        self.shop.clock.pass_days(0.0005)
        after = self.room.places()
        change = Counter({w: after[w] - before[w] for w in {*after, *before}})
        assert refused is None or not any(change.values()), refused
        return Counter({where: units for where, units in change.items() if units})

    @property
    def came(self) -> bool:
        """Whether anything was ever counted of the return."""
        return bool(self.room.arrivals(self.room.keys[0]))

    @property
    def open(self) -> bool:
        """Whether units of it may still come."""
        return self.room.returns()[0].state in COMING

    @property
    def seen(self) -> bool:
        """Whether anything was ever found of it."""
        return bool(self.room.inspections(self.room.keys[0]))

    # --- counted ----------------------------------------------------------------------------

    @precondition(lambda self: self.open)
    @rule(
        lines=st.dictionaries(st.integers(0, 2), RAW, max_size=2),
        scanned=st.lists(st.tuples(st.integers(0, 1), RAW), max_size=1),
        place=PLACE,
        complete=SELDOM,
    )
    def receive(
        self, lines: dict[int, int], scanned: list[tuple[int, int]], place: str, complete: bool
    ) -> None:
        (found, *_), before = self.room.returns(), self.room.places()
        named = {at: number(raw, found.lines[at].count.to_come) for at, raw in lines.items()}
        units = [
            Delivered(line=found.lines[at].id, sku=None, units=many) for at, many in named.items()
        ]
        units += [
            Delivered(line=None, sku=self.room.skus[at], units=number(raw, 2))
            for at, raw in scanned
        ]
        refused = self.room.receive(0, Delivery(units=units, complete=complete, location=place))

        change, total = self.did(refused, before), sum(each.units for each in units)
        fits = all(many <= found.lines[at].count.to_come for at, many in named.items())
        right = all(0 < each.units <= 1_000_000 for each in units)
        some = units or (complete and any(a.undone is None for a in self.room.arrivals(found.id)))
        may = found.state in COMING and fits and right and some
        assert (refused is None) == bool(may and (place != "nowhere" or not units)), refused
        if refused is None and total:
            at_place = {w: n for w, n in change.items() if w[1] == Bucket.QUARANTINE}
            assert {where[2] for where in at_place} == {place or "main"}
            assert sum(at_place.values()) == total
            assert all(change[(sku, "announced", "")] <= 0 for sku in self.room.skus)

    @precondition(lambda self: self.came and not self.calm)
    @rule(pick=PICK, whole=st.booleans())
    def undo_receipt(self, pick: int, whole: bool) -> None:
        (found, *_), before = self.room.returns(), self.room.places()
        ever = self.room.arrivals(found.id)
        chosen = ever[pick % len(ever)]
        named = [a for a in ever if a.id == chosen.id or (whole and a.receipt == chosen.receipt)]
        standing = [each for each in named if each.undone is None]
        refused = self.room.undo_receipt(
            0, chosen.receipt if whole else None, None if whole else chosen.id
        )

        change = self.did(refused, before)
        seen = any(each.inspected for each in standing)
        may = found.state in HERE and standing and not seen
        assert (refused is None) == bool(may), refused
        if refused is None:
            self.moved_back(standing, change)

    def moved_back(self, undone: list[Arrival], change: Counter[Where]) -> None:
        for place in PLACES:
            for sku in self.room.skus:
                gone = sum(a.units for a in undone if (a.sku, a.location) == (sku, place))
                assert change[(sku, Bucket.QUARANTINE, place)] == -gone
                assert not change[(sku, Bucket.AVAILABLE, place)]
        self.stands_as_counted()

    def stands_as_counted(self) -> None:
        (found, *_) = self.room.returns()
        came = [each for each in self.room.arrivals(found.id) if each.undone is None]
        awaited = any(x.reserved > x.received and x.count.to_come for x in found.lines)
        if not came:
            assert found.state is (State.IN_TRANSIT if found.parcels else State.APPROVED)
        elif awaited:
            assert found.state is State.PARTLY_RECEIVED
        else:
            assert found.state in (State.RECEIVED, State.INSPECTED)

    @precondition(lambda self: self.came and len(self.room.keys) < MOST_REQUESTS)
    @rule(units=st.integers(1, 3), line=st.sampled_from("123"))
    def request_more(self, units: int, line: str) -> None:
        left = self.shop.returnable(line, self.room.number)
        assert (self.room.request((line, units)) is None) == (units <= left)

    @precondition(lambda self: self.came)
    @rule(units=st.integers(1, 3), line=st.sampled_from("123"))
    def cancel_units(self, units: int, line: str) -> None:
        left = self.shop.returnable(line, self.room.number)
        if left:
            self.room.cancel(line, min(units, left))

    @invariant()
    def every_unit_is_in_one_place(self) -> None:
        if hasattr(self, "room"):
            self.room.check()
