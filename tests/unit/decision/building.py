"""Builds policies and returns that state only what a test is about.

A policy is written as the topics that matter, a return as the facts that differ from the usual.
"""

from functools import lru_cache

from engine.decision.decide import Decider
from engine.decision.record import Because, Deadline, Decision, ReturnDecision
from engine.policy.editions import load
from engine.policy.model import Policy

HEADER = {
    "policy": "acme/test",
    "version": "1",
    "effective": "{from: 2000-01-01}",
    "currency": "USD",
}
USUAL = {
    "ordered": "2024-05-01",
    "delivered": "2024-05-10",
    "requested": "2024-05-20",
    "item_price": "USD 100.00",
}
NOT_SENT = object()
"""Removes a usual fact."""


@lru_cache(maxsize=256)
def policy_of(topics: str, **header: str) -> Policy:
    head = "".join(f"{key}: {value}\n" for key, value in (HEADER | header).items())
    return load(head + topics, "test.yaml").policy


@lru_cache(maxsize=256)
def decider(topics: str, **header: str) -> Decider:
    return Decider(policy_of(topics, **header))


def facts(**given: object) -> dict[str, object]:
    return {name: value for name, value in (USUAL | given).items() if value is not NOT_SENT}


def decide(topics: str, **given: object) -> Decision:
    return decider(topics).decide(facts(**given))


def decide_return(
    topics: str, *lines: dict[str, object], header: dict[str, str] | None = None, **given: object
) -> ReturnDecision:
    return decider(topics, **(header or {})).decide_return(facts(**given), lines)


def deadline(topics: str, name: str = "request", **given: object) -> Deadline:
    found = decide(topics, **given).deadlines
    return next(each for each in found if each.name == name)


def because(decision: Decision, topic: str) -> list[Because]:
    return [each for each in decision.because if each.topic == topic]


def rows(decision: Decision, topic: str) -> list[str]:
    return [each.row for each in because(decision, topic)]


def opened(decision: Decision) -> dict[str, str]:
    return {each.name: each.waits_for for each in decision.open}


def fees(decision: Decision | ReturnDecision) -> dict[str, str]:
    return {fee.kind: str(fee.amount) for fee in decision.fees}
