"""Says in plain words where a region lies and what becomes of a field there."""

from __future__ import annotations

from typing import Final

from engine.comparing.returns import plain
from engine.dates import day_text
from engine.meaning.comparison import Compared
from engine.meaning.graph import Node, in_order
from engine.meaning.lowering.policy import NOTHING, WORDS
from engine.meaning.regions import Path, Region
from engine.meaning.spans import Span
from engine.money import Money
from engine.policy.vocabulary import FactType

_FAR: Final = 10**8
_FEW: Final = 6
_SUBJECTS: Final = {"now": 2, "requested": 2, "ordered": -2, "delivered": -1}
"""Dates by how well a sentence begins with them."""


class Wording:
    """Words for the regions of one comparison."""

    def __init__(self, compared: Compared) -> None:
        self._compared = compared

    def where(self, path: Path) -> tuple[str, ...]:
        """One phrase for each variable of a region, in a steady order.

        What a fact is says already that it is known.
        """
        order = {name: index for index, name in enumerate(self._compared.ground.facts)}
        valued = in_order(node for node, _ in path if node.op != "absent")
        known = {each.args[0] for each in valued if each.op == "fact"}
        phrases = [
            (self._place(node, order), self._phrase(node, cells))
            for node, cells in path
            if node.op != "absent" or node.args[0] not in known
        ]
        return tuple(phrase for _, phrase in sorted(phrases))

    def change(self, field: str, region: Region) -> tuple[str, str] | None:
        """What a field was and becomes; None where that is an amount or a day of each return."""
        ends = self._value(field, region.before), self._value(field, region.after)
        return None if ends[0] is None or ends[1] is None else (ends[0], ends[1])

    def number(self, field: str, number: int) -> str:
        """A value of a field."""
        if number == NOTHING or (field in WORDS and number == 0):
            return "none"
        if field in WORDS:
            return str(self._compared.ground.book.word(number))
        if field == "last_day":
            return day_text(number)
        return str(Money(number, self._compared.before.policy.currency))

    # --- where ------------------------------------------------------------------------------------

    @staticmethod
    def _place(node: Node, order: dict[str, int]) -> tuple[int, str]:
        name = str(node.args[0]) if node.op in ("fact", "absent") else ""
        return (order.get(name.partition("#")[0], len(order)), name)

    def _phrase(self, node: Node, cells: Span) -> str:
        if node.op == "absent":
            return f"{node.args[0]} is {'null' if cells[0][0] == 1 else 'known'}"
        if node.op == "fact":
            return self._of_fact(str(node.args[0]), cells)
        if node.op == "sub":
            return self._of_days(node, cells)
        return f"{self.text(node)} is {_spans(cells, str)}"

    def _of_fact(self, name: str, cells: Span) -> str:
        own, _, member = name.partition("#")
        fact = self._compared.ground.fact(own)
        if member:
            return f"{own} {'has' if cells[0][0] == 1 else 'lacks'} {member}"
        if fact.type is FactType.YES_NO:
            return f"{name} is {'true' if cells[0][0] == 1 else 'false'}"
        if fact.type is FactType.WORD:
            return self._of_word(name, cells)
        currency, book = self._compared.before.policy.currency, self._compared.ground.book
        domain = self._compared.ground.domain(self._compared.ground.graph.fact(name))
        open_ = tuple(
            (-_FAR * 10 if low == domain.low else low, _FAR * 10 if high == domain.high else high)
            for low, high in cells
        )
        return f"{name} is {_spans(open_, lambda each: str(plain(fact, each, currency, book)))}"

    def _of_word(self, name: str, cells: Span) -> str:
        legal, book = self._compared.ground.words(name), self._compared.ground.book
        inside = [each for each in legal if any(low <= each <= high for low, high in cells)]
        outside = [each for each in legal if each not in inside]
        if 0 in inside:
            return f"{name} is not {_either([str(book.word(each)) for each in outside])}"
        if len(inside) > _FEW and len(outside) < len(inside):
            return f"{name} is not {_either([str(book.word(each)) for each in outside])}"
        return f"{name} is {_either([str(book.word(each)) for each in inside])}"

    def _of_days(self, node: Node, cells: Span) -> str:
        """A difference of two dates: `requested` so many days after `delivered`."""
        later, earlier = node.args
        if any(self.text(each).startswith("end of ") for each in (later, earlier)):
            return f"{self.text(later)} less {self.text(earlier)} is {_spans(cells, _seconds)}"
        if self._told_first(later, earlier, cells):
            later, earlier = earlier, later
            cells = tuple((-high, -low) for low, high in reversed(cells))
        return f"{self.text(later)} is {_after(cells)} {self.text(earlier)}"

    def _told_first(self, later: Node, earlier: Node, cells: Span) -> bool:
        """Whether a difference reads better the other way round."""
        one, other = (_SUBJECTS.get(self.text(each), 0) for each in (later, earlier))
        if one != other:
            return other > one
        if later.op != earlier.op:
            return later.op != "fact"
        return cells[-1][1] <= 0

    # --- expressions ------------------------------------------------------------------------------

    def text(self, node: Node) -> str:
        """An expression in short words."""
        op, args = node.op, node.args
        if op in ("fact", "absent"):
            return str(args[0])
        if op == "const":
            return str(args[0])
        if op == "step":
            return _of_step(args[0], self.text(args[1]))
        parts = [self.text(each) for each in node.parts]
        if op == "add" and args[1].op == "const" and args[0].op in ("fact", "step"):
            return f"{parts[0]} + {parts[1]} days"
        sign = {"add": " + ", "sub": " - ", "mul": " x ", "div": " / "}.get(op)
        if sign:
            return f"({sign.join(parts)})"
        names = {"max": "the greater of ", "min": "the lesser of ", "if": "either "}
        return names.get(op, f"{op} of ") + " and ".join(parts[-2:])

    def _value(self, field: str, node: Node) -> str | None:
        if node.op == "const":
            return self.number(field, node.value)
        if field == "last_day" and node.op in ("fact", "add", "step"):
            return self.text(node)
        return None


def _of_step(step: object, text: str) -> str:
    length, sign = getattr(step, "length", None), getattr(step, "sign", 1)
    if length is not None:
        return f"{text} {'+' if sign > 0 else '-'} {length}"
    count = getattr(step, "count", None)
    if count is not None:
        return f"{text} {'+' if count > 0 else '-'} {abs(count)} business days"
    names = {"EndOfDay": "end of ", "DayOf": "day of ", "Rolled": "the business day from "}
    return f"{names.get(type(step).__name__, 'share of ')}{text}"


def _spans(cells: Span, show: object) -> str:
    said = show if callable(show) else str
    found = []
    for low, high in cells:
        if low <= -_FAR and high >= _FAR:
            found.append("anything")
        elif low <= -_FAR:
            found.append(f"at most {said(high)}")
        elif high >= _FAR:
            found.append(f"at least {said(low)}")
        else:
            found.append(str(said(low)) if low == high else f"{said(low)} to {said(high)}")
    return " or ".join(found)


def _after(cells: Span) -> str:
    """So many days after, or before."""
    if len(cells) == 1:
        low, high = cells[0]
        if low <= -_FAR:
            return "no later than" if high == 0 else _at_most(high)
        if high >= _FAR:
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
    if low <= -_FAR or high >= _FAR:
        return f"at most {_days(high)}" if low <= -_FAR else f"at least {_days(low)}"
    return _days(low) if low == high else f"{low} to {_days(high)}"


def _days(count: int) -> str:
    return f"{count} day{'' if abs(count) == 1 else 's'}"


def _seconds(count: int) -> str:
    return f"{count} seconds"


def _either(words: list[str]) -> str:
    words = sorted(words) or ["any that is named"]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
