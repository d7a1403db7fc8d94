"""Units that did not come and were cancelled in the order do not stop a return: what came is
decided.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from adapters.store.connection.address import Address
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.returns.lifecycle import State
from engine.returns.units import Disposition
from services.returns.arriving.correcting import Uncounted, undo_receipt
from services.returns.overriding import Verdict
from tests.contracts.returns.building import RETAILER, SUPPLIER, Shop, opened
from tests.contracts.returns.test_in_disorder import undo_last

POLICY = """
window: {days: 900, counted_from: delivered}
remedy: {give: account_credit}
deadlines:
  arrival:
    event: received_back
    within: 14 days
    counted_from: rma_issued
    if_late: authorization_expired
  look:
    by: supplier
    event: seller_acted
    within: 3 days
    counted_from: received_back
    if_late: go_on
    if_silent: accept
eligibility:
  rows:
    - {id: E-WORN, when: {condition: worn}, answer: review, to_settle: whether it is}
    - {id: E-USED, when: {condition: used}, answer: refuse, code: condition_breached}
tests:
  usual:
    ordered: 2025-03-01
    delivered: 2025-03-05
    requested: 2025-03-10
    item_price: USD 10.00
    condition: new_unused
    now: 2025-03-10
  cases:
    - {name: worn, given: {condition: worn}, expect: {answer: review}}
    - {name: used, given: {condition: used}, expect: {answer: refuse, code: condition_breached}}
    - name: arrived late
      given: {rma_issued: 2025-03-10, received_back: 2025-03-25}
      expect: {answer: refuse, code: authorization_expired}
    - name: nobody looked
      given: {rma_issued: 2025-03-10, received_back: 2025-03-12, now: 2025-03-16}
      expect: {answer: accept, on_silence: accept}
"""
NEW = {"condition": "new_unused"}


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    found = opened(address)
    found.sells("acme", POLICY)
    found.orders("acme")
    yield found
    found.library.close()
    found.store.close()


def look(shop: Shop, made: Return, units: int = 1) -> Return:
    return shop.inspect(made, (0, units, Disposition.RESTOCK, {}))


def closed(shop: Shop) -> Return:
    """A return of 3 units of which one came."""
    made = shop.one(quantity=3, **NEW)
    shop.receive(made, 1, complete=True)
    look(shop, made)
    shop.pay()
    shop.square()
    assert shop.look(made).state is State.CLOSED
    return made


def expired(shop: Shop) -> Return:
    """A return of 3 units of which none came."""
    made = shop.one(quantity=3, **NEW)
    shop.move(made, "ship", "UPS", "1Z", who=RETAILER)
    shop.clock.pass_days(20)
    shop.wake()
    assert shop.look(made).state is State.EXPIRED
    return made


def word(made: Return, amount: int) -> list[Verdict]:
    about, way = made.lines[0].id, "account_credit"
    return [Verdict(about=about, accept=True, remedy=way, amount=amount, location="main")]


def test_what_came_is_inspected_and_an_inspection_is_undone(shop: Shop) -> None:
    made = shop.one(quantity=3, **NEW)
    shop.receive(made, 2, complete=True)
    shop.cancel_units("acme", "N-1", "1", 1)
    look(shop, made)
    undo_last(shop, made)
    look(shop, made)

    assert look(shop, made).state is State.INSPECTED


def test_silence_accepts_what_came(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    made = shop.one(quantity=3, **NEW)
    shop.receive(made, 2, complete=True)
    shop.cancel_units("acme", "N-1", "1", 1)
    shop.clock.pass_days(5)
    with caplog.at_level(logging.ERROR, "takeback.returns"):
        shop.wake()

    assert shop.look(made).state is State.INSPECTED
    assert shop.owed(made) == [("USD 80.00", "planned")]
    assert not caplog.messages


@pytest.mark.parametrize("first", [True, False])
def test_a_closed_return_is_reopened_and_more_is_given_for_what_came(
    shop: Shop, first: bool
) -> None:
    made = closed(shop)
    if first:
        shop.cancel_units("acme", "N-1", "1", 2)
    shop.move(made, "reopen", "again")
    if not first:
        shop.cancel_units("acme", "N-1", "1", 2)
    with pytest.raises(RequestFault, match=r"worth USD 0\.00 at most"):
        shop.judge(made, word(made, 1))

    after = shop.judge(made, word(made, 0))

    assert (after.state, after.lines[0].quantity) == (State.APPROVED, 1)
    assert shop.square()


@pytest.mark.parametrize("first", [True, False])
def test_an_expired_return_is_reopened_for_the_units_that_are_left(shop: Shop, first: bool) -> None:
    made = expired(shop)
    if first:
        shop.cancel_units("acme", "N-1", "1", 1)
    shop.move(made, "reopen", "again")
    if not first:
        shop.cancel_units("acme", "N-1", "1", 1)

    after = shop.judge(made, word(made, 500))

    assert (after.state, after.lines[0].quantity, shop.returnable()) == (State.APPROVED, 2, 0)
    shop.receive(made, 2)
    look(shop, made, 2)
    assert shop.owed(made) == [("USD 5.00", "planned")]


def test_a_return_without_a_unit_left_is_not_accepted(shop: Shop) -> None:
    made = expired(shop)
    shop.move(made, "reopen", "again")
    shop.cancel_units("acme", "N-1", "1", 3)

    with pytest.raises(RequestFault, match="No unit of `LAMP` is left") as caught:
        shop.judge(made, word(made, 500))

    assert caught.value.code == "units_gone"


def test_a_refused_line_is_decided_again_for_the_units_that_are_left(shop: Shop) -> None:
    wanted = [
        ("N-1", "1", {"quantity": 3, "condition": "used"}),
        ("N-1", "2", {"quantity": 1, "condition": "worn"}),
    ]
    (made,) = shop.request(*wanted)
    assert made.state is State.IN_REVIEW
    shop.cancel_units("acme", "N-1", "1", 1)
    shop.move(made, "answer", {}, who=SUPPLIER)
    shop.cancel_units("acme", "N-1", "1", 2)

    shop.move(made, "answer", {}, who=SUPPLIER)

    assert [each.outcome.answer for each in shop.look(made).lines] == ["refuse", "review"]


@pytest.mark.parametrize("cancelled", [("1", 1), ("1", 2), ("2", 1)])
def test_a_receipt_is_undone_though_other_units_were_cancelled(
    shop: Shop, cancelled: tuple[str, int]
) -> None:
    (made,) = shop.request(("N-1", "1", {"quantity": 3, **NEW}), ("N-1", "2", NEW))
    shop.receive(made, 1, 0, complete=True)
    shop.cancel_units("acme", "N-1", *cancelled)
    (arrival,) = shop.arrivals(made)
    with shop.store.writing():
        found = shop.service().hold(made.id)
        assert found is not None
        what = Uncounted(receipt=None, arrival=arrival.id)
        undo_receipt(shop.service(), SUPPLIER, found, what, "miscounted")

    after = shop.look(made)
    lamps, sofas = (3, 1 - cancelled[1]) if cancelled[0] == "2" else (3 - cancelled[1], 1)
    assert [line.count.to_come for line in after.lines] == [lamps, sofas]
    assert (after.state, shop.returnable()) == (State.APPROVED, 0)
    with pytest.raises(RequestFault, match=f"Still to come of this line: {lamps}; counted"):
        shop.receive(made, lamps + 1, 0)
    shop.receive(made, lamps, sofas)
    for place, units in enumerate((lamps, sofas)):
        if units:
            shop.inspect(made, (place, units, Disposition.RESTOCK, {}))
    assert shop.look(made).state is State.INSPECTED
    assert sum(line.planned for line in shop.look(made).lines) == 4_000 * lamps + 20_000 * sofas
