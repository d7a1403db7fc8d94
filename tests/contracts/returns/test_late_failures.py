"""Money that moved and came back: its return is open again, its claim is put right, both hear."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from adapters.store.connection.address import Address
from adapters.store.connection.schema import MIGRATIONS
from adapters.store.drafts import LineDraft
from adapters.store.money.records import Settlement
from adapters.store.returns.records import Return
from engine.money import Money
from engine.returns.lifecycle import State, Step
from engine.returns.units import Disposition
from engine.settlement.gateway import Answered
from engine.settlement.machine import SettlementState
from services.returns.overriding import Verdict
from services.returns.settling.closing import open_unsquared
from tests.contracts.returns.building import Shop, opened
from tests.contracts.returns.test_in_disorder import REFUND, undo_last
from tests.contracts.returns.test_in_parts import (
    EARLY,
    Sold,
    claimed,
    expired,
    look,
    order,
    paid,
    sold,
)

__all__ = ["sold"]

AHEAD = EARLY.replace("account_credit", "refund")
KEPT = "remedy: {give: refund}\ngoods: {do: keep}\n"
S = SettlementState
Replace = Callable[[Shop, str], None]


def come_back(shop: Shop) -> None:
    """All that has moved comes back, as looks at the gateway a day later show."""
    shop.clock.pass_days(1.5)
    shop.pay(Answered.FAILED)


def opened_again(shop: Shop) -> bool:
    with shop.store.writing():
        return open_unsquared(shop.service())


def moves(shop: Shop, made: Return) -> tuple[Settlement, ...]:
    with shop.store.session():
        return shop.store.settlements.of_return_line(made.lines[0].id)


def heard(shop: Shop, subject: str) -> dict[str, list[str]]:
    """The kinds of entries about something, by who hears them."""
    with shop.store.session():
        found = shop.store.journal.everywhere(subject)
    names = {each.id: name for name, each in shop.partners.items()}
    return {
        name: [each.fact for each in found if names[each.tenant] == name]
        for name in ("acme", "northwind")
    }


def retry(shop: Shop, key: str) -> None:
    shop.store.resolving.retry(key, "key s")


def credit(shop: Shop, key: str) -> None:
    shop.store.resolving.credit_instead(key, "key s")


def by_hand(shop: Shop, key: str) -> None:
    shop.store.resolving.paid_by_hand(key, "transfer 1", "key s")


def give_up(shop: Shop, key: str) -> None:
    shop.store.resolving.give_up(key, "key s", "forgiven")


@pytest.mark.parametrize("replace", [retry, credit, by_hand, give_up])
def test_a_return_that_was_squared_is_open_until_something_takes_the_place(
    sold: Sold, replace: Replace
) -> None:
    shop = sold(REFUND, (1, "40.00"))
    made = shop.one(quantity=1)
    look(shop, made, 1)
    shop.pay()
    shop.square()
    assert shop.look(made).state is State.CLOSED

    come_back(shop)
    assert opened_again(shop)
    assert not opened_again(shop)

    now = shop.look(made)
    assert (now.state, now.lines[0].planned, shop.square()) == (State.INSPECTED, 4_000, 0)
    (failed,) = moves(shop, made)
    assert failed.state is S.FAILED
    assert failed.came_back_at is not None
    for side in heard(shop, failed.id).values():
        assert side[-1] == "settlement_came_back"
    for side in heard(shop, made.id).values():
        assert side[-1] == "return_unsettle"

    with shop.store.writing():
        replace(shop, failed.id)
    shop.pay()

    assert shop.square() == 1
    assert shop.look(made).state is State.CLOSED
    assert not opened_again(shop)


def test_goods_that_stay_are_open_as_they_were(sold: Sold) -> None:
    shop = sold(KEPT, (1, "40.00"))
    made = shop.one(quantity=1)
    shop.pay()
    shop.square()

    come_back(shop)

    assert opened_again(shop)
    assert shop.look(made).state is State.APPROVED
    shop.clock.pass_days(400)
    assert shop.wake() == 0


def test_what_a_person_closed_stays_closed(sold: Sold) -> None:
    shop = sold(REFUND, (1, "40.00"))
    made = shop.one(quantity=1)
    look(shop, made, 1)
    shop.pay()
    shop.square()
    come_back(shop)
    opened_again(shop)

    shop.move(made, "close", "so")

    assert not opened_again(shop)
    assert [each.step for each in shop.steps(made)][-2:] == [Step.UNSETTLE, Step.CLOSE]


# --- claims ---------------------------------------------------------------------------------------


def test_a_claim_for_money_that_came_back_is_withdrawn_and_nothing_is_paid_again(
    sold: Sold,
) -> None:
    shop = sold(AHEAD, (2, "40.00"))
    made = shop.one(quantity=1, condition="used")
    shop.pay()
    expired(shop)
    assert claimed(shop, made) == [("USD 40.00", "open")]

    come_back(shop)

    assert claimed(shop, made) == [("USD 40.00", "withdrawn")]
    (gone,) = moves(shop, made)
    assert (gone.state, gone.sentence) == (S.CANCELLED, "Not owed after all.")
    order(shop, "N-2", (1, "30.00"))
    assert paid(shop, shop.one(number="N-2", quantity=1, condition="used")) == ["USD 30.00"]


@pytest.mark.parametrize("replace", [retry, credit, by_hand])
def test_of_money_that_came_back_only_what_is_owed_is_paid_again(
    sold: Sold, replace: Replace
) -> None:
    shop = sold(REFUND, (2, "40.00"))
    made = shop.one(quantity=2)
    shop.receive(made, 2)
    shop.inspect(made, (0, 2, Disposition.RESTOCK, {}))
    shop.pay()
    undo_last(shop, made)
    shop.inspect(made, (0, 1, Disposition.RESTOCK, {}))
    left = 8_000 - shop.look(made).lines[0].planned
    assert left == 4_000

    come_back(shop)
    with shop.store.writing():
        failed = next(each for each in moves(shop, made) if each.state is S.FAILED)
        replace(shop, failed.id)

    new = moves(shop, made)[-1]
    assert (failed.amount.minor, failed.excess) == (8_000, left)
    assert new.amount.minor == 8_000 - left
    assert claimed(shop, made)[0][1] != "open"


def test_money_that_came_back_after_its_claim_was_paid_is_owed_whole(sold: Sold) -> None:
    shop = sold(AHEAD, (2, "40.00"))
    made = shop.one(quantity=1, condition="used")
    shop.pay()
    expired(shop)
    order(shop, "N-2", (1, "60.00"))
    assert paid(shop, shop.one(number="N-2", quantity=1, condition="used")) == ["USD 20.00"]

    come_back(shop)

    assert claimed(shop, made) == [("USD 40.00", "paid")]
    (failed,) = moves(shop, made)
    assert (failed.state, failed.open_amount.minor) == (S.FAILED, 4_000)


def test_what_a_claim_took_off_goes_over_to_what_takes_the_place(sold: Sold) -> None:
    shop = sold(AHEAD, (2, "40.00"))
    first = shop.one(quantity=1, condition="used")
    shop.pay()
    expired(shop)
    order(shop, "N-2", (1, "60.00"))
    made = shop.one(number="N-2", quantity=1, condition="used")
    shop.pay(Answered.FAILED)
    (failed,) = moves(shop, made)
    with shop.store.writing():
        retry(shop, failed.id)

    assert [each.claimed.minor for each in moves(shop, made)] == [0, 4_000]
    shop.move(made, "cancel", "not sent")

    assert claimed(shop, first) == [("USD 40.00", "withdrawn")]  # its own money failed as well


def test_a_claim_is_not_open_again_where_its_money_has_come_back_meanwhile(sold: Sold) -> None:
    shop = sold(AHEAD, (2, "40.00"))
    first = shop.one(quantity=1, condition="used")
    shop.pay()
    expired(shop)
    order(shop, "N-2", (1, "60.00"))
    made = shop.one(number="N-2", quantity=1, condition="used")
    assert claimed(shop, first) == [("USD 40.00", "paid")]
    come_back(shop)

    shop.move(made, "cancel", "not sent")

    assert claimed(shop, first) == [("USD 40.00", "withdrawn")]
    (gone,) = moves(shop, first)
    assert (gone.state, gone.open_amount.minor) == (S.CANCELLED, 0)


def test_money_that_is_claimed_on_its_way_and_fails_is_claimed_no_more(sold: Sold) -> None:
    shop = sold(AHEAD, (2, "40.00"))
    made = shop.one(quantity=1, condition="used")
    shop.pay(Answered.SUBMITTED)
    expired(shop)
    assert claimed(shop, made) == [("USD 40.00", "open")]

    shop.pay(Answered.FAILED)

    assert claimed(shop, made) == [("USD 40.00", "withdrawn")]
    (gone,) = moves(shop, made)
    assert (gone.state, gone.open_amount.minor) == (S.CANCELLED, 0)


# --- money that the gateway does not end ----------------------------------------------------------


@pytest.mark.parametrize(("answered", "ends"), [("succeeded", "closed"), ("failed", "inspected")])
def test_a_refund_on_its_way_for_months_waits_for_a_person_and_still_follows_its_gateway(
    sold: Sold, answered: str, ends: str
) -> None:
    shop = sold(REFUND, (1, "40.00"))
    made = shop.one(quantity=1)
    look(shop, made, 1)
    for _ in range(70):
        shop.clock.pass_days(1)
        shop.pay(Answered.SUBMITTED)
    [waiting] = moves(shop, made)

    shop.clock.pass_days(1)
    shop.pay(Answered(answered))
    while shop.square():
        pass

    assert (waiting.state, waiting.trouble) == (S.NEEDS_ATTENTION, "still_submitted")
    assert heard(shop, waiting.id)["acme"].count("settlement_needs_attention") == 1
    assert (moves(shop, made)[0].state, shop.look(made).state) == (S(answered), State(ends))


def test_a_refund_that_was_never_asked_for_again_is_asked_for_after_the_migration(
    sold: Sold, kind: str
) -> None:
    shop = sold(REFUND, (1, "40.00"))
    made = shop.one(quantity=1)
    look(shop, made, 1)
    shop.pay(Answered.SUBMITTED)
    text = (MIGRATIONS / kind / "0038_settlements_not_final.sql").read_text()
    with shop.store.writing():
        for sql in ("UPDATE settlement SET due = NULL", re.sub("--.*", "", text).rstrip("; \n")):
            shop.store._database.execute(sql)

    shop.pay()

    assert moves(shop, made)[0].state is S.SUCCEEDED


# --- money that was given up ----------------------------------------------------------------------


@pytest.mark.parametrize("tax", [0, 380])
def test_what_was_given_up_is_owed_no_more_once_a_person_decides_again(
    address: Address, tax: int
) -> None:
    shop = opened(address)
    shop.sells("acme", f"window: {{days: 900, counted_from: delivered}}\n{REFUND}")
    number, lamp = "N-9", {"sku": "LAMP", "quantity": 1, "location": "main"}
    line = LineDraft(number="1", unit_price=Money(4_000, "USD"), tax=Money(tax, "USD"), **lamp)  # type: ignore[arg-type]
    with shop.store.session():
        acme = shop.store.partners.acting(shop.partners["acme"])
        shop.add(acme, "acme", number, lines=[line])
    (made,) = shop.request((number, "1", {"quantity": 1}))
    look(shop, made, 1)

    for again in (4_000, 4_000, 2_500, 4_000):
        stuck = next(each for each in moves(shop, made) if each.state is S.NEEDS_ATTENTION)
        with shop.store.writing():
            shop.store.resolving.give_up(stuck.id, "tests", "so")
        while shop.square():
            pass
        shop.move(made, "reopen", "so")
        word = Verdict(about=made.lines[0].id, accept=True, remedy="refund", amount=again)
        shop.judge(made, [word])

        now = shop.look(made).lines[0]
        waiting = [each for each in moves(shop, made) if each.state is S.NEEDS_ATTENTION]
        assert now.planned == sum(each.amount.minor for each in waiting)
        assert again <= now.planned <= 4_000 + tax
    shop.library.close()
    shop.store.close()


def without_payment(address: Address, quantity: int, price: int) -> tuple[Shop, Return]:
    """A shop whose refunds need a person, and a return of all units of an order (minor units)."""
    shop = opened(address)
    shop.sells("acme", f"window: {{days: 900, counted_from: delivered}}\n{REFUND}")
    line = LineDraft(
        number="1",
        sku="LAMP",
        quantity=quantity,
        location="main",
        unit_price=Money(price, "USD"),
    )
    with shop.store.session():
        acme = shop.store.partners.acting(shop.partners["acme"])
        shop.add(acme, "acme", "N-9", lines=[line])
    (made,) = shop.request(("N-9", "1", {"quantity": quantity}))
    return shop, made


@pytest.mark.parametrize("again", [0, 2_500, 7_999, 8_000, 9_000])
def test_a_word_on_units_pays_what_it_says_whatever_was_given_up_for_them(
    address: Address, again: int
) -> None:
    shop, made = without_payment(address, 2, 4_500)
    look(shop, made, 2)
    (unit,) = shop.inspections(made)
    shop.judge(made, [Verdict(about=unit.id, accept=True, remedy="refund", amount=8_000)])
    for stuck in [each for each in moves(shop, made) if each.state is S.NEEDS_ATTENTION]:
        with shop.store.writing():
            shop.store.resolving.give_up(stuck.id, "tests", "so")

    shop.judge(made, [Verdict(about=unit.id, accept=True, remedy="refund", amount=again)])

    waiting = [each for each in moves(shop, made) if each.state is S.NEEDS_ATTENTION]
    assert sum(each.amount.minor for each in waiting) == again
    assert shop.look(made).lines[0].planned == again
    shop.library.close()
    shop.store.close()


def test_a_word_on_some_units_brings_back_nothing_that_was_given_up_for_others(
    address: Address,
) -> None:
    shop, made = without_payment(address, 3, 9_000)
    look(shop, made, 1)
    (stuck,) = moves(shop, made)
    with shop.store.writing():
        shop.store.resolving.give_up(stuck.id, "tests", "so")
    look(shop, made, 2)
    others = shop.inspections(made)[-1]
    word = Verdict(about=others.id, accept=True, remedy="refund", amount=18_000)
    before = sum(each.amount.minor for each in moves(shop, made) if each.state is not S.CANCELLED)

    shop.judge(made, [word])

    after = sum(each.amount.minor for each in moves(shop, made) if each.state is not S.CANCELLED)
    assert (before, after) == (18_000, 18_000)
    shop.library.close()
    shop.store.close()
