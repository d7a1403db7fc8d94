"""Serves the stand-in until interrupted: `python -m adapters.gateways.simulated --port 12111`."""

from __future__ import annotations

import argparse
import contextlib
import threading
import time
from pathlib import Path

from adapters.gateways.simulated.server import SimulatedStripe


def main() -> None:
    """Reads the arguments and serves."""
    parser = argparse.ArgumentParser(prog="simulated-stripe", description=__doc__)
    parser.add_argument("--port", type=int, default=12_111, help="0 takes any free port")
    parser.add_argument("--file", type=Path, help="keeps its state here; without it in memory")
    parser.add_argument("--seed", type=int, default=1, help="of the faults")
    parser.add_argument(
        "--later", type=int, default=2, help="seconds until a pending refund moves on"
    )
    parser.add_argument("--clock", type=int, default=0, help="seconds that its clock is ahead")
    said = parser.parse_args()
    with SimulatedStripe(
        said.port,
        file=said.file,
        seed=said.seed,
        later=said.later,
        now=lambda: int(time.time()) + said.clock,
    ) as stripe:
        print(stripe.address, flush=True)  # noqa: T201 - the caller reads the address
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


main()
