"""Trials of the law that a decision depends on its facts only, each named by a seed."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from random import Random

from engine.decision.decide import Decider
from engine.errors import PolicyFaults
from engine.policy.editions import load
from engine.policy.model import Policy
from engine.publishing.meaning import too_wide
from tests.properties.alone.edges import Edges
from tests.properties.alone.records import Asked, Mismatch, Past, alone, record, unremembered
from tests.properties.alone.wider import WiderMaker
from tests.properties.making import facts, renumbered
from tests.properties.returns import ROOT, real_policy

SHIPPED = sorted(ROOT.rglob("*.yaml"))
"""Every policy that comes with Takeback."""


def of_shipped(file: Path, seed: str, count: int) -> Iterator[Mismatch]:
    """Facts at the edges of a shipped policy; compares each record with a new decider's."""
    random = Random(seed)
    policy = real_policy(file)
    yield from _of_one(policy, _asked(Edges(policy, random), count, random), random)


def of_random(seed: int, count: int) -> Iterator[Mismatch]:
    """The same for a random policy."""
    random = Random(seed)
    policy = load(WiderMaker(random).text(), "random.yaml").policy
    bases = [facts(random) for _ in range(4)]
    yield from _of_one(policy, _asked(Edges(policy, random, bases), count, random), random)


def of_one_shape(policies: list[Policy], random: Random, count: int) -> Iterator[Mismatch]:
    """Asks policies of one shape, with their networks, in turn.

    The expected records were made for each policy alone, before the others were compiled.
    """
    asked = [
        each
        for policy in policies
        for each in _asked(Edges(policy, random, [facts(random)]), count, random)
    ]
    random.shuffle(asked)
    fresh = [_by_itself(policy, asked) for policy in policies]
    with ExitStack() as stack:
        deciders = [stack.enter_context(closing(Decider(policy))) for policy in policies]
        for index, each in enumerate(asked):
            for policy, decider, records in zip(policies, deciders, fresh, strict=True):
                if (got := record(decider, each)) != records[index]:
                    yield _of_a_neighbour(policy, each, records[index], got)


def one_shape(random: Random) -> list[Policy]:
    """A random policy and two with other thresholds; fewer if some must not be published."""
    text = WiderMaker(random).text()
    texts = [text, *(renumbered(text, random) for _ in range(4))]
    return [policy for policy in islice(_read(texts), 3) if not too_wide(policy)]


def _of_one(policy: Policy, asked: list[Asked], random: Random) -> Iterator[Mismatch]:
    fresh = unremembered(policy, asked)
    for index in random.sample(range(len(asked)), max(1, len(asked) // 20)):
        if (got := alone(policy, asked[index])) != fresh[index]:
            yield _of_a_neighbour(policy, asked[index], fresh[index], got)
    yield from Past(policy=policy, asked=asked, fresh=fresh).mismatches()


def _asked(edges: Edges, count: int, random: Random) -> list[Asked]:
    found: list[Asked] = [*edges.lines(count), *edges.wholes(count // 10)]
    random.shuffle(found)
    return found


def _by_itself(policy: Policy, asked: list[Asked]) -> list[bytes]:
    with closing(Decider(policy)) as decider:
        return [record(decider, each) for each in asked]


def _of_a_neighbour(policy: Policy, asked: Asked, fresh: bytes, got: bytes) -> Mismatch:
    return Mismatch(
        policy=policy.reference,
        asked=asked,
        after=None,
        fresh=fresh.decode(),
        used=got.decode(),
    )


def _read(texts: list[str]) -> Iterator[Policy]:
    for text in texts:
        try:
            yield load(text, "random.yaml").policy
        except PolicyFaults:  # with these thresholds it says what can never hold
            continue
