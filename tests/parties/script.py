"""Scripts of what both parties do, made by a seed, played, and cut down to what is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any, Final

from tests.parties import saying
from tests.parties.arena import Arena
from tests.parties.machine import MUTATIONS, Parties
from tests.parties.policies import POLICIES
from tests.parties.truth import TrueLine, TrueOrder

Step = tuple[str, dict[str, Any]]
_STEPS: Final = 12


class Violation(Exception):
    """The law does not hold; says the shortest script that was found."""


def sold(random: Random) -> TrueOrder:
    """An order as it might be: of one line or two, some of them long ago."""
    lines = tuple(
        TrueLine(
            price=random.choice((1_000, 4_000, 4_000, 20_000)),
            quantity=random.randint(2, 6),
            condition=random.choice(("new_unused", "new_unused", "worn")),
        )
        for _ in range(random.choice((1, 1, 2)))
    )
    return TrueOrder(
        number="",
        channel=random.choice(sorted(POLICIES)),
        delivered=random.choice(("2025-05-20", "2025-05-20", "2025-05-20", "2025-03-01")),
        outbound=random.choice((0, 600)),
        lines=lines,
    )


def _who(random: Random) -> str:
    return random.choice(("mallory", "mallory", "agent"))


def _again(random: Random) -> bool:
    return random.random() < 0.1


def _place(random: Random) -> int:
    return random.randrange(6)


_MAKE: Final[dict[str, tuple[int, Callable[[Random], dict[str, Any]]]]] = {
    "request": (
        10,
        lambda r: {"who": _who(r), "asked": saying.asked(r), "again": _again(r)},
    ),
    "answer": (
        4,
        lambda r: {
            "who": _who(r),
            "place": _place(r),
            "claims": saying.claims(r),
            "sneaked": saying.sneaked(r),
        },
    ),
    "ship": (1, lambda r: {"who": _who(r), "place": _place(r), "again": _again(r)}),
    "cancel": (1, lambda r: {"who": _who(r), "place": _place(r), "again": _again(r)}),
    "propose": (
        2,
        lambda r: {"sold": sold(r), "facts": saying.sneaked(r), "paid": r.random() < 0.5},
    ),
    "amend": (1, lambda r: {"place": _place(r), "units": _place(r) - 1, "on": saying.a_day(r)}),
    "take_money": (
        1,
        lambda r: {
            "place": _place(r),
            "amount": r.choice((None, 1_000, 20_000)),
            "paid": r.random() < 0.5,
            "consumer": r.random() < 0.3,
        },
    ),
    "anything": (
        3,
        lambda r: {"who": _who(r), "name": r.choice(MUTATIONS), "seed": r.randrange(10**6)},
    ),
    "receive": (
        5,
        lambda r: {"place": _place(r), "units": r.randint(1, 4), "split": r.random() < 0.3},
    ),
    "judge": (2, lambda r: {"place": _place(r), "accept": r.random() < 0.5}),
    "confirm": (1, lambda r: {}),
    "publish": (1, lambda r: {"channel": r.choice(sorted(POLICIES))}),
}
"""What may be done: how often, and with what."""


def written(seed: int) -> list[Step]:
    """The script of a seed; always the same."""
    random = Random(f"parties {seed}")
    names, weights = [*_MAKE], [weight for weight, _ in _MAKE.values()]
    steps: list[Step] = [("begin", {"sold": [sold(random) for _ in range(random.choice((1, 2)))]})]
    chosen = ["request", *random.choices(names, weights, k=_STEPS)]
    return steps + [(name, _MAKE[name][1](random)) for name in chosen]


def played(arena: Arena, steps: list[Step]) -> str:
    """What breaks the law in a script, first of all; empty where it holds after each step."""
    parties = Parties(arena)
    for name, said in steps:
        getattr(parties, name)(**said)
        if broken := parties.broken():
            return broken
    return ""


def shortest(arena: Arena, steps: list[Step]) -> list[Step]:
    """The script without all that the law is broken without."""
    for place in range(len(steps) - 1, 0, -1):
        fewer = steps[:place] + steps[place + 1 :]
        if played(arena, fewer):
            steps = fewer
    return steps


def try_seeds(arena: Arena, seeds: Iterable[int]) -> None:
    """Plays the scripts of seeds; raises `Violation` with what is left of the first that fails."""
    for seed in seeds:
        _try(arena, seed, written(seed))


def _try(arena: Arena, seed: int, steps: list[Step]) -> None:
    if broken := played(arena, steps):
        left = shortest(arena, steps)
        told = "\n".join(f"  {name} {said}" for name, said in left)
        raise Violation(f"seed {seed}: {broken}\n{told}")
