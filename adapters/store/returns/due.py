"""Finds returns that a worker can advance: by their day, order, money or location."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from pony.orm import Database

from adapters.store.returns.tables import ReturnTables
from adapters.store.tables import select
from adapters.store.timestamps import FARTHEST, kept, too_far, written
from engine.returns.instructions import ELSEWHERE

_SQUARED: Final = """
    SELECT r.id FROM goods_return r
    WHERE r.state IN ('approved', 'in_transit', 'inspected') AND r.held_for = '' AND r.waits = ''
      AND $which IN ('', r.id)
      AND (r.state = 'inspected' OR NOT EXISTS
           (SELECT 1 FROM return_line l WHERE l.part_of = r.id AND l.expected > l.received))
      AND NOT EXISTS
          (SELECT 1 FROM return_line l JOIN settlement s ON s.return_line = l.id
           WHERE l.part_of = r.id AND s.state NOT IN ('succeeded', 'cancelled')
             AND NOT (s.state = 'failed' AND EXISTS
                      (SELECT 1 FROM settlement n
                       WHERE n.return_line = s.return_line AND n.instead_of = s.id)))
    LIMIT $most"""
"""A failed settlement is settled by its replacement only, not by one for other units."""
_UNSQUARED: Final = """
    SELECT r.id FROM settlement s
    JOIN return_line l ON l.id = s.return_line JOIN goods_return r ON r.id = l.part_of
    WHERE s.state = 'failed' AND r.state = 'closed' AND $which IN ('', r.id)
      AND NOT EXISTS
          (SELECT 1 FROM settlement n
           WHERE n.return_line = s.return_line AND n.instead_of = s.id)
      AND 'settle' =
          (SELECT {step} FROM {steps} p WHERE p.key < (
             SELECT max(p.key) FROM {steps} p WHERE {step} = 'close')
           ORDER BY p.key DESC LIMIT 1)
    LIMIT $most"""
"""Closed returns whose settlements had succeeded, of which one has failed since."""
_STEPS: Final = {
    "SQLite": {"step": "json_extract(p.value, '$$.step')", "steps": "json_each(r.steps)"},
    "PostgreSQL": {
        "step": "p.value ->> 'step'",
        "steps": "(SELECT * FROM jsonb_array_elements(r.steps) WITH ORDINALITY s (value, key))",
    },
}
"""SQL for the steps of a return as rows, and for the name of a step, in each database's dialect."""
_WAITING: Final = """
    SELECT r.id FROM goods_return r
    WHERE r.waits <> '' AND r.state NOT IN ('requested', 'in_review', 'refused') AND EXISTS
          (SELECT 1 FROM goods_return o
           WHERE o."order" = r."order" AND o.id <> r.id AND o.changed_at > r.settled_at)
    LIMIT $most"""
_ELSEWHERE: Final = ", ".join(f"'{place}'" for place in sorted(ELSEWHERE))
_PLACED: Final = f"""
    SELECT r.id FROM goods_return r
    WHERE r.state = 'approved'
      AND (r.wakes_at > $now AND r.settled_at > $now AND r.settled_at <= $far) IS NOT TRUE
      AND EXISTS
          (SELECT 1 FROM return_line l JOIN location p ON p.supplier = r.supplier
           JOIN purchase_line o ON o.id = l.order_line
           WHERE l.part_of = r.id AND l.expected > l.received
             AND CAST(l.return_to AS TEXT) = '{{}}' AND l.location NOT IN ({_ELSEWHERE})
             AND (l.location = p.handle OR l.location = 'country ' || p.country
                  OR l.location IN ('', 'supplier_warehouse')
                     AND (o.location = p.id OR NOT EXISTS (SELECT 1 FROM location q
                          WHERE q.supplier = p.supplier AND q.id <> p.id))))
    ORDER BY random() LIMIT $most"""  # noqa: S608 - our own words
"""Approved returns without a return-to address whose supplier has the location by now.

Random ones that are not put off, so that workers seldom choose the same one.
"""


class DueReturns:
    """Every call runs inside a writing session of the store; unscoped: no tenant check."""

    def __init__(
        self, database: Database, tables: ReturnTables, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._tables = tables
        self._now = now

    def due(self, most: int) -> tuple[str, ...]:
        """Returns that are due, locked so that no other worker takes them too.

        One that failed, and that a process whose clock was ahead put off by days, is due as well.
        """
        rows, now, far = self._tables.Return, kept(self._now()), too_far(self._now())
        found = select(r for r in rows if r.wakes_at <= now)
        late = select(r for r in rows if r.settled_at > far and r.wakes_at == r.settled_at)
        return self._taken(found, most) or self._taken(late, most)

    def _taken(self, found: Any, most: int) -> tuple[str, ...]:
        locked = found.order_by(lambda r: r.wakes_at).for_update(skip_locked=True)
        return tuple(row.id for row in locked[:most])

    def waiting(self, most: int) -> tuple[str, ...]:
        """Returns that wait for others of their order, of which one has changed."""
        return self._found(_WAITING, most=most)

    def squared(self, most: int, which: str = "") -> tuple[str, ...]:
        """Returns of which only money was awaited, and all of it has moved.

        Only one of them, if `which` names it.
        """
        return self._found(_SQUARED, most=most, which=which)

    def unsquared(self, most: int, which: str = "") -> tuple[str, ...]:
        """Returns that were settled, of which money came back and was not replaced."""
        words = _STEPS[str(self._database.provider.dialect)]
        return self._found(_UNSQUARED.format(**words), most=most, which=which)

    def placed(self, most: int) -> tuple[str, ...]:
        """Returns without a return-to address whose supplier has the location now."""
        now = self._now()
        return self._found(_PLACED, most=most, now=written(now), far=written(now + FARTHEST))

    def _found(self, query: str, **values: object) -> tuple[str, ...]:
        execute: Callable[..., Any] = self._database.execute
        return tuple(row[0] for row in execute(query, {}, values).fetchall())
