"""A region whose days contradict each other is called empty, one with a return never is."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from engine.dates import Calendar, Length, Unit
from engine.meaning.code import worked_out
from engine.meaning.emptiness import Emptiness
from engine.meaning.graph import Graph, Node
from engine.meaning.ground import Ground
from engine.meaning.lowering.amounts import Share
from engine.meaning.lowering.days import EndOfDay, FromFirst, Later, Rolled
from engine.meaning.reach import reach, reach_from
from engine.meaning.regions import FAR, Path
from engine.money import Rounding
from engine.policy.editions import load

TEXT = "policy: acme/e\nversion: 1\neffective: {from: 2025-01-01}\ncurrency: USD\n"
POLICY = load(TEXT, "e.yaml", lambda *_: None).policy
CALENDAR: Calendar = POLICY.calendar
CALENDARS = (CALENDAR, Calendar(region="US"), Calendar(frozenset({4, 5, 6})))
DATES = ("ordered", "delivered", "requested", "last_delivered", "repair_asked", "repair_done")
AMOUNTS = ("item_price", "outbound_freight")


def _ground() -> Ground:
    ground = Ground((POLICY,))
    ground.facts = (*DATES, *AMOUNTS)
    return ground


def _there(graph: Graph) -> Path:
    """Returns the path in which every date has a value."""
    return tuple((graph.absent(name), ((0, 0),)) for name in DATES)


def _empty(ground: Ground, *path: tuple[Node, int, int]) -> bool:
    places = tuple((variable, ((low, high),)) for variable, low, high in path)
    return Emptiness(ground).of((*places, *_there(ground.graph)))


def _later(graph: Graph, day: Node) -> Node:
    return graph.step(Later(Length(12, Unit.MONTHS), CALENDAR, 1), graph.plus(day, 14))


@pytest.mark.parametrize(("apart", "empty"), [(0, True), (-5, True), (1, False)])
def test_a_step_from_no_later_day_leads_to_no_later_day(apart: int, empty: bool) -> None:
    ground = _ground()
    graph = ground.graph
    first, last, asked = (graph.fact(name) for name in ("delivered", "last_delivered", "requested"))

    assert empty is _empty(
        ground,
        (graph.sub(last, first), -FAR, apart),
        (graph.sub(asked, _later(graph, first)), 1, FAR),
        (graph.sub(asked, _later(graph, last)), -FAR, 0),
    )


@pytest.mark.parametrize(("days", "empty"), [(9, True), (7, False)])
def test_business_days_go_no_farther_than_the_calendar_has_them(days: int, empty: bool) -> None:
    ground = _ground()
    graph = ground.graph
    asked, came = graph.fact("requested"), graph.fact("delivered")
    until = graph.step(Later(Length(5, Unit.BUSINESS_DAYS), CALENDAR, 1), came)

    path = ((graph.sub(asked, came), days, FAR), (graph.sub(asked, until), -FAR, 0))
    assert empty is _empty(ground, *path)


def test_a_pause_lengthens_what_begins_later_to_no_earlier_end() -> None:
    ground = _ground()
    graph = ground.graph
    first, last, asked, done = (
        graph.fact(name) for name in ("delivered", "last_delivered", "repair_asked", "repair_done")
    )
    paused = [
        graph.add(day, graph.greatest(graph.zero, graph.sub(done, graph.greatest(asked, day))))
        for day in (first, last)
    ]

    beyond = (graph.sub(paused[1], paused[0]), -FAR, -1)
    assert _empty(
        ground, beyond, (graph.sub(last, first), 0, FAR), (graph.sub(asked, last), 0, FAR)
    )
    assert not _empty(ground, beyond, (graph.sub(last, first), -9, FAR))
    assert _empty(ground, (paused[0], 10**12, FAR))


@pytest.mark.parametrize("calendar", CALENDARS)
@pytest.mark.parametrize("count", [1, 2, 5, 12])
def test_a_step_goes_as_far_as_its_days_say(calendar: Calendar, count: int) -> None:
    chance, first = Random(count), 739_000
    for step in (
        Later(Length(count, Unit.BUSINESS_DAYS), calendar, 1),
        Later(Length(count, Unit.BUSINESS_DAYS), calendar, -1),
        Later(Length(count, Unit.MONTHS), calendar, 1),
        Later(Length(count, Unit.YEARS), calendar, -1),
        FromFirst(count, calendar),
        Rolled(calendar),
    ):
        near, far = reach_from(step, first, first + 700)
        wide = reach(step)
        assert wide is not None
        for _ in range(50):
            day = first + chance.randint(0, 700)
            assert wide[0] <= near <= step(day) - day <= far <= wide[1]


class _Made:
    """Draws expressions of dates and amounts, and a return for which they are worked out."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.ground = chance, _ground()
        self.graph = self.ground.graph
        day = self.ground.first_day + chance.randint(0, 900)
        later = {name: day + chance.choice((0, 3, chance.randint(0, 40))) for name in DATES}
        self.numbers = {**later, "ordered": day, "item_price": chance.randint(0, 9_000)}
        self.numbers["outbound_freight"] = chance.randint(0, 90)

    def path(self) -> Path:
        """Draws a region that contains the return."""
        kinds = [self.chance.choice((self.day, self.day, self.amount)) for _ in range(3)]
        pairs = [(make(), make()) for make in kinds]
        variables = [self.graph.sub(one, other) for one, other in pairs]
        variables += [self.chance.choice(pair) for pair in pairs]
        worth = worked_out(variables)(self.numbers)
        return tuple(
            (variable, ((int(at) - self.room(), int(at) + self.room()),))
            for variable, at in zip(variables, worth, strict=True)
            if variable.op != "const"
        )

    def room(self) -> int:
        return self.chance.choice((0, 0, 1, 5, FAR))

    def day(self, depth: int = 2) -> Node:
        """Draws a day: moved, rolled, paused, or the later of two."""
        graph, chance = self.graph, self.chance
        if depth == 0 or chance.random() < 0.2:
            return graph.fact(chance.choice(DATES))
        one, other = self.day(depth - 1), self.day(depth - 1)
        calendar = chance.choice(CALENDARS)
        unit = chance.choice((Unit.BUSINESS_DAYS, Unit.MONTHS, Unit.YEARS))
        later = Later(Length(chance.randint(1, 3), unit), calendar, chance.choice((1, -1)))
        lasts = graph.sub(other, graph.greatest(graph.fact("delivered"), one))
        makes: list[Callable[[], Node]] = [
            lambda: graph.plus(one, chance.randint(-20, 20)),
            lambda: graph.step(later, one),
            lambda: graph.step(chance.choice((Rolled(calendar), FromFirst(1, calendar))), one),
            lambda: graph.choice(graph.le(one, graph.fact("ordered")), one, other),
            lambda: graph.add(one, graph.greatest(graph.zero, lasts)),
            lambda: graph.greatest(one, other),
            lambda: graph.least(one, other),
        ]
        return chance.choice(makes)()

    def amount(self) -> Node:
        """Draws an amount: a sum of shares, the greater or lesser of two, or the end of a day."""
        graph, chance = self.graph, self.chance
        made = []
        for name in (*AMOUNTS, chance.choice(AMOUNTS)):
            share = Share(chance.choice((100_000, 333_333, 1_000_000)), Rounding.HALF_UP)
            made.append(graph.step(share, graph.fact(name)))
        one, other = graph.add(made[0], made[1]), graph.plus(made[2], chance.randint(-9, 9))
        return chance.choice((graph.greatest, graph.least, graph.add, graph.sub))(one, other)


@pytest.mark.parametrize("seed", range(150))
def test_a_region_in_which_a_return_lies_is_never_called_empty(seed: int) -> None:
    made = _Made(Random(seed))

    for _ in range(3):
        assert not Emptiness(made.ground).of((*made.path(), *_there(made.graph)))


@pytest.mark.parametrize("seed", range(40))
def test_ends_of_days_are_as_far_apart_as_their_days(seed: int) -> None:
    made, zone = _Made(Random(seed)), Random(seed).choice(("America/Chicago", "UTC"))
    one, other = (made.graph.step(EndOfDay(zone), made.day(1)) for _ in range(2))
    apart = made.graph.sub(one, other)
    if apart.op == "const":
        return
    (worth,) = worked_out([apart])(made.numbers)

    assert not _empty(made.ground, (apart, int(worth), int(worth)))
