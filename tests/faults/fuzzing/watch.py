"""Has broken inputs tried in child processes, and says which of them broke something."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.faults.fuzzing.corpus import ROOT

CHILDREN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What became of one input; `complaint` says what is wrong with that."""

    index: int
    outcome: str = "died"
    seconds: float = 0.0
    complaint: str = "the process died or hung"


@dataclass(slots=True, kw_only=True)
class Report:
    """What became of many."""

    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[Tried] = field(default_factory=list)
    slowest: list[Tried] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many were tried."""
        return self.outcomes.total()

    @property
    def complaints(self) -> list[str]:
        """What went wrong with which input, so many that a person can read them."""
        return [f"{each.index}: {each.outcome}: {each.complaint}" for each in self.wrong[:10]]

    def add(self, tried: Tried) -> None:
        """Counts one."""
        self.outcomes[tried.outcome] += 1
        if tried.complaint:
            self.wrong.append(tried)
        self._rank([tried])

    def join(self, other: Report) -> None:
        """Counts those of another report too."""
        self.outcomes += other.outcomes
        self.wrong += other.wrong
        self._rank(other.slowest)

    def _rank(self, more: list[Tried]) -> None:
        slowest = sorted([*self.slowest, *more], key=lambda each: -each.seconds)
        self.slowest = slowest[:10]


def watched(
    module: str, seed: int, numbers: range, databases: tuple[str, ...] = ("",) * CHILDREN
) -> Report:
    """Tries inputs of a module, in a child for each database; one without a URL makes its own."""
    share = -(-len(numbers) // len(databases))
    shares = [numbers[at : at + share] for at in range(0, len(numbers), share)]
    report = Report()
    with ThreadPoolExecutor(len(databases)) as pool:
        parts = pool.map(lambda *each: [*_tried(module, seed, *each)], shares, databases)
        for part in parts:
            for tried in part:
                report.add(tried)
    return report


def _tried(module: str, seed: int, numbers: range, database: str) -> Iterator[Tried]:
    """Starts another child behind an input that was the end of one."""
    start, end = numbers.start, numbers.stop
    while start < end:
        begun = start
        for said in _said(module, seed, range(start, end), database):
            begun = said["index"]
            if "outcome" in said:
                yield Tried(**said)
                start = begun + 1
        if start < end:
            yield Tried(index=start)
            start += 1


def _said(module: str, seed: int, numbers: range, database: str) -> Iterator[dict[str, object]]:
    paths = os.pathsep.join((str(ROOT), str(ROOT / "graphql")))
    child = subprocess.Popen(
        [
            *(sys.executable, "-W", "error", "-m", "tests.faults.fuzzing.child"),
            *(module, str(seed), str(numbers.start), str(len(numbers))),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths, "TAKEBACK_DATABASE_URL": database},
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    with child:
        assert child.stdout
        for line in child.stdout:
            yield json.loads(line)
