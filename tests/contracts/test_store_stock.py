"""Stock moves once for its cause, is never below zero, and partners are told in the same breath."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from adapters.store.connection.address import Address, SqliteFile
from adapters.store.journal.kinds import Sides
from adapters.store.stock.records import Moved, StockItem
from adapters.store.tables import Unchangeable
from engine.errors import RequestFault
from engine.returns.units import Disposition
from engine.stock.moves import Bucket, Counted, StockMove, on_inspection, on_receipt
from tests.contracts.conftest import World
from tests.contracts.test_migrations import run_sql

RESTOCK = Disposition.RESTOCK


def apply(world: World, *moves: StockMove, supplier: str = "acme") -> tuple[Moved, ...]:
    with world.store.writing():
        return world.store.stock.apply(world.partners[supplier].id, moves, "tests")


def count(
    world: World, quantity: int, cause: str = "c1", sku: str = "LAMP-1", supplier: str = "acme"
) -> tuple[Moved, ...]:
    counted = Counted(sku=sku, location="main", quantity=quantity, cause=cause)
    with world.store.writing():
        return world.store.stock.count(world.partners[supplier].id, [counted], "tests")


def receive(world: World, units: int, line: str = "r1") -> tuple[Moved, ...]:
    return apply(world, *on_receipt(line, "LAMP-1", "main", units))


def inspect(
    world: World, units: int, disposition: Disposition = RESTOCK, line: str = "i1"
) -> tuple[Moved, ...]:
    return apply(world, *on_inspection(line, "LAMP-1", "main", units, disposition))


def item(world: World, sku: str = "LAMP-1", supplier: str = "acme") -> StockItem:
    with world.store.session():
        found = world.store.stock.item(world.partners[supplier].id, sku)
    assert found is not None
    return found


def test_of_moves_of_which_one_cannot_be_none_is_made_whoever_catches_the_fault(
    world: World,
) -> None:
    count(world, 10)
    before = item(world)
    fine, _ = on_inspection("i0", "LAMP-1", "main", 1, RESTOCK)
    taken = replace(fine, bucket=Bucket.AVAILABLE, cause="fine", delta=-4)
    too_many = replace(taken, cause="too many", delta=-7)

    with world.store.writing(), pytest.raises(RequestFault, match="Only 6"):
        world.store.stock.apply(world.partners["acme"].id, [taken, too_many], "tests")

    assert item(world) == before


def test_returned_units_wait_in_quarantine_and_are_available_once_restocked(world: World) -> None:
    count(world, 10)
    receive(world, 3)
    waiting = item(world)

    inspect(world, 2)
    inspect(world, 1, Disposition.SCRAP, "i2")

    found = item(world)
    assert (waiting.available, waiting.quarantine, waiting.sequence) == (10, 3, 1)
    assert (found.available, found.quarantine, found.sequence) == (12, 0, 2)
    assert [(each.location, each.available) for each in found.places] == [("main", 12)]


def test_the_sequence_rises_only_when_partners_see_a_change(world: World) -> None:
    count(world, 0)
    receive(world, 1)
    count(world, 0, "c2")

    assert item(world).sequence == 1
    inspect(world, 1)
    assert item(world).sequence == 2


def test_the_same_cause_again_changes_nothing(world: World) -> None:
    count(world, 5)
    receive(world, 2)

    assert (receive(world, 2), count(world, 5)) == ((), ())
    assert (item(world).quarantine, item(world).available) == (2, 5)


def test_a_cause_is_not_taken_for_another_change(world: World) -> None:
    receive(world, 2)
    count(world, 5)

    for again in (lambda: receive(world, 3), lambda: count(world, 6)):
        with pytest.raises(RequestFault, match="changed something else already"):
            again()


def test_causes_of_two_suppliers_are_two(world: World) -> None:
    count(world, 5)
    count(world, 6, supplier="globex")

    assert (item(world).available, item(world, supplier="globex").available) == (5, 6)


def test_eight_threads_with_one_cause_move_stock_once(world: World) -> None:
    made: list[int] = []
    ready = threading.Barrier(8)

    def move() -> None:
        ready.wait()
        made.append(len(receive(world, 3)))
        world.store.close()

    in_threads(move, 8)

    assert sorted(made) == [0] * 7 + [1]
    assert item(world).quarantine == 3


def test_threads_that_move_the_same_skus_in_other_orders_lose_nothing(world: World) -> None:
    for sku in ("LAMP-1", "SHOE-9"):
        count(world, 0, f"c-{sku}", sku)
    ready, skus = threading.Barrier(8), ["LAMP-1", "SHOE-9"]

    def move() -> None:
        name = threading.get_ident()
        order = skus if name % 2 else skus[::-1]
        ready.wait()
        for turn in range(5):
            apply(world, *(restocked(sku, f"{name}-{turn}-{sku}") for sku in order))
        world.store.close()

    in_threads(move, 8)

    assert [item(world, sku).available for sku in skus] == [40, 40]
    assert [item(world, sku).sequence for sku in skus] == [41, 41]


def test_who_wrote_in_the_journal_first_waits_for_nobody_who_waits_for_it(world: World) -> None:
    """Some callers have an entry before their stock moves, and others only stock moves."""
    count(world, 0)
    ready, supplier = threading.Barrier(4), world.partners["acme"].id

    def move() -> None:
        name = ready.wait()
        for turn in range(10):
            with world.store.writing():
                if name % 2:
                    told = {"before": "requested", "after": "received"}
                    world.store.journal.tell(
                        Sides(own=supplier), "tests", "return", "return_receive", **told
                    )
                world.store.stock.apply(supplier, [restocked("LAMP-1", f"{name}-{turn}")], "tests")
        world.store.close()

    in_threads(move, 4)

    assert item(world).available == 40
    with world.store.session():
        assert world.store.journal.verify() == ()


def in_threads(work: object, count: int) -> None:
    failed: list[BaseException] = []

    def kept() -> None:
        try:
            work()  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001 - shown below
            failed.append(error)

    threads = [threading.Thread(target=kept) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def restocked(sku: str, cause: str) -> StockMove:
    return StockMove(sku=sku, location="main", bucket=Bucket.AVAILABLE, delta=1, cause=cause)


def test_more_than_there_is_does_not_leave_quarantine(world: World) -> None:
    receive(world, 2)

    with pytest.raises(RequestFault, match="Only 2 of `LAMP-1` are quarantine"):
        inspect(world, 3)
    with pytest.raises(RequestFault) as fault:
        apply(world, replace(restocked("LAMP-1", "x"), delta=-1))

    assert fault.value.code == "below_zero"
    assert (item(world).available, item(world).quarantine) == (0, 2)


def test_a_change_that_fails_takes_those_beside_it_along(world: World) -> None:
    receive(world, 2)

    with pytest.raises(RequestFault):
        apply(world, restocked("SHOE-9", "a"), replace(restocked("LAMP-1", "b"), delta=-1))

    with world.store.session():
        assert world.store.stock.item(world.partners["acme"].id, "SHOE-9") is None


@pytest.mark.parametrize(
    ("move", "code"),
    [
        (replace(restocked("NONE", "x"), delta=1), "unknown_sku"),
        (replace(restocked("LAMP-1", "x"), location="none"), "unknown_location"),
        (replace(restocked("LAMP-1", "x"), delta=2_000_000_001), "too_many"),
    ],
)
def test_what_cannot_be_moved_is_named(world: World, move: StockMove, code: str) -> None:
    with pytest.raises(RequestFault) as fault:
        apply(world, move)

    assert fault.value.code == code


def test_goods_of_another_supplier_are_unknown(world: World) -> None:
    with world.store.session():
        world.store.goods.put(world.partners["globex"], [])
    with pytest.raises(RequestFault) as fault:
        apply(world, restocked("MUG", "x"))

    assert fault.value.code == "unknown_sku"


def test_what_moved_is_kept_for_good_and_journalled(world: World) -> None:
    receive(world, 3)
    inspect(world, 1)

    supplier = world.partners["acme"].id
    with world.store.session():
        found = world.store.stock.moves(supplier, "LAMP-1")
        entries = world.store.journal.about(supplier, "stock")
        assert world.store.journal.verify() == ()
    assert [(each.cause, each.delta, each.after) for each in found] == [
        ("inspection:i1:in", 1, 1),
        ("inspection:i1:out", -1, 2),
        ("receipt:r1", 3, 3),
    ]
    assert len(entries) == 2
    assert "inspection:i1:in" in entries[1].body
    rows, key = world.store.stock._stock.StockMove, (supplier, "receipt:r1")
    with pytest.raises(Unchangeable), world.store.session():
        rows[key].delete()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE stock_move SET delta = 9",
        "DELETE FROM stock_move",
        "TRUNCATE stock_move",
        "INSERT OR REPLACE INTO stock_move SELECT * FROM stock_move",
    ],
)
def test_a_move_is_kept_even_from_plain_sql(world: World, address: Address, sql: str) -> None:
    (before,) = receive(world, 3)
    foreign = "TRUNCATE" if isinstance(address, SqliteFile) else "INSERT OR"
    said = "syntax error" if sql.startswith(foreign) else "stock_move is written once"

    with pytest.raises(Exception, match=said):
        run_sql(address, sql)

    with world.store.session():
        assert world.store.stock.moves(world.partners["acme"].id, "LAMP-1") == (before,)
