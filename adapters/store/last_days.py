"""The stored last return day of each order and line, and whether it is still current.

A day is current while its partnership's rules have the version that it was computed by, and its
`days_until` has not passed. A change of an order ends `days_until`, and a change of rules raises
their version, so a day that was not computed again never counts as current. These columns are
written by SQL statements only, because Pony's entities skip values that they believe to be stored.

The day of an order is the latest one of its lines that have units left; a trigger keeps it so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pony.orm import Database

from adapters.store.timestamps import FOREVER, NO_DAY, NO_LAST_DAY, written

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
_KEPT: Final = """UPDATE purchase SET days_rules = $rules, days_until = $until
    WHERE id = $order AND revision = $revision AND days_rules <= $rules"""
_KEPT_LINE: Final = """UPDATE purchase_line SET last_day = $day
    WHERE id = $line AND last_day <> $day"""
_OF: Final = """
    SELECT l.id,
           CASE WHEN l.quantity > l.cancelled + l.returned THEN l.last_day ELSE $none END,
           CASE WHEN p.days_rules = r.version AND p.days_until > $now THEN 1 ELSE 0 END
    FROM purchase p JOIN purchase_line l ON l."order" = p.id
    JOIN order_rules r ON r.supplier = p.supplier AND r.retailer = p.retailer
    WHERE p.id = $order"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDays:
    """An order whose days are not current, with its revision and rules' version when it was read.

    Read before deciding, so that any change made meanwhile leaves the days not current.
    """

    order: str
    revision: int
    rules: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysFound:
    """The last day of each line by its id, None for none; valid before `until`, None for always."""

    lines: Mapping[str, str | None]
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDay:
    """A stored last day (None for none); if it is not `current`, it is being computed again."""

    day: str | None
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDaysOf:
    """The last days of an order and, by id, of its lines; none where no units are left."""

    order: LastDay
    lines: Mapping[str, LastDay]


class LastDays:
    """Every call runs inside a session of the store; unscoped: no tenant check."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def order_changed(self, order: str) -> None:
        """Marks an order's days as not current after a change; the caller has locked its row."""
        self._run(_ENDED, order=order, until=NO_DAY)

    def rules_changed(self, supplier: str, retailer: str = "") -> None:
        """Marks a supplier's orders as not current after a change of rules; its journal is locked.

        With `retailer` (an id), only the orders with that retailer.
        """
        self._run(_RAISED, supplier=supplier, retailer=retailer)

    def of(self, order: str) -> LastDaysOf:
        """The stored last days; raises LookupError for an order without lines."""
        rows = self._asked(_OF, order=order, now=written(self._now()), none=NO_LAST_DAY)
        if not rows:
            raise LookupError(order)
        days = [day for _, day, _ in rows if day != NO_LAST_DAY]
        return LastDaysOf(
            order=_day(max(days, default=NO_LAST_DAY), rows[0][2]),
            lines={line: _day(day, current) for line, day, current in rows},
        )

    def due(self, most: int) -> list[DueDays]:
        """Some of the orders whose days are not current, changed ones first."""
        over = self._asked(_OVER, now=written(self._now()), most=most)
        found = [DueDays(order=key, revision=old, rules=rules) for key, old, rules in over]
        return found if len(found) == most else [*found, *self._under_older_rules(most)]

    def _under_older_rules(self, most: int) -> list[DueDays]:
        """Some orders of the next partnership with orders computed by older rules."""
        while behind := self._asked(_BEHIND):
            supplier, retailer, version = behind[0]
            pair = {"supplier": supplier, "retailer": retailer, "version": version}
            if rows := self._asked(_UNDER_OLDER, **pair, most=most):
                return [DueDays(order=key, revision=old, rules=version) for key, old in rows]
            self._run(_APPLIED, **pair)
        return []

    def keep(self, due: DueDays, found: DaysFound) -> None:
        """Stores computed days, unless the order was changed meanwhile."""
        until = FOREVER if found.until is None else written(found.until)
        order = {"order": due.order, "revision": due.revision, "rules": due.rules}
        kept = self._run(_KEPT, **order, until=until)
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
