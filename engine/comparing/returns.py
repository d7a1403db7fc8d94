"""Turns the numbers of a graph into a return as a request sends it, for two policies to decide."""

from __future__ import annotations

from collections.abc import Container, Mapping

from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.errors import RequestFault
from engine.meaning.ground import Ground
from engine.meaning.lowering.words import OTHER, Book
from engine.meaning.values import ABSENT, UNKNOWN
from engine.policy.text import Map, to_data
from engine.policy.vocabulary import Fact, FactType, as_sent

Given = dict[str, object]


def given_of(numbers: Mapping[str, int], ground: Ground) -> tuple[Given, ...]:
    """Returns the facts to send to each policy: those that it knows."""
    policies, book = ground.policies, ground.book
    found: Given = {}
    members: dict[str, list[str]] = {}
    for name, number in numbers.items():
        own, _, member = name.partition("#")
        if member and number == 1:
            members.setdefault(own, []).append(member)
        elif member or number == UNKNOWN or own.endswith("@"):
            continue  # a time of day is never sent: changes that depend on it get no example
        elif ground.fact(own).type is FactType.SET:
            members.setdefault(own, [])
        else:
            found[name] = plain(ground.fact(own), number, policies[0].currency, book)
        if own in members:
            found[own] = members[own]
    return tuple(
        {name: value for name, value in found.items() if name in policy.facts}
        for policy in policies
    )


def given_in(node: Map) -> Given:
    """Returns the facts that a test of a policy writes, as a request sends them."""
    return {key: to_data(child) for key, child in node.entries.items()}


def plain(fact: Fact, number: int, currency: str, book: Book) -> object:
    """Returns one value as a request sends it."""
    if number == ABSENT:
        return None
    if fact.type is FactType.WORD:
        return another(book.of.get(fact.name, ())) if number == OTHER else book.word(number)
    return as_sent(fact.type, number, currency)


def another(words: Container[str]) -> str:
    """Returns a word that is not among those named."""
    other = "other"
    while other in words:
        other += "_one"
    return other


def decided_by_both(
    deciders: tuple[Decider, Decider], one: Given, other: Given
) -> tuple[Decision, Decision] | None:
    """Has each of two deciders decide its return; None if the facts are invalid for one."""
    try:
        return deciders[0].decide(one), deciders[1].decide(other)
    except RequestFault:
        return None


def value_text(value: object) -> str:
    """Returns a value as a policy's author writes it."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(str, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value)
