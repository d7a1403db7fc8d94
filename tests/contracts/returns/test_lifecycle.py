"""A return from request to closed, on both databases: what each step changes, and for whom."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from adapters.store.connection.address import Address
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.returns.lifecycle import Actor, State, Step
from engine.returns.units import Disposition
from engine.settlement.gateway import Answered
from services.returns.advancing import next_steps
from services.returns.arriving import correcting
from services.returns.overriding import Verdict
from services.returns.who import Who
from tests.contracts.returns.building import RETAILER, SUPPLIER, Shop, opened

POLICY = """
time_zone: America/New_York
values:
  category: [lighting, furniture]
deadlines:
  request: {within: 30 days, counted_from: delivered}
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
    - {id: E-WORN, when: {condition: worn}, answer: refuse, code: excluded_condition}
    - {id: E-LOOK, when: {reason: defective}, answer: review, to_settle: whether it is}
remedy:
  rows:
    - {id: R-SHOP, when: {channel: store}, give: refund, timing: immediate}
    - {id: R-KIOSK, when: {channel: kiosk}, give: refund, timing: at_drop_off}
    - {id: R-ELSE, otherwise: true, give: refund, timing: after_receipt}
fees:
  restocking:
    rows:
      - {id: F-OPEN, when: {packaging: opened_original}, fee: 10% of item_price}
      - {id: F-NONE, otherwise: true, fee: none}
tests:
  usual:
    ordered: 2025-03-01
    delivered: 2025-03-05
    requested: 2025-03-10
    item_price: USD 100.00
    channel: online
    reason: change_of_mind
    condition: new_unused
    packaging: sealed_original
    now: 2025-03-10
  cases:
    - {name: fine, expect: {answer: accept, net: USD 100.00, decided_by: [R-ELSE, F-NONE]}}
    - {name: in a shop, given: {channel: store}, expect: {timing: immediate}}
    - {name: at a kiosk, given: {channel: kiosk}, expect: {timing: at_drop_off}}
    - {name: opened, given: {packaging: opened_original}, expect: {net: USD 90.00}}
    - {name: worn, given: {condition: worn}, expect: {answer: refuse}}
    - {name: defective, given: {reason: defective}, expect: {answer: review}}
    - name: arrived late
      given: {rma_issued: 2025-03-10, received_back: 2025-03-25}
      expect: {answer: refuse, code: authorization_expired}
    - name: nobody looked
      given: {rma_issued: 2025-03-10, received_back: 2025-03-12, now: 2025-03-16}
      expect: {answer: accept, on_silence: accept}
"""
SAID = {"condition": "new_unused", "packaging": "sealed_original"}


@pytest.fixture
def bare(address: Address) -> Iterator[Shop]:
    """A shop without policies and orders."""
    found = opened(address)
    yield found
    found.library.close()
    found.store.close()


@pytest.fixture
def shop(bare: Shop) -> Shop:
    bare.sells("acme", POLICY)
    bare.orders("acme", channel="online")
    return bare


def test_an_accepted_return_is_approved_with_a_number_an_address_and_an_end(shop: Shop) -> None:
    made = shop.one(quantity=2, **SAID)

    assert made.state is State.APPROVED
    assert made.number.startswith("R-")
    assert made.expires_on == "2025-06-15"
    (line,) = made.lines
    assert line.return_to is not None
    assert (line.expected, line.return_to.name) == (2, "Dock")
    assert shop.returnable() == 1


def test_from_request_to_closed_each_step_is_dated_and_has_an_actor(shop: Shop) -> None:
    made = shop.one(quantity=2, **SAID)
    shop.move(made, "ship", "UPS", "1Z999", who=RETAILER)
    assert shop.receive(made, 2).state is State.RECEIVED
    assert shop.owed(made) == []
    assert shop.inspect(made, (0, 2, Disposition.RESTOCK, {})).state is State.INSPECTED

    assert shop.owed(made) == [("USD 80.00", "planned")]
    assert shop.square() == 0
    shop.pay()
    assert shop.square() == 1
    assert shop.look(made).state is State.CLOSED
    assert [(each.step, each.actor, each.by) for each in shop.steps(made)] == [
        (Step.APPROVE, Actor.POLICY, "policy"),
        (Step.SHIP, Actor.RETAILER, "key r"),
        (Step.RECEIVE, Actor.SUPPLIER, "key s"),
        (Step.INSPECT, Actor.SUPPLIER, "key s"),
        (Step.SETTLE, Actor.POLICY, "policy"),
        (Step.CLOSE, Actor.POLICY, "policy"),
    ]


def test_units_found_in_several_conditions_are_decided_apart(shop: Shop) -> None:
    made = shop.one(quantity=3, **SAID)
    shop.receive(made, 3)
    shop.inspect(
        made,
        (0, 1, Disposition.RESTOCK, {}),
        (0, 1, Disposition.REFURBISH, {"packaging": "opened_original"}),
        (0, 1, Disposition.RETURN_TO_SENDER, {"condition": "worn"}),
    )

    assert shop.owed(made) == [("USD 76.00", "planned")]
    answers = [each.outcome and each.outcome.code for each in shop.inspections(made)]
    assert answers == ["ok", "ok", "excluded_condition"]
    assert shop.stock() == {"available": 1, "quarantine": 0}


def test_a_refund_restocks_nothing_and_scrap_is_not_sold(shop: Shop) -> None:
    made = shop.one(quantity=2, **SAID)
    shop.receive(made, 2)
    assert shop.stock() == {"available": 0, "quarantine": 2}

    shop.inspect(made, (0, 2, Disposition.SCRAP, {}))

    assert shop.owed(made) == [("USD 80.00", "planned")]
    assert shop.stock() == {"available": 0, "quarantine": 0}


def test_partial_receipts_add_up_and_only_what_came_is_paid(shop: Shop) -> None:
    made = shop.one(quantity=3, **SAID)
    assert shop.receive(made, 1).state is State.PARTLY_RECEIVED
    shop.inspect(made, (0, 1, Disposition.RESTOCK, {}))
    assert shop.look(made).state is State.PARTLY_RECEIVED
    assert shop.receive(made, 1, complete=True).state is State.RECEIVED
    assert shop.returnable() == 1
    shop.inspect(made, (0, 1, Disposition.RESTOCK, {}))

    assert shop.owed(made) == [("USD 40.00", "planned"), ("USD 40.00", "planned")]


def test_more_than_was_announced_or_arrived_is_refused(shop: Shop) -> None:
    made = shop.one(quantity=2, **SAID)

    with pytest.raises(RequestFault, match="Still to come of this line: 2; counted"):
        shop.receive(made, 3)
    with pytest.raises(RequestFault, match="Nothing has arrived"):
        shop.inspect(made, (0, 1, Disposition.SCRAP, {}))
    shop.receive(made, 1)
    with pytest.raises(RequestFault, match="1 wait for it"):
        shop.inspect(made, (0, 2, Disposition.SCRAP, {}))


def test_what_nobody_announced_is_counted_graded_and_never_paid(shop: Shop) -> None:
    made = shop.one(quantity=1, **SAID)
    shop.receive(made, 1, stray=("SOFA", 2))
    (stray,) = [each for each in shop.arrivals(made) if each.line is None]
    assert shop.stock("SOFA") == {"available": 0, "quarantine": 2}

    shop.inspect(made, (0, 1, Disposition.RESTOCK, {}))
    shop.inspect_stray(made, stray.id, 2, Disposition.RESTOCK)

    assert shop.stock("SOFA") == {"available": 2, "quarantine": 0}
    assert shop.owed(made) == [("USD 40.00", "planned")]


def test_more_units_than_are_left_are_refused_whoever_is_faster(shop: Shop) -> None:
    shop.one(quantity=2, **SAID)

    with pytest.raises(RequestFault, match="1 left"):
        shop.one(quantity=2, **SAID)


def test_a_late_request_is_refused_and_reserves_nothing(shop: Shop) -> None:
    shop.clock.pass_days(30)

    made = shop.one(quantity=2, **SAID)

    assert made.state is State.REFUSED
    assert shop.returnable() == 3


def test_what_is_settled_in_the_shop_is_paid_at_once_and_once(bare: Shop) -> None:
    shop = bare
    shop.sells("acme", POLICY)
    shop.orders("acme", channel="store")
    made = shop.one(quantity=2, **SAID)
    assert shop.owed(made) == [("USD 80.00", "planned")]

    shop.receive(made, 2)
    shop.inspect(made, (0, 2, Disposition.RESTOCK, {}))

    assert shop.owed(made) == [("USD 80.00", "planned")]


def test_what_is_settled_at_drop_off_is_paid_with_the_first_parcel(bare: Shop) -> None:
    shop = bare
    shop.sells("acme", POLICY)
    shop.orders("acme", channel="kiosk")
    made = shop.one(quantity=2, **SAID)
    assert shop.owed(made) == []

    shop.move(made, "ship", "UPS", "1", who=RETAILER)
    shop.move(made, "ship", "UPS", "2", who=RETAILER)

    assert shop.owed(made) == [("USD 80.00", "planned")]


# --- a person's word ---------------------------------------------------------------------------


def test_a_person_settles_what_the_policy_leaves_open(shop: Shop) -> None:
    made = shop.one(quantity=2, reason="defective", **SAID)
    assert (made.state, made.held_for) == (State.IN_REVIEW, "discretionary")
    assert shop.returnable() == 1

    judged = shop.judge(made, [Verdict(about=made.lines[0].id, accept=True, amount=5_000)])
    assert judged.state is State.APPROVED
    shop.receive(made, 1, complete=True)
    shop.inspect(made, (0, 1, Disposition.SCRAP, {}))

    assert shop.owed(made) == [("USD 25.00", "planned")]


def test_a_persons_word_does_not_hold_for_what_was_found_otherwise(shop: Shop) -> None:
    made = shop.one(quantity=2, reason="defective", **SAID)
    shop.judge(made, [Verdict(about=made.lines[0].id, accept=True, amount=5_000)])
    shop.receive(made, 2)

    after = shop.inspect(made, (0, 2, Disposition.RETURN_TO_SENDER, {"condition": "worn"}))

    assert (after.state, shop.owed(made)) == (State.INSPECTED, [])


def test_units_that_the_policy_leaves_open_at_the_receipt_wait_for_a_person(shop: Shop) -> None:
    made = shop.one(quantity=2, **SAID)
    shop.receive(made, 2)
    held = shop.inspect(
        made, (0, 1, Disposition.RESTOCK, {}), (0, 1, Disposition.SCRAP, {"reason": "defective"})
    )
    assert (held.state, held.held_for) == (State.INSPECTED, "discretionary")
    assert shop.owed(made) == [("USD 40.00", "planned")]
    assert shop.square() == 0

    waiting = shop.inspections(made)[1]
    shop.judge(made, [Verdict(about=waiting.id, accept=True, amount=1_000)])

    assert shop.owed(made) == [("USD 40.00", "planned"), ("USD 10.00", "planned")]


def test_a_person_cannot_pay_more_than_a_line_is_worth(shop: Shop) -> None:
    made = shop.one(quantity=1, reason="defective", **SAID)

    with pytest.raises(RequestFault, match=r"USD 40\.00 at most"):
        shop.judge(made, [Verdict(about=made.lines[0].id, accept=True, amount=12_001)])
    with pytest.raises(RequestFault, match="Say why"):
        shop.judge(made, [Verdict(about=made.lines[0].id, accept=False)], why=" ")


def test_a_refused_return_is_reopened_and_accepted_with_a_reason(shop: Shop) -> None:
    shop.clock.pass_days(30)
    made = shop.one(quantity=2, **SAID)

    shop.move(made, "reopen", "They were away.")
    judged = shop.judge(
        made, [Verdict(about=made.lines[0].id, accept=True, remedy="refund", amount=8_000)]
    )

    assert judged.state is State.APPROVED
    assert judged.lines[0].outcome.why == "so"
    assert shop.returnable() == 1


def test_a_closed_return_is_corrected_by_a_further_payment(shop: Shop) -> None:
    made = shop.one(quantity=1, **SAID)
    shop.receive(made, 1)
    shop.inspect(made, (0, 1, Disposition.REFURBISH, {"packaging": "opened_original"}))
    shop.pay()
    shop.square()

    shop.move(made, "reopen", "The box had been opened by us.")
    line = made.lines[0].id
    shop.judge(made, [Verdict(about=line, accept=True, remedy="refund", amount=400)])
    shop.pay()
    shop.square()

    assert shop.owed(made) == [("USD 36.00", "succeeded"), ("USD 4.00", "succeeded")]
    assert shop.look(made).state is State.CLOSED


def test_what_was_paid_at_approval_is_not_paid_again_after_it_expired(bare: Shop) -> None:
    shop = bare
    shop.sells("acme", POLICY)
    shop.orders("acme", channel="store")
    made = shop.one(quantity=1, **SAID)
    shop.clock.pass_days(20)
    shop.wake()
    assert shop.look(made).state is State.EXPIRED

    shop.move(made, "reopen", "It was in the post.")
    line = made.lines[0].id
    assert shop.judge(made, [Verdict(about=line, accept=True)]).state is State.APPROVED

    assert shop.owed(made) == [("USD 40.00", "cancelled"), ("USD 40.00", "planned")]


def test_a_word_that_accepts_names_an_amount_that_the_policy_leaves_open(bare: Shop) -> None:
    shop = bare
    shop.sells("acme", POLICY)
    shop.orders("acme", channel="kiosk")
    made = shop.one(quantity=1, **{**SAID, "packaging": None})
    assert made.lines[0].outcome.amount is None
    with pytest.raises(RequestFault, match="Name `amount` for `LAMP`"):
        shop.judge(made, [Verdict(about=made.lines[0].id, accept=True)])
    shop.judge(made, [Verdict(about=made.lines[0].id, accept=True, amount=3_000)])
    shop.move(made, "ship", "UPS", "1", who=RETAILER)
    assert shop.owed(made) == [("USD 30.00", "planned")]

    shop.receive(made, 1)
    shop.inspect(made, (0, 1, Disposition.RESTOCK, {"packaging": "opened_original"}))

    assert shop.owed(made) == [("USD 30.00", "planned"), ("USD 6.00", "planned")]


def test_a_squared_return_that_was_reopened_is_not_decided_by_the_policy(bare: Shop) -> None:
    shop = bare
    shop.sells("acme", POLICY)
    shop.orders("acme", channel="store")
    made = shop.one(quantity=1, **SAID)
    shop.receive(made, 1)
    shop.inspect(made, (0, 1, Disposition.RESTOCK, {}))
    shop.pay()
    shop.square()
    shop.move(made, "reopen", "A question came up.")

    after = shop.move(made, "answer", {}, who=RETAILER)

    assert (after.state, after.held_for) == (State.IN_REVIEW, "reopened")
    assert shop.owed(made) == [("USD 40.00", "succeeded")]


@pytest.mark.parametrize("said", [None, {}, {"lacking": ["receipt"]}])
@pytest.mark.parametrize("ended", [State.REFUSED, State.EXPIRED])
def test_its_sender_takes_no_reopened_return_from_the_person_who_looks_at_it(
    shop: Shop, ended: State, said: dict[str, object] | None
) -> None:
    made = over(shop, ended)
    line = made.lines[0]
    shop.move(made, "reopen", "We look at it.")

    after = shop.answer(made, {} if said is None else {line.id: said}, who=RETAILER)

    assert (after.state, after.held_for) == (State.IN_REVIEW, "reopened")
    assert after.lines[0].outcome == shop.look(made).lines[0].outcome == line.outcome
    kept = json.loads(after.lines[0].facts)
    assert {name: kept[name] for name in said or ()} == (said or {})
    assert shop.judge(made, [Verdict(about=line.id, accept=False)]).state is State.REFUSED


@pytest.mark.parametrize("who", [RETAILER, SUPPLIER])
def test_what_is_told_before_an_approval_is_not_told_after_the_return_expired(
    shop: Shop, who: Who
) -> None:
    made = over(shop, State.EXPIRED)
    shop.move(made, "reopen", "We look at it.")

    with pytest.raises(RequestFault, match=r"not any more|not yours to say"):
        shop.answer(made, {made.lines[0].id: {"usage_minutes": 5}}, who=who)

    assert shop.look(made).lines[0].facts == made.lines[0].facts


def over(shop: Shop, state: State) -> Return:
    """A return that was refused as too late, or that expired with nothing sent."""
    shop.clock.pass_days(30 if state is State.REFUSED else 0)
    made = shop.one(quantity=1, **SAID)
    shop.clock.pass_days(60)
    shop.wake()
    found = shop.look(made)
    assert found.state is state
    return found


def test_a_unit_that_comes_after_the_end_is_paid_and_the_others_not_again(shop: Shop) -> None:
    made = shop.one(quantity=3, **SAID)
    shop.receive(made, 2, complete=True)
    shop.inspect(made, (0, 2, Disposition.RESTOCK, {}))
    shop.pay()
    shop.square()
    shop.move(made, "reopen", "The third one came.")
    line = made.lines[0].id
    verdict = Verdict(about=line, accept=True, remedy="refund", amount=4_000)
    assert shop.judge(made, [verdict]).state is State.APPROVED

    shop.receive(made, 1)
    shop.inspect(made, (0, 1, Disposition.SCRAP, {"reason": "defective"}))
    assert shop.look(made).held_for == "discretionary"
    waiting = shop.inspections(made)[1]
    shop.judge(made, [Verdict(about=waiting.id, accept=True, amount=1_500)])

    assert shop.owed(made) == [("USD 80.00", "succeeded"), ("USD 15.00", "planned")]


def test_a_refund_that_comes_back_later_is_seen_and_moves_no_stock(shop: Shop) -> None:
    made = shop.one(quantity=1, **SAID)
    shop.receive(made, 1)
    shop.inspect(made, (0, 1, Disposition.RESTOCK, {}))
    shop.pay()
    shop.square()
    shop.clock.pass_days(2)

    shop.pay(Answered.FAILED)

    assert shop.owed(made) == [("USD 40.00", "failed")]
    assert shop.look(made).state is State.CLOSED
    assert shop.stock() == {"available": 1, "quarantine": 0}
    line = made.lines[0].id
    with shop.store.writing():
        (failed,) = shop.store.settlements.of_return_line(line)
        shop.store.resolving.give_up(failed.id, "tests", "The card had expired.")
    shop.move(made, "reopen", "The card had expired.")
    shop.judge(made, [Verdict(about=line, accept=True, remedy="account_credit", amount=4_000)])
    assert shop.owed(made)[1:] == [("USD 40.00", "planned")]


# --- days --------------------------------------------------------------------------------------


def test_an_authorization_expires_where_the_policy_holds_and_frees_the_units(shop: Shop) -> None:
    made = shop.one(quantity=2, **SAID)
    shop.clock.at = shop.clock.at.replace(month=6, day=16, hour=3, minute=59)
    assert shop.wake() == 0

    shop.clock.at = shop.clock.at.replace(hour=4, minute=0)
    assert shop.wake() == 1

    assert shop.look(made).state is State.EXPIRED
    assert shop.returnable() == 3
    assert shop.wake() == 0


def test_days_are_counted_where_the_policy_holds(shop: Shop) -> None:
    shop.clock.at = shop.clock.at.replace(day=2, hour=3)  # still the day before in New York

    assert shop.one(quantity=1, **SAID).expires_on == "2025-06-15"


def test_when_the_end_comes_what_arrived_is_all(shop: Shop) -> None:
    made = shop.one(quantity=3, **SAID)
    shop.clock.pass_days(1)
    shop.receive(made, 2)
    shop.clock.pass_days(14)

    shop.wake()

    assert shop.look(made).state is State.RECEIVED
    assert shop.returnable() == 1


def test_a_word_that_comes_late_on_some_units_leaves_the_silence_on_the_others(shop: Shop) -> None:
    made = shop.one(quantity=2, **SAID)
    shop.receive(made, 2)
    shop.clock.pass_days(4)

    shop.inspect(made, (0, 1, Disposition.RESTOCK, {}))
    assert (shop.wake(), shop.wake()) == (1, 0)

    assert shop.owed(made) == [("USD 40.00", "planned"), ("USD 40.00", "planned")]


def test_a_silence_that_was_over_before_the_last_units_were_given_up_holds_then(
    shop: Shop,
) -> None:
    made = shop.one(quantity=2, **SAID)
    shop.receive(made, 1)
    shop.clock.pass_days(15)

    assert [shop.wake() for _ in range(3)] == [1, 1, 0]

    assert shop.look(made).state is State.INSPECTED
    assert shop.owed(made) == [("USD 40.00", "planned")]


def test_a_supplier_that_takes_a_finding_back_late_is_not_taken_to_be_silent(shop: Shop) -> None:
    made = shop.one(quantity=2, **SAID)
    shop.receive(made, 2)
    shop.inspect(made, (0, 2, Disposition.SCRAP, {"packaging": "opened_original"}))
    shop.clock.pass_days(10)
    (found,) = shop.inspections(made)
    with shop.store.writing():
        back = shop.service().hold(made.id)
        assert back is not None
        correcting.undo_inspection(shop.service(), SUPPLIER, back, found.id, "The other box.")

    assert (shop.wake(), shop.look(made).state) == (0, State.RECEIVED)
    shop.inspect(made, (0, 1, Disposition.RESTOCK, {}))
    assert (shop.wake(), shop.look(made).state) == (0, State.RECEIVED)


@pytest.mark.parametrize("looked", [0, 1])
def test_what_silence_accepted_is_closed_without_a_look(shop: Shop, looked: int) -> None:
    made = shop.one(quantity=2, **SAID)
    shop.receive(made, 2)
    if looked:
        shop.inspect(made, (0, looked, Disposition.RESTOCK, {}))
    with pytest.raises(RequestFault, match="were not looked at"):
        shop.move(made, "close", "so")
    assert Step.CLOSE not in next_steps(shop.look(made), Actor.SUPPLIER, tuple)
    shop.clock.pass_days(4)
    shop.wake()
    shop.pay(Answered.FAILED)

    steps = next_steps(shop.look(made), Actor.SUPPLIER, tuple)
    closed = shop.move(made, "close", "so")

    assert {Step.CLOSE, Step.INSPECT} <= {*steps}
    assert closed.state is State.CLOSED
    assert sum(line.planned for line in closed.lines) == 8_000


def test_a_supplier_that_does_not_look_is_taken_to_accept(shop: Shop) -> None:
    made = shop.one(quantity=2, **SAID)
    shop.receive(made, 2)
    shop.clock.pass_days(3)
    assert shop.wake() == 0
    shop.clock.pass_days(1)

    shop.wake()

    assert shop.look(made).state is State.INSPECTED
    assert shop.owed(made) == [("USD 80.00", "planned")]
    shop.pay()
    shop.square()
    assert shop.stock() == {"available": 0, "quarantine": 2}
    shop.inspect(made, (0, 2, Disposition.RESTOCK, {}))
    assert shop.stock() == {"available": 2, "quarantine": 0}
    assert shop.owed(made) == [("USD 80.00", "succeeded")]


def test_two_workers_wake_a_return_once(shop: Shop) -> None:
    made = shop.one(quantity=2, **SAID)
    shop.clock.pass_days(20)

    assert shop.at_once(shop.wake, 4) == [1]
    assert [each.step for each in shop.steps(made)] == [Step.APPROVE, Step.EXPIRE]


def test_eight_requests_for_the_last_units_open_one_return(shop: Shop) -> None:
    made = shop.at_once(lambda: len(shop.request_or_none(quantity=3, **SAID)), 8)

    assert made == [1]
    assert shop.returnable() == 0


def test_a_return_that_cannot_go_on_holds_up_no_other(shop: Shop) -> None:
    """As one whose policy is not read alike any more."""
    stuck, other = shop.one(quantity=1, **SAID), shop.one(quantity=1, **SAID)
    with shop.store.writing():
        shop.store.due_returns._tables.ReturnLine[stuck.lines[0].id].digest = "of another reading"
    shop.clock.pass_days(30)

    while shop.wake():
        pass

    assert shop.look(other).state is State.EXPIRED
    assert shop.look(stuck).state is State.APPROVED
    shop.clock.pass_days(1)
    assert shop.wake() == 1
