"""One edition as its checks ask about it: where its rows hold, and where its promises break."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.comparing.returns import given_of
from engine.meaning.asking import Answer, Asking
from engine.meaning.difference import Budget
from engine.meaning.graph import Node
from engine.meaning.ground import Ground
from engine.meaning.lowering.intake import derive
from engine.meaning.lowering.line import Line, Sent
from engine.meaning.lowering.policy import lowered, tests_remedy
from engine.meaning.witness import Numbers
from engine.policy.model import Effective
from engine.policy.vocabulary import FactType
from engine.publishing.checks.trying.bench import Bench, Tried
from engine.stopping import is_over

BUDGET: Final = Budget(cases=200_000, past=is_over)
"""How much one question may take."""


class Asked:
    """An edition in a graph of its own; returns say of each fact its value, or that it has none."""

    def __init__(self, bench: Bench, days: Effective) -> None:
        policy, self._bench = bench.policy, bench
        self._ground = Ground((policy,), days)
        sent = {n: Sent.A_VALUE for n, f in policy.facts.items() if f.type is FactType.SET}
        sent |= {f"{name}@": Sent.ANYTHING for name in policy.facts}
        graph, book = self._ground.graph, self._ground.book
        asks = tests_remedy(policy)
        line = Line(graph, policy, book, sent, Sent.TOLD, tests_remedy=asks)
        derive(line)
        lowered(line)
        self.broken = line.broken
        """Where each promise is broken, by its id."""
        self._doubt = graph.any(*line.doubts)
        roots = [*line.broken.values(), self._doubt]
        self._asking = Asking(self._ground, roots, BUDGET)

    def whether(self, condition: Node, shows: Callable[[Tried], bool]) -> Answer[Tried]:
        """A return of the condition that is decided and shows it; or that there can be none."""

        def bears(numbers: Numbers) -> Tried | None:
            tried = self._bench.tried(given_of(numbers, self._ground)[0])
            return tried if tried and not tried.run.undecided and shows(tried) else None

        graph = self._ground.graph
        answer = self._asking.whether(condition, bears)
        if answer.never and self._doubt is not graph.false:
            return self._asking.whether(self._doubt, lambda _: None)
        return answer
