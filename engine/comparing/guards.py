"""Looks for a return that breaks a rule of `compare.never`, or proves that there is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from engine.comparing.returns import Given, given_of
from engine.meaning.code import worked_out
from engine.meaning.comparison import Compared, compare, regions_of
from engine.meaning.difference import Budget, Differences
from engine.meaning.graph import Node
from engine.meaning.ground import NEVER_NULL
from engine.meaning.lowering.policy import NOTHING, WORDS
from engine.meaning.regions import FAR
from engine.meaning.timeline import InTurn
from engine.meaning.variables import inside
from engine.policy.model import Policy
from engine.stopping import go_on, is_over

FROM_TO: Final = re.compile(r"from (\S+) to (\S+)\Z")
GIVEN: Final = ("remedy", "return_paid_by", "goods", "fee", "net")
"""Fields that are compared only if both policies settle the return; else it has none of them."""

_SIZES: Final = ("higher", "later", "lower", "earlier")
_BUDGET: Final = Budget(cases=4_000, nodes=120_000, regions=1_000, joined=250_000, past=is_over)

Bears = Callable[[Given, Given], bool]
"""Has both deciders confirm that a return breaks the rule."""


class Guard:
    """Compares a policy with the one that it must not be worse than."""

    def __init__(self, before: Policy, after: Policy) -> None:
        self._compared: Compared = compare(before, after, fields=())
        ground = self._compared.ground
        self._differences = Differences(ground.graph, ground.domain)
        self._finder = InTurn(ground)

    def broken(self, field: str, change: str, bears: Bears) -> bool:
        """Looks for a return that breaks the rule, until `bears` confirms one.

        Returns whether it is proven that no return breaks it.
        """
        go_on()
        rule = self._rule(field, change)
        if rule is None:
            return False
        compared, ground = self._compared, self._compared.ground
        graph = ground.graph
        if field in GIVEN:
            rule = graph.all(rule, compared.before.settles, compared.after.settles)
        rule = graph.all(rule, graph.no(compared.doubt), self._in_force())
        regions = regions_of(ground, self._differences, [rule], [graph.false], _BUDGET)
        holds = worked_out([rule])
        for region in regions or ():
            go_on()
            numbers = self._finder.meeting(region.path, lambda one: bool(holds(one)[0]))
            if numbers is not None and bears(*given_of(numbers, ground)):
                return False
        return regions == () and not compared.doubtful

    def _in_force(self) -> Node:
        """Returns the condition that the later policy is in force, if a return says its day."""
        policy, graph = self._compared.after.policy, self._compared.ground.graph
        if policy.applies_by not in self._compared.ground.facts:
            return graph.true
        day, days = graph.fact(policy.applies_by), policy.effective
        within = inside(graph, day, ((days.first, days.last or FAR),))
        if policy.applies_by in NEVER_NULL:
            return within
        return graph.any(graph.absent(policy.applies_by), within)

    def _rule(self, field: str, change: str) -> Node | None:
        """Returns the rule as a condition; None if it cannot be expressed in the graph."""
        graph, book = self._compared.ground.graph, self._compared.ground.book
        name = "answer" if field == "eligible" else field
        before, after = (
            each.settled.get(name, each.fields[name])
            for each in (self._compared.before, self._compared.after)
        )
        if match := FROM_TO.match(change):
            if name not in WORDS:
                return None
            return graph.all(self._is(field, before, match[1]), self._is(field, after, match[2]))
        if change not in _SIZES:
            if field != "eligible":
                return graph.no(graph.eq(before, after))
            one, other = (graph.among(n, [book.number("refuse")]) for n in (before, after))
            return graph.any(graph.all(one, graph.no(other)), graph.all(graph.no(one), other))
        if name in WORDS:
            return None
        known = [graph.no(graph.among(node, [NOTHING])) for node in (before, after)]
        up = change in ("higher", "later")
        return graph.all(*known, graph.lt(before, after) if up else graph.lt(after, before))

    def _is(self, field: str, node: Node, word: str) -> Node:
        graph, book = self._compared.ground.graph, self._compared.ground.book
        if field == "eligible":
            refused = graph.among(node, [book.number("refuse")])
            return {"no": refused, "yes": graph.no(refused)}.get(word, graph.false)
        return graph.among(node, [0 if word == "None" else book.number(word)])
