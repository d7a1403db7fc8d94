"""Orders, their returns and their units as the laws see them: plain records, changed in place."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from tests.properties.units.terms import STATES, SUITE

PRICES = (5, 10, 199, 500, 1_000, 2_500, 3_333)
EXPECTED, ARRIVED, SETTLED, GONE = "expected", "arrived", "settled", "gone"
JUDGED = "judged"
"""Inspected, and to be settled by a person whatever the policy says."""


@dataclass(slots=True, kw_only=True)
class Unit:
    """A unit of a return: `line` of its order, what was claimed and what is found of it.

    `day` is the day of its arrival after the authorization, counted from 0; `comes` is whether it
    arrives at all.
    """

    id: int
    line: int
    claimed: str
    found: str
    day: int
    comes: bool
    stands: str = EXPECTED

    @property
    def state(self) -> str:
        """The state of the unit as far as it is known."""
        return self.found if self.stands in (SETTLED, JUDGED) else self.claimed

    @property
    def here(self) -> bool:
        return self.stands in (ARRIVED, SETTLED, JUDGED)


@dataclass(slots=True, kw_only=True)
class Line:
    """An order line: `kept` units were not cancelled."""

    price: int
    kept: int
    category: str


@dataclass(slots=True, kw_only=True)
class Back:
    """A return of some units of an order."""

    units: list[Unit]

    @property
    def present(self) -> list[Unit]:
        """The units that come back, as far as is known."""
        return [each for each in self.units if each.stands != GONE]

    @property
    def lines(self) -> list[int]:
        return sorted({each.line for each in self.present})


@dataclass(slots=True, kw_only=True)
class Order:
    """An order with the shipping that was paid for it, and its returns.

    `early` means that units are settled at approval, as they were claimed to be.
    """

    lines: list[Line]
    paid: int
    standard: int | None
    early: bool = False
    returns: list[Back] = field(default_factory=list)


def random_order(random: Random) -> Order:
    """One to three lines of one to six units, some of them cancelled, and one to three returns."""
    lines = []
    for _ in range(random.choice((1, 1, 2, 2, 3))):
        ordered = random.choice((1, 2, 2, 3, 4, 6))
        cancelled = random.randint(0, ordered - 1) if random.random() < 0.3 else 0
        category = random.choice((*SUITE, "lamp", "lamp"))
        kept = ordered - cancelled
        lines.append(Line(price=random.choice(PRICES), kept=kept, category=category))
    standard = random.choice((None, 200, 450))
    order = Order(lines=lines, paid=random.choice((0, 600, 605)), standard=standard)
    order.early = random.random() < 0.15
    _return_some(random, order)
    return order


def _return_some(random: Random, order: Order) -> None:
    many = random.choice((1, 1, 1, 2, 2, 3))
    units: list[list[Unit]] = [[] for _ in range(many)]
    ever, count = random.choice((1.0, 1.0, 0.8)), 0
    for place, line in enumerate(order.lines):
        claimed = [random.choice(STATES[:2]) for _ in range(many)]
        for _ in range(line.kept):
            where = random.randrange(many + (random.random() < 0.3))
            if where < many:
                count += 1
                worse = random.random() < 0.4
                each = Unit(
                    id=count,
                    line=place,
                    claimed=claimed[where],
                    found=random.choice(STATES) if worse else claimed[where],
                    day=random.choice((1, 2, 5, 10, 11)),
                    comes=random.random() < ever,
                )
                units[where].append(each)
    order.returns = [Back(units=each) for each in units if each]
