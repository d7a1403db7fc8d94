"""Stores claims, offsets them against credits, and records both in the journals."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from adapters.store.connection.statements import Statements, marks
from adapters.store.ids import new_id
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.money.credit.posting import Posted
from adapters.store.money.records import Claim, claim
from adapters.store.money.tables import MoneyTables
from adapters.store.tables import locked, select
from adapters.store.timestamps import given_back, kept
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.ledger import OFFSET, ClaimState, taken_off

_OPEN: Final = str(ClaimState.OPEN)
_TO_PAY: Final = """SELECT id, order_line, amount - paid - let_go FROM claim
    WHERE supplier = ? AND retailer = ? AND currency = ? AND state = ?
    AND ("by" = ? OR order_line IN ({})) ORDER BY COALESCE(made_at, made_at), id"""
"""`COALESCE` hides an index order, along which SQLite would read all of a retailer's claims."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClaim:
    """Money that is not owed; `due_on` is an ISO date, empty without one."""

    return_line: str
    order_line: str
    supplier: str
    retailer: str
    amount: Money
    by: str
    due_on: str
    why: str
    actor: str


class Credit(NamedTuple):
    """The credit that a claim is offset against; `settlement` is empty if nothing is left of it."""

    order_line: str
    settlement: str


class Taken(NamedTuple):
    """A part of a credit that paid a claim."""

    claim: Claim
    amount: Money
    at: datetime


class ToPay:
    """Locked claims in their order, with what is left of each (minor units)."""

    def __init__(self, left: dict[str, int]) -> None:
        self._left = left

    def take_off(self, amount: int) -> tuple[tuple[str, int], ...]:
        """Takes a credit's amount (minor units) off what is left; returns the claims with their
        parts.
        """
        parts = taken_off(amount, [*self._left.values()])
        found = tuple((key, part) for key, part in zip(self._left, parts, strict=True) if part)
        for key, part in found:
            self._left[key] -= part
        return found


class Claims:
    """Every call runs inside a writing session of the store."""

    def __init__(
        self,
        statements: Statements,
        tables: MoneyTables,
        books: tuple[Journal, Posted],
        now: Callable[[], datetime],
    ) -> None:
        self._statements = statements
        self._tables = tables
        self._journal, self._posted = books
        self._now = now

    def make(self, new: NewClaim) -> Claim:
        """Makes an open claim."""
        row = self._tables.Claim(
            id=f"cl_{new_id()}",
            return_line=new.return_line,
            order_line=new.order_line,
            supplier=new.supplier,
            retailer=new.retailer,
            currency=new.amount.currency,
            amount=new.amount.minor,
            by=new.by,
            state=_OPEN,
            due_on=new.due_on,
            why=new.why,
            made_at=kept(self._now()),
        )
        said = {"amount": str(new.amount), "return_line": new.return_line, "by": new.by}
        self._told(row, new.actor, "claim_made", **said, due_on=new.due_on)
        self._posted.claimed(row, row.amount, new.actor)
        return claim(row)

    def take_off(
        self, between: tuple[str, str], amount: Money, own: Collection[str]
    ) -> tuple[tuple[str, int], ...]:
        """Locks and returns the claims that a credit of this amount pays, each with its part.

        `between` are the supplier and the retailer. Claims of the credit's own order lines (`own`)
        come first, including billed ones: money that is owed again is no longer claimed, and a line
        is not paid while a claim for it stays open.
        """
        return self.to_pay(between, amount.currency, own).take_off(amount.minor)

    def to_pay(self, between: tuple[str, str], currency: str, own: Collection[str]) -> ToPay:
        """Locks and returns the same claims before anything is offset."""
        own = [*own] or [""]
        sql = _TO_PAY.format(marks(own))
        held = self._statements.held(sql, *between, currency, _OPEN, str(OFFSET), *own)
        held.sort(key=lambda row: row[1] not in own)
        return ToPay({key: left for key, _, left in held})

    def pay(self, key: str, part: int, credit: Credit, actor: str) -> None:
        """Records that a part of a claim was offset against a credit."""
        row = self._tables.Claim.get_for_update(id=key)
        row.paid += part
        at = kept(self._now())
        of = {"settlement": credit.settlement, "order_line": credit.order_line}
        use = self._tables.ClaimUse(id=new_id(), claim=key, **of, amount=part, at=at)
        said = {"amount": str(Money(part, row.currency)), "settlement": credit.settlement}
        self._told(row, actor, "claim_offset", **said)
        self._posted.offset(row, use, actor)
        if not _left(row):
            self._end(row, ClaimState.PAID, actor, "")

    def unpay(self, settlement: str, actor: str) -> list[str]:
        """A settlement that claims were taken off was withdrawn: that part is claimed again.

        Says of which return lines.
        """
        lines = []
        for use in list(select(u for u in self._tables.ClaimUse if u.settlement == settlement)):
            row = self._tables.Claim.get_for_update(id=use.claim)
            row.paid -= use.amount
            row.state = _OPEN
            said = {"amount": str(Money(-use.amount, row.currency)), "settlement": settlement}
            self._told(row, actor, "claim_offset", **said)
            self._posted.not_offset(row, use, actor)
            use.delete()
            lines.append(row.return_line)
        return lines

    def let_go(self, line: str, most: int, settlement: str, actor: str) -> int:
        """Money of a settlement did not move after all: what is claimed of its line is no more.

        Says how much of it that is, at most `most` (minor units). Both journals are held.
        """
        rows = select(c for c in self._tables.Claim if c.return_line == line and c.state == _OPEN)
        held = locked(rows.order_by(lambda c: (c.made_at, c.id)))
        parts = taken_off(most, list(map(_left, held)))
        for each, part in zip(held, parts, strict=True):
            if part:
                each.let_go += part
                amount = str(Money(part, each.currency))
                self._told(each, actor, "claim_withdrawn", amount=amount, settlement=settlement)
                self._posted.undone(each, part, actor)
            if not _left(each):
                each.state = str(ClaimState.PAID if each.paid else ClaimState.WITHDRAWN)
        return sum(parts)

    def end(self, key: str, state: ClaimState, why: str, actor: str) -> Claim:
        """Marks a claim as paid or dropped by its supplier; raises `RequestFault` at its end."""
        row = self._held(key)
        if row.state != _OPEN:
            raise RequestFault("claim_ended", f"The claim is `{row.state}` already.", "claim")
        if not 1 <= len(why.strip()) <= 500:
            raise RequestFault("missing", "Say why, in 1 to 500 characters.", "why")
        left = _left(row)
        if state is ClaimState.PAID:
            row.paid += left
        else:
            row.let_go += left
        self._end(row, state, actor, why)
        self._posted.ended(row, state, left, actor)
        return claim(row)

    def held(self, key: str) -> Claim:
        """Locks and returns a claim, in the order of `end`."""
        return claim(self._held(key))

    def of_line(self, return_line: str) -> tuple[Claim, ...]:
        """The claims of a return line, oldest first."""
        return self.of_return_lines([return_line])

    def of_return_lines(self, keys: Collection[str]) -> tuple[Claim, ...]:
        """The claims of several return lines, oldest first, by one read."""
        rows, wanted = self._tables.Claim, list(keys)
        found = select(c for c in rows if c.return_line in wanted)
        return tuple(map(claim, found.order_by(lambda c: (c.made_at, c.id))))

    def taken_of(self, order_line: str) -> tuple[Taken, ...]:
        """What claims took of the credits of an order line, oldest first."""
        rows = select(u for u in self._tables.ClaimUse if u.order_line == order_line)
        uses = list(rows.order_by(lambda u: (u.at, u.id)))
        claims = self.some({each.claim for each in uses})
        return tuple(
            Taken(
                claim=claims[each.claim],
                amount=Money(each.amount, claims[each.claim].amount.currency),
                at=given_back(each.at),
            )
            for each in uses
        )

    def by_id(self, key: str) -> Claim | None:
        """A claim, unscoped: no tenant check."""
        row = self._tables.Claim.get(id=key)
        return claim(row) if row else None

    def some(self, keys: Collection[str]) -> dict[str, Claim]:
        """Claims by key; unscoped: no tenant check."""
        rows, wanted = self._tables.Claim, list(keys)
        found = select(c for c in rows if c.id in wanted) if wanted else ()
        return {row.id: claim(row) for row in found}

    def _held(self, key: str) -> Any:
        """Locks both journals first, as steps of returns do before they look for claims."""
        found = self.by_id(key)
        if found is not None:
            self._journal.hold_all([found.supplier], [found.retailer])
        return self._tables.Claim.get_for_update(id=key)

    def _end(self, row: Any, state: ClaimState, actor: str, why: str) -> None:
        row.state, row.ended_why = str(state), why
        self._told(row, actor, f"claim_{state}")

    def _told(self, row: Any, actor: str, fact: str, **body: object) -> None:
        sides = Sides.between(row.supplier, row.retailer)
        self._journal.tell(sides, actor, row.id, fact, **body)


def _left(row: Any) -> int:
    """What is still claimed (minor units)."""
    return int(row.amount - row.paid - row.let_go)
