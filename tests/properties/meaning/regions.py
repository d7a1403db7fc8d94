"""Checks that the regions of a comparison hold exactly the drawn returns that differ."""

from __future__ import annotations

from collections import Counter

from engine.comparing.returns import plain
from engine.decision.decide import Decider
from engine.errors import RequestFault
from engine.meaning.code import worked_out
from engine.meaning.comparison import Compared, compare
from engine.meaning.differing import Differing
from engine.meaning.witness import lies
from engine.policy.model import Policy
from engine.policy.vocabulary import FactType
from tests.properties.meaning.drawing import Draw, Given
from tests.properties.meaning.encoded import encoded
from tests.properties.meaning.test_equality import outcome_of

UNSETTLED = {"refuse", "two_readings"}
"""Answers after which no money, goods or way back are compared."""


class Held:
    """A comparison and the deciders of both policies."""

    def __init__(self, before: Policy, after: Policy) -> None:
        self.policies = (before, after)
        self.compared: Compared = compare(before, after)
        self.deciders = [Decider(policy, native=False) for policy in self.policies]
        graph = self.compared.ground.graph
        self.finder = Differing(self.compared)
        self.doubt = worked_out([self.compared.doubt])
        self.proven = [each for each in self.compared.changed if each.proven]
        self.inside = {
            each.field: worked_out(
                [
                    graph.all(*[lies(graph, variable, cells) for variable, cells in region.path])
                    for region in each.regions
                ]
            )
            for each in self.proven
        }

    def holds(self, count: int, seed: int) -> Counter[str]:
        """Draws returns that say everything that is compared; asserts that regions are right."""
        found: Counter[str] = Counter()
        draws = [Draw(policy, seed, missing=0.0, null=0.05) for policy in self.policies]
        for at in range(count):
            given = self._complete({**draws[1 - at % 2].one(), **draws[at % 2].one()})
            outcomes = [self._decided(policy, given) for policy in self.policies]
            if None not in outcomes:
                self._hold(given, outcomes, found)
        return found

    def _complete(self, given: Given) -> Given:
        """What is compared, dates as days, with a price and no fact beside."""
        sent = {name: value for name, value in given.items() if name in self.compared.ground.facts}
        for name in self.compared.ground.facts:
            if name not in sent:
                sent[name] = self._usual(name)
        dated = [n for n in sent if self.compared.ground.fact(n).type is FactType.DATE]
        return {**sent, **{n: str(sent[n])[:10] if sent[n] else None for n in dated}}

    def _usual(self, name: str) -> object:
        fact, currency = self.compared.ground.fact(name), self.policies[0].currency
        number = 1_000 if fact.type is FactType.MONEY else 1
        if fact.type is FactType.WORD:
            number = self.compared.ground.words(name)[-1]
        if fact.type in (FactType.SET, FactType.DATE):
            return [] if fact.type is FactType.SET else None
        return plain(fact, number, currency, self.compared.ground.book)

    def _decided(self, policy: Policy, given: Given) -> dict[str, object] | None:
        mine = {name: value for name, value in given.items() if name in policy.facts}
        decider = self.deciders[self.policies.index(policy)]
        try:
            return outcome_of(decider.decide(mine))
        except RequestFault:
            return None

    def _hold(
        self, given: Given, outcomes: list[dict[str, object] | None], found: Counter[str]
    ) -> None:
        one, other = outcomes
        assert one is not None
        assert other is not None
        numbers: dict[str, int] = {}
        for policy in self.policies:
            mine = {name: value for name, value in given.items() if name in policy.facts}
            numbers |= encoded(policy, self.compared.ground.book, mine)
        gone = {name for name, value in given.items() if value is None}
        if gone & {"ordered", "requested"}:
            return
        numbers.setdefault("now", numbers["requested"])
        ordered = numbers["ordered"]
        if not self.compared.ground.first_day <= ordered <= self.compared.ground.first_day + 3_653:
            return
        if self.doubt(numbers)[0]:
            return
        found["returns"] += 1
        found["unsettled"] += "two_readings" in (one["answer"], other["answer"])
        for field, inside in self.inside.items():
            hits = sum(inside(numbers))
            if not self._is_compared(field, one, other):
                continue
            differs = one[field] != other[field]
            found["differ"] += differs
            assert hits == int(differs), (field, hits, one, other, given)

    @staticmethod
    def _is_compared(field: str, one: dict[str, object], other: dict[str, object]) -> bool:
        if field in ("answer", "last_day"):
            return True
        if field == "code":
            return one["answer"] == other["answer"]
        answers = {one["answer"], other["answer"]}
        return not answers & UNSETTLED and "unknown_word" not in (
            one["code"],
            other["code"],
        )
