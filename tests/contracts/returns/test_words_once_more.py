"""Whatever is given up, undone or opened again, a person's word pays no unit twice."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.returns.lifecycle import State
from engine.settlement.gateway import Answered
from engine.settlement.machine import SettlementState
from services.returns.overriding import Verdict
from tests.contracts.returns.building import Shop
from tests.contracts.returns.test_in_disorder import undo_arrival
from tests.contracts.returns.test_in_parts import Sold, claimed, look, order, paid, sold
from tests.contracts.returns.test_money_that_stays import REFUND, opened_again, said

__all__ = ["sold"]

KEPT = "remedy: {give: account_credit}\ngoods: {do: keep}\n"


def given_anew(shop: Shop, made: Return, amount: int) -> None:
    """A return is closed and opened again, and its line is accepted."""
    opened_again(shop, made)
    assert said(shop, made, amount) == "taken"
    shop.clock.pass_days(0.001)


def in_one_arrival(shop: Shop, made: Return, **found: object) -> None:
    """A unit that was settled before comes once more, together with another."""
    shop.receive(made, 1)
    undo_arrival(shop, made, 0)
    undo_arrival(shop, made, 0)
    look(shop, made, 2, **found)


def fails_and_is_given_up(shop: Shop, made: Return) -> None:
    shop.pay(Answered.FAILED)
    with shop.store.writing():
        for each in shop.store.settlements.of_return_line(made.lines[0].id):
            if each.state is SettlementState.FAILED:
                shop.store.resolving.give_up(each.id, "tests", "so")


def planned(shop: Shop, made: Return) -> int:
    return shop.look(made).lines[0].planned


@pytest.fixture
def reopened(sold: Sold) -> tuple[Shop, Return]:
    """One of three units came and was paid; the return was opened again, the others come."""
    shop = sold(REFUND, (3, "40.00"))
    made = shop.one(quantity=3)
    look(shop, made, 1)
    shop.pay()
    given_anew(shop, made, 8_000)
    return shop, made


Reopened = tuple[Shop, Return]


def test_money_given_up_later_makes_room_for_no_more_than_units_are_worth(
    reopened: Reopened,
) -> None:
    shop, made = reopened
    in_one_arrival(shop, made)
    look(shop, made, 1, condition="worn")
    fails_and_is_given_up(shop, made)

    assert said(shop, made, 4_001, 0) == "over_ceiling"
    assert said(shop, made, 4_001, 1) == "over_ceiling"
    assert said(shop, made, 4_000, 0) == "taken"
    assert planned(shop, made) == 12_000


def test_money_given_up_later_is_paid_anew_by_a_word_on_all_units(reopened: Reopened) -> None:
    shop, made = reopened
    look(shop, made, 2)
    fails_and_is_given_up(shop, made)

    assert said(shop, made, 8_000, 1) == "taken"

    assert (planned(shop, made), paid(shop, made)) == (12_000, ["USD 40.00", "USD 80.00"])


def test_money_that_moved_before_and_is_given_up_later_is_given_to_others(
    sold: Sold,
) -> None:
    shop = sold(REFUND, (3, "40.00"))
    made = shop.one(quantity=2)
    look(shop, made, 1)
    given_anew(shop, made, 4_000)
    fails_and_is_given_up(shop, made)
    look(shop, made, 1)

    assert said(shop, made, 8_001, 1) == "over_ceiling"
    assert said(shop, made, 8_000, 1) == "taken"
    assert (planned(shop, made), paid(shop, made)) == (8_000, ["USD 40.00", "USD 40.00"])


@pytest.mark.parametrize("found", [{}, {"condition": "worn"}], ids=["by a word", "by the policy"])
def test_a_unit_that_was_settled_before_is_not_paid_by_a_word_on_those_it_came_with(
    reopened: Reopened, found: dict[str, object]
) -> None:
    shop, made = reopened
    in_one_arrival(shop, made, **found)

    assert said(shop, made, 4_001, 0) == "over_ceiling"
    assert said(shop, made, 4_000, 0) == "taken"
    assert planned(shop, made) == 8_000


Told = Callable[[Shop, Return], object]
TOLD: dict[str, Told] = {
    "by a word on the line": lambda shop, made: None,
    "by a word on the units": lambda shop, made: said(shop, made, 8_000, 1),
}


@pytest.mark.parametrize("tell", TOLD.values(), ids=TOLD)
def test_a_unit_that_takes_the_place_of_one_settled_before_is_given_its_part_no_more(
    reopened: Reopened, tell: Told
) -> None:
    shop, made = reopened
    look(shop, made, 2)
    tell(shop, made)
    assert planned(shop, made) == 12_000

    undo_arrival(shop, made, 0)
    assert planned(shop, made) == 8_000

    look(shop, made, 1)
    assert planned(shop, made) == 12_000


def test_less_may_be_given_for_units_that_came_after_the_reopening(reopened: Reopened) -> None:
    shop, made = reopened
    look(shop, made, 1)

    assert said(shop, made, 3_000, 1) == "taken"
    assert planned(shop, made) == 7_000
    assert said(shop, made, 4_001, 1) == "over_ceiling"
    assert said(shop, made, 4_000, 1) == "taken"


def test_what_a_word_on_a_line_gives_of_shipping_is_not_given_by_a_word_on_units_too(
    sold: Sold,
) -> None:
    shipped = f"{REFUND}outbound_shipping: {{refund: full}}\n"
    shop = sold(shipped, (2, "40.00"), facts={"outbound_paid": "USD 6.00"}, by="acme")
    made = shop.one(quantity=2)
    shop.move(made, "close", "they keep them")
    given_anew(shop, made, 8_600)
    look(shop, made, 1)

    assert said(shop, made, 4_301, 0) == "over_ceiling"
    assert said(shop, made, 4_300, 0) == "taken"
    look(shop, made, 1)
    assert planned(shop, made) <= 8_600


# --- goods that stay ------------------------------------------------------------------------------


def kept(sold: Sold) -> tuple[Shop, Return]:
    """A return whose goods stay where they are, paid and opened again."""
    shop = sold(KEPT, (3, "40.00"))
    made = shop.one(quantity=1)
    shop.pay()
    assert shop.square()
    opened_again(shop, made)
    return shop, made


def test_goods_that_stay_are_paid_once(sold: Sold) -> None:
    shop, made = kept(sold)

    assert said(shop, made, 1) == "over_ceiling"
    assert said(shop, made, 0) == "taken"
    assert (planned(shop, made), paid(shop, made)) == (4_000, ["USD 40.00"])


def test_goods_that_stayed_are_not_paid_when_they_come_after_all(sold: Sold) -> None:
    shop, made = kept(sold)
    shop.judge(made, [Verdict(about=made.lines[0].id, accept=False)])
    shop.move(made, "reopen", "they send it")

    assert said(shop, made, 4_000) == "over_ceiling"
    assert said(shop, made, 0) == "taken"
    assert shop.look(made).state is State.APPROVED
    look(shop, made, 1)

    assert (planned(shop, made), paid(shop, made)) == (4_000, ["USD 40.00"])
    assert claimed(shop, made) == []


# --- by chance ------------------------------------------------------------------------------------


WALKS = {"sqlite": 24, "postgresql": 4}
STEPS = 14


def stepped(shop: Shop, made: Return, random: Random) -> str:
    """Something that happens to units that come, or to their money."""
    line = shop.look(made).lines[0]
    arrivals, seen = shop.arrivals(made), shop.inspections(made)
    shop.clock.pass_days(0.001)
    match random.choice(("look", "look", "undo", "say", "say", "give up", "pay")):
        case "look" if line.count.to_come:
            units = random.randint(1, line.count.to_come)
            found: dict[str, object] = random.choice(({}, {"condition": "worn"}))
            look(shop, made, units, **found)
            return f"{units} come: {found}"
        case "undo" if arrivals:
            at = random.randrange(len(arrivals))
            undo_arrival(shop, made, at)
            return f"undo {at}"
        case "say" if seen:
            at = random.randrange(len(seen))
            amount = random.choice((1_000, 4_000 * seen[at].units, 4_000 * line.quantity))
            return f"say {amount} of {at}: {said(shop, made, amount, at)}"
        case "give up":
            fails_and_is_given_up(shop, made)
            return "money is given up"
        case "pay":
            shop.pay()
            return "money moves"
    return ""


def test_no_unit_is_paid_twice_whatever_happens_after_a_return_was_opened_again(
    sold: Sold, kind: str
) -> None:
    shop = sold(REFUND)
    for seed in range(WALKS[kind]):
        order(shop, f"N-{seed}", (3, "40.00"))
        made, random, log = shop.one(number=f"N-{seed}", quantity=3), Random(seed), []
        look(shop, made, 1)
        shop.pay()
        given_anew(shop, made, 8_000)
        for _ in range(STEPS):
            try:
                log.append(stepped(shop, made, random))
            except RequestFault as fault:
                if fault.code != "step_not_allowed":
                    raise
            line = shop.look(made).lines[0]
            assert line.planned <= 4_000 * line.received, (seed, log)
