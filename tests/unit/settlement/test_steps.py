"""What follows from a gateway's answer: the next state, and when to look again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.settlement.gateway import Answered, GatewayOutcome
from engine.settlement.machine import SettlementState as S
from engine.settlement.steps import DAY, STILL_SUBMITTED, WATCHED, Standing, next_of

MOVING = GatewayOutcome(answered=Answered.SUBMITTED, reference="re_1")
STANDINGS = st.builds(
    Standing,
    state=st.sampled_from([S.PLANNED, S.SUBMITTED, S.NEEDS_ATTENTION]),
    attempts=st.integers(0, 50),
    generation=st.integers(1, 5),
    polls=st.integers(0, 500),
    age=st.floats(-WATCHED, 20.0 * WATCHED),
)


@given(STANDINGS)
def test_what_the_gateway_works_on_is_looked_at_at_least_daily_however_old_it_is(
    standing: Standing,
) -> None:
    after = next_of(standing, MOVING)

    assert after.wait is not None
    assert 0 < after.wait <= DAY


@given(STANDINGS)
def test_a_person_is_told_of_what_the_gateway_works_on_for_more_than_30_days(
    standing: Standing,
) -> None:
    after = next_of(standing, MOVING)

    is_old = standing.age >= WATCHED
    told = (S.NEEDS_ATTENTION, STILL_SUBMITTED)
    assert (after.state, after.reason) == (told if is_old else (S.SUBMITTED, ""))
    assert bool(after.sentence) == is_old


@given(STANDINGS, st.sampled_from([Answered.SUCCEEDED, Answered.FAILED]))
def test_it_follows_the_gateway_whenever_that_ends_it(standing: Standing, said: Answered) -> None:
    after = next_of(standing, GatewayOutcome(answered=said, reference="re_1"))

    assert after.state == S(str(said))
