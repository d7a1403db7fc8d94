"""No plan goes over a ceiling, and none is cut to fit one."""

from hypothesis import given
from hypothesis import strategies as st

from engine.money import Money
from engine.settlement.instruments import Instrument
from engine.settlement.machine import SettlementState
from engine.settlement.plan import Ceiling, planned, shared_out

FORTY = Money(4_000, "USD")


def ceiling(most: int, taken: int = 0, name: str = "the payment") -> Ceiling:
    return Ceiling(name=name, most=most, taken=taken)


def test_an_amount_within_every_ceiling_is_planned() -> None:
    plan = planned(FORTY, Instrument.REFUND, (ceiling(10_000, 6_000), ceiling(4_000)))

    assert (plan.state, plan.amount, plan.trouble) == (SettlementState.PLANNED, FORTY, None)


def test_a_cent_over_a_ceiling_goes_to_a_person_uncut() -> None:
    plan = planned(FORTY, Instrument.REFUND, (ceiling(10_000), ceiling(4_000, 1, "line 2")))

    assert plan.state is SettlementState.NEEDS_ATTENTION
    assert plan.amount == FORTY
    assert plan.sentence == "USD 40.00 is to go back and USD 39.99 of line 2 is left."


def test_what_no_gateway_can_pay_waits_for_a_person() -> None:
    plan = planned(FORTY, Instrument.BY_HAND, (ceiling(4_000),))

    assert (plan.state, plan.trouble) == (SettlementState.NEEDS_ATTENTION, "by_hand")


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
def test_shares_add_up_to_the_whole_and_none_is_off_by_a_unit(
    total: int, weights: list[int]
) -> None:
    parts = shared_out(total, tuple(weights))

    assert sum(parts) == total
    if whole := sum(weights):
        assert all(
            abs(part * whole - total * weight) < whole
            for part, weight in zip(parts, weights, strict=True)
        )
