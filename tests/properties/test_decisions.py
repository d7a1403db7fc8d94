"""What is true of every decision, whatever the policy and whatever was sent."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from engine.decision.decide import Decider
from engine.decision.record import Decision, ReturnDecision
from engine.errors import RequestFault
from engine.policy.editions import load
from engine.policy.model import Policy
from tests.properties.making import Maker, facts
from tests.properties.returns import FILES, Given, real_policy, returns

seeds = st.integers(0, 2**48)
some = settings(max_examples=30, deadline=None, database=None)
many = settings(max_examples=200, deadline=None, database=None)

HEAD = "policy: acme/test\nversion: 1\neffective: {from: 2000-01-01}\ncurrency: USD\n"


def decider_of(topics: str) -> Decider:
    return Decider(load(HEAD + topics, "test.yaml").policy, native=False)


def random_policy(random: Random) -> Policy:
    return load(Maker(random).text(), "random.yaml").policy


def minor(amount: object) -> int:
    return getattr(amount, "minor", 0)


# --- the same input gives the same record ---------------------------------------------------------


@some
@given(seeds)
def test_the_same_facts_give_the_same_record_whatever_came_before(seed: int) -> None:
    random = Random(seed)
    policy = random_policy(random)
    decider = Decider(policy, native=False)
    sent = [facts(random) for _ in range(8)]

    before = [decider.decide(each).digest for each in sent]
    after = [decider.decide(each).digest for each in reversed(sent)]

    assert before == after[::-1]


@some
@given(seeds)
def test_the_order_of_keys_changes_nothing(seed: int) -> None:
    random = Random(seed)
    decider = Decider(random_policy(random), native=False)
    for _ in range(8):
        sent = facts(random)
        turned = dict(random.sample(list(sent.items()), len(sent)))
        assert decider.decide(sent) == decider.decide(turned), sent


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_order_of_keys_changes_nothing_in_real_policies(file: Path) -> None:
    policy = real_policy(file)
    random = Random(file.stem)
    decider = Decider(policy, native=False)
    for sent in returns(policy, random, 60):
        turned = dict(random.sample(list(sent.items()), len(sent)))
        assert outcome(decider, sent) == outcome(decider, turned), sent


def outcome(decider: Decider, sent: Given) -> object:
    try:
        return decider.decide(sent)
    except RequestFault:
        return RequestFault  # of several wrong values the first is named


# --- money ----------------------------------------------------------------------------------------


def money_is_sound(decision: Decision, sent: object) -> None:
    """The net is never below zero and never above value + bonus + outbound; fees add up."""
    if decision.answer == "refuse" or decision.net is None:
        assert decision.answer != "refuse" or decision.net is None, sent
        return
    plus = [step.amount for step in decision.steps if step.label in ("value", "bonus")]
    most = sum(minor(amount) for amount in plus) + minor(decision.outbound_refunded)
    taken = [fee for fee in decision.fees if fee.taken == "deducted" and fee.certainty != "may"]
    assert 0 <= decision.net.minor <= max(most, 0), sent
    assert minor(decision.fee_total) == sum(minor(fee.amount) for fee in taken), sent
    if any(step.label == "net" for step in decision.steps):
        assert decision.net.minor == max(0, most - minor(decision.fee_total)), sent


@some
@given(seeds)
def test_the_net_is_between_nothing_and_what_was_paid(seed: int) -> None:
    random = Random(seed)
    decider = Decider(random_policy(random), native=False)
    for _ in range(20):
        sent = facts(random)
        money_is_sound(decider.decide(sent), sent)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_net_of_real_policies_is_sound(file: Path) -> None:
    policy = real_policy(file)
    decider = Decider(policy, native=False)
    for sent in returns(policy, Random(file.stem), 150):
        decision = outcome(decider, sent)
        if isinstance(decision, Decision):
            money_is_sound(decision, sent)


@some
@given(seeds)
def test_a_return_pays_its_lines_less_what_is_once(seed: int) -> None:
    random = Random(seed)
    decider = Decider(random_policy(random), native=False)
    for _ in range(4):
        lines = [facts(random) for _ in range(random.randint(1, 4))]
        whole = decider.decide_return({}, lines)
        whole_is_sound(whole, lines)


def whole_is_sound(whole: ReturnDecision, lines: object) -> None:
    for line in whole.lines:
        money_is_sound(line, lines)
    if whole.net is None:
        assert set(whole.shares) == {None}, lines
        return
    nets = [minor(line.net) for line in whole.lines]
    once = sum(minor(fee.amount) for fee in whole.fees)
    assert whole.net.minor == max(0, sum(nets) - once), lines
    assert sum(minor(share) for share in whole.shares) == whole.net.minor, lines
    pairs = zip(whole.shares, nets, strict=True)
    assert all(0 <= minor(share) <= net for share, net in pairs), lines


@some
@given(seeds)
def test_the_order_of_lines_changes_no_amount(seed: int) -> None:
    random = Random(seed)
    decider = Decider(random_policy(random), native=False)
    lines = [facts(random) for _ in range(3)]

    one = decider.decide_return({}, lines)
    other = decider.decide_return({}, lines[::-1])

    assert (one.answer, one.net, kinds(one)) == (other.answer, other.net, kinds(other))


def kinds(whole: ReturnDecision) -> list[tuple[str, str]]:
    return sorted((fee.kind, str(fee.amount)) for fee in whole.fees)


PRICE = st.integers(0, 10**15)
SHARE = st.integers(0, 100)


@many
@given(PRICE, SHARE, st.sampled_from(["half_up", "half_even", "down"]))
def test_a_fee_of_a_share_is_rounded_once(price: int, share: int, rounding: str) -> None:
    topics = f"rounding: {rounding}\nfees: {{f: {{fee: {share}% of item_price}}}}"
    cents = f"USD {price // 100}.{price % 100:02}"

    decision = decider_of(topics).decide({"item_price": cents, "requested": "2024-05-01"})

    exact = price * share
    whole, rest = divmod(exact, 100)
    up = {"half_up": rest >= 50, "half_even": rest > 50 or (rest == 50 and whole % 2 == 1)}
    fee = whole + up.get(rounding, False)
    assert minor(decision.fee_total) == fee
    assert minor(decision.net) == price - fee


# --- lateness -------------------------------------------------------------------------------------

LENGTHS = st.builds(
    "{} {}".format,
    st.integers(0, 40),
    st.sampled_from(["days", "weeks", "months", "years", "business days", "hours", "clock days"]),
)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
WAYS = st.sampled_from(
    ["", ", counting: start_day_is_first", ", roll: next_business_day", ", extended_by: 3 days"]
)


@many
@given(LENGTHS, WAYS, DAYS)
@example("1 month", "", date(2024, 1, 31))
def test_a_day_later_is_never_accepted_again(length: str, way: str, delivered: date) -> None:
    assume("counting" not in way or not length.startswith("0 "))
    on_clock = "hours" in length or "clock" in length
    assume(not (on_clock and way))
    window = f"window: {{within: {length}, counted_from: delivered{way}}}"
    decider = decider_of(window)

    def answer(day: date) -> str:
        return decider.decide({"delivered": str(delivered), "requested": str(day)}).answer

    last = decider.decide({"delivered": str(delivered), "requested": str(delivered)}).last_day
    assert last is not None
    end = date.fromisoformat(last)
    days = [end + timedelta(days=number) for number in (-1, 0, 1, 2, 40, 400)]
    answers = [answer(day) for day in days if day >= delivered]
    assert ("refuse", "accept") not in pairwise(answers)
    assert on_clock or answer(end) == "accept"  # a bare date is the end of its day
    assert answer(end + timedelta(days=1)) == "refuse"


@many
@given(DAYS, st.integers(1, 30), st.integers(1, 30))
def test_a_longer_window_accepts_whatever_a_shorter_one_does(
    delivered: date, days: int, more: int
) -> None:
    asked = {"delivered": str(delivered), "requested": str(delivered + timedelta(days=days))}
    window = "window: {{days: {}, counted_from: delivered}}"

    assert decider_of(window.format(days)).decide(asked).answer == "accept"
    assert decider_of(window.format(days + more)).decide(asked).answer == "accept"
    assert decider_of(window.format(days - 1)).decide(asked).answer == "refuse"


# --- facts that are not known ---------------------------------------------------------------------


@some
@given(seeds)
@example(20379)
def test_what_was_said_not_to_be_needed_changes_no_amount(seed: int) -> None:
    random = Random(seed)
    decider = Decider(random_policy(random), native=False)
    for _ in range(15):
        sent = facts(random)
        decision = decider.decide(sent)
        if not decision.not_needed:
            continue
        more = facts(random)
        for _ in range(5):
            told = {name: more[name] for name in decision.not_needed if more.get(name) is not None}
            known = outcome(decider, sent | told)
            more = facts(random)
            if isinstance(known, Decision):  # else what is told contradicts what was sent
                assert known.answer == decision.answer, (sent, told)
                assert known.net == decision.net, (sent, told)


@some
@given(seeds)
def test_an_answer_to_every_question_ends_the_questions(seed: int) -> None:
    random = Random(seed)
    decider = Decider(random_policy(random), native=False)
    complete = facts(random)
    while len(complete) < 26:
        complete = facts(random) | complete
    complete.pop("ordered", None)
    sent: Given = {"requested": complete["requested"]}

    for _ in range(40):
        decision = decider.decide(sent)
        if decision.code != "fact_missing":
            break
        wanted = {name: complete.get(name) for name in decision.missing if name not in sent}
        assert wanted, (decision.missing, sent)
        sent |= wanted
    assert decision.code != "fact_missing"
