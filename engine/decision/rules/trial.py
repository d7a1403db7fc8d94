"""Tries rules in a process of its own: `python -m engine.decision.rules.trial`, rules on stdin.

Prints `agreed`, or one sentence with exit code 1. A process that decides must not import it.
"""

from __future__ import annotations

import json
import math
import resource
import sys
from typing import Final

from engine.decision.encoding import Rule, Test
from engine.decision.rules.agreement import difference

MEMORY: Final = 2**30  # bytes of address space; 5,000 rules take a fifth


def main() -> str:
    """Builds and compares the rules from stdin; returns `agreed` or a sentence on the fault."""
    job = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The parent kills a trial that takes too long; this limit ends one whose parent is gone.
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(job["seconds"]) + 1,) * 2)
    for stage in job["stages"]:
        rules = [Rule(row, tuple(Test(*test) for test in tests)) for row, tests in stage["rules"]]
        if found := difference(rules, stage["width"]):
            return found
    return "agreed"


if __name__ == "__main__":
    outcome = main()
    sys.stdout.write(outcome + "\n")
    sys.exit(outcome != "agreed")
