"""Each law is proved by a fault planted in the engine or the ledger: some history shows it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from engine.decision import decide
from engine.decision.standing import OrderUnits
from engine.decision.whole_return import lines, once, sets, settle
from tests.properties.units import histories
from tests.properties.units.histories import Ledger, Wrong, at_once, pieces, played, random_history

AT_MOST = 250
"""Histories within which a fault is found."""


def found_within(many: int = AT_MOST) -> int | None:
    """The first history in which a law does not hold."""
    for seed in range(20_000, 20_000 + many):
        terms, order, random = random_history(seed)
        whole = copy.deepcopy(order)
        try:
            parts = played(terms, order, random, pieces(order, random))
            if len(order.returns) == 1:
                assert parts.total == played(terms, whole, random, at_once(whole)).total
        except (Wrong, AssertionError):
            return seed
    return None


def test_without_a_fault_nothing_is_found() -> None:
    assert found_within() is None


def fee_per_pile(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fee per line is taken of each group of units."""
    right = lines.owed_for

    def wrong(groups: Any) -> Any:
        each = [right([group]) for group in groups]
        return replace(right(groups), fees=tuple(fee for one in each for fee in one.fees))

    monkeypatch.setattr(settle, "owed_for", wrong)


def per_return_for_each_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fee per return is taken of each line."""
    right = once.charge_once

    def wrong(groups: Any, whole: Any, before: Any, draft: Any) -> Any:
        taken = {}
        for line in sorted({each.line for each in groups}):
            mine = [each for each in groups if each.line == line]
            taken |= right(mine, whole, before, draft)
        return taken

    monkeypatch.setattr(settle, "charge_once", wrong)


def per_line_for_the_return(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fee per line is taken once for the return: of its first line."""
    right = settle._owed

    def wrong(groups: Any, order: Any, whole: Any) -> Any:
        draft, owed, taken = right(groups, order, whole)
        return draft, [*owed[:1], *(replace(each, fees=()) for each in owed[1:])], taken

    monkeypatch.setattr(settle, "_owed", wrong)


def shipping_for_each_return(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outbound shipping goes back in each return of an order."""
    monkeypatch.setattr(settle, "given_once", lambda owed, groups, order: list(owed))


def order_fee_for_each_return(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fee per order is taken in each return."""
    monkeypatch.setattr(Ledger, "taken", lambda self, place: {})


def rounded_for_each_pile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each group's share is rounded by itself."""
    right = lines.shared

    def wrong(groups: Any, amounts: Any) -> int:
        return sum(right([group], [each]) for group, each in zip(groups, amounts, strict=True))

    monkeypatch.setattr(lines, "shared", wrong)


def quantity_of_the_pile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are asked with the size of a group."""
    right = Ledger.facts

    def wrong(self: Ledger, back: Any, group: Any) -> dict[str, object]:
        return {**right(self, back, group), "quantity": len(group)}

    monkeypatch.setattr(Ledger, "facts", wrong)


def sets_by_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """A set is whole when each of its lines is in the return, however many units."""

    def wrong(order: Any, counted: Any) -> Any:
        here = {each.line for each in counted}
        some = all(not each.lines or not here.isdisjoint(each.lines) for each in order)
        return sets.Back.YES if some else sets.Back.NO

    monkeypatch.setattr(sets, "back", wrong)


def whole_order_by_this_return(monkeypatch: pytest.MonkeyPatch) -> None:
    """The units of other returns are forgotten."""
    right = Ledger.stands

    def wrong(self: Ledger, place: int, places: Any) -> tuple[OrderUnits, ...]:
        stands = right(self, place, places)
        return tuple(msgspec.structs.replace(each, arrived=0, coming=0) for each in stands)

    monkeypatch.setattr(Ledger, "stands", wrong)


def paid_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was planned before is forgotten."""
    right = Ledger.pay

    def wrong(self: Ledger, account: Any, amounts: Any) -> None:
        account.planned = {}
        right(self, account, amounts)

    monkeypatch.setattr(Ledger, "pay", wrong)


def claims_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is owed less than before is not claimed back."""
    right = Ledger.pay

    def wrong(self: Ledger, account: Any, amounts: Any) -> None:
        right(self, account, amounts)
        account.claimed = 0

    monkeypatch.setattr(Ledger, "pay", wrong)


def paid_while_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Money that hangs on units still to come is paid before."""
    monkeypatch.setattr(decide, "the_sure_part", lambda found, surely: found)


def expected_units_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only units that arrived are units of the line."""
    right = Ledger.groups

    def wrong(self: Ledger, back: Any) -> Any:
        groups = right(self, back)
        return [each for each in groups if each[0].here] or groups

    monkeypatch.setattr(Ledger, "groups", wrong)


FAULTS: list[Callable[[pytest.MonkeyPatch], None]] = [
    fee_per_pile,
    per_return_for_each_line,
    per_line_for_the_return,
    shipping_for_each_return,
    order_fee_for_each_return,
    rounded_for_each_pile,
    quantity_of_the_pile,
    sets_by_lines,
    whole_order_by_this_return,
    paid_again,
    claims_forgotten,
    paid_while_it_waits,
    expected_units_do_not_count,
]


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    histories.decider_of.cache_clear()
    plant(monkeypatch)

    assert found_within() is not None
