"""Random returns for a real policy: those of its own tests, with facts changed or dropped."""

from functools import lru_cache
from pathlib import Path
from random import Random

from engine.dates import day_text, parse_day
from engine.policy.editions import load
from engine.policy.model import Policy
from engine.policy.text import to_data
from engine.policy.vocabulary import Fact, FactType

ROOT = Path(__file__).parents[2] / "policies"
FILES = sorted(ROOT.glob("real/*.yaml"))

Given = dict[str, object]


@lru_cache
def real_policy(file: Path) -> Policy:
    """The newest edition of a policy file."""
    return load(file.read_text(encoding="utf-8"), file.name, base_of).policy


def base_of(name: str, version: int) -> str | None:
    """The text of a shipped policy that another one extends."""
    for file in ROOT.rglob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        if f"policy: {name}\n" in text and f"version: {version}\n" in text:
            return text
    return None


def returns(policy: Policy, random: Random, count: int) -> list[Given]:
    """Returns near those of the policy's tests; some are wrong, as what is sent may be."""
    usual = [_given(case.given) for case in policy.cases if not case.lines] or [{}]
    return [_changed(dict(random.choice(usual)), policy, random) for _ in range(count)]


def _given(node: object) -> Given:
    found = to_data(node)  # type: ignore[arg-type]
    assert isinstance(found, dict)
    return found


def _changed(given: Given, policy: Policy, random: Random) -> Given:
    names = [*given, *random.sample([*policy.facts], 2)]
    for name in random.sample(names, random.randint(0, min(5, len(names)))):
        fact = policy.facts[name]
        if random.random() < 0.15:
            given.pop(name, None)
        elif random.random() < 0.1:
            given[name] = None
        else:
            given[name] = _value(fact, given.get(name), policy, random)
    return given


def _value(fact: Fact, before: object, policy: Policy, random: Random) -> object:
    words = fact.words or ("a", "b", "other")
    if fact.type is FactType.DATE:
        start = str(before)[:10] if before else "2024-03-01"
        day = day_text(parse_day(start) + random.choice((-40, -1, 1, 2, 14, 31, 90)))
        return day if random.random() < 0.7 else f"{day}T{random.randint(10, 23)}:30:00Z"
    made: dict[FactType, object] = {
        FactType.SET: random.sample(words, random.randint(0, min(3, len(words)))),
        FactType.MONEY: f"{policy.currency} {random.choice((0, 5, 99, 100, 1000))}",
        FactType.WORD: random.choice(words),
        FactType.YES_NO: random.random() < 0.5,
        FactType.PERCENT: f"{random.randint(0, 100)}%",
    }
    return made.get(fact.type, random.randint(1, 6))
