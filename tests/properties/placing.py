"""Whatever people do in a supplier's warehouse, rightly or wrongly, one method for each action.

Each method returns the refusal, or None; where units are is read from the several tables in which
the store records it, which have to agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from adapters.store.drafts import LineDraft
from adapters.store.records import Location, Product
from adapters.store.returns.arrived import Arrival, Inspection, ReceivedParcel
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.money import Money
from engine.returns.lifecycle import State
from engine.returns.units import Disposition
from engine.stock.moves import Bucket
from engine.stock.moves import Counted as Level
from services.returns import inspecting
from services.returns.arriving import correcting, parcels, receiving
from services.returns.decision_service import DecisionService
from services.returns.finding import InspectedUnits
from tests.contracts.returns.building import SUPPLIER, Shop

ORDERED = (9, 6, 2)
PLACES = ("main", "east", "west")
_NUMBERS = count(1)
Where = tuple[str, str, str]
"""A SKU, what holds its units, and where."""


@dataclass(slots=True, kw_only=True)
class Room:
    """One order of its own goods: `U` on lines of nine and six units, `V` on a line of two."""

    shop: Shop
    number: str
    skus: tuple[str, str]
    keys: list[str] = field(default_factory=list)
    parcels: list[str] = field(default_factory=list)
    sold: Counter[Where] = field(default_factory=Counter)
    cancelled: Counter[str] = field(default_factory=Counter)

    @property
    def supplier(self) -> str:
        return self.shop.partners["acme"].id

    # --- hands ------------------------------------------------------------------------------

    def request(self, *lines: tuple[str, int]) -> str | None:
        """A return of units of order lines."""
        try:
            said = [(self.number, line, {"quantity": units}) for line, units in lines]
            (made,) = self.shop.request(*said)
        except RequestFault as fault:
            return fault.code
        self.keys.append(made.id)
        return None

    def receive(self, at: int, delivery: receiving.Delivery) -> str | None:
        return self._step(
            at, lambda service, found: receiving.receive(service, SUPPLIER, found, delivery)
        )

    def inspect(self, at: int, looked: InspectedUnits) -> str | None:
        return self._step(
            at, lambda service, found: inspecting.inspect(service, SUPPLIER, found, [looked])
        )

    def undo_receipt(self, at: int, receipt: str | None, arrival: str | None) -> str | None:
        what = correcting.Uncounted(receipt=receipt, arrival=arrival)
        return self._step(
            at, lambda service, found: correcting.undo_receipt(service, SUPPLIER, found, what, "so")
        )

    def undo_inspection(self, at: int, inspection: str) -> str | None:
        return self._step(
            at,
            lambda service, found: correcting.undo_inspection(
                service, SUPPLIER, found, inspection, "so"
            ),
        )

    def receive_parcel(self, location: str, units: Sequence[tuple[str, int]]) -> str | None:
        def do(service: DecisionService) -> None:
            came = parcels.Came(location=location, units=units)
            self.parcels.append(parcels.receive_parcel(service, SUPPLIER, self.supplier, came).id)

        return self._do(do)

    def inspect_parcel(self, key: str, looked: InspectedUnits) -> str | None:
        def do(service: DecisionService) -> None:
            held = self.shop.store.received_parcels.held(key)
            assert held is not None
            parcels.inspect_parcel(service, SUPPLIER, held, [looked])

        return self._do(do)

    def undo_parcel(self, key: str, inspection: str | None) -> str | None:
        def do(service: DecisionService) -> None:
            held = self.shop.store.received_parcels.held(key)
            assert held is not None
            correcting.undo_parcel(service, SUPPLIER, held, inspection, "so")

        return self._do(do)

    def tie(self, at: int, key: str) -> str | None:
        def do(service: DecisionService, found: Return) -> None:
            held = self.shop.store.received_parcels.held(key)
            assert held is not None
            parcels.tie(service, SUPPLIER, found, held)

        return self._step(at, do)

    def cancel(self, line: str, units: int) -> None:
        """Cancels units of a line of the order that no return has."""
        self.shop.cancel_units("acme", self.number, line, units)
        self.cancelled[self.skus[line == "3"]] += units

    def sell(self, sku: str, place: str, left: int) -> None:
        """Sells what is on the shelf, but for what is left."""
        before = self.levels()[(sku, Bucket.AVAILABLE, place)]
        with self.shop.store.writing():
            cause = f"count {next(_NUMBERS)}"
            level = Level(sku=sku, location=place, quantity=left, cause=cause)
            self.shop.store.stock.count(self.supplier, [level], "tests")
        self.sold[(sku, Bucket.AVAILABLE, place)] += before - left

    def _step(self, at: int, do: Callable[[DecisionService, Return], object]) -> str | None:
        def held(service: DecisionService) -> None:
            found = service.hold(self.keys[at])
            assert found is not None
            do(service, found)

        return self._do(held)

    def _do(self, do: Callable[[DecisionService], None]) -> str | None:
        try:
            with self.shop.store.writing():
                do(self.shop.service())
        except RequestFault as fault:
            return fault.code
        return None

    # --- what is where ------------------------------------------------------------------------

    def returns(self) -> list[Return]:
        with self.shop.store.session():
            return [self.shop.store.returns.now(key) for key in self.keys]

    def arrivals(self, key: str) -> tuple[Arrival, ...]:
        with self.shop.store.session():
            return self.shop.store.arrivals.ever(key)

    def inspections(self, key: str) -> tuple[Inspection, ...]:
        with self.shop.store.session():
            return self.shop.store.arrivals.inspected_ever(key)

    def parcel(self, key: str) -> tuple[ReceivedParcel, tuple[Inspection, ...]]:
        with self.shop.store.session():
            store = self.shop.store.received_parcels
            return store.now(key), store.inspections(key)

    def levels(self) -> Counter[Where]:
        """Stock as it stands, by SKU, bucket and place."""
        found: Counter[Where] = Counter()
        with self.shop.store.session():
            items = [self.shop.store.stock.item(self.supplier, sku) for sku in self.skus]
        for item in filter(None, items):
            for place in item.places:
                found[(item.sku, Bucket.AVAILABLE, place.location)] = place.available
                found[(item.sku, Bucket.QUARANTINE, place.location)] = place.quarantine
        return found

    def moved(self) -> Counter[Where]:
        """Stock as its moves add up."""
        found: Counter[Where] = Counter()
        with self.shop.store.session():
            for sku in self.skus:
                for each in self.shop.store.stock.moves(self.supplier, sku):
                    found[(sku, each.bucket, each.location)] += each.delta
        return found

    def everything(self) -> list[tuple[Arrival, list[Inspection]]]:
        """All arrivals with what was found of each."""
        pairs: list[tuple[Arrival, list[Inspection]]] = []
        for arrivals, found in self._sources():
            pairs += [(each, [i for i in found if i.arrival == each.id]) for each in arrivals]
        return pairs

    def _sources(self) -> Iterator[tuple[Sequence[Arrival], Sequence[Inspection]]]:
        for key in self.keys:
            yield self.arrivals(key), self.inspections(key)
        for key in self.parcels:
            parcel, found = self.parcel(key)
            if parcel.tied_to is None:
                yield parcel.arrivals, found

    def places(self) -> Counter[Where]:
        """Where every unit is, by what was counted and found of it."""
        found: Counter[Where] = Counter()
        for sku, line, ordered in zip(
            (self.skus[0], self.skus[0], self.skus[1]), "123", ORDERED, strict=True
        ):
            left = self.shop.returnable(line, self.number)
            assert 0 <= left <= ordered
            found[(sku, "sold", "")] += left
        for each in self.returns():
            for line in each.lines:
                found[(line.sku, "announced", "")] += line.reserved - line.received
        for arrival, inspections in self.everything():
            if arrival.undone is not None:
                continue
            found[(arrival.sku, "came", "announced" if arrival.line else "stray")] += arrival.units
            found[(arrival.sku, Bucket.QUARANTINE, arrival.location)] += arrival.waiting
            for each in inspections:
                if each.undone is None:
                    shelf = each.disposition is Disposition.RESTOCK
                    where = (Bucket.AVAILABLE, arrival.location) if shelf else ("gone", "")
                    found[(arrival.sku, *where)] += each.units
        return found

    def check(self) -> None:
        """Every table says the same of every unit, and none is in two places or in none."""
        places, levels = self.places(), self.levels()
        assert min([*places.values(), *levels.values()], default=0) >= 0
        shelf = {
            where: places[where] - self.sold[where]
            for where in {*places, *levels}
            if where[1] in set(Bucket)
        }
        assert shelf == {where: levels[where] for where in shelf}
        moved = self.moved()
        assert {w: moved[w] for w in {*moved, *levels}} == {w: levels[w] for w in {*moved, *levels}}
        for sku, ordered in zip(self.skus, (15, 2), strict=True):
            mine = places[(sku, "sold", "")] + places[(sku, "announced", "")]
            came, gone = places[(sku, "came", "announced")], self.cancelled[sku]
            assert mine + came + gone == ordered
            here = sum(n for (of, what, _), n in places.items() if of == sku and what in _HERE)
            assert here == sum(places[(sku, "came", how)] for how in ("announced", "stray"))
        self._check_counts()

    def _check_counts(self) -> None:
        for each in self.returns():
            arrivals = [a for a in self.arrivals(each.id) if a.undone is None]
            found = [i for i in self.inspections(each.id) if i.undone is None]
            for line in each.lines:
                assert 0 <= line.inspected <= line.received <= line.reserved <= line.quantity
                assert line.received == sum(a.units for a in arrivals if a.line == line.id)
                assert line.inspected == sum(i.units for i in found if i.line == line.id)
            assert each.state is not State.APPROVED or not arrivals
            first = min((a.at.isoformat() for a in arrivals), default=None)
            assert each.events.get("received_back") == first
        for arrival, inspections in self.everything():
            standing = sum(each.units for each in inspections if each.undone is None)
            assert arrival.inspected == standing <= arrival.units
            assert arrival.undone is None or not standing
            assert {each.line for each in inspections} <= {arrival.line}


_HERE = (Bucket.QUARANTINE, Bucket.AVAILABLE, "gone")


def stocked(shop: Shop) -> Shop:
    """A shop whose supplier has three places."""
    shop.sells("acme")
    with shop.store.session():
        for handle in PLACES[1:]:
            place = Location(handle=handle, name=handle, lines=("1 Road",), country="US")
            shop.store.goods.put_location(shop.partners["acme"], place)
    return shop


def room(shop: Shop) -> Room:
    """Goods and an order that no other test touches."""
    number = next(_NUMBERS)
    skus = (f"U{number}", f"V{number}")
    with shop.store.session():
        goods: list[Any] = [
            Product(sku=sku, title=sku, facts={"category": "lighting"}) for sku in skus
        ]
        shop.store.goods.put(shop.partners["acme"], goods)
    lines = [
        LineDraft(
            number=name, sku=sku, quantity=units, unit_price=Money(1_000, "USD"), location="main"
        )
        for name, sku, units in zip("123", (skus[0], *skus), ORDERED, strict=True)
    ]
    shop.orders("acme", f"O-{number}", lines=lines)
    return Room(shop=shop, number=f"O-{number}", skus=skus)
