"""What the generated intake reads at once equals what intake reads fact by fact."""

from datetime import UTC, date, datetime
from random import Random

import pytest

from bench.ours import read_policy
from engine.decision.decide import Decider
from engine.decision.facts import Facts
from engine.decision.intake import Intake
from engine.errors import RequestFault
from engine.money import Money
from engine.policy.model import Policy
from engine.policy.vocabulary import Fact, FactType
from tests.unit.decision.building import facts, policy_of

STRANGE: tuple[object, ...] = (
    *(None, "", True, False, 0, 1, -1, 5, 10**12, 10**13, 1.5, float("nan"), object(), b"x"),
    *("USD 5.00", "USD 5", "USD 5.5", "USD -5.00", "EUR 5.00", "usd 5.00", "USD ٣.00", "USD ²2.00"),
    *("USD .00", "USD 0.00", "USD 1234567890123.00", "USD 12345678901234567.00", "USD 5.001"),
    *(Money(5, "USD"), Money(-5, "USD"), Money(5, "EUR")),
    *("2025-01-01", "2025-13-01", "20250101", "2025-W01-1", "2025-01-01T09:30:00+01:00"),
    *(date(2025, 1, 1), datetime(2025, 1, 1, 9, tzinfo=UTC)),
    *("true", "12", "15%", "x" * 201, "\ud800", [], ["photos"], ["x"], [1], ("a", "b"), {1}),
    *({"counted": 2}, {"counted": None}, {"counted": 1, "ahead": 2}, {"counted": 1, "ahead": None}),
)
TOGETHER = (
    *("ordered", "delivered", "requested", "quantity", "quantity_ordered", "unit_price"),
    *("case_pack", "order_lines", "line_count", "evidence", "lacking"),
)


@pytest.mark.parametrize("name", ["typical", "rows_25", "rows_100"])
def test_what_is_taken_in_one_go_is_what_is_read_fact_by_fact(name: str) -> None:
    policy, chance = read_policy(name), Random(name)
    door = new_door(policy)
    whole = new_door(policy)
    whole.plain = lambda given: None  # type: ignore[method-assign]
    plain = 0
    for _ in range(1500):
        given = request(policy, chance)
        assert entered(door, given) == entered(whole, given), given
        plain += door.plain(given) is not None
        door = door if chance.random() < 0.97 else new_door(policy)
    assert plain > 300


@pytest.mark.parametrize("name", ["typical", "rows_25", "rows_100"])
def test_what_goes_on_to_the_evaluator_is_what_is_read_and_what_it_finds_for_that(
    name: str,
) -> None:
    policy, chance = read_policy(name), Random(name)
    evaluator, door = Decider(policy, native=False).engines.alone, new_door(policy)
    evaluated = 0
    for _ in range(1500):
        given = request(policy, chance)
        found = door.evaluated(given, evaluator.rows)
        assert (found is None) or (door.plain(given) is not None), given
        if found is not None:
            evaluated += 1
            facts, rows = found
            assert told(facts) == entered(door, given), given
            assert rows == evaluator.work_out(facts.values), given
            assert rows[:2] == (door.through(given, evaluator.outcome) or ())[:2], given
        door = door if chance.random() < 0.97 else new_door(policy)
    assert evaluated > 300


@pytest.mark.parametrize("called", ["x", "x0", "n", "v", "p0", "s1", "u", "a"])
def test_a_fact_of_a_policy_may_have_any_name(called: str) -> None:
    of = "eligibility: {rows: [{id: E, when: {NAME: true}, eligible: false, code: not_entitled}]}"
    policy = policy_of(of.replace("NAME", called), facts=f"{{{called}: {{type: yes_no}}}}")
    decider = Decider(policy, native=False)

    for answer, sent in (("refuse", True), ("accept", False)):
        given = facts(**{called: sent})
        assert decider.decide(given).answer == decider.outcome(given).answer == answer


def new_door(policy: Policy) -> Intake:
    plan = Decider(policy, native=False).engines.compiled
    return Intake(plan.slots, plan.used)


def request(policy: Policy, chance: Random) -> dict[str, object]:
    names = chance.sample(sorted(policy.facts), chance.randint(0, 6))
    names += chance.sample(TOGETHER, chance.randint(0, 5))
    given = {
        name: chance.choice(STRANGE) if chance.random() < 0.06 else usual(policy, name, chance)
        for name in names
    }
    given |= {day: None for day in ("requested", "now") if chance.random() < 0.15}
    return given | ({"no_such_fact": 1} if chance.random() < 0.02 else {})


def usual(policy: Policy, name: str, chance: Random) -> object:
    fact: Fact = policy.facts[name]
    words = [*(fact.words or ()), *(() if fact.words and not fact.open else ("another",))]
    of: dict[FactType, object] = {
        FactType.DATE: f"2025-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}",
        FactType.MONEY: f"USD {chance.randint(0, 900)}.{chance.randint(0, 99):02d}",
        FactType.COUNT: chance.randint(1, 6),
        FactType.YES_NO: chance.random() < 0.5,
        FactType.WORD: chance.choice(words),
        FactType.SET: chance.sample(words, chance.randint(0, 1)),
    }
    return of.get(fact.type, "12%")


def entered(door: Intake, given: dict[str, object]) -> object:
    try:
        found = door.enter(given)
    except RequestFault as fault:
        return fault.code, fault.message, fault.path
    return told(found)


def told(found: Facts) -> tuple[object, ...]:
    words, sent = found.unknown_words, list(found.sent)
    return found.values, words, found.ahead, sent, found.plain(), found.ignored
