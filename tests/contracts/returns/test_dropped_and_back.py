"""Money of a claim that was dropped stays; where it comes back it is owed again, once."""

from __future__ import annotations

import pytest

from adapters.store.returns.records import Return
from engine.settlement.machine import COUNTED
from engine.settlement.machine import SettlementState as S
from services.returns.overriding import Verdict
from tests.contracts.returns.building import Shop
from tests.contracts.returns.test_in_parts import Sold, claimed, expired, look, sold
from tests.contracts.returns.test_late_failures import (
    AHEAD,
    Replace,
    by_hand,
    come_back,
    credit,
    give_up,
    moves,
    retry,
)
from tests.contracts.returns.test_money_that_stays import drop

__all__ = ["sold"]


def given(shop: Shop, made: Return) -> int:
    """What moved, or is about to (minor units)."""
    return sum(each.amount.minor for each in moves(shop, made) if each.state in COUNTED)


@pytest.mark.parametrize("replace", [retry, credit, by_hand, give_up])
def test_what_was_let_stay_and_came_back_is_owed_once(sold: Sold, replace: Replace) -> None:
    shop = sold(AHEAD, (2, "40.00"))
    made = shop.one(quantity=1, condition="used")
    shop.pay()
    expired(shop)
    drop(shop, made)
    come_back(shop)
    [back] = moves(shop, made)
    assert (back.state, back.open_amount.minor, given(shop, made)) == (S.FAILED, 4_000, 0)

    with shop.store.writing():
        replace(shop, back.id)
    shop.pay()
    owed = 0 if replace is give_up else 4_000
    assert given(shop, made) == owed

    shop.move(made, "reopen", "they are here")
    shop.judge(made, [Verdict(about=made.lines[0].id, accept=True, remedy="refund")])
    look(shop, made, 1)
    assert given(shop, made) == owed
    assert claimed(shop, made) == [("USD 40.00", "dropped")]
