"""Our engine for the benchmarks: whole decisions, and the rows alone as recorded from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from bench.tables import Outcome
from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.policy.editions import load
from engine.policy.model import Policy

POLICIES = Path(__file__).parent / "policies"

Facts = Mapping[str, object]
Question = tuple[Callable[[Any], Any], Sequence[int]]
"""A function that gives rows, or rows and more, and the values to ask it with."""


def read_policy(name: str) -> Policy:
    """A policy of the benchmarks by its file name."""
    path = POLICIES / f"{name}.yaml"
    return load(path.read_text(encoding="utf-8"), path.name).policy


def read_decision(decision: Decision) -> Outcome:
    """What the peers must agree with; refuses to compare a decision that is not sound."""
    if decision.alarm or decision.answer not in ("accept", "refuse"):
        raise ValueError(f"an item was answered `{decision.answer}`: {decision.sentence}")
    if decision.answer == "refuse":
        return (decision.answer, decision.code, None, None, None, None)
    fee = sum(int((line.rate or "").rstrip("%")) for line in decision.fees)
    box = decision.original_packaging_required
    return (decision.answer, decision.code, fee, decision.goods, decision.return_paid_by, box)


def decide_many(decider: Decider) -> tuple[Callable[[Sequence[Facts]], Sequence[Decision]], str]:
    """The way to decide a batch, and its name; a loop if the engine has none."""
    own = getattr(decider, "decide_many", None)
    if own is not None:
        return own, "decide_many"
    return lambda batch: [decider.decide(facts) for facts in batch], "a loop"


class Recorder:
    """Decides items and gives the questions asked of the network and the reference evaluator."""

    def __init__(self, policy: Policy) -> None:
        self._decider = Decider(policy, native=True)
        self._network = _Tape()
        engines = self._decider.engines
        if engines.network is not None:
            engines.network = cast(Any, _Heard(engines.network, self._network))

    def __call__(self, items: Sequence[Facts]) -> tuple[list[list[Question]], list[list[Question]]]:
        work_out = self._decider.engines.alone.work_out
        for facts in items:
            self._decider.decide(facts)
            self._network.cut()
        twin: list[list[Question]] = [[(work_out, self._decider.intake(e).values)] for e in items]
        return self._network.taken(), twin


@dataclass(slots=True)
class _Tape:
    done: list[list[Question]] = field(default_factory=list)
    current: list[Question] = field(default_factory=list)

    def listen(self, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def heard(values: Sequence[int]) -> Any:
            self.current.append((function, copy(values)))
            return function(values)

        return heard

    def cut(self) -> None:
        self.done.append(self.current)
        self.current = []

    def taken(self) -> list[list[Question]]:
        done, self.done = self.done, []
        return done


class _Heard:
    """Stands in for a network and notes its questions."""

    def __init__(self, network: Any, tape: _Tape) -> None:
        self.matches = tape.listen(network.matches)
        self.close = network.close


def ask(questions: Sequence[Question]) -> None:
    """Asks what one decision asked."""
    for function, values in questions:
        function(values)


def fired(questions: Sequence[Question]) -> int:
    """How many rows the network names."""
    return sum(function(values).bit_count() for function, values in questions)
