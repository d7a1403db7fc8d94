"""Tries every change of a single fact of a return, to check the search for the nearest change."""

from __future__ import annotations

from engine.dates import day_text, parse_day
from engine.decision.decide import Decider
from engine.errors import RequestFault
from engine.meaning.lowering.policy import conditions_of
from engine.policy.conditions import leaves
from engine.policy.model import Leaf, Policy
from engine.policy.vocabulary import SCOPE, FactType
from tests.properties.meaning.drawing import Given


def answer_of(decider: Decider, given: Given) -> str | None:
    """Returns what is decided; None if no request can send it."""
    try:
        return decider.decide(given).answer
    except RequestFault:
        return None


def staying(policy: Policy, given: Given) -> set[str]:
    """Facts that never move: those that were not sent, or as `null`, choose the policy, or make
    the price; and the number of units if a price of that many was sent."""
    prices = {name for name, fact in policy.facts.items() if fact.type is FactType.MONEY}
    unsent = {name for name in policy.facts if given.get(name) is None}
    units = {"quantity"} if "item_price" in given else set[str]()
    return {*SCOPE, *prices, *unsent, *units, policy.applies_by, "now"}


def single_changes(decider: Decider, given: Given) -> set[str]:
    """Returns the facts of which another value alone would make the policy accept."""
    policy, found = decider.policy, set()
    for fact in (policy.facts[each] for each in given if each not in staying(policy, given)):
        for value in _others(policy, fact.name, given[fact.name]):
            if answer_of(decider, {**given, fact.name: value}) == "accept":
                found.add(fact.name)
                break
    return found


def _leaves(policy: Policy) -> list[Leaf]:
    return [leaf for each in conditions_of(policy) for leaf in leaves(each)]


def _others(policy: Policy, fact: str, now: object) -> list[object]:
    kind, words = policy.facts[fact].type, list(policy.facts[fact].words or ())
    if kind is FactType.YES_NO:
        return [not now]
    if kind is FactType.WORD:
        named = [word for leaf in _leaves(policy) if leaf.fact == fact for word in leaf.words]
        open_ = policy.facts[fact].words is None or policy.facts[fact].open
        others = [*words, *named, *(["a word that nobody names"] if open_ else [])]
        return [word for word in others if word != now]
    if kind is FactType.SET and isinstance(now, list):
        return [[w for w in now if w != word] for word in now]
    if kind is FactType.COUNT and isinstance(now, int):
        return list(range(1, now)) if fact == "quantity" else [n for n in range(60) if n != now]
    if kind is FactType.DATE:
        day, rest = parse_day(str(now)[:10]), str(now)[10:]
        near = [*range(1, 60), *range(60, 500, 7)]
        return [f"{day_text(day + sign * n)}{rest}" for n in near for sign in (-1, 1)]
    return []
