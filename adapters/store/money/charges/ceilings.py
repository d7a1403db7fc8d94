"""The one ceiling of a charge, over all orders that it paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from adapters.store.connection.statements import Row, Statements, json_of, marks
from adapters.store.money.records import Settlement
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import select
from adapters.store.timestamps import kept
from engine.settlement.charges import LOST, RELEASED, holds
from engine.settlement.instruments import AT_GATEWAY
from engine.settlement.machine import COUNTED
from engine.settlement.plan import OVER, Ceiling

_COUNTED: Final = [str(state) for state in COUNTED]
COUNTS: Final = f"s.state IN ({marks(_COUNTED)}) AND s.trouble <> ?"
"""SQL condition that a settlement `s` counts under a ceiling."""
_AT_GATEWAY: Final = [str(each) for each in AT_GATEWAY]
COUNTED_VALUES: Final = (*_COUNTED, OVER)
"""Values of the placeholders of `COUNTS`."""
BESIDE_VALUES: Final = (*_AT_GATEWAY, *COUNTED_VALUES)
"""Values of the placeholders of `beside` between the payee and the order lines."""


def counted(found: Settlement) -> bool:
    """Whether a settlement counts under a ceiling, as `COUNTS` says in SQL."""
    return found.state in COUNTED and found.trouble != OVER


def of_payment(key: str) -> str:
    """SQL for the sum that counts under a payment; its placeholders take `COUNTED_VALUES`."""
    return f"""(SELECT COALESCE(SUM(s.amount), 0) FROM settlement s
        WHERE s.payment = {key} AND {COUNTS})"""  # noqa: S608 - our own names


def of_charge(key: str) -> tuple[str, str, str]:
    """SQL for a charge: moved sum (takes `COUNTED_VALUES`), sum of its payments, its disputes."""
    return (
        f"""(SELECT COALESCE(SUM(s.amount), 0) FROM settlement s JOIN payment o ON o.id = s.payment
        WHERE o.source = {key} AND {COUNTS})""",  # noqa: S608 - our own names
        f"(SELECT COALESCE(SUM(o.amount), 0) FROM payment o WHERE o.source = {key})",  # noqa: S608
        f"""CAST((SELECT json_group_array(json_array(d.status, d.amount))
        FROM dispute_of_charge d WHERE d.charge = {key}) AS TEXT)""",  # noqa: S608
    )


_STANDS: Final = ", ".join(of_charge("?"))
_DISPUTES: Final = of_charge("?")[2]


def beside(lines: Sequence[str]) -> str:
    """SQL for the sum that went back of order lines before a payment of the order was known.

    It excludes gateway movements, which the charge shows since it was read. Placeholders: the
    payee, `BESIDE_VALUES`, the lines. The conditions are within the sum so that only settlements of
    the lines are read: in WHERE, SQLite would choose an index by state.
    """
    return f"""(SELECT COALESCE(SUM(CASE WHEN s.payment IS NULL AND s.supplier = ?
        AND s.instrument NOT IN ({marks(_AT_GATEWAY)}) AND {COUNTS} THEN s.amount END), 0)
        FROM settlement s WHERE s.order_line IN ({marks(lines)}))"""  # noqa: S608 - only marks


class Carried(Struct, frozen=True, kw_only=True, gc=False):
    """The ceilings of a payment, and what open disputes hold of its charge (minor units)."""

    payment: Ceiling
    charge: Ceiling | None = None
    held: int = 0

    @property
    def ceilings(self) -> tuple[Ceiling, ...]:
        """The ceilings that all refunds of the payment must stay under."""
        return (self.payment,) if self.charge is None else (self.payment, self.charge)

    @property
    def room(self) -> int:
        """Minor units that may still go back of it, and of its charge."""
        return min(each.left for each in self.ceilings)

    @property
    def free(self) -> int:
        """The part of `room` that no open dispute holds (minor units)."""
        return max(0, min(self.room, self._left())) if self.held else self.room

    def holds(self, amount: int, mine: int = 0) -> bool:
        """Whether open disputes hold an amount, of which `mine` is already counted as taken."""
        return bool(self.held) and amount > self._left() + mine

    def _left(self) -> int:
        return self.charge.most - self.charge.taken - self.held if self.charge else 0


class Ceilings:
    """Every call runs inside a session of the store; hold payments before you rely on a sum."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def of_payment(self, paid: Any) -> Carried:
        """What went back, or may have, of a payment and of its charge."""
        source = paid.source
        if source is None:
            ((taken,),) = self._found(of_payment("?"), paid.id, *COUNTED_VALUES)
            return carried(paid.amount, taken)
        values = (*self._of(source), paid.id, *COUNTED_VALUES)
        ((*found, taken),) = self._found(f"{_STANDS}, {of_payment('?')}", *values)
        return carried(paid.amount, taken, (source.amount, source.given_before, *found))

    def free_of_charge(self, source: Any) -> int:
        """What may still go back of a charge, less what disputes hold (minor units)."""
        (found,) = self._found(_STANDS, *self._of(source))
        charge, held = _stands(source.amount, source.given_before, *found)
        return charge.most - charge.taken - held

    def holds_any(self, source: Any, *, refused: bool = False) -> bool:
        """Whether a dispute of a charge is open.

        If the gateway `refused` for one, it is open as well unless one is known to have ended for
        the payee, and none to be lost: it may not be known yet.
        """
        known = [status for status, _ in self._disputes(source)]
        unknown = refused and (LOST in known or RELEASED.isdisjoint(known))
        return unknown or any(map(holds, known))

    def is_disputed(self, source: Any) -> bool:
        """Whether a payer has reversed a charge through its bank, or tries to."""
        return any(holds(status) or status == LOST for status, _ in self._disputes(source))

    def _disputes(self, source: Any) -> list[Row]:
        ((found,),) = self._found(_DISPUTES, source.id)
        return list(json_of(found or "[]"))

    def _of(self, source: Any) -> tuple[object, ...]:
        return source.id, *COUNTED_VALUES, source.id, source.id

    def _found(self, sql: str, *values: object) -> list[Row]:
        return self._statements.rows(self._statements.plain(f"SELECT {sql}"), *values)


def said_of(tables: MoneyTables, source: Any) -> int:
    """The sum of the payments of a charge (minor units)."""
    found = select(sum(p.amount) for p in tables.Payment if p.source == source)
    return int(found.first() or 0)


def carried(
    amount: int, taken: int, charge: tuple[int, int, int, int, str | list[Row] | None] | None = None
) -> Carried:
    """The ceilings of a payment of an amount with what was taken of it (minor units).

    `charge` describes its charge: amount, what was given back before it was first read, and the
    columns of `of_charge`.
    """
    of_it = Ceiling(name="the payment", most=amount, taken=int(taken))
    if charge is None:
        return Carried(payment=of_it)
    ceiling, held = _stands(*charge)
    return Carried(payment=of_it, charge=ceiling, held=held)


def _stands(
    amount: int, given_before: int, moved: int, said: int, disputes: str | list[Row] | None
) -> tuple[Ceiling, int]:
    """The ceiling of a charge over all its orders, and what open disputes hold of it (minor units).

    For a charge that was never read, the ceiling is the sum of its payments. SQLite returns JSON
    nested in other JSON as such, whatever it was cast to.
    """
    most = amount or int(said)
    of_bank = json_of(disputes) if isinstance(disputes, str) else disputes or []
    lost = sum(each or most for status, each in of_bank if status == LOST)
    taken = int(moved) + given_before + lost
    return Ceiling(name="the charge", most=most, taken=taken), _held(of_bank, most)


def _held(disputes: Sequence[Row], most: int) -> int:
    """What open disputes hold of a charge, each its own amount (minor units)."""
    return min(most, sum(amount or most for status, amount in disputes if holds(status)))


def counts(paid: Any, at: datetime | None) -> bool:
    """Whether a movement counts under a payment, judged by the gateway's clock alone.

    A movement from before the charge is of other money; one from before the charge was first read
    is already off its ceiling.
    """
    source = paid.source
    if source is None or at is None:
        return True
    if source.made_at is not None and kept(at) < source.made_at:
        return False
    return not source.given_before or kept(at) >= source.read_at.replace(microsecond=0)
