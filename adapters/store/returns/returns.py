"""Keeps returns and takes their steps; who may is for those to say who call."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from pony.orm import Database

from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.moments import kept
from adapters.store.partners import new_id
from adapters.store.returns import reading
from adapters.store.returns.records import (
    NewReturn,
    Parcel,
    Return,
    Taken,
)
from adapters.store.returns.tables import ReturnTables
from adapters.store.tables import Tables, select
from engine.errors import RequestFault
from engine.returns.lifecycle import State, state_after
from engine.returns.outcome import Outcome

_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without those that are taken for each other on a label."""
_SQUARED: Final = """
    SELECT r.id FROM goods_return r
    WHERE r.state IN ('approved', 'inspected') AND r.held_for = ''
      AND (r.state = 'inspected' OR NOT EXISTS
           (SELECT 1 FROM return_line l WHERE l.part_of = r.id AND l.expected > l.received))
      AND NOT EXISTS
          (SELECT 1 FROM return_line l JOIN settlement s ON s.return_line = l.id
           WHERE l.part_of = r.id AND s.state NOT IN ('succeeded', 'cancelled')
             AND NOT (s.state = 'failed' AND EXISTS
                      (SELECT 1 FROM settlement n
                       WHERE n.return_line = s.return_line AND n.sequence > s.sequence)))
    LIMIT $most"""
"""A movement that failed is made good by the next one for the same line."""


class Returns:
    """Every call runs inside a session of the store; changes are made to a return that is held."""

    def __init__(
        self,
        database: Database,
        tables: tuple[Tables, ReturnTables],
        journal: Journal,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._orders = tables[0]
        self._tables = tables[1]
        self._journal = journal
        self._now = now

    # --- asked for ----------------------------------------------------------------------------

    def begin(self, retailer: str, reference: str) -> str:
        """The key of a new return of a consumer, still without parts."""
        row = self._tables.ConsumerReturn(
            id=new_id(), retailer=retailer, reference=reference, requested_at=kept(self._now())
        )
        return str(row.id)

    def add(self, new: NewReturn) -> Return:
        """Keeps a return that was just asked for."""
        row = self._tables.Return(
            id=new_id(),
            number=f"R-{''.join(secrets.choice(_LETTERS) for _ in range(10))}",
            part_of=new.part_of,
            supplier=new.supplier,
            retailer=new.retailer,
            order=new.order,
            state=State.REQUESTED,
            requested_at=kept(new.requested_at),
        )
        for place, line in enumerate(new.lines):
            to = line.return_to
            self._tables.ReturnLine(
                id=line.id,
                part_of=row,
                place=place,
                order_line=line.order_line,
                sku=line.sku,
                quantity=line.quantity,
                reserved=0,
                expected=line.expected,
                worth=line.worth.minor,
                currency=line.worth.currency,
                facts=line.facts,
                told=line.told,
                edition=line.edition,
                digest=line.digest,
                terms=line.terms,
                location=line.location,
                return_to=reading.kept_address(to) if to else {},
                outcome=reading.kept_outcome(line.outcome),
            )
        return reading.return_(row)

    # --- held ---------------------------------------------------------------------------------

    def held(self, key: str) -> Return | None:
        """A return that nobody else changes until this session ends, whoever asks."""
        row = self._tables.Return.get_for_update(id=key)
        return reading.return_(row) if row else None

    def now(self, key: str) -> Return:
        """How a return that is held stands now; raises LookupError."""
        return reading.return_(self._tables.Return[key])

    def take(self, key: str, taken: Taken) -> Return:
        """One step; raises `RequestFault` `step_not_allowed`."""
        row = self._tables.Return[key]
        before = State(row.state)
        after = state_after(before, taken.step, taken.actor)
        number = 1 + (select(max(s.number) for s in row.steps).first() or 0)
        self._tables.ReturnStep(
            part_of=row,
            number=number,
            step=taken.step,
            before=before,
            after=after,
            actor=taken.actor,
            by=taken.by,
            at=kept(self._now()),
            why=taken.why,
        )
        row.state = after
        self.tell(key, taken.by, f"return_{taken.step}", before=before, after=after)
        return reading.return_(row)

    def tell(self, key: str, by: str, fact: str, **body: object) -> None:
        """Something that happened to a return, for both its sides."""
        row = self._tables.Return[key]
        sides = Sides.between(row.supplier, row.retailer)
        self._journal.tell(sides, by, row.id, fact, **body)

    def hold_for(self, key: str, what: str) -> None:
        """Says what a person is waited for; nothing, when the text is empty."""
        self._tables.Return[key].held_for = what

    def wake(self, key: str, at: datetime | None, expires_on: str | None) -> None:
        """When the return must be looked at again, and the last day of its authorization."""
        row = self._tables.Return[key]
        row.wakes_at, row.expires_on = kept(at) if at else None, expires_on or ""

    def happened(self, key: str, event: str, at: str) -> None:
        """The moment of an event (ISO, with its offset); the first of its kind counts."""
        row = self._tables.Return[key]
        row.events = {event: at, **row.events.get_untracked()}

    def send(self, key: str, parcel: Parcel) -> None:
        """One more parcel on its way."""
        row = self._tables.Return[key]
        sent = {"carrier": parcel.carrier, "number": parcel.number, "sent_on": parcel.sent_on}
        row.parcels = [*row.parcels.get_untracked(), sent]

    def settle_line(self, line: str, outcome: Outcome, *, facts: str = "", told: str = "") -> None:
        """What holds of a line from now on, and with it what is expected of it.

        Units that arrived and that nobody inspected are refused with it.
        """
        row = self._tables.ReturnLine[line]
        change = (outcome.answer == "refuse") - (row.outcome["answer"] == "refuse")
        row.refused = max(0, row.refused + change * (row.received - row.inspected))
        row.outcome = reading.kept_outcome(outcome)
        row.expected = outcome.expected(row.quantity)
        row.facts = facts or row.facts
        row.told = told or row.told

    def reconsider_line(self, line: str) -> None:
        """What was refused of a line after inspection is open again."""
        self._tables.ReturnLine[line].refused = 0

    # --- units --------------------------------------------------------------------------------

    def reserve(self, lines: Iterable[str]) -> None:
        """Takes the units of lines off what may still be asked for; the order is held.

        Raises `RequestFault` `quantity_exceeded` if another return was faster.
        """
        for line in [self._tables.ReturnLine[key] for key in lines]:
            ordered = self._orders.OrderLine[line.order_line]
            wanted = line.quantity - line.reserved
            left = ordered.quantity - ordered.cancelled - ordered.returned
            if wanted > left:
                raise RequestFault(
                    "quantity_exceeded",
                    f"{wanted} units of `{line.sku}` are asked for and {left} are left.",
                    "lines",
                )
            ordered.returned += wanted
            line.reserved = line.quantity

    def release(self, line: str, units: int) -> None:
        """Gives units back that do not come, so that they may be asked for again."""
        row = self._tables.ReturnLine[line]
        units = min(units, row.reserved)
        if units:
            self._orders.OrderLine[row.order_line].returned -= units
            row.reserved -= units

    # --- due ----------------------------------------------------------------------------------

    def due(self, most: int) -> tuple[str, ...]:
        """Returns whose day has come, held so that no other worker wakes them too."""
        rows, now = self._tables.Return, kept(self._now())
        found = select(r for r in rows if r.wakes_at <= now).order_by(lambda r: r.wakes_at)
        return tuple(row.id for row in found.for_update(skip_locked=True)[:most])

    def squared(self, most: int) -> tuple[str, ...]:
        """Returns of which nothing is waited for but their money, and all of it has moved."""
        execute: Callable[..., Any] = self._database.execute
        rows = execute(_SQUARED, {}, {"most": most}).fetchall()
        return tuple(row[0] for row in rows)
