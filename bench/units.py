"""Random policies and orders at length: whether the parts of a return come to the whole.

    .venv/bin/python -m bench.units --histories 20000 --seed 1

Each history is an order whose returns come back in pieces; after each piece what was paid is
compared with a plain oracle (tests/properties/units/). Printed: histories, pieces, the time on the
processor, and the seed of each history in which a law did not hold.
"""

from __future__ import annotations

import argparse
import copy
import time

from tests.properties.units.histories import Ledger, Wrong, at_once, pieces, played, random_history
from tests.properties.units.laws import check_conserved, check_once


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    said = parser.parse_args()
    start, count, wrong = time.process_time(), 0, 0
    first = said.seed * 1_000_000
    for seed in range(first, first + said.histories):
        try:
            count += tried(seed)
        except Wrong as fault:
            wrong += 1
            print(f"history {seed}: {fault}")
    took = time.process_time() - start
    print(f"{said.histories} histories, {count} pieces, {wrong} wrong, {took:.0f} s of processor")


def tried(seed: int) -> int:
    """The pieces of one history; raises `Wrong`."""
    terms, order, random = random_history(seed)
    whole = copy.deepcopy(order)
    way = pieces(order, random)
    ledger = played(terms, order, random, way)
    check_conserved(ledger, seed)
    check_once(ledger, seed)
    if len(order.returns) == 1:
        _check_split(ledger, played(terms, whole, random, at_once(whole)))
    return len(way)


def _check_split(parts: Ledger, whole: Ledger) -> None:
    if parts.total != whole.total:
        raise Wrong(f"in pieces {parts.total} was paid, at once {whole.total}")


if __name__ == "__main__":
    main()
