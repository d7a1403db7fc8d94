"""Freezes what the engine decides of drawn returns, as digests of its records byte for byte.

python -m tests.properties.meaning.records             # compares 20,000 returns a policy with them
python -m tests.properties.meaning.records --write     # freezes them anew: say why in the commit
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from engine.decision.decide import Decider
from engine.errors import RequestFault
from engine.policy.editions import load
from engine.policy.model import Policy
from tests.policies.judged import FILES, base, name
from tests.properties.meaning.drawing import Draw, Given

FROZEN = Path(__file__).with_name("records.json")
SHORT, LONG = 120, 20_000
SEED = 20_250_301
KINDS = {"known": 0.0, "unsent": 0.1, "whole": 0.05}
"""How returns are drawn, and the chance that a fact is left out; `whole` are returns of lines."""


class Digests(NamedTuple):
    """What was asked and what was decided: if only the second changed, the engine did."""

    asked: str
    decided: str


def digests(policy: Policy, kind: str, count: int) -> Digests:
    """Over the first `count` returns of a kind."""
    asked, decided = hashlib.sha256(), hashlib.sha256()
    with closing(Decider(policy)) as decider:
        for given in _asked(policy, kind, count):
            asked.update(json.dumps(given).encode() + b"\n")
            decided.update(_record(decider, given) + b"\n")
    return Digests(asked.hexdigest(), decided.hexdigest())


def _asked(policy: Policy, kind: str, count: int) -> Iterator[Given | list[Given]]:
    draw = Draw(policy, SEED, missing=KINDS[kind])
    for _ in range(count if kind != "whole" else count // 5):
        yield (
            draw.one()
            if kind != "whole"
            else [draw.one() for _ in range(draw.random.randint(1, 3))]
        )


def _record(decider: Decider, given: Given | list[Given]) -> bytes:
    try:
        if isinstance(given, list):
            return decider.decide_return({}, given).canonical
        return decider.decide(given).canonical
    except RequestFault as fault:
        return f"{fault.code} {fault.path}".encode()


def frozen() -> dict[str, dict[str, list[str]]]:
    """By policy and by kind and number of returns."""
    found: dict[str, dict[str, list[str]]] = json.loads(FROZEN.read_text("utf-8"))
    return found


def policies() -> Iterator[tuple[str, Policy]]:
    """The shipped policies, in the newest edition of each."""
    for path in FILES:
        yield name(path), load(path.read_text("utf-8"), name(path), base).policy


def main() -> int:
    """Compares at length, or writes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--short", action="store_true", help=f"{SHORT} returns a policy alone")
    said = parser.parse_args()
    known, wrong = frozen() if FROZEN.exists() else {}, 0
    for called, policy in policies():
        counts = (SHORT,) if said.short else (SHORT, LONG)
        mine = {f"{kind} {n}": list(digests(policy, kind, n)) for kind in KINDS for n in counts}
        before = known.get(called, {})
        changed = [key for key in mine if mine[key] != before.get(key)]
        wrong += bool(changed)
        if changed and not said.write:
            print(called, "unlike:", *changed)  # noqa: T201
        if said.write:
            known[called] = {**before, **mine}
            FROZEN.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    return int(wrong > 0 and not said.write)


if __name__ == "__main__":
    raise SystemExit(main())
