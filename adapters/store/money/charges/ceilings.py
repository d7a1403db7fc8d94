"""The one ceiling of a charge, over all orders that it paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from adapters.store.moments import kept
from adapters.store.money.tables import MoneyTables
from adapters.store.place.statements import Row, Statements, json_of, marks
from adapters.store.tables import select
from engine.settlement.charges import LOST, holds
from engine.settlement.instruments import AT_GATEWAY
from engine.settlement.machine import COUNTED
from engine.settlement.plan import OVER, Ceiling

_COUNTED: Final = [str(state) for state in COUNTED]
_COUNTS: Final = f"s.state IN ({marks(_COUNTED)}) AND s.trouble <> ?"
_OF_PAYMENT: Final = f"""
    (SELECT COALESCE(SUM(s.amount), 0) FROM settlement s WHERE s.payment = ? AND {_COUNTS})"""  # noqa: S608 - only marks
_OF_CHARGE: Final = f"""
    (SELECT COALESCE(SUM(s.amount), 0) FROM settlement s JOIN payment p ON p.id = s.payment
     WHERE p.source = ? AND {_COUNTS})"""  # noqa: S608 - only marks
_AT_GATEWAY: Final = [str(each) for each in AT_GATEWAY]
_BESIDE: Final = f"""SELECT COALESCE(SUM(s.amount), 0) FROM settlement s
    WHERE s.payment IS NULL AND s.supplier = ? AND s.instrument NOT IN ({marks(_AT_GATEWAY)})
    AND {_COUNTS} AND s.order_line IN ({{}})"""  # noqa: S608 - only marks
_DISPUTES: Final = """CAST((SELECT json_group_array(json_array(d.status, d.amount))
    FROM dispute_of_charge d WHERE d.charge = ?) AS TEXT)"""
_SAID: Final = "(SELECT COALESCE(SUM(p.amount), 0) FROM payment p WHERE p.source = ?)"

_STANDS: Final = f"{_OF_CHARGE}, {_SAID}, {_DISPUTES}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """The ceilings of a payment, and what open disputes hold of its charge (minor units)."""

    payment: Ceiling
    charge: Ceiling | None = None
    held: int = 0

    @property
    def ceilings(self) -> tuple[Ceiling, ...]:
        """Under which what goes back of it has to stay."""
        return (self.payment,) if self.charge is None else (self.payment, self.charge)

    @property
    def room(self) -> int:
        """Minor units that may still go back of it, and of its charge."""
        return min(each.left for each in self.ceilings)

    @property
    def free(self) -> int:
        """Of its room what no open dispute holds (minor units)."""
        return max(0, min(self.room, self._left())) if self.held else self.room

    def holds(self, amount: int, mine: int = 0) -> bool:
        """Whether open disputes hold what would go back; `mine` of it is counted as taken."""
        return bool(self.held) and amount > self._left() + mine

    def _left(self) -> int:
        return self.charge.most - self.charge.taken - self.held if self.charge else 0


class Ceilings:
    """Every call runs inside a session of the store; hold payments before you rely on a sum."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def of_payment(self, paid: Any) -> Carried:
        """What went back of a payment, or may have, and of the charge that it is of."""
        source = paid.source
        if source is None:
            ((taken,),) = self._found(_OF_PAYMENT, paid.id, *_COUNTED, OVER)
            return Carried(payment=_whole(paid, int(taken)))
        values = (*self._of(source), paid.id, *_COUNTED, OVER)
        ((*found, taken),) = self._found(f"{_STANDS}, {_OF_PAYMENT}", *values)
        charge, held = _stands(source, found)
        return Carried(payment=_whole(paid, int(taken)), charge=charge, held=held)

    def free_of_charge(self, source: Any) -> int:
        """What may still go back of a charge beside what disputes hold (minor units)."""
        (found,) = self._found(_STANDS, *self._of(source))
        charge, held = _stands(source, found)
        return charge.most - charge.taken - held

    def beside(self, payee: str, lines: Sequence[str]) -> int:
        """What went back of order lines while no payment of the order was known (minor units).

        What a gateway moved is off its charge since that was read.
        """
        sql = _BESIDE.format(marks(lines))
        values = (payee, *_AT_GATEWAY, *_COUNTED, OVER, *lines)
        return int(self._statements.rows(sql, *values)[0][0]) if lines else 0

    def holds_any(self, source: Any) -> bool:
        """Whether a dispute of a charge is open."""
        return any(holds(status) for status, _ in self._disputes(source))

    def is_disputed(self, source: Any) -> bool:
        """Whether a payer took a charge back through its bank, or tries to."""
        return any(holds(status) or status == LOST for status, _ in self._disputes(source))

    def _disputes(self, source: Any) -> list[Row]:
        ((found,),) = self._found(_DISPUTES, source.id)
        return list(json_of(found or "[]"))

    def _of(self, source: Any) -> tuple[object, ...]:
        return source.id, *_COUNTED, OVER, source.id, source.id

    def _found(self, sql: str, *values: object) -> list[Row]:
        return self._statements.rows(self._statements.plain(f"SELECT {sql}"), *values)


def said_of(tables: MoneyTables, source: Any) -> int:
    """What payments say that they are of a charge, in sum (minor units)."""
    found = select(sum(p.amount) for p in tables.Payment if p.source == source)
    return int(found.first() or 0)


def _whole(paid: Any, taken: int) -> Ceiling:
    return Ceiling(name="the payment", most=paid.amount, taken=taken)


def _stands(source: Any, found: Sequence[Any]) -> tuple[Ceiling, int]:
    """The ceiling of a charge, and what open disputes hold of it, by the columns of `_STANDS`."""
    moved, said, disputes = found
    of_bank = json_of(disputes or "[]")
    ceiling = _ceiling(source, int(moved), int(said), of_bank)
    return ceiling, _held(of_bank, ceiling.most)


def _ceiling(source: Any, moved: int, said: int, disputes: Sequence[Row]) -> Ceiling:
    """Of a charge, over its orders, beside what was given back before we knew it.

    Of one that nobody has read, as much as its payments say.
    """
    most = source.amount or said
    lost = sum(amount or most for status, amount in disputes if status == LOST)
    return Ceiling(name="the charge", most=most, taken=moved + source.given_before + lost)


def _held(disputes: Sequence[Row], most: int) -> int:
    """What open disputes hold of a charge, each its own amount (minor units)."""
    return min(most, sum(amount or most for status, amount in disputes if holds(status)))


def counts(paid: Any, at: datetime | None) -> bool:
    """Whether a movement is to be counted under a payment, by moments of the gateway's clock alone.

    One of before the charge is of other money; one of before it was first read is off its ceiling.
    """
    source = paid.source
    if source is None or at is None:
        return True
    if source.made_at is not None and kept(at) < source.made_at:
        return False
    return not source.given_before or kept(at) >= source.read_at.replace(microsecond=0)
