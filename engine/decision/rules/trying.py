"""Tries rules in a separate process before they are published, and before this process loads them.

Only the native source can hang or crash. A source that passed is not tried in a process again: new
thresholds only change the numbers in messages, so they are compared in this process.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from engine.caches import LruCache
from engine.decision.encoding import Rule
from engine.decision.rules.agreement import difference
from engine.decision.rules.parts import cut
from engine.errors import NetworkFault

Stages = Sequence[tuple[Sequence[Rule], int]]
"""For each stage its rules and the number of their fields, as for `Network`."""

MOST_HERE: Final = 1_000
"""The most rules that are compared in this process; more would block it for long."""

_PASSED: Final[LruCache[bool]] = LruCache(10_000)
"""Digests of native sources that passed in a separate process."""


def compile_safely(
    stages: Stages, seconds: float = 5.0, *, module: str = "engine.decision.rules.trial"
) -> None:
    """Builds a network, asks it, and compares its answers with plain Python.

    Raises `ValueError` for a wrong rule; `NetworkFault` if the network does not answer in
    `seconds`, crashes, or answers differently. `module` is the program that tries the rules.
    """
    sources = {part.source for rules, width in stages for part in cut(rules, width)}
    digests = [hashlib.sha256(source.encode()).digest() for source in sources]
    few = sum(len(rules) for rules, _ in stages) <= MOST_HERE
    if few and all(_PASSED.find(digest) for digest in digests):
        _compare_here(stages)
        return
    _try_apart(stages, seconds, module)
    for digest in digests:
        _PASSED.get(digest, lambda: True)


def _compare_here(stages: Stages) -> None:
    for rules, width in stages:
        if found := difference(rules, width):
            raise NetworkFault(f"the rules failed their trial: {found}")


def _try_apart(stages: Stages, seconds: float, module: str) -> None:
    plain = [
        {
            "width": width,
            "rules": [[rule.row, [[t.field, t.op, t.value] for t in rule.tests]] for rule in rules],
        }
        for rules, width in stages
    ]
    try:
        trial = subprocess.run(  # noqa: S603 - our own interpreter on our own module
            [sys.executable, "-S", "-P", "-m", module],
            input=json.dumps({"seconds": seconds, "stages": plain}),
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise NetworkFault(f"the rules gave no answer within {seconds:g} s") from late
    if trial.returncode < 0:
        raise NetworkFault(f"the rules crashed the rule network with signal {-trial.returncode}")
    if trial.returncode or trial.stdout.strip() != "agreed":
        words = (trial.stdout.strip() or trial.stderr.strip()).splitlines()
        raise NetworkFault(f"the rules failed their trial: {words[-1] if words else 'no answer'}")
