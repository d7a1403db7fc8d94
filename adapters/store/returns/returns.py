"""Stores returns and takes their steps; callers check who may."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from adapters.store.connection.locking import Keys, Lock
from adapters.store.connection.statements import Statements, json_of
from adapters.store.ids import new_id
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.returns import reading
from adapters.store.returns.asked import asked_for, reason_in
from adapters.store.returns.held import HeldReturns
from adapters.store.returns.records import (
    ConsumerReturn,
    NewReturn,
    Parcel,
    Return,
    ReturnStep,
    ReturnTo,
    Taken,
    WaitsFor,
    steps_in,
)
from adapters.store.returns.wholes import ENDS
from adapters.store.timestamps import given_back, written
from adapters.store.tracking import track
from engine.decision.standing import Taken as FeeTaken
from engine.returns.lifecycle import State, state_after
from engine.returns.outcome import LineOutcome

_BEGUN: Final = """INSERT INTO consumer_return (id, retailer, reference, requested_at)
    VALUES (?, ?, ?, ?)"""
_CHAINS: Final = """SELECT tenant FROM chain WHERE tenant IN
    (SELECT supplier FROM goods_return WHERE id = ? UNION SELECT retailer FROM goods_return
    WHERE id = ?) ORDER BY tenant <> (SELECT supplier FROM goods_return WHERE id = ?)"""
"""The chains of both sides of a return, the supplier's first."""
_NEXT: Final = timedelta(microseconds=1)


class Returns:
    """Every call runs inside a session of the store; changes need a locked return."""

    def __init__(
        self,
        statements: Statements,
        held: HeldReturns,
        journal: Journal,
        now: Callable[[], datetime],
    ) -> None:
        self._statements = statements
        self._held = held
        self._journal = journal
        self._now = now

    # --- requests -----------------------------------------------------------------------------

    def begin(self, retailer: str, reference: str) -> ConsumerReturn:
        """Adds a consumer's return, without parts."""
        key, at = new_id(), self._now()
        self._statements.write_later(_BEGUN, key, retailer, reference, written(at))
        return ConsumerReturn(
            id=key, retailer=retailer, reference=reference, requested_at=at, parts=()
        )

    def add(self, new: NewReturn) -> Return:
        """Adds a return."""
        whole = asked_for(new)
        self._held.add(whole)
        return whole.record

    # --- locked -------------------------------------------------------------------------------

    def locks(self, key: str) -> tuple[Lock, ...]:
        """The lock under which nobody else changes a return."""
        return (("SELECT id FROM goods_return WHERE id = ?", [key]),)

    def read(self, key: str, locks: Sequence[Lock], *, tells: bool = False) -> Return | None:
        """Reads a return under locks of it and its order, to which nobody else then adds a return.

        With `tells`, the journals of both sides are locked after these.
        """
        if not tells:
            whole = self._held.read(key, locks)
        elif whole := self._held.read(key, (*locks, (_CHAINS, [key] * 3)), ENDS):
            self._journal.know(json_of(whole.beside[0] or "[]"))
        return whole.record if whole else None

    def held(self, key: str) -> Return | None:
        """Locks and reads a return, or None; unscoped: no tenant check."""
        whole = self._held.alone(key, self.locks(key))
        return whole.record if whole else None

    def foresee(self, orders: Collection[str], locks: Sequence[Lock]) -> None:
        """Reads the returns of orders under these locks; nobody else then adds one."""
        self._held.foresee(orders, locks)

    def now(self, key: str) -> Return:
        """Returns a locked return's current state; raises LookupError."""
        return self._held.of(key).record

    def take(self, key: str, taken: Taken) -> None:
        """Takes a step, with a journal entry; raises `RequestFault` `step_not_allowed`."""
        row = self._held.of(key).row
        before = State(row["state"])
        after = state_after(before, taken.step, taken.actor, taken.to)
        self._step(key, taken, before, after)
        self.changed(key)
        self.tell(key, taken.by, f"return_{taken.step}", before=before, after=after)

    def note(self, key: str, taken: Taken) -> None:
        """Records a step that keeps the state, with its reason; the caller journals its effect."""
        state = State(self._held.of(key).row["state"])
        self._step(key, taken, state, state)

    def _step(self, key: str, taken: Taken, before: State, after: State) -> None:
        """Records a step under the next number, which is safe because the return is locked."""
        steps = steps_in(self._held.of(key).row["steps"])
        step = ReturnStep(
            number=steps[-1].number + 1 if steps else 1,
            step=taken.step,
            before=before,
            after=after,
            actor=taken.actor,
            by=taken.by,
            at=self._now().astimezone(UTC),
            why=taken.why,
            decided=taken.decided,
        )
        self._set(key, state=str(after), steps=reading.kept_json((*steps, step)))

    def tell(self, key: str, by: str, fact: str, **body: object) -> None:
        """Adds a journal entry about a return for both its sides."""
        row = self._held.of(key).row
        sides = Sides.between(row["supplier"], row["retailer"])
        self._journal.tell(sides, by, key, fact, **body)

    def hold_for(self, key: str, what: str, side: WaitsFor = WaitsFor.SUPPLIER) -> None:
        """Sets what a person has to do, on which side; an empty text clears both."""
        self._set(key, held_for=what, waits_for=str(side) if what else "")

    def wake(self, key: str, at: datetime | None, expires_on: str | None) -> None:
        """Sets when the return is due again, and the last day of its RMA."""
        self._set(key, wakes_at=written(at) if at else None, expires_on=expires_on or "")

    def missed(self, key: str) -> datetime | None:
        """When the return was due, if that has passed without anybody looking at it, else None."""
        due = self._held.of(key).row["wakes_at"]
        return given_back(due) if due and given_back(due) <= self._now() else None

    def happened(self, key: str, event: str, at: str) -> None:
        """Records an event's moment (ISO, with its offset), unless it has one already."""
        events = reading.events(self._held.of(key).row)
        self._set(key, events=reading.kept_json({event: at, **events}))

    def dated(self, key: str, event: str, at: str | None) -> None:
        """Replaces an event's moment (ISO, with its offset); None removes the event."""
        events = reading.events(self._held.of(key).row)
        others = {name: on for name, on in events.items() if name != event}
        self._set(key, events=reading.kept_json({**others, event: at} if at else others))

    def send(self, key: str, parcel: Parcel) -> None:
        """Adds a parcel that is on its way."""
        sent = [*reading.parcels(self._held.of(key).row), parcel]
        self._set(key, parcels=reading.kept_json(sent))
        track(self._statements, key, [parcel.number])

    def settle_line(
        self, line: str, outcome: LineOutcome, *, facts: str = "", told: str = ""
    ) -> None:
        """Replaces the outcome of a return line and the number of units expected back.

        If it is refused, so are units that arrived and were not inspected.
        """
        row = self._held.line(line)
        change = (outcome.answer == "refuse") - (row["answer"] == "refuse")
        now = facts or row["facts"]
        self._set_line(
            line,
            refused=max(0, row["refused"] + change * (row["received"] - row["inspected"])),
            outcome=reading.kept_json(outcome),
            answer=outcome.answer,
            expected=outcome.expected(row["quantity"]),
            facts=now,
            reason=reason_in(now),
            told=told or row["told"],
        )

    def direct(self, line: str, location: str, to: ReturnTo) -> None:
        """Sets the return-to address of a line."""
        self._set_line(line, location=location, return_to=reading.kept_json(to))

    def planned(self, line: str, amount: int, tax: int) -> None:
        """Sets what was planned for a line so far, less claims, and the tax in it (minor units)."""
        self._set_line(line, planned=amount, planned_tax=tax)

    def stays_more(self, line: str, more: int, ever_settled: int) -> None:
        """Sets what a line keeps beyond what is owed (minor units), and its units ever settled."""
        self._set_line(line, stays_more=more, ever_settled=ever_settled)

    def let_stay(self, line: str, amount: int) -> None:
        """Lets a line keep what was claimed of it, and all that was paid so far (minor units).

        That counts for the units that were ever settled.
        """
        row = self._held.line(line)
        planned = row["planned"] + amount
        self._set_line(
            line,
            planned=planned,
            stays_more=row["stays_more"] + amount,
            stays=planned,
            stays_units=row["ever_settled"] or row["quantity"],
        )

    def of_line(self, line: str) -> str | None:
        """The key of the return of a line; unscoped: no tenant check."""
        rows = self._statements.rows("SELECT part_of FROM return_line WHERE id = ?", line)
        return str(rows[0][0]) if rows else None

    def settled(
        self,
        key: str,
        taken: Mapping[str, FeeTaken],
        given: Mapping[str, tuple[int, int]],
        waits: str,
    ) -> None:
        """Sets the fees per order that a return took, and what it gave back by line as of now.

        The latter is the value of goods and the outbound shipping (minor units).
        """
        at = max([written(self._now()), *self._moments(key, "changed_at")])
        self._set(key, taken=reading.kept_json(dict(taken)), waits=waits, settled_at=at)
        for line, (value, outbound) in given.items():
            self._set_line(line, value=value, outbound=outbound)

    def changed(self, key: str) -> None:
        """Marks that units arrived or were inspected, for which other returns of the order may
        wait.

        The mark is later than these returns' `settled_at`, even if clocks go back or differ.
        """
        after = [written(given_back(at) + _NEXT) for at in self._moments(key, "settled_at")]
        self._set(key, changed_at=max([written(self._now()), *after]))

    def _moments(self, key: str, of: str) -> list[str]:
        """A column of moments over all returns of its order, without NULLs; the order is locked."""
        order = self._held.of(key).row["order"]
        return [each.row[of] for each in self._held.of_order(order) if each.row[of]]

    def of_order(self, order: str) -> tuple[Return, ...]:
        """All returns of an order, unscoped: no tenant check."""
        return tuple(each.record for each in self._held.of_order(order))

    def put_off(self, key: str, until: datetime) -> None:
        """Puts off a return that waits for a location or for others until a moment.

        It is advanced earlier if those others change.
        """
        self._set(key, settled_at=written(until))

    def reconsider_line(self, line: str) -> None:
        """Clears the refused units of a line, whose inspection outcome is open again."""
        self._set_line(line, refused=0)

    def _set(self, key: str, **values: Any) -> None:
        whole = self._held.of(key)
        self._held.change(whole, whole.row, values)

    def _set_line(self, line: str, **values: Any) -> None:
        self._held.change_line(line, values)


def of_return(key: str) -> Keys:
    """The order of a return, for locks."""
    return 'SELECT r."order" FROM goods_return r WHERE r.id = ?', [key]
