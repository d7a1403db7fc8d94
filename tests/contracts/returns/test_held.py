"""A return that is held is read whole once and written once, and nobody is told what was before."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from adapters.store.connection.address import Address
from adapters.store.returns.records import Return, Taken
from engine.returns.lifecycle import State, Step
from engine.returns.units import Disposition
from tests.contracts.returns.building import PLAIN, RETAILER, Shop, opened
from tests.statements import heard

TAKEN = Taken(step=Step.CANCEL, actor=RETAILER.actor, by=RETAILER.by, why="kept")
Read = Callable[[Shop, Return], object]


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    found = opened(address)
    yield found
    found.library.close()
    found.store.close()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Tables that were written, and how often, since the last `clear`."""
    counted: Counter[str] = Counter()

    def count(sql: str) -> None:
        for each in sql.replace('"', "").split("; "):  # several may go at once
            words = each.split()
            if words[0] in ("INSERT", "UPDATE"):
                counted[words[2 if words[0] == "INSERT" else 1]] += 1

    heard(monkeypatch, count)
    return counted


def _cancelled(shop: Shop, key: str) -> None:
    """In a session that holds the return: two changes of it, and one of its line."""
    store = shop.store.returns
    found = shop.service().hold(key)
    assert found is not None
    store.take(key, TAKEN)
    store.hold_for(key, "nothing")
    store.planned(found.lines[0].id, 17, 0)


def _undone(shop: Shop, key: str) -> None:
    with shop.store.atomic():
        _cancelled(shop, key)
        raise ZeroDivisionError


def _by_entity(shop: Shop, found: Return) -> object:
    row = shop.store.due_returns._tables.Return[found.id]
    return row.state, row.held_for, [line.planned for line in row.lines]


def _by_query(shop: Shop, found: Return) -> object:
    keys = [found.id]
    seen = shop.store.tenant_returns.some(keys)[found.id]
    return str(seen.state), seen.held_for, [line.planned for line in seen.lines]


def _by_key(shop: Shop, found: Return) -> object:
    now = shop.store.returns.now(found.id)
    return str(now.state), now.held_for, [line.planned for line in now.lines]


def _by_order(shop: Shop, found: Return) -> object:
    (now,) = shop.store.returns.of_order(found.order)
    return str(now.state), now.held_for, [line.planned for line in now.lines]


@pytest.mark.parametrize("read", [_by_entity, _by_query, _by_key, _by_order])
def test_whoever_reads_after_a_change_reads_the_change(shop: Shop, read: Read) -> None:
    shop.sells("acme", PLAIN)
    shop.orders("acme")
    made = shop.one(quantity=1)
    with shop.store.writing():
        _cancelled(shop, made.id)
        assert read(shop, made) == ("cancelled", "nothing", [17])
        shop.store.returns.hold_for(made.id, "")
        steps = shop.store.tenant_returns.some([made.id])[made.id].history
        assert [each.number for each in steps] == list(range(1, len(steps) + 1))
        assert steps[-1].step is Step.CANCEL

    with shop.store.session():
        assert read(shop, made) == ("cancelled", "", [17])


def test_what_was_read_before_its_lock_is_read_again_under_it(shop: Shop) -> None:
    shop.sells("acme", PLAIN)
    shop.orders("acme")
    made = shop.one(quantity=1)
    with shop.store.session():
        assert shop.store.returns.now(made.id).state is State.APPROVED
        _apart(lambda: shop.move(made, "cancel", "kept", who=RETAILER))
        found = shop.service().hold(made.id)

    assert found is not None
    assert found.state is State.CANCELLED


def test_what_is_held_again_is_what_its_order_tells_of(shop: Shop) -> None:
    shop.sells("acme", PLAIN)
    shop.orders("acme")
    found = shop.one(quantity=1)

    with shop.store.writing():
        shop.service().hold(found.id)
        shop.store.returns.held(found.id)
        shop.store.returns.planned(found.lines[0].id, 17, 0)
        (now,) = shop.store.returns.of_order(found.order)

    assert now.lines[0].planned == 17


def test_what_an_undone_session_changed_is_forgotten(shop: Shop) -> None:
    shop.sells("acme", PLAIN)
    shop.orders("acme")
    made = shop.one(quantity=1)
    with shop.store.session():
        with pytest.raises(ZeroDivisionError):
            _undone(shop, made.id)
        assert _by_key(shop, made) == ("approved", "", [0])
        assert _by_entity(shop, made) == ("approved", "", [0])


def test_the_rows_of_a_table_are_written_by_one_statement(shop: Shop, sent: Counter[str]) -> None:
    """As many lines as there are: each kind of row is changed or added at once."""
    shop.sells("acme", PLAIN)
    shop.orders("acme")
    (made,) = shop.request(*(("N-1", line, {"quantity": 1}) for line in ("1", "2")))
    shop.receive(made, 1, 1)
    sent.clear()

    shop.inspect(made, (0, 1, Disposition.SCRAP, {}), (1, 1, Disposition.SCRAP, {}))

    of_returns = {"goods_return", "return_line", "return_receipt_line", "return_inspection"}
    assert {table: sent[table] for table in of_returns} == dict.fromkeys(of_returns, 1)
    now = shop.look(made)
    assert [(line.received, line.inspected) for line in now.lines] == [(1, 1), (1, 1)]


def _apart(work: Callable[[], object]) -> None:
    """In a session of its own, as another request."""
    other = threading.Thread(target=work)
    other.start()
    other.join()
