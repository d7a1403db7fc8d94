"""Adopts movements that a gateway lists but no settlement records.

They were made by hand, or were recorded after the backup that was restored. The latter carry their
purpose as metadata, and their settlement is made again from it, under its line's ceiling too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Protocol

from adapters.store.money.charges import ceilings
from adapters.store.money.records import Settlement
from adapters.store.money.steps import Asked, Moved, Steps
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import locked, select
from engine.settlement.gateway import Answered, GatewayOutcome
from engine.settlement.instruments import REMEDY, Instrument
from engine.settlement.machine import COUNTED, SettlementState
from engine.settlement.plan import SettlementPlan
from engine.settlement.steps import DAY, MINUTE

STATES: Final = {
    Answered.SUCCEEDED: SettlementState.SUCCEEDED,
    Answered.SUBMITTED: SettlementState.SUBMITTED,
    Answered.FAILED: SettlementState.FAILED,
}
_COUNTED: Final = [str(state) for state in COUNTED]
_OURS: Final = re.compile(r"st_[0-9a-f]{32}\Z")
_NUMBER: Final = re.compile(r"[0-9]{1,15}\Z")
FOUND: Final = "found at the gateway"


class Line(NamedTuple):
    """An order line: its key, its order, and who supplied and who sold it."""

    key: str
    order: str
    supplier: str
    retailer: str


class Lines(Protocol):
    """The lines of orders and returns."""

    def found(self, return_line: str, order_line: str) -> Line | None:
        """The order line of a return line, else the order line by its own key."""

    def paid(self, return_line: str, amount: int, tax: int) -> None:
        """Records an amount moved for a return line, so it is not planned again (minor units)."""


class Purpose(NamedTuple):
    """What a movement was for; fields are empty if its metadata does not say."""

    return_line: str
    sequence: int
    order_line: str
    order: str = ""
    retailer: str = ""
    line_most: int = 0
    tax: int = 0


class Adopting:
    """Every call runs inside a writing session of the store."""

    def __init__(self, tables: MoneyTables, steps: Steps, lines: Lines) -> None:
        self._tables = tables
        self._steps = steps
        self._lines = lines

    def adopt(self, supplier: str, theirs: GatewayOutcome, by: str) -> Settlement | None:
        """Makes the settlement of a movement that has none; None if none can or need be made.

        None is made if it counts already, or if no payment or line of it is known. It counts under
        its payment, and so under the payment's charge. If the charge already lacked it when first
        read, or its payment is unknown, it counts under its line alone.
        """
        rows, found = self._tables.Settlement, f"found:{theirs.reference}"
        amount, purpose = theirs.amount, self._purpose(supplier, theirs)
        paid = self._payment(supplier, theirs, purpose.order if purpose else "")
        retailer = paid.retailer if paid else purpose.retailer if purpose else ""
        if amount is None or not retailer or rows.exists(return_line=found):
            return None
        if self._counts(supplier, theirs.reference):  # by a session that had the lock before
            return None
        purpose = purpose or Purpose(found, 1, found)
        if rows.exists(return_line=purpose.return_line, sequence=purpose.sequence):
            purpose = purpose._replace(return_line=found, sequence=1)
        instrument = theirs.instrument or Instrument.REFUND
        asked = Asked(
            return_line=purpose.return_line,
            sequence=purpose.sequence,
            order_line=purpose.order_line,
            supplier=supplier,
            retailer=retailer,
            remedy=REMEDY[instrument],
            amount=amount,
            line_most=purpose.line_most,
            payment=paid.id if paid else None,
            actor=by,
            tax=min(purpose.tax, amount.minor),
        )
        state = STATES[theirs.answered]
        plan = SettlementPlan(instrument=instrument, amount=amount, state=state)
        moved = Moved(
            reference=theirs.reference,
            by=FOUND,
            due=DAY if state is SettlementState.SUCCEEDED else MINUTE,
            key=_unused(rows, theirs.settlement),
        )
        made = self._steps.make(asked, paid, plan, moved)
        if state is not SettlementState.FAILED:
            self._lines.paid(purpose.return_line, amount.minor, asked.tax)
        return made

    def _counts(self, supplier: str, reference: str) -> bool:
        rows = self._tables.Settlement
        mine = select(s for s in rows if s.supplier == supplier and s.reference == reference)
        return bool(mine.filter(lambda s: s.state in _COUNTED).exists())

    def _purpose(self, supplier: str, theirs: GatewayOutcome) -> Purpose | None:
        """Reads a movement's purpose from its metadata; None if it is nothing of this partner's.

        A second movement of a settlement counts for the same order line, and pays no return line.
        """
        said, key = dict(theirs.facts), _key(theirs.settlement)
        known = self._tables.Settlement.get(id=key) if key else None
        if known is not None and known.supplier == supplier:
            found = f"found:{theirs.reference}"
            return Purpose(found, 1, known.order_line, line_most=known.line_most)
        if not key or said.get("supplier") != supplier:
            return None
        cause = said.get("return_line", "")
        line = self._lines.found(cause, said.get("order_line", ""))
        if line is not None and line.supplier != supplier:
            return None
        found = f"found:{theirs.reference}"
        cause = cause if self._may_name(supplier, cause) else found
        order_line = line.key if line else said.get("order_line", "")
        if not self._may_name(supplier, order_line):
            order_line = cause
        return Purpose(
            return_line=cause,
            sequence=_number(said.get("sequence")) or 1,
            order_line=order_line,
            order=line.order if line else _order(order_line),
            retailer=line.retailer if line else "",
            line_most=_number(said.get("line_most")),
            tax=_number(said.get("tax")),
        )

    def _may_name(self, supplier: str, cause: str) -> bool:
        """Whether a movement at a partner's account can be for this cause, judging by its name.

        Whoever has the account wrote the name: the cause of a whole order names the payee, and one
        found by hand must be on the partner's own record.
        """
        if cause.startswith("order:"):
            return cause.endswith(f":{supplier}")
        if cause.startswith("found:"):
            return bool(self._tables.Settlement.exists(supplier=supplier, return_line=cause))
        return bool(cause)

    def _payment(self, supplier: str, theirs: GatewayOutcome, order: str) -> Any:
        """The payment that it counts under, locked with its charge, or None.

        Of several, the one of the order that it was for, else the newest with enough room.
        """
        if theirs.amount is None:
            return None
        money, held = theirs.amount, self._held(supplier, theirs)
        fitting = [
            row
            for row in held
            if row.currency == money.currency and ceilings.counts(row, theirs.at)
        ]
        mine = [row for row in fitting if row.order == order] or fitting
        rooms = {row: self._steps.carried(row).room for row in mine}
        newest = sorted(mine, key=_made, reverse=True)
        carrying = [row for row in newest if rooms[row] >= money.minor]
        return next(iter(carrying or sorted(newest, key=lambda row: -rooms[row])), None)

    def _held(self, supplier: str, theirs: GatewayOutcome) -> Sequence[Any]:
        """Locks a partner's payments that a movement may belong to: for a credit, all of its
        customer's.
        """
        rows, wanted = self._tables.Payment, list(theirs.of)
        mine = select(p for p in rows if p.supplier == supplier)
        if theirs.instrument is Instrument.BALANCE_CREDIT:
            said = mine.filter(lambda p: p.customer in wanted)
            read = mine.filter(lambda p: p.source.customer in wanted and p.retailer != supplier)
        else:
            said = mine.filter(lambda p: p.charge in wanted or p.invoice in wanted)
            read = mine.filter(
                lambda p: (
                    p.source.reference in wanted
                    or p.source.intent in wanted
                    or p.source.invoice in wanted
                )
            )
        keys = sorted({row.id for row in (*said, *read)}) if wanted else []
        held = locked(select(p for p in rows if p.id in keys).order_by(rows.id))
        for row in sorted(held, key=lambda each: each.source.id if each.source else ""):
            self._steps.hold_charge(row)
        return held


def _made(row: Any) -> tuple[str, str]:
    """Sort key: when its charge was made, if that was read."""
    made_at = row.source.made_at if row.source else None
    return (made_at.isoformat() if made_at else "", row.id)


def _key(text: str) -> str:
    """Returns the id of a settlement of Takeback's, empty for any other text."""
    return text if _OURS.match(text) else ""


def _unused(rows: Any, text: str) -> str:
    """Returns the settlement id that a movement names, empty if it is taken."""
    key = _key(text)
    return "" if key and rows.exists(id=key) else key


def _number(text: str | None) -> int:
    return int(text) if text and _NUMBER.match(text) else 0


def _order(cause: str) -> str:
    """The order in the cause of a settlement of a whole order: `order:ID:PAYEE`."""
    return cause.split(":")[1] if cause.startswith("order:") else ""
