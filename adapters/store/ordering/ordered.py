"""An order line with all that hangs on its order, by one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from adapters.store.ordering.history import HISTORY, entries
from adapters.store.ordering.records import HistoryEntry
from adapters.store.place.statements import Statements
from adapters.store.quick.families import Family, family_beside
from adapters.store.records import OrderLine

_OF_LINE: Final = 'o.id IN (SELECT g."order" FROM purchase_line g WHERE g.id = ?)'
_STAMP: Final = "(SELECT t.value FROM stamp t WHERE t.about = o.supplier)"
_ONCE: Final = ", CASE WHEN l.id = ? THEN {} END"
_MORE: Final = _ONCE.format(HISTORY.format("o.id")) + _ONCE.format(_STAMP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """An order line with its order and the history of that.

    `stamp` stands for what its supplier agreed and published, as of now.
    """

    family: Family
    line: OrderLine
    history: tuple[HistoryEntry, ...]
    stamp: str


def ordered(statements: Statements, line: str) -> Ordered:
    """An order line by its key; raises LookupError."""
    family, more = family_beside(statements, _MORE, _OF_LINE, (line, line, line))
    history, stamp = more[line]
    return Ordered(
        family=family,
        line=next(each for each in family.lines if each.id == line),
        history=entries(history),
        stamp=stamp or "",
    )
