"""Says in plain words which returns a region holds, and how a field changes for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.comparing.expressions import DAY, DAYS, MOMENT, SECONDS, Expressions, Kind
from engine.comparing.ranges import amounts, apart, dates
from engine.comparing.returns import plain
from engine.dates import day_text
from engine.meaning.comparison import Compared
from engine.meaning.graph import Node, in_order
from engine.meaning.lowering.days import EndOfDay
from engine.meaning.lowering.policy import NOTHING, WORDS
from engine.meaning.regions import FAR, Path, Region
from engine.meaning.spans import Span, covers
from engine.meaning.values import ABSENT
from engine.money import Money
from engine.policy.vocabulary import FactType

_FEW: Final = 4
"""The most words that are listed even if those outside are fewer."""
_NAMES: Final = {
    "fee": "fees",
    "return_paid_by": "who pays the way back",
    "last_day": "last day",
}
_SUBJECTS: Final = {"now": 2, "requested": 2, "ordered": -2, "delivered": -1}
"""How well a sentence begins with a date; the highest is best."""
_POINTS: Final[Mapping[str | None, str]] = {DAYS: DAY, SECONDS: MOMENT}
"""What a length lies between."""
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
        if self._words.kind(node) == DAY:
            return f"{self._words.text(node)} is {dates(self._unended(node, cells))}"
        return self._of_sides(node, cells)

    def _of_sides(self, node: Node, cells: Span) -> str:
        """Returns the words for a sum, as the difference of what it adds and subtracts."""
        kind = self._words.kind(node)
        plus, minus, more = self._words.sides(node)
        one, other = map(self._compared.ground.graph.sum, (plus, minus))
        if kind in _POINTS and self._words.kind(one) == self._words.kind(other) == _POINTS[kind]:
            cells = tuple((low - more, high - more) for low, high in cells)
            return self._of_points(one, other, cells, kind)
        ends = [end for cell in cells for end in cell if abs(end) < FAR]
        if kind in _POINTS and minus and sum(ends) < 0:
            node = self._compared.ground.graph.sub(other, one)
            cells = tuple((more - high, more - low) for low, high in reversed(cells))
        elif minus and cells in _SIGNS and not more:
            said = (self._words.text(each, kind) for each in (one, other))
            return f" is {_SIGNS[cells]} ".join(said)
        return (
            f"{self._words.text(node)} is {amounts(cells, lambda n: self._words.amount(kind, n))}"
        )

    def _of_fact(self, name: str, cells: Span) -> str:
        own, _, member = name.partition("#")
        fact, node = self._compared.ground.fact(own), self._compared.ground.graph.fact(name)
        currency, book = self._compared.before.policy.currency, self._compared.ground.book
        if member:
            return f"{own} {'has' if cells[0][0] == 1 else 'lacks'} {member}"
        if fact.type is FactType.YES_NO:
            inside = [word for each, word in enumerate(("false", "true")) if covers(cells, each)]
            return f"{name} is {_either([*inside, *_null(cells)])}"
        if fact.type is FactType.WORD:
            return self._of_word(name, cells)
        cells = self._unended(node, cells)
        if fact.type is FactType.DATE:
            return f"{name} is {dates(cells)}"
        return f"{name} is {amounts(cells, lambda each: str(plain(fact, each, currency, book)))}"

    def _unended(self, node: Node, cells: Span) -> Span:
        """Returns ranges without the ends that no number of a variable is beyond."""
        domain = self._compared.ground.domain(node)
        return tuple(
            (-FAR if low == domain.low < high else low, FAR if high == domain.high > low else high)
            for low, high in cells
        )

    def _of_word(self, name: str, cells: Span) -> str:
        """Lists the words of a region, or those outside it if it holds unnamed or most words."""
        legal, book = self._compared.ground.words(name), self._compared.ground.book
        inside = [each for each in legal if covers(cells, each)]
        outside = [each for each in legal if each not in inside]
        named, others = (sorted(str(book.word(e)) for e in side) for side in (inside, outside))
        closed = 0 not in legal and len(outside) < len(inside) and len(inside) > _FEW
        if 0 not in inside and not closed:
            return f"{name} is {_either([*named, *_null(cells)])}"
        known, beside = ("null", ", or") if _null(cells) else ("known", " and")
        return f"{name} is {known}" + (f"{beside} not {_either(others)}" if outside else "")

    def _of_points(self, later: Node, earlier: Node, cells: Span, kind: Kind) -> str:
        """Returns the words for the time between two: `requested` n days after `delivered`."""
        if self._told_first(later, earlier, cells):
            later, earlier = earlier, later
            cells = tuple((-high, -low) for low, high in reversed(cells))
        one, other = (self._words.text(each) for each in (later, earlier))
        return f"{one} is {apart(cells, lambda n: self._words.amount(kind, n), other)}"

    def _told_first(self, later: Node, earlier: Node, cells: Span) -> bool:
        """Whether a difference of dates reads better with the earlier date first."""
        one, other = (_SUBJECTS.get(_date_in(each), 0) for each in (later, earlier))
        if one != other:
            return other > one
        if later.op != earlier.op:
            return later.op != "fact"
        return cells[-1][1] <= 0


def _date_in(node: Node) -> str:
    """Returns the fact of a date, or of the end of its day."""
    node = node.args[1] if node.op == "step" and isinstance(node.args[0], EndOfDay) else node
    return str(node.args[0]) if node.op == "fact" else ""


def _null(cells: Span) -> list[str]:
    return ["null"] if covers(cells, ABSENT) else []


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
