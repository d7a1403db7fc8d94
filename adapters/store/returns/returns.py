"""Keeps returns and takes their steps; who may is for those to say who call."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.moments import kept, written
from adapters.store.partners import new_id
from adapters.store.place.locking import Keys, Lock
from adapters.store.place.own import Own
from adapters.store.place.statements import Statements
from adapters.store.returns import reading
from adapters.store.returns.records import NewReturn, Parcel, Return, ReturnTo, Taken
from adapters.store.returns.tables import ReturnTables
from adapters.store.tables import flush, select
from adapters.store.tracking import track
from engine.decision.standing import Taken as FeeTaken
from engine.errors import RequestFault
from engine.returns.lifecycle import State, state_after
from engine.returns.outcome import Outcome

_STEP: Final = """INSERT INTO return_step
    (part_of, number, step, "before", "after", actor, "by", at, why)
    SELECT ?, COALESCE(MAX(s.number), 0) + 1, ?, ?, ?, ?, ?, ?, ?
    FROM return_step s WHERE s.part_of = ?"""
_TAKEN: Final = """UPDATE purchase_line SET returned = returned + ?
    WHERE id = ? AND quantity - cancelled - returned >= ?"""
_LEFT: Final = "SELECT quantity - cancelled - returned FROM purchase_line WHERE id = ?"
_NEXT: Final = timedelta(microseconds=1)
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without those that are taken for each other on a label."""


@dataclass(slots=True)
class _Held:
    """Of one session: steps that are not written yet, and all returns of held orders."""

    steps: list[tuple[str, ...]] = field(default_factory=list)
    of_orders: dict[str, list[Any]] = field(default_factory=dict)


class Returns:
    """Every call runs inside a session of the store; changes are made to a return that is held."""

    def __init__(
        self,
        statements: Statements,
        tables: ReturnTables,
        journal: Journal,
        now: Callable[[], datetime],
    ) -> None:
        self._statements = statements
        self._tables = tables
        self._own = Own(statements.database, _Held)
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
                supplier=row.supplier,
                retailer=row.retailer,
                requested_on=row.requested_at.date().isoformat(),
                place=place,
                order_line=line.order_line,
                sku=line.sku,
                reason=_reason(line.facts),
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
                answer=line.outcome.answer,
            )
        here = self._own.here()
        if row.order in here.of_orders:
            here.of_orders[row.order].append(row)
        return reading.return_(row)

    # --- held ---------------------------------------------------------------------------------

    def locks(self, key: str) -> tuple[Lock, ...]:
        """Under which nobody else changes a return."""
        return (("SELECT id FROM goods_return WHERE id = ?", [key]),)

    def read(self, key: str) -> Return | None:
        """A return that is locked with its order, of which nobody else adds one then."""
        rows = self._tables.Return
        of_order = list(
            select(r for r in rows if r.order in select(o.order for o in rows if o.id == key))
        )
        row = next((each for each in of_order if each.id == key), None)
        if row is None:
            return None
        self._own.here().of_orders[row.order] = of_order
        self._statements.locked([row, *row.lines])
        return reading.return_(row)

    def held(self, key: str) -> Return | None:
        """A return that nobody else changes until this session ends, whoever asks."""
        row = self._tables.Return.get_for_update(id=key)
        if row is None:
            return None
        return reading.return_(row)

    def foresee(self, order: str) -> None:
        """Reads the returns of an order that is held: until it is let go nobody else adds one."""
        rows = self._tables.Return
        found = list(select(r for r in rows if r.order == order))
        self._own.here().of_orders[order] = found

    def now(self, key: str) -> Return:
        """How a return that is held stands now; raises LookupError."""
        return reading.return_(self._tables.Return[key])

    def take(self, key: str, taken: Taken) -> None:
        """One step; raises `RequestFault` `step_not_allowed`."""
        row = self._tables.Return[key]
        before = State(row.state)
        after = state_after(before, taken.step, taken.actor, taken.to)
        self._keep(row, taken, before, after)
        row.state = after
        self.changed(key)
        self.tell(key, taken.by, f"return_{taken.step}", before=before, after=after)

    def note(self, key: str, taken: Taken) -> None:
        """A step that leads nowhere, with its reason; what it did is told apart."""
        row = self._tables.Return[key]
        self._keep(row, taken, State(row.state), State(row.state))

    def _keep(self, row: Any, taken: Taken, before: State, after: State) -> None:
        said = (taken.step, before, after, taken.actor, taken.by, written(self._now()), taken.why)
        self._own.here().steps.append((row.id, *map(str, said)))

    def write(self) -> None:
        """Writes the steps that this session took, each under the number after the last."""
        steps = self._own.here().steps
        if steps:
            flush()  # the returns that they are of
        for step in steps:
            self._statements.write_apart(_STEP, *step, step[0])
        steps.clear()

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

    def dated(self, key: str, event: str, at: str | None) -> None:
        """Another moment of an event (ISO, with its offset); None if it did not happen."""
        row = self._tables.Return[key]
        others = {name: on for name, on in row.events.get_untracked().items() if name != event}
        row.events = {**others, event: at} if at else others

    def send(self, key: str, parcel: Parcel) -> None:
        """One more parcel on its way."""
        row = self._tables.Return[key]
        sent = {"carrier": parcel.carrier, "number": parcel.number, "sent_on": parcel.sent_on}
        row.parcels = [*row.parcels.get_untracked(), sent]
        track(self._statements, key, [parcel.number])

    def settle_line(self, line: str, outcome: Outcome, *, facts: str = "", told: str = "") -> None:
        """What holds of a line from now on, and with it what is expected of it.

        Units that arrived and that nobody inspected are refused with it.
        """
        row = self._tables.ReturnLine[line]
        change = (outcome.answer == "refuse") - (row.outcome["answer"] == "refuse")
        row.refused = max(0, row.refused + change * (row.received - row.inspected))
        row.outcome, row.answer = reading.kept_outcome(outcome), outcome.answer
        row.expected = outcome.expected(row.quantity)
        row.facts = facts or row.facts
        row.reason = _reason(row.facts)
        row.told = told or row.told

    def direct(self, line: str, location: str, to: ReturnTo) -> None:
        """Where the goods of a line must arrive."""
        row = self._tables.ReturnLine[line]
        row.location, row.return_to = location, reading.kept_address(to)

    def planned(self, line: str, amount: int, tax: int) -> None:
        """What was planned for a line so far, less claims, and the tax in it (minor units)."""
        row = self._tables.ReturnLine[line]
        row.planned, row.planned_tax = amount, tax

    def stays_more(self, line: str, more: int, ever_settled: int) -> None:
        """What stays of a line beyond what is owed (minor units), and its units ever settled."""
        row = self._tables.ReturnLine[line]
        row.stays_more, row.ever_settled = more, ever_settled

    def let_stay(self, line: str, amount: int) -> None:
        """What was claimed of a line is given, and with it all that was paid by now (minor units).

        It counts for the units that were ever settled.
        """
        row = self._tables.ReturnLine[line]
        row.planned += amount
        row.stays_more += amount
        row.stays, row.stays_units = row.planned, row.ever_settled or row.quantity

    def of_line(self, line: str) -> str | None:
        """The key of the return that a line is of, unscoped: no tenant check."""
        row = self._tables.ReturnLine.get(id=line)
        return str(row.part_of.id) if row else None

    def settled(
        self,
        key: str,
        taken: Mapping[str, FeeTaken],
        given: Mapping[str, tuple[int, int]],
        waits: str,
    ) -> None:
        """What a return took of fees per order, and what it gave back by line as of now.

        That is the value of goods, and outbound shipping (minor units).
        """
        row = self._tables.Return[key]
        row.taken = msgspec.to_builtins(dict(taken))
        row.waits = waits
        row.settled_at = max([kept(self._now()), *self._moments(row, lambda r: r.changed_at)])
        for line, (value, outbound) in given.items():
            row = self._tables.ReturnLine[line]
            row.value, row.outbound = value, outbound

    def changed(self, key: str) -> None:
        """Units arrived or were looked at: other returns of the order may wait for that.

        It is later than whatever they were settled by, also where clocks go back or differ.
        """
        row = self._tables.Return[key]
        after = [at + _NEXT for at in self._moments(row, lambda r: r.settled_at)]
        row.changed_at = max([kept(self._now()), *after])

    def _moments(self, row: Any, of: Callable[[Any], datetime | None]) -> list[datetime]:
        """A moment of each return of an order that has it; the order is held."""
        return [at for each in self._of_order(row.order) if (at := of(each))]

    def _of_order(self, order: str) -> list[Any]:
        of_orders = self._own.here().of_orders
        if order in of_orders:
            return of_orders[order]
        rows = self._tables.Return
        return list(select(r for r in rows if r.order == order))

    def of_order(self, order: str) -> tuple[Return, ...]:
        """All returns of an order, unscoped: no tenant check."""
        return tuple(map(reading.return_, self._of_order(order)))

    def put_off(self, key: str, until: datetime) -> None:
        """Does not settle a return that waits for others before a moment, unless these change."""
        self._tables.Return[key].settled_at = kept(until)

    def reconsider_line(self, line: str) -> None:
        """What was refused of a line after inspection is open again."""
        self._tables.ReturnLine[line].refused = 0

    # --- units --------------------------------------------------------------------------------

    def reserve(self, lines: Iterable[str]) -> None:
        """Takes the units of lines off what may still be asked for; the order is held.

        Raises `RequestFault` `quantity_exceeded` if another return was faster.
        """
        for line in [self._tables.ReturnLine[key] for key in lines]:
            wanted = line.quantity - line.reserved
            if wanted and not self._take_units(line.order_line, wanted):
                ((left,),) = self._statements.rows(_LEFT, line.order_line)
                raise RequestFault(
                    "quantity_exceeded",
                    f"{wanted} units of `{line.sku}` are asked for and {left} are left.",
                    "lines",
                )
            line.reserved = line.quantity

    def release(self, line: str, units: int) -> None:
        """Gives units back that do not come, so that they may be asked for again."""
        row = self._tables.ReturnLine[line]
        units = min(units, row.reserved)
        if units:
            self._take_units(row.order_line, -units)
            row.reserved -= units

    def _take_units(self, order_line: str, units: int) -> bool:
        """Whether as many are left as the line stands now, whoever changed it before."""
        return self._statements.write_apart(_TAKEN, units, order_line, units) == 1


def of_return(key: str) -> Keys:
    """The order of a return, for locks."""
    return 'SELECT r."order" FROM goods_return r WHERE r.id = ?', [key]


def _reason(facts: str) -> str:
    """The return reason in the facts of a line, which are canonical JSON; empty without one."""
    return str(msgspec.json.decode(facts or "{}", type=dict).get("reason") or "")
