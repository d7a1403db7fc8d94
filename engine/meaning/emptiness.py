"""Whether no return at all can lie in a region, as far as dates and sums show it.

Bounds of differences are added up along every chain of dates; one that leads back to its start with
less than nothing cannot be. What it does not see through is never called empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.dates import Unit
from engine.meaning.graph import Node, in_order, offset
from engine.meaning.lowering.days import FromFirst, Later, Rolled
from engine.meaning.regions import Path
from engine.meaning.sums import out_of_reach

Bounds = dict[tuple[Node, Node], int]
"""`(one, other)`: the most that one can be above the other."""

_DAY: Final = 86_400
_FAR: Final = 10**14
_WHOLE: Final = 1_000_000
_CLOSED: Final = 400
"""More days in a row than any calendar has without a business day."""
_DAYS: Final = {
    Unit.BUSINESS_DAYS: (1, _CLOSED),
    Unit.MONTHS: (28, 31),
    Unit.YEARS: (365, 366),
}
"""The fewest and the most days of one unit."""


def surely_empty(path: Path, always: Path, zero: Node) -> bool:
    """Whether the bounds of a region contradict each other, or those that hold of all returns."""
    if out_of_reach(path, always):
        return True
    bounds: Bounds = {}
    for variable, cells in (*path, *always):
        low, high = cells[0][0], cells[-1][1]
        one, other, scale = _ends(variable, zero)
        if one is not None and other is not None:
            _bound(bounds, (one, other), _down(high, scale))
            _bound(bounds, (other, one), _down(-low, scale))
    terms = {term for pair in bounds for term in pair}
    for pair, most in _of_steps({each for each in in_order(terms) if each.op == "step"}):
        _bound(bounds, pair, most)
    return _contradict(bounds)


def _down(number: int, scale: int) -> int:
    """Seconds as days, generously: days are not all of one length."""
    return number if scale == 1 else number // scale + 2


def _bound(bounds: Bounds, pair: tuple[Node, Node], most: int) -> None:
    if most < _FAR:
        bounds[pair] = min(most, bounds.get(pair, _FAR))


def _ends(variable: Node, zero: Node) -> tuple[Node | None, Node | None, int]:
    """The two dates of a difference, or a date and nothing; with a day's seconds if moments."""
    if variable.op == "sub":
        one, other = variable.args
        names = [type(each.args[0]).__name__ if each.op == "step" else "" for each in (one, other)]
        if names == ["EndOfDay", "EndOfDay"]:
            return one.args[1], other.args[1], _DAY
        simple = all(each.op in ("fact", "step") or each is zero for each in (one, other))
        return (one, other, 1) if simple else (None, None, 1)
    return (variable, zero, 1) if variable.op in ("fact", "step") else (None, None, 1)


def _of_steps(steps: set[Node]) -> Iterator[tuple[tuple[Node, Node], int]]:
    """What is known of a step: how far it goes at least and at most, and which goes farther."""
    yield from _of_shares([each for each in steps if hasattr(each.args[0], "millionths")])
    for node in steps:
        step, (day, more) = node.args[0], offset(node.args[1])
        reach = _reach(step)
        if reach is None:
            continue
        yield (day, node), -reach[0] - more
        yield (node, day), reach[1] + more
        for other in steps if isinstance(step, Later) and step.sign > 0 else ():
            rival = other.args[0]
            if not isinstance(rival, Later) or other.args[1] is not node.args[1]:
                continue
            alike = (rival.length.unit, rival.sign, rival.calendar)
            same_kind = alike == (step.length.unit, step.sign, step.calendar)
            if same_kind and rival.length.count <= step.length.count and other is not node:
                yield (other, node), 0


def _reach(step: object) -> tuple[int, int] | None:
    """The fewest and the most days that a step goes; None of what is no step of days."""
    if isinstance(step, Rolled):
        return 0, _CLOSED
    if isinstance(step, FromFirst):
        return step.count - 1 if step.count else -_CLOSED, _CLOSED * step.count
    if not isinstance(step, Later):
        return None
    fewest, most = _DAYS.get(step.length.unit, (0, 10**6))
    near, far = fewest * step.length.count, most * step.length.count
    return (near, far) if step.sign > 0 else (-far, -near)


def _of_shares(shares: list[Node]) -> Iterator[tuple[tuple[Node, Node], int]]:
    """A smaller share of a price is no more than a larger one, nor than the price."""
    for node in shares:
        share, price = node.args
        if price.op == "fact" and 0 <= share.millionths <= _WHOLE:
            yield (node, price), 0
            for other in shares:
                more, same = other.args
                alike = same is price and more.rounding == share.rounding and other is not node
                if alike and share.millionths <= more.millionths:
                    yield (node, other), 0


def _contradict(bounds: Bounds) -> bool:
    """Whether some chain leads back to its start with less than nothing (Bellman and Ford)."""
    far = {term: 0 for pair in bounds for term in pair}
    for _ in range(len(far)):
        moved = False
        for (one, other), most in bounds.items():
            if far[other] + most < far[one]:
                far[one] = far[other] + most
                moved = True
        if not moved:
            return False
    return True
