"""Facts of return lines as a careless or hostile caller sends them for a policy."""

from __future__ import annotations

from random import Random

from engine.policy.model import Policy
from engine.policy.text import to_data
from engine.policy.vocabulary import Fact, FactType
from tests.faults.fuzzing import nasties

Given = dict[str, object]
DAYS = ("2024-02-29", "2024-03-01", "2024-03-10", "2024-06-30", "2025-01-31", "1900-01-01")
DAYS += ("9000-12-31", "2024-03-10T02:30:00-05:00", "2024-12-31T23:59:59Z")


def given(policy: Policy, random: Random) -> Given:
    """Facts of one of the policy's own tests, some changed; every other time some are garbage."""
    case = random.choice(policy.cases) if policy.cases else None
    told = to_data(case.given) if case is not None else {}
    found: Given = {**told} if isinstance(told, dict) else {}
    names = (*policy.facts, *found)
    for name in random.sample(names, random.choice((0, 1, 3, 6))):
        fact = policy.facts.get(name)
        found[name] = fitting(fact, random, policy.currency) if fact else None
    for _ in range(random.choice((0, 0, 1, 1, 2, 4))):
        found[random.choice(names)] = random.choice(nasties.VALUES)
    if random.random() < 0.1:
        found[random.choice(names)] = random.choice(nasties.OBJECTS)
    if random.random() < 0.1:
        found[random.choice(nasties.KEYS)] = random.choice(nasties.VALUES)
    for name in random.sample([*found], len(found) // 5):
        del found[name]
    return found


def lines(policy: Policy, random: Random) -> list[Given]:
    """The lines of a return; mostly few."""
    return [given(policy, random) for _ in range(random.choice((1, 2, 2, 3, 5)))]


def fitting(fact: Fact, random: Random, currency: str) -> object:
    """A value of the type of a fact, or none."""
    words = fact.words or ("a", "b", "other")
    made: dict[FactType, object] = {
        FactType.DATE: random.choice(DAYS),
        FactType.SET: random.sample(words, random.randint(0, min(3, len(words)))),
        FactType.MONEY: f"{currency} {random.choice((0, 1, 5, 100, 9_999_999_999))}",
        FactType.WORD: random.choice(words),
        FactType.YES_NO: random.random() < 0.5,
        FactType.PERCENT: f"{random.randint(0, 100)}%",
    }
    value = made.get(fact.type, random.choice((0, 1, 2, 6, 10**12)))
    return None if random.random() < 0.1 else value
