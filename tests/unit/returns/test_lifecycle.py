"""A return takes the steps of one table, and no others."""

from itertools import product

import pytest

from engine.errors import RequestFault
from engine.returns.lifecycle import TABLE, Actor, State, Step, state_after, steps_from

USUAL = (
    (Step.APPROVE, Actor.POLICY, State.APPROVED),
    (Step.SHIP, Actor.RETAILER, State.IN_TRANSIT),
    (Step.RECEIVE_PART, Actor.SUPPLIER, State.PARTLY_RECEIVED),
    (Step.RECEIVE, Actor.SUPPLIER, State.RECEIVED),
    (Step.INSPECT, Actor.SUPPLIER, State.INSPECTED),
    (Step.SETTLE, Actor.POLICY, State.SETTLED),
    (Step.CLOSE, Actor.POLICY, State.CLOSED),
)


def test_the_usual_way_leads_from_requested_to_closed() -> None:
    state = State.REQUESTED

    for step, actor, after in USUAL:
        state = state_after(state, step, actor)
        assert state is after


def test_a_step_that_the_state_does_not_have_says_what_may_be_done() -> None:
    with pytest.raises(RequestFault) as caught:
        state_after(State.APPROVED, Step.INSPECT, Actor.SUPPLIER)

    assert caught.value.code == "step_not_allowed"
    assert caught.value.message == (
        "The step `inspect` is not possible for a return that is `approved`. "
        "Steps for the supplier: `ship`, `receive_part`, `receive`, `close`, `cancel`."
    )


def test_a_step_of_another_party_is_refused_and_named() -> None:
    with pytest.raises(RequestFault, match="it is for policy or supplier or support"):
        state_after(State.REQUESTED, Step.APPROVE, Actor.RETAILER)


def test_only_before_goods_travel_may_a_return_be_cancelled() -> None:
    may = {state for state in State if Step.CANCEL in steps_from(state, Actor.RETAILER)}

    assert may == {State.REQUESTED, State.IN_REVIEW, State.APPROVED}


def test_nobody_but_the_policy_says_that_money_is_final() -> None:
    said = {rule.by for rule in TABLE if rule.step in (Step.SETTLE, Step.UNSETTLE)}
    assert said == {frozenset({Actor.POLICY})}


def test_money_that_came_back_leads_to_where_it_was_squared() -> None:
    squared = set().union(*(rule.before for rule in TABLE if rule.step is Step.SETTLE))
    assert {rule.after for rule in TABLE if rule.step is Step.UNSETTLE} == squared


def test_every_state_is_reached_and_every_open_one_left() -> None:
    reached = {rule.after for rule in TABLE} | {State.REQUESTED}
    left = set().union(*(rule.before for rule in TABLE))

    assert reached == set(State)
    assert set(State) - left == {State.CANCELLED}


def test_a_pair_of_state_and_step_leads_to_one_state_only() -> None:
    pairs = [(state, rule.step) for rule in TABLE for state in rule.before]
    usual = [pair for pair in pairs if pair[1] not in (Step.CORRECT, Step.UNSETTLE)]

    assert len(usual) == len(set(usual))


def test_a_correction_leads_where_the_counts_say_and_never_forward() -> None:
    here = (State.PARTLY_RECEIVED, State.RECEIVED, State.INSPECTED)
    order = (State.APPROVED, State.IN_TRANSIT, *here)
    for before, after in product(State, State):
        may = before in here and after in order and order.index(after) <= order.index(before)
        if may:
            assert state_after(before, Step.CORRECT, Actor.SUPPORT, after) is after
            continue
        with pytest.raises(RequestFault, match="step `correct` is not possible"):
            state_after(before, Step.CORRECT, Actor.SUPPORT, after)


def test_only_the_supplier_and_its_support_correct() -> None:
    for actor in (Actor.RETAILER, Actor.POLICY):
        with pytest.raises(RequestFault, match="it is for supplier or support"):
            state_after(State.RECEIVED, Step.CORRECT, actor)
    assert steps_from(State.RECEIVED, Actor.SUPPLIER).count(Step.CORRECT) == 1
