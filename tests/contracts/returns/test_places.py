"""Units leave quarantine where they arrived, what was wrong is undone, strangers are tied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from adapters.store.connection.address import Address
from adapters.store.lists.of_returns import PARCELS
from adapters.store.lists.statements import ListQuery
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.returns.lifecycle import Actor, State, Step
from engine.returns.units import Disposition
from engine.stock.moves import Counted
from services.returns.arriving.correcting import Uncounted, undo_inspection, undo_receipt
from services.returns.arriving.parcels import Came, inspect_parcel, receive_parcel, tie
from services.returns.arriving.receiving import Delivered, Delivery, notes_on, receive
from services.returns.finding import InspectedUnits
from services.returns.inspecting import inspect
from services.returns.who import Who
from tests.contracts.returns.building import RETAILER, SUPPLIER, Shop, opened
from tests.properties.placing import stocked

SAID = {"condition": "new_unused"}


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    found = stocked(opened(address))
    found.orders("acme")
    yield found
    found.library.close()
    found.store.close()


def came(shop: Shop, made: Return, place: str = "", complete: bool = False, **units: int) -> Return:
    """Units by the number of their line (`L1`), or by SKU."""
    shop.clock.pass_days(0.01)
    with shop.store.writing():
        found = shop.service().hold(made.id)
        assert found is not None
        said = [
            Delivered(
                line=found.lines[int(name[1:]) - 1].id
                if name[0] == "L" and name[1:].isdigit()
                else None,
                sku=None if name[0] == "L" and name[1:].isdigit() else name,
                units=count,
            )
            for name, count in units.items()
        ]
        return receive(
            shop.service(), SUPPLIER, found, Delivery(units=said, complete=complete, location=place)
        )


def look(shop: Shop, made: Return, units: int = 1, what: str = "restock", **named: Any) -> Return:
    with shop.store.writing():
        found = shop.service().hold(made.id)
        assert found is not None
        said = InspectedUnits(
            line=named.get("line", found.lines[0].id if "arrival" not in named else None),
            arrival=named.get("arrival"),
            units=units,
            disposition=Disposition(what),
            facts=named.get("facts", {}),
            location=named.get("location", ""),
        )
        return inspect(shop.service(), SUPPLIER, found, [said])


def uncount(
    shop: Shop, made: Return, arrival: str | None = None, who: Who = SUPPLIER, **more: Any
) -> Return:
    with shop.store.writing():
        found = shop.service().hold(made.id)
        assert found is not None
        what = Uncounted(receipt=more.get("receipt"), arrival=arrival)
        return undo_receipt(shop.service(), who, found, what, more.get("why", "A wrong count."))


def unfind(shop: Shop, made: Return, place: int = -1, who: Who = SUPPLIER) -> Return:
    with shop.store.session():
        key = shop.store.arrivals.inspected_ever(made.id)[place].id
    with shop.store.writing():
        found = shop.service().hold(made.id)
        assert found is not None
        return undo_inspection(shop.service(), who, found, key, "A wrong finding.")


def places(shop: Shop, sku: str = "LAMP") -> dict[str, tuple[int, int]]:
    """By place: what is available, and what waits."""
    with shop.store.session():
        item = shop.store.stock.item(shop.partners["acme"].id, sku)
    assert item is not None
    return {each.location: (each.available, each.quarantine) for each in item.places}


# --- where units wait ----------------------------------------------------------------------------


def test_units_that_came_to_two_places_are_inspected_and_the_return_goes_on(shop: Shop) -> None:
    made = shop.one(quantity=2, **SAID)
    came(shop, made, "east", L1=1)
    came(shop, made, "west", L1=1)

    after = look(shop, made, 2)

    assert after.state is State.INSPECTED
    assert places(shop) == {"east": (1, 0), "west": (1, 0)}
    assert [each.units for each in shop.inspections(made)] == [1, 1]
    arrivals = [each.id for each in shop.arrivals(made)]
    assert [each.arrival for each in shop.inspections(made)] == arrivals
    assert sum(int(amount[4:-3]) for amount, _ in shop.owed(made)) == 80


def test_units_are_taken_from_a_place_or_an_arrival_that_is_named(shop: Shop) -> None:
    made = shop.one(quantity=3, **SAID)
    came(shop, made, "east", L1=1)
    came(shop, made, "west", L1=2)
    look(shop, made, 1, location="west")
    assert places(shop) == {"east": (0, 1), "west": (1, 1)}

    with pytest.raises(RequestFault, match="2 units are inspected and 1 wait for it at `west`"):
        look(shop, made, 2, location="west")
    first, second = shop.arrivals(made)
    look(shop, made, 1, "scrap", arrival=first.id)
    assert places(shop) == {"east": (0, 0), "west": (1, 1)}

    assert look(shop, made, arrival=second.id).state is State.INSPECTED


def test_an_arrival_of_another_line_is_not_found(shop: Shop) -> None:
    (made,) = shop.request(("N-1", "1", SAID), ("N-1", "2", SAID))
    came(shop, made, L1=1, L2=1)
    (sofa,) = [each for each in shop.arrivals(made) if each.sku == "SOFA"]

    with pytest.raises(RequestFault, match="no such arrival"):
        look(shop, made, line=made.lines[0].id, arrival=sofa.id)


def test_a_scanned_sku_is_matched_to_its_lines_and_told(shop: Shop) -> None:
    shop.orders("acme", "N-2")
    (made,) = shop.request(("N-1", "1", {"quantity": 2, **SAID}))
    scanned = Delivery(units=[Delivered(line=None, sku="LAMP", units=3)])

    notes = notes_on(made, scanned)
    came(shop, made, LAMP=3)

    assert notes == ["3 of `LAMP` were counted: 2 of line 1, 1 that nobody announced."]
    after = shop.look(made)
    assert (after.state, after.lines[0].received) == (State.RECEIVED, 2)
    assert [(each.units, each.line is None) for each in shop.arrivals(made)] == [
        (2, False),
        (1, True),
    ]


# --- undone ---------------------------------------------------------------------------------------


def test_a_receipt_is_undone_and_received_again(shop: Shop) -> None:
    made = shop.one(quantity=2, **SAID)
    came(shop, made, "east", L1=2)
    (wrong,) = shop.arrivals(made)

    after = uncount(shop, made, wrong.id)

    assert (after.state, after.lines[0].received) == (State.APPROVED, 0)
    assert places(shop) == {"east": (0, 0)}
    assert "received_back" not in after.events
    with shop.store.session():
        (kept,) = shop.store.arrivals.ever(made.id)
    assert kept.undone is not None
    assert (kept.undone.by, kept.undone.why) == ("key s", "A wrong count.")
    step = shop.steps(made)[-1]
    assert (step.step, step.after, step.why) == (Step.CORRECT, State.APPROVED, "A wrong count.")
    assert came(shop, made, L1=2).state is State.RECEIVED


def test_a_return_whose_parcel_is_known_is_in_transit_again(shop: Shop) -> None:
    made = shop.one(quantity=1, **SAID)
    shop.move(made, "ship", "UPS", "1Z", who=RETAILER)
    came(shop, made, L1=1)

    assert uncount(shop, made, shop.arrivals(made)[0].id).state is State.IN_TRANSIT


def test_of_several_receipts_one_is_undone(shop: Shop) -> None:
    made = shop.one(quantity=3, **SAID)
    came(shop, made, L1=1)
    first = shop.look(made).events["received_back"]
    came(shop, made, L1=2, SOFA=1)
    receipt = shop.arrivals(made)[-1].receipt

    after = uncount(shop, made, receipt=receipt)

    assert (after.state, after.lines[0].received) == (State.PARTLY_RECEIVED, 1)
    assert after.events["received_back"] == first
    assert places(shop, "SOFA") == {"main": (0, 0)}


def test_units_that_were_inspected_are_undone_after_their_inspection(shop: Shop) -> None:
    made = shop.one(quantity=1, **SAID)
    came(shop, made, L1=1)
    look(shop, made, what="scrap")
    (arrival,) = shop.arrivals(made)
    with pytest.raises(RequestFault, match="were inspected; undo that first"):
        uncount(shop, made, arrival.id)

    assert unfind(shop, made).state is State.RECEIVED
    assert uncount(shop, made, arrival.id).state is State.APPROVED
    assert places(shop) == {"main": (0, 0)}


def test_an_inspection_is_undone_and_its_units_wait_where_they_were(shop: Shop) -> None:
    made = shop.one(quantity=2, **SAID)
    came(shop, made, "east", L1=1)
    came(shop, made, "west", L1=1)
    look(shop, made, 2)

    after = unfind(shop, made, 0)

    assert (after.state, after.lines[0].inspected) == (State.RECEIVED, 1)
    assert places(shop) == {"east": (0, 1), "west": (1, 0)}
    assert len(shop.inspections(made)) == 1
    assert look(shop, made, 1, "scrap").state is State.INSPECTED


def test_an_inspection_of_units_that_were_sold_stays(shop: Shop) -> None:
    made = shop.one(quantity=1, **SAID)
    came(shop, made, L1=1)
    look(shop, made)
    sell(shop)

    with pytest.raises(RequestFault, match="sold or moved meanwhile") as caught:
        unfind(shop, made)

    assert caught.value.code == "gone_meanwhile"
    assert shop.look(made).state is State.INSPECTED


def sell(shop: Shop) -> None:
    with shop.store.writing():
        level = Counted(sku="LAMP", location="main", quantity=0, cause="count")
        shop.store.stock.count(shop.partners["acme"].id, [level], "tests")


def test_nothing_is_undone_twice_or_by_a_stranger_or_without_a_reason(shop: Shop) -> None:
    made = shop.one(quantity=2, **SAID)
    came(shop, made, L1=1)
    came(shop, made, L1=1)
    first, _ = shop.arrivals(made)
    with pytest.raises(RequestFault, match="Say why"):
        uncount(shop, made, first.id, why=" ")
    with pytest.raises(RequestFault, match="it is for supplier or support"):
        uncount(shop, made, first.id, who=RETAILER)
    with pytest.raises(RequestFault, match="no such arrival"):
        uncount(shop, made, "nothing")
    with pytest.raises(RequestFault, match="one of both"):
        uncount(shop, made)

    uncount(shop, made, first.id, who=Who(actor=Actor.SUPPORT, by="key a"))

    with pytest.raises(RequestFault, match="undone before"):
        uncount(shop, made, first.id)
    look(shop, made)
    unfind(shop, made)
    with pytest.raises(RequestFault, match="undone before"):
        unfind(shop, made)


def test_an_undone_end_of_reception_holds_units_again_if_they_are_free(shop: Shop) -> None:
    made = shop.one(quantity=3, **SAID)
    came(shop, made, L1=1, complete=True)
    assert shop.returnable() == 2
    (arrival,) = shop.arrivals(made)

    after = uncount(shop, made, arrival.id)

    assert (after.state, shop.returnable()) == (State.APPROVED, 0)
    came(shop, made, L1=1, complete=True)
    other = shop.one(quantity=1, **SAID)

    after = uncount(shop, made, shop.arrivals(made)[-1].id)

    (line,) = after.lines
    assert (after.state, line.count.to_come, shop.returnable()) == (State.APPROVED, 2, 0)
    with pytest.raises(RequestFault, match="Still to come of this line: 2; counted"):
        came(shop, made, L1=3)
    assert came(shop, made, L1=2).state is came(shop, other, L1=1).state is State.RECEIVED


def test_a_reception_ends_without_a_unit_and_what_was_seen_is_settled(shop: Shop) -> None:
    made = shop.one(quantity=2, **SAID)
    with pytest.raises(RequestFault, match="Nothing of this return came"):
        came(shop, made, complete=True)
    came(shop, made, L1=1)
    look(shop, made)

    after = came(shop, made, complete=True)

    assert (after.state, shop.owed(made)) == (State.INSPECTED, [("USD 40.00", "planned")])


def test_what_was_refused_counts_again_once_its_finding_is_undone(shop: Shop) -> None:
    shop.publishes("acme", WORN, "worn")
    shop.orders("acme", "N-2", channel="phone")
    made = shop.one("1", "N-2", quantity=1, **SAID)
    came(shop, made, L1=1)
    look(shop, made, facts={"condition": "worn"})
    assert shop.look(made).lines[0].refused == 1

    assert unfind(shop, made).lines[0].refused == 0


WORN = """
for: {channel: [phone]}
window: {days: 30, counted_from: delivered}
eligibility:
  rows: [{id: E-WORN, when: {condition: worn}, answer: refuse, code: excluded_condition}]
remedy: {to_retailer: credit, of: item_price}
shipping: {return_paid_by: consumer}
tests:
  usual: {ordered: 2025-03-01, delivered: 2025-03-05, requested: 2025-03-10, reason: change_of_mind,
          item_price: USD 10.00, channel: phone}
  cases:
    - {name: worn, given: {condition: worn}, expect: {answer: refuse}}
"""


# --- without a return ---------------------------------------------------------------------------


def stray(shop: Shop, place: str = "east", **units: int) -> str:
    shop.clock.pass_days(0.01)
    with shop.store.writing():
        said = Came(location=place, units=list(units.items()), note="wet box", tracking="1Z")
        supplier = shop.partners["acme"].id
        return receive_parcel(shop.service(), SUPPLIER, supplier, said).id


def tied(shop: Shop, made: Return, key: str) -> list[str]:
    with shop.store.writing():
        found, held = shop.service().hold(made.id), shop.store.received_parcels.held(key)
        assert found is not None
        assert held is not None
        return tie(shop.service(), SUPPLIER, found, held)


def graded(shop: Shop, key: str, units: int, what: str, **facts: object) -> None:
    with shop.store.writing():
        held = shop.store.received_parcels.held(key)
        assert held is not None
        looked = InspectedUnits(
            line=None,
            arrival=held.arrivals[0].id,
            units=units,
            disposition=Disposition(what),
            facts=facts,
        )
        inspect_parcel(shop.service(), SUPPLIER, held, [looked])


def test_a_parcel_without_a_return_is_counted_and_graded(shop: Shop) -> None:
    key = stray(shop, LAMP=2)
    assert places(shop) == {"east": (0, 2)}

    graded(shop, key, 1, "restock")

    assert places(shop) == {"east": (1, 1)}
    acting = shop.store.partners.acting(shop.partners["acme"])
    with shop.store.session():
        parcels = shop.store.received_parcels

        def keys(**filters: bool) -> list[str]:
            asked = ListQuery(principal=acting, sort="NEWEST", filters=filters)
            return list(shop.store.lists.every(PARCELS, asked))

        assert keys() == keys(tied=False) == [key]
        assert keys(tied=True) == []
        found = parcels.visible(acting, key)
    assert found is not None
    assert (found.note, found.tracking, found.by) == ("wet box", "1Z", "key s")


def test_a_parcel_is_tied_to_its_return_on_the_day_it_came(shop: Shop) -> None:
    key = stray(shop, LAMP=3)
    there = shop.clock.at
    shop.clock.pass_days(2)
    made = shop.one(quantity=2, **SAID)
    shop.clock.pass_days(1)

    notes = tied(shop, made, key)

    after = shop.look(made)
    assert notes == ["3 of `LAMP` were counted: 2 of line 1, 1 that nobody announced."]
    assert (after.state, after.lines[0].received) == (State.RECEIVED, 2)
    assert after.events["received_back"] == there.isoformat()
    assert places(shop) == {"east": (0, 3)}
    look(shop, made, 2)
    assert places(shop) == {"east": (2, 1)}
    with pytest.raises(RequestFault, match="of a return; go on there"):
        tied(shop, made, key)
    with pytest.raises(RequestFault, match="of a return; go on there"):
        graded(shop, key, 1, "scrap")


def test_what_was_found_of_a_parcel_goes_with_it_and_is_settled(shop: Shop) -> None:
    key = stray(shop, LAMP=2)
    graded(shop, key, 1, "restock")
    graded(shop, key, 1, "scrap")
    made = shop.one(quantity=2, **SAID)

    tied(shop, made, key)

    assert shop.look(made).state is State.INSPECTED
    assert [(str(each.disposition), each.units) for each in shop.inspections(made)] == [
        ("restock", 1),
        ("scrap", 1),
    ]
    assert unfind(shop, made).state is State.RECEIVED
    assert places(shop) == {"east": (1, 1)}


def test_a_finding_that_the_policy_does_not_know_is_not_taken_along(shop: Shop) -> None:
    key = stray(shop, LAMP=1)
    graded(shop, key, 1, "restock", condition="as good as new")
    made = shop.one(quantity=1, **SAID)

    with pytest.raises(RequestFault):
        tied(shop, made, key)


def test_a_parcel_is_tied_once_however_many_tie_it(shop: Shop) -> None:
    key = stray(shop, LAMP=1)
    made = [shop.one(quantity=1, **SAID) for _ in range(3)]
    waiting = iter(made)

    def work() -> int:
        try:
            tied(shop, next(waiting), key)
        except RequestFault as fault:
            if fault.code not in ("tied_already", "conflict"):
                raise
            return 0
        return 1

    assert shop.at_once(work, 3) == [1]
    assert places(shop) == {"east": (0, 1)}
    assert sum(shop.look(each).lines[0].received for each in made) == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"place": "nowhere", "LAMP": 1}, "unknown_location"),
        ({"VASE": 1}, "unknown_sku"),
        ({"LAMP": 0}, "wrong_quantity"),
        ({}, "nothing_arrived"),
    ],
)
def test_a_parcel_that_cannot_have_come_is_refused(
    shop: Shop, said: dict[str, Any], code: str
) -> None:
    with pytest.raises(RequestFault) as caught:
        stray(shop, **said)

    assert caught.value.code == code
