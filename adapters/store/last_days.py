"""The stored last day of each order and its lines: by which rules it was worked out, and until when
it holds.

A day is current while the rules of its partnership have the version that it was worked out by, and
its time is not over. Whatever changes an order ends that time, and whatever changes rules raises
their version: so a day that nobody worked out again is never taken for current. These columns are
written by statements alone, since entities leave out what they believe to be there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pony.orm import Database

from adapters.store.moments import FOREVER, NO_DAY, NO_LAST_DAY, written

_ENDED: Final = """UPDATE purchase SET revision = revision + 1, days_until = $until
    WHERE id = $order"""
_RAISED: Final = """UPDATE order_rules SET version = version + 1
    WHERE supplier = $supplier AND $retailer IN ('', retailer)"""
_OVER: Final = """
    SELECT p.id, p.revision, r.version FROM purchase p
    JOIN order_rules r ON r.supplier = p.supplier AND r.retailer = p.retailer
    WHERE p.days_until <= $now ORDER BY p.days_until LIMIT $most"""
_BEHIND: Final = """
    SELECT supplier, retailer, version FROM order_rules WHERE applied < version LIMIT 1"""
_UNDER_OLDER: Final = """
    SELECT id, revision FROM purchase
    WHERE supplier = $supplier AND retailer = $retailer AND days_rules < $version
    ORDER BY days_rules LIMIT $most"""
_APPLIED: Final = """UPDATE order_rules SET applied = $version
    WHERE supplier = $supplier AND retailer = $retailer AND applied < $version"""
_KEPT: Final = """UPDATE purchase SET last_day = $day, days_rules = $rules, days_until = $until
    WHERE id = $order AND revision = $revision AND days_rules <= $rules"""
_KEPT_LINE: Final = """UPDATE purchase_line SET last_day = $day
    WHERE id = $line AND last_day <> $day"""
_OF: Final = """
    SELECT l.id, l.last_day, p.last_day,
           CASE WHEN p.days_rules = r.version AND p.days_until > $now THEN 1 ELSE 0 END
    FROM purchase p JOIN purchase_line l ON l."order" = p.id
    JOIN order_rules r ON r.supplier = p.supplier AND r.retailer = p.retailer
    WHERE p.id = $order"""
SOMETHING_LEFT: Final = """EXISTS (SELECT 1 FROM purchase_line AS kept
    WHERE kept."order" = {order}.id AND kept.quantity > kept.cancelled + kept.returned)"""
"""Whether units of an `order` may be asked for that are not: else nobody waits for its day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDays:
    """An order whose days are not current, as it was and by the rules that held when it was seen.

    Read before what is decided, so that whatever changes meanwhile makes the days not current.
    """

    order: str
    revision: int
    rules: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysFound:
    """The last day of each line by its id, None for none; they hold `until` then, None for good."""

    lines: Mapping[str, str | None]
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDay:
    """The stored last day (None for none); one that is not `current` is being worked out again."""

    day: str | None
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDaysOf:
    """Those of an order and of its lines by their ids."""

    order: LastDay
    lines: Mapping[str, LastDay]


class LastDays:
    """Every call runs inside a session of the store; unscoped: no tenant check."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def order_changed(self, order: str) -> None:
        """What is on record of an order is otherwise from now on; its row is held."""
        self._run(_ENDED, order=order, until=NO_DAY)

    def rules_changed(self, supplier: str, retailer: str = "") -> None:
        """Orders of a supplier may be decided otherwise from now on; its journal is held.

        Those with one retailer alone, if it is named by its id.
        """
        self._run(_RAISED, supplier=supplier, retailer=retailer)

    def of(self, order: str) -> LastDaysOf:
        """What is stored; raises LookupError for an order without lines."""
        rows = self._asked(_OF, order=order, now=written(self._now()))
        if not rows:
            raise LookupError(order)
        _, _, whole, current = rows[0]
        return LastDaysOf(
            order=_day(whole, current),
            lines={line: _day(day, current) for line, day, _, current in rows},
        )

    def due(self, most: int) -> list[DueDays]:
        """Some of the orders whose days are not current, changed ones first."""
        over = self._asked(_OVER, now=written(self._now()), most=most)
        found = [DueDays(order=key, revision=old, rules=rules) for key, old, rules in over]
        return found if len(found) == most else [*found, *self._under_older_rules(most)]

    def _under_older_rules(self, most: int) -> list[DueDays]:
        """Some orders of the next partnership that has any whose rules changed since."""
        while behind := self._asked(_BEHIND):
            supplier, retailer, version = behind[0]
            pair = {"supplier": supplier, "retailer": retailer, "version": version}
            if rows := self._asked(_UNDER_OLDER, **pair, most=most):
                return [DueDays(order=key, revision=old, rules=version) for key, old in rows]
            self._run(_APPLIED, **pair)
        return []

    def keep(self, due: DueDays, found: DaysFound) -> None:
        """Stores days that were worked out; not those of an order that was changed meanwhile."""
        days = [day for day in found.lines.values() if day is not None]
        until = FOREVER if found.until is None else written(found.until)
        last = max(days, default=NO_LAST_DAY)
        order = {"order": due.order, "revision": due.revision, "rules": due.rules}
        kept = self._run(_KEPT, **order, day=last, until=until)
        for line, day in found.lines.items() if kept.rowcount else ():
            self._run(_KEPT_LINE, line=line, day=day or NO_LAST_DAY)

    def _asked(self, sql: str, **values: object) -> list[Any]:
        select: Callable[..., Any] = self._database.select
        return list(select(sql.strip(), {}, values))

    def _run(self, sql: str, **values: object) -> Any:
        execute: Callable[..., Any] = self._database.execute
        return execute(sql.strip(), {}, values)


def _day(stored: str, current: object) -> LastDay:
    return LastDay(day=None if stored == NO_LAST_DAY else stored, current=bool(current))
