"""Says in plain words which returns a region holds, and how a field changes for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.comparing.expressions import DAY, DAYS, Expressions
from engine.comparing.returns import plain
from engine.dates import day_text
from engine.meaning.comparison import Compared
from engine.meaning.graph import Node, in_order
from engine.meaning.lowering.policy import NOTHING, WORDS
from engine.meaning.regions import FAR, Path, Region
from engine.meaning.spans import Span, covers
from engine.meaning.values import ABSENT
from engine.money import Money
from engine.policy.vocabulary import FactType

_FEW: Final = 4
"""The most ranges that are listed one by one; more of them come from rounding."""
_NAMES: Final = {
    "fee": "fees",
    "return_paid_by": "who pays the way back",
    "last_day": "last day",
}
_SUBJECTS: Final = {"now": 2, "requested": 2, "ordered": -2, "delivered": -1}
"""How well a sentence begins with a date; the highest is best."""
_SIGNS: Final = {
    ((-FAR, -1),): "less than",
    ((-FAR, 0),): "at most",
    ((0, 0),): "the same as",
    ((0, FAR),): "at least",
    ((1, FAR),): "more than",
    ((-FAR, -1), (1, FAR)): "not the same as",
}


def name_of(field: str) -> str:
    """Returns the name of a field for people."""
    return _NAMES.get(field, field)


class Wording:
    """Puts the regions of one comparison into words."""

    def __init__(self, compared: Compared) -> None:
        self._compared = compared
        self._words = Expressions(compared.ground)

    def where(self, field: str, path: Path) -> tuple[str, ...]:
        """Returns one phrase for each variable of a region, always in the same order.

        That a fact is known is left out if another phrase says its value.
        """
        order = {name: index for index, name in enumerate(self._compared.ground.facts)}
        valued = in_order(node for node, _ in path if node.op != "absent" and not node.truth)
        known = {each.args[0] for each in valued if each.op == "fact"}
        phrases = [
            (self._place(node, order), self._phrase(field, node, cells))
            for node, cells in path
            if node.op != "absent" or node.args[0] not in known
        ]
        return tuple(phrase for _, phrase in sorted(phrases))

    def change(self, field: str, region: Region) -> tuple[str, str] | None:
        """Returns the old and new value of a field; None if they differ from return to return."""
        ends = self._value(field, region.before), self._value(field, region.after)
        return None if ends[0] is None or ends[1] is None else (ends[0], ends[1])

    def number(self, field: str, number: int) -> str:
        """Returns a value of a field as text."""
        if number == NOTHING or (field in WORDS and number == 0):
            return "none"
        if field in WORDS:
            return str(self._compared.ground.book.word(number))
        if field == "last_day":
            return day_text(number)
        return str(Money(number, self._compared.before.policy.currency))

    def _value(self, field: str, node: Node) -> str | None:
        if node.op == "const":
            return self.number(field, node.value)
        simple = all(each.op not in ("if", "max", "min") for each in in_order([node]))
        return self._words.text(node) if field == "last_day" and simple else None

    # --- where ------------------------------------------------------------------------------------

    @staticmethod
    def _place(node: Node, order: dict[str, int]) -> tuple[int, str]:
        name = str(node.args[0]) if node.op in ("fact", "absent") else ""
        return (order.get(name.partition("#")[0], len(order)), name)

    def _phrase(self, field: str, node: Node, cells: Span) -> str:
        if node.op == "absent":
            return f"{node.args[0]} is {'null' if cells[0][0] == 1 else 'known'}"
        if node.truth:
            return f"the two do not come to the same {name_of(field)}"
        if node.op == "fact":
            return self._of_fact(str(node.args[0]), cells)
        kind = self._words.kind(node)
        plus, minus, _ = self._words.sides(node)
        if kind == DAYS and len(plus) == 1 and self._words.kind(plus[0]) == DAY:
            return self._of_dates(plus[0], _sum(self._compared, minus), cells)
        if minus and cells in _SIGNS:
            one, other = (_sum(self._compared, side) for side in (plus, minus))
            said = (self._words.text(each, kind) for each in (one, other))
            return f" is {_SIGNS[cells]} ".join(said)
        return f"{self._words.text(node)} is {_spans(cells, lambda n: self._words.amount(kind, n))}"

    def _of_fact(self, name: str, cells: Span) -> str:
        own, _, member = name.partition("#")
        fact = self._compared.ground.fact(own)
        if member:
            return f"{own} {'has' if cells[0][0] == 1 else 'lacks'} {member}"
        if fact.type is FactType.YES_NO:
            inside = {ABSENT: "null", 0: "false", 1: "true"}
            return f"{name} is {_either([inside[each] for each, _ in _singly(cells)])}"
        if fact.type is FactType.WORD:
            return self._of_word(name, cells)
        currency, book = self._compared.before.policy.currency, self._compared.ground.book
        domain = self._compared.ground.domain(self._compared.ground.graph.fact(name))
        open_ = tuple(
            (-FAR if low == domain.low < high else low, FAR if high == domain.high > low else high)
            for low, high in cells
        )
        return f"{name} is {_spans(open_, lambda each: str(plain(fact, each, currency, book)))}"

    def _of_word(self, name: str, cells: Span) -> str:
        """Lists the words of a region, or those outside it if it holds unnamed or most words."""
        ground = self._compared.ground
        legal = ground.domain(ground.graph.fact(name)).numbers or ()
        inside = [each for each in legal if covers(cells, each)]
        few = [each for each in legal if each not in inside]
        closed = 0 not in legal and len(few) < len(inside) and len(inside) > _FEW
        outside = 0 in inside or closed
        shown = few if outside else inside
        words = ["null" if each == ABSENT else str(ground.book.word(each)) for each in shown]
        return f"{name} is {'not ' if outside else ''}{_either(words)}"

    def _of_dates(self, later: Node, earlier: Node, cells: Span) -> str:
        """Returns the words for a difference of dates: `requested` n days after `delivered`."""
        if self._told_first(later, earlier, cells):
            later, earlier = earlier, later
            cells = tuple((-high, -low) for low, high in reversed(cells))
        said = self._words.text
        return f"{said(later)} is {_after(cells)} {said(earlier)}"

    def _told_first(self, later: Node, earlier: Node, cells: Span) -> bool:
        """Whether a difference reads better with the earlier date first."""
        one, other = (_SUBJECTS.get(self._words.text(each), 0) for each in (later, earlier))
        if one != other:
            return other > one
        if later.op != earlier.op:
            return later.op != "fact"
        return cells[-1][1] <= 0


def _sum(compared: Compared, parts: list[Node]) -> Node:
    graph = compared.ground.graph
    total = parts[0] if parts else graph.zero
    for each in parts[1:]:
        total = graph.add(total, each)
    return total


def _singly(cells: Span) -> Span:
    """Returns a set of few numbers one by one."""
    return tuple((each, each) for low, high in cells for each in range(low, high + 1))


def _spans(cells: Span, said: Callable[[int], str]) -> str:
    """Returns the words for ranges; a range without an end is `at least` or `at most`."""
    if len(cells) > _FEW:
        return _roughly(cells, said)
    found = []
    for low, high in cells:
        if low <= -FAR and high >= FAR:
            found.append("anything")
        elif low <= -FAR:
            found.append(f"at most {said(high)}")
        elif high >= FAR:
            found.append(f"at least {said(low)}")
        else:
            found.append(said(low) if low == high else f"{said(low)} to {said(high)}")
    return " or ".join(found)


def _roughly(cells: Span, said: Callable[[int], str]) -> str:
    """Returns the words for the longest of many ranges, and for where the others lie.

    The others come from rounding.
    """
    low, high = longest = max(cells, key=lambda cell: cell[1] - cell[0])
    about = []
    if cells[0] != longest:
        about.append(((cells[0][0], low - 1),))
    if cells[-1] != longest:
        about.append(((high + 1, cells[-1][1]),))
    rest = " and ".join(_spans(each, said) for each in about)
    return f"{_spans((longest,), said)}, or of {rest} some, by how each is rounded"


def _after(cells: Span) -> str:
    """Returns the words for a number of days after, or before."""
    if len(cells) == 1:
        low, high = cells[0]
        if low <= -FAR:
            return "no later than" if high == 0 else _at_most(high)
        if high >= FAR:
            return "no earlier than" if low == 0 else _at_least(low)
        if low == high == 0:
            return "the day of"
        if high < 0:
            return f"{_counted((-high, -low))} before"
    return f"{' or '.join(_counted(cell) for cell in cells)} after"


def _at_most(high: int) -> str:
    return f"at most {_days(high)} after" if high > 0 else f"at least {_days(-high)} before"


def _at_least(low: int) -> str:
    return f"at least {_days(low)} after" if low > 0 else f"at most {_days(-low)} before"


def _counted(cell: tuple[int, int]) -> str:
    low, high = cell
    if low <= -FAR or high >= FAR:
        return f"at most {_days(high)}" if low <= -FAR else f"at least {_days(low)}"
    return _days(low) if low == high else f"{low} to {_days(high)}"


def _days(count: int) -> str:
    return f"{count} day{'' if abs(count) == 1 else 's'}"


def _either(words: list[str]) -> str:
    words = sorted(words) or ["any that is named"]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
