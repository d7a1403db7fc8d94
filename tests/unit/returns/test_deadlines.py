"""A waiting return is looked at again on the day after each of its deadlines."""

from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.policy.editions import load
from engine.returns.deadlines import Kind, Watch, expiry, may_wait, watches

POLICY = """
policy: acme/standard
version: 1
effective: {from: 2025-01-01}
currency: USD
deadlines:
  request: {within: 30 days, counted_from: delivered}
  reply:
    {by: supplier, event: partner_replied, within: 3 days, counted_from: requested, if_late: go_on,
     if_silent: accept}
  arrival:
    {event: received_back, within: 14 days, counted_from: rma_issued,
     if_late: authorization_expired}
eligibility:
  rows:
    - {id: E-WAITING, when: {reply: pending}, answer: review, to_settle: whether he agrees}
"""


def decided(**more: object) -> Decision:
    given = {
        "ordered": "2025-03-01",
        "delivered": "2025-03-05",
        "requested": "2025-03-10",
        "item_price": "USD 40.00",
        **more,
    }
    return Decider(load(POLICY, "standard.yaml").policy, native=False).decide(given)


def test_a_party_that_may_still_act_is_waited_for_until_its_deadline_has_passed() -> None:
    waiting = decided(now="2025-03-10")

    assert waiting.answer == "review"
    assert watches(waiting) == (
        Watch(kind=Kind.SILENCE, deadline="reply", party="supplier", due="2025-03-14"),
    )


def test_decided_on_that_day_the_policy_says_what_silence_means() -> None:
    later = decided(now="2025-03-14")

    assert (later.answer, later.on_silence) == ("accept", "accept")
    assert watches(later) == ()


def test_an_authorization_ends_with_the_deadline_for_the_arrival() -> None:
    approved = decided(now="2025-03-14", rma_issued="2025-03-14")

    assert expiry(approved, sent=True) == "2025-03-28"
    assert watches(approved) == (
        Watch(kind=Kind.EXPIRY, deadline="arrival", party=None, due="2025-03-29"),
    )


def test_without_such_a_deadline_it_does_not_end() -> None:
    assert expiry(decided(now="2025-03-10"), sent=False) is None


def test_a_policy_without_such_deadlines_is_known_not_to_wait() -> None:
    plain = POLICY[: POLICY.index("deadlines:")] + "window: {days: 30, counted_from: delivered}\n"

    assert may_wait(load(POLICY, "standard.yaml").policy)
    assert not may_wait(load(plain, "standard.yaml").policy)
