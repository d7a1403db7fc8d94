"""Broken policies and requests at length: what became of them, and which broke something.

    .venv/bin/python -m bench.fuzz policies --minutes 15 --seed 7
    .venv/bin/python -m bench.fuzz requests --minutes 15 --seed 7
    .venv/bin/python -m bench.fuzz policies --show 7/1234 > broken.yaml

The tests in tests/faults/ try ten thousand of each with a fixed seed; this goes on by the clock.
An input is named by its seed and number. The exit code says whether anything was wrong.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from typing import Final

from rich.console import Console

from tests.faults.fuzzing.watch import Report, watched

AT_ONCE: Final = 2_000
MOST_SHOWN: Final = 20


def run(module: str, seed: int, minutes: float) -> Report:
    """Tries inputs in order of their numbers until the time is over."""
    report, ends = Report(), time.monotonic() + minutes * 60
    while time.monotonic() < ends:
        report.join(watched(module, seed, range(report.count, report.count + AT_ONCE)))
    return report


def show(module: str, seed: int, report: Report, console: Console) -> None:
    """Prints counts by outcome, the slowest inputs, and everything that was wrong."""
    console.print(f"{report.count:,} {module} of seed {seed}; {len(report.wrong):,} wrong")
    for outcome, count in report.outcomes.most_common():
        console.print(f"{count:>9,}  {outcome}", markup=False)
    console.print("slowest, in seconds of the processor:")
    for each in report.slowest:
        console.print(f"{each.seconds:>9.3f}  {seed}/{each.index}  {each.outcome}", markup=False)
    for each in report.wrong[:MOST_SHOWN]:
        console.print(f"\n{seed}/{each.index}: {each.complaint!a}", markup=False)


def main() -> int:
    """Runs, or shows one input."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("module", choices=("policies", "requests", "sheets"))
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", metavar="SEED/NUMBER", help="print one input and end")
    said = parser.parse_args()
    if said.show:
        seed, _, number = said.show.partition("/")
        trial = importlib.import_module(f"tests.faults.fuzzing.{said.module}").Trial
        shown = str(trial.shown(int(seed), int(number)))
        sys.stdout.buffer.write(shown.encode("utf-8", "surrogatepass"))
        return 0
    report = run(said.module, said.seed, said.minutes)
    show(said.module, said.seed, report, Console(width=120, highlight=False))
    return int(bool(report.wrong))


if __name__ == "__main__":
    raise SystemExit(main())
