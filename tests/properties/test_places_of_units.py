"""Every unit is in one place, leaves only a place where it was, and no unit is made or lost.

This holds for whatever is received, inspected, corrected, sold and tied, in any order and number;
what is refused changes nothing, and what can be done is not refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
)
from hypothesis.stateful import run_state_machine_as_test as run

from adapters.store.connection.address import Address
from adapters.store.returns.arrived import Arrival
from engine.returns.units import Disposition
from engine.stock.moves import Bucket
from tests.contracts.returns.building import Shop, opened
from tests.properties.bench import Bench
from tests.properties.placing import stocked
from tests.properties.warehouse import COMING, PICK, RAW, WHAT, WHERE, number

EXAMPLES = {"sqlite": 8, "postgresql": 3}
MOST_PARCELS = 2


class WithParcels(Bench):
    """The same with parcels that belong to no return."""

    @precondition(lambda self: len(self.room.parcels) < MOST_PARCELS)
    @rule(
        units=st.lists(st.tuples(st.integers(0, 1), RAW), min_size=1, max_size=2),
        place=WHERE,
    )
    def receive_parcel(self, units: list[tuple[int, int]], place: str) -> None:
        before = self.room.places()
        said = [(self.room.skus[at], number(raw, 3)) for at, raw in units]
        refused = self.room.receive_parcel(place, said)

        self.did(refused, before)
        right = units and place != "nowhere" and all(0 < n <= 1_000_000 for _, n in said)
        assert (refused is None) == bool(right), refused

    @precondition(lambda self: self.room.parcels)
    @rule(pick=PICK, raw=RAW, what=WHAT)
    def inspect_parcel(self, pick: int, raw: int, what: Disposition) -> None:
        key, before = self.room.parcels[pick % len(self.room.parcels)], self.room.places()
        parcel, _ = self.room.parcel(key)
        chosen = parcel.arrivals[pick % len(parcel.arrivals)]
        units = number(raw, chosen.waiting)
        refused = self.room.inspect_parcel(key, self.looked(None, chosen.id, units, what))

        change = self.did(refused, before)
        may = parcel.tied_to is None and chosen.undone is None and 1 <= units <= chosen.waiting
        assert (refused is None) == may, refused
        if refused is None:
            self.left_quarantine(change, chosen.sku, units, what)

    @precondition(lambda self: self.room.parcels)
    @rule(pick=PICK, whole=st.booleans())
    def undo_parcel(self, pick: int, whole: bool) -> None:
        key, before = self.room.parcels[pick % len(self.room.parcels)], self.room.places()
        (parcel, ever), levels = self.room.parcel(key), self.room.levels()
        if not whole and not ever:
            return
        chosen = None if whole else ever[pick % len(ever)]
        refused = self.room.undo_parcel(key, chosen.id if chosen else None)

        change = self.did(refused, before)
        may = parcel.tied_to is None
        if chosen is None:
            may = may and bool(parcel.standing) and not any(a.inspected for a in parcel.standing)
            assert (refused is None) == may, refused
            return
        (arrival,) = [each for each in parcel.arrivals if each.id == chosen.arrival]
        restocked = chosen.disposition is Disposition.RESTOCK
        shelf = levels[(arrival.sku, Bucket.AVAILABLE, arrival.location)]
        there = not restocked or shelf >= chosen.units
        assert (refused is None) == (may and chosen.undone is None and there), refused
        if refused is None:
            assert change[(arrival.sku, Bucket.QUARANTINE, arrival.location)] == chosen.units

    @precondition(lambda self: self.room.parcels and self.open)
    @rule(pick=PICK)
    def tie(self, pick: int) -> None:
        free = [k for k in self.room.parcels if self.room.parcel(k)[0].tied_to is None]
        some = free if free and pick % 10 else self.room.parcels
        key, before = some[pick % len(some)], self.room.places()
        (found, *_), (parcel, _) = self.room.returns(), self.room.parcel(key)
        refused = self.room.tie(0, key)

        change = self.did(refused, before)
        may = found.state in COMING and parcel.tied_to is None and bool(parcel.standing)
        assert (refused is None) == may, refused
        here = [w for w, units in change.items() if units and w[1] in set(Bucket) | {"gone"}]
        assert here == []  # its units are where they were
        if refused is None:
            self.filled_lines_first(parcel.arrivals)

    def filled_lines_first(self, came: tuple[Arrival, ...]) -> None:
        (found, *_) = self.room.returns()
        stray = {
            each.sku
            for each in self.room.arrivals(found.id)
            if each.receipt == came[0].receipt and each.line is None
        }
        for line in found.lines:
            assert line.sku not in stray or not line.count.to_come


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    found = stocked(opened(address))
    yield found
    found.library.close()
    found.store.close()


def test_units_are_conserved_whatever_is_done_with_them(shop: Shop, kind: str) -> None:
    machine: Any = type("OfThisShop", (WithParcels,), {"shop": shop})

    run(
        machine,
        settings=settings(
            max_examples=EXAMPLES[kind],
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
