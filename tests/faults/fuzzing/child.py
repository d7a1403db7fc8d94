"""Tries broken inputs one by one in this process, which dies rather than hang.

    python -m tests.faults.fuzzing.child MODULE SEED FIRST COUNT

Each line of output is JSON: the number of an input before it is tried, then what became of it.
The kernel ends the process once one input has taken too many seconds of the processor, so that
native code that never returns is found too.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import sys
import time
import traceback
from contextlib import closing
from typing import TextIO

from tests.faults.fuzzing.complaints import Complaint

KILLED_AFTER = 20.0
"""CPU seconds for all that is done with one input; its steps are held to a second each."""
WAITING = 120.0
"""Seconds on the wall, for what waits and computes nothing."""


def main() -> None:
    """Tries the inputs of one module."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    module, seed, first, count = sys.argv[1], *map(int, sys.argv[2:5])
    trial = importlib.import_module(f"tests.faults.fuzzing.{module}").Trial(seed)
    with closing(trial), os.fdopen(os.dup(1), "w", buffering=1) as said:
        sys.stdout = sys.stderr  # so that nothing else stands between the lines
        tell(trial, range(first, first + count), said)


def tell(trial: object, numbers: range, said: TextIO) -> None:
    """Writes the two lines of each input."""
    limit = getattr(trial, "killed_after", KILLED_AFTER)
    for index in numbers:
        said.write(json.dumps({"index": index}) + "\n")
        signal.setitimer(signal.ITIMER_PROF, limit)
        signal.setitimer(signal.ITIMER_REAL, WAITING)
        began = time.process_time()
        outcome, complaint = attempted(trial, index)
        took = time.process_time() - began
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        told = {"index": index, "outcome": outcome, "seconds": took, "complaint": complaint}
        said.write(json.dumps(told) + "\n")


def attempted(trial: object, index: int) -> tuple[str, str]:
    """What became of an input, and what is wrong with that."""
    try:
        return trial.attempt(index), ""  # type: ignore[attr-defined]
    except Complaint as error:
        return "wrong", str(error)
    except Exception:  # noqa: BLE001 - whatever comes out is the finding
        return "crashed", traceback.format_exc()[-2_000:]


if __name__ == "__main__":
    main()
