"""The rule network, the generated function and a third reading in these tests always agree."""

import logging
import re
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.errors import PolicyFaults
from engine.policy.editions import load
from engine.policy.model import Policy, Table
from engine.publishing.meaning import too_wide
from tests.properties.making import Maker, facts
from tests.properties.plainly import holds, plain

POLICIES = 15
RETURNS = 30
"""Returns for each policy; 3,000 pairs in a run."""

THRESHOLD = re.compile(r'("(?:under|over|at_least|at_most)": )("USD [0-9.]+"|[0-9]+(?=[,\s}]))')
"""Sizes in the tests of a policy, as JSON writes them."""

seeds = st.integers(0, 2**48)
thorough = settings(max_examples=POLICIES, deadline=None, database=None)


def random_policy(random: Random) -> Policy:
    """A policy that may be published: none of its rows unfolds too widely for the network."""
    text = Maker(random).text()
    note(text)
    policy = load(text, "random.yaml").policy
    assume(not too_wide(policy))
    return policy


def same_but_for_the_engine(one: Decision, other: Decision) -> bool:
    plain = {"engine": "", "engines_agreed": None}
    return one.to_data() | plain == other.to_data() | plain


@thorough
@given(seeds)
def test_network_and_twin_give_the_same_record(seed: int) -> None:
    random = Random(seed)
    policy = random_policy(random)
    network, twin = Decider(policy), Decider(policy, native=False)

    for _ in range(RETURNS):
        sent = facts(random)
        ours, plainly = network.decide(sent), twin.decide(sent)
        assert ours.alarm is None, sent
        assert (ours.engine, ours.engines_agreed) == ("durable-rules", True)
        assert (plainly.engine, plainly.engines_agreed) == ("python", None)
        assert same_but_for_the_engine(ours, plainly), sent
    network.close()


@thorough
@given(seeds)
def test_network_and_twin_give_the_same_return(seed: int) -> None:
    random = Random(seed)
    policy = random_policy(random)
    network, twin = Decider(policy), Decider(policy, native=False)

    for _ in range(RETURNS // 10):
        lines = [facts(random) for _ in range(3)]
        ours, plainly = network.decide_return({}, lines), twin.decide_return({}, lines)
        pairs = zip(ours.lines, plainly.lines, strict=True)
        assert all(same_but_for_the_engine(*pair) for pair in pairs), lines
        assert ours.to_data() | {"lines": None} == plainly.to_data() | {"lines": None}, lines
    network.close()


def test_policies_of_one_shape_share_what_is_compiled_and_never_their_numbers() -> None:
    compared = {"alike": 0, "apart": 0, "shared": 0, "own": 0}

    @thorough
    @given(seeds)
    def alternate(seed: int) -> None:
        random = Random(seed)
        policies = pair_of_one_shape(random)
        deciders = [Decider(policy) for policy in policies]
        twins = [Decider(policy, native=False) for policy in policies]
        one, other = map(rule_sets, deciders)
        compared["shared"] += len(one & other)
        compared["own"] += len(one ^ other)  # where a threshold equals one that only one changed
        for _ in range(RETURNS):
            sent = facts(random)
            ours = [decider.decide(sent) for decider in deciders]
            plainly = [twin.decide(sent) for twin in twins]
            assert all(map(same_but_for_the_engine, ours, plainly)), sent
            compared["alike" if same_but_for_the_policy(*ours) else "apart"] += 1
        for decider in deciders:
            decider.close()

    alternate()

    assert compared["apart"] > 180
    assert compared["shared"] > compared["own"]


def pair_of_one_shape(random: Random) -> tuple[Policy, Policy]:
    """A random policy, and the same with other thresholds."""
    text = Maker(random).text()
    assume(THRESHOLD.search(text))
    counts = iter(random.sample(range(12), 12))  # what was apart stays apart, equal stays equal
    known: dict[str, str] = {}

    def drawn(found: re.Match[str]) -> str:
        if found[2] not in known:
            money = f'"USD {random.randint(0, 260)}.{len(known) + 10}"'
            known[found[2]] = money if found[2].startswith('"') else str(next(counts))
        return f"{found[1]}{known[found[2]]}"

    other = THRESHOLD.sub(drawn, text)
    try:
        policies = (load(text, "one.yaml").policy, load(other, "one.yaml").policy)
    except PolicyFaults:  # one of them says what can never hold
        assume(False)
        raise
    for policy in policies:
        assume(not too_wide(policy))
    return policies


def rule_sets(decider: Decider) -> set[int]:
    """The native rule sets that a decider asks, by identity."""
    network = decider.engines.network
    return {id(part.rules) for part in (network._parts if network else None) or ()}


def same_but_for_the_policy(one: Decision, other: Decision) -> bool:
    return one.to_data() | {"policy": None} == other.to_data() | {"policy": None}


FOUND = ("net", "code", "deadlines.", "goods", "return_paid_by")
"""What the plain reading takes from a decision, which names what of it is open."""


def test_the_rows_are_those_of_a_plain_reading_of_the_tests() -> None:
    judged = {"sure": 0, "unsure": 0}

    @settings(max_examples=POLICIES, deadline=None, database=None)
    @given(seeds)
    def judge(seed: int) -> None:
        random = Random(seed)
        policy = random_policy(random)
        decider = Decider(policy)
        for _ in range(RETURNS):
            sent = facts(random)
            decision = decider.decide(sent)
            opened = [each.name for each in decision.open]
            if decision.not_needed or any(each.startswith(FOUND) for each in opened):
                continue
            for table in first_tables(policy, decision):
                row = plainly_first(table, sent, policy, decision)
                judged["sure" if row else "unsure"] += 1
                assert row is None or row in chosen(table, decision), (table.name, row, sent)
        decider.close()

    judge()

    assert judged["sure"] > 700
    assert judged["unsure"] < judged["sure"] / 10


def first_tables(policy: Policy, decision: Decision) -> list[Table]:
    """The tables that were asked for their first row, whatever that row does."""
    settled = (
        *(table for table in policy.deadlines if table.decide == "first"),
        policy.eligibility,
    )
    if decision.answer == "refuse":
        return [*settled]
    fees = [table for table in policy.fees if table.decide == "first"]
    others = (policy.goods, policy.return_shipping, policy.value, policy.outbound_shipping)
    return [*settled, *others, *fees]


def plainly_first(
    table: Table, sent: dict[str, object], policy: Policy, decision: Decision
) -> str | None:
    """The first row that holds; None where an earlier one hangs on an unknown fact."""
    values = plain(policy, sent, decision)
    for row in table.rows:
        found = holds(row.when, values, policy)
        if found is not False:
            return row.id if found else None
    return None


def chosen(table: Table, decision: Decision) -> list[str]:
    return [each.row for each in decision.because if each.topic == table.name]


# --- the tests above can fail ---------------------------------------------------------------------

TWO_ROWS = """
policy: acme/test
version: 1
effective: {from: 2000-01-01}
currency: USD
eligibility:
  rows:
    - {id: E-A, when: {category: a}, answer: refuse, code: excluded_category}
    - {id: E-B, when: {category: b}, answer: accept}
"""
A_LINE = {"category": "b", "requested": "2024-05-01", "item_price": "USD 100.00"}


@pytest.fixture
def decider() -> Decider:
    return Decider(load(TWO_ROWS, "two.yaml").policy)


def break_the_twin(decider: Decider, wrong: Callable[[int], int]) -> None:
    """Lets the generated function see other rows than it should."""
    for alone in (True, False):
        evaluator = decider.engines.evaluator(alone=alone)
        right = evaluator.rows.of
        evaluator.rows = evaluator.rows._replace(
            of=lambda *values, right=right: (wrong(right(*values)[0]), *right(*values)[1:])
        )
    decider._intake._forms.clear()


@pytest.mark.parametrize(
    "wrong",
    [lambda rows: rows ^ 1, lambda rows: 0, lambda rows: rows | 2**60],
    ids=["another row", "no row", "a row that is not there"],
)
def test_a_twin_that_is_wrong_sends_the_line_to_a_person(
    decider: Decider, wrong: Callable[[int], int], caplog: pytest.LogCaptureFixture
) -> None:
    break_the_twin(decider, wrong)

    with caplog.at_level(logging.CRITICAL, "takeback.decision"):
        decision = decider.decide(A_LINE)

    assert (decision.answer, decision.code) == ("review", "engine_disagreement")
    assert decision.alarm
    assert decision.engines_agreed is False
    assert (decision.net, decision.base, decision.net_certainty) == (None, None, "open")
    assert not decision.fees
    assert not decision.remedies
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]
    assert "acme/test@1" in caplog.text


def test_a_known_choice_does_not_hide_that_the_twin_is_wrong(decider: Decider) -> None:
    assert decider.decide(A_LINE).answer == "accept"

    break_the_twin(decider, lambda rows: rows ^ 1)

    assert decider.decide(A_LINE).code == "engine_disagreement"


def test_a_network_that_is_wrong_sends_the_line_to_a_person(
    decider: Decider, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = decider.engines.network
    monkeypatch.setattr(type(network), "matches", lambda self, values: 0)

    assert decider.decide(A_LINE).code == "engine_disagreement"


def test_a_plain_reading_finds_a_mistake_that_network_and_twin_share(decider: Decider) -> None:
    decision = decider.decide({**A_LINE, "category": "a"})
    policy = decider.policy

    assert plainly_first(policy.eligibility, A_LINE, policy, decision) == "E-B"
    assert chosen(policy.eligibility, decision) == ["E-A"]


def test_a_line_that_a_wrong_twin_decided_takes_the_net_from_the_return(decider: Decider) -> None:
    break_the_twin(decider, lambda rows: rows ^ 1)

    whole = decider.decide_return({}, [A_LINE, A_LINE])

    assert (whole.answer, whole.code) == ("review", "engine_disagreement")
    assert whole.net is None
