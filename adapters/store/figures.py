"""Counts and sums over many rows for the dashboard, each in one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from pony.orm import Database

from adapters.identity.principal import Kind, Principal
from adapters.store.returns.records import WaitsFor
from adapters.store.timestamps import written
from engine.returns.lifecycle import State

_SIDES: Final = {Kind.SUPPLIER: ("supplier", "retailer"), Kind.RETAILER: ("retailer", "supplier")}
_STATES: Final = "SELECT r.state, count(*) FROM goods_return r WHERE r.{own} = $tenant GROUP BY 1"
_AWAITED: Final = """SELECT r.waits_for, r.state, count(*) FROM goods_return r
    WHERE r.{own} = $tenant AND r.waits_for IN ('retailer', 'both') AND r.state IN
    ('in_review', 'approved', 'in_transit', 'partly_received', 'received', 'inspected')
    GROUP BY 1, 2"""
_NOWHERE: Final = """SELECT count(*) FROM goods_return r
    WHERE r.{own} = $tenant AND r.state = 'approved' AND r.held_for = 'place'"""
_MONEY: Final = """
    SELECT s.state, s.currency, count(*), sum(s.amount) FROM settlement s
    WHERE s.{own} = $tenant AND s.made_at >= $since AND s.made_at < $before
    GROUP BY 1, 2 ORDER BY 1, 2"""
_MOST: Final = 100
"""How many SKUs and partners are listed at most."""
_LINES: Final = """return_line l
    WHERE l.{own} = $tenant AND l.requested_on >= $first AND l.requested_on <= $last"""
_GIVEN: Final = "(l.planned - l.planned_tax - l.stays_more)"
_KEPT: Final = f"""
    CASE WHEN l.planned > 0 AND l.value + l.outbound > {_GIVEN}
    THEN l.value + l.outbound - {_GIVEN} ELSE 0 END"""
_RETURNED: Final = f"""
    SELECT * FROM (WITH part AS MATERIALIZED (
      SELECT l.requested_on AS day, l.answer AS answer, l.reason AS reason, l.{{other}} AS other,
             l.currency AS currency, count(*) AS lines, sum(l.quantity) AS units,
             sum(CASE WHEN {_KEPT} > 0 THEN 1 ELSE 0 END) AS partly, sum({_KEPT}) AS kept
      FROM {_LINES} GROUP BY 1, 2, 3, 4, 5)
    SELECT 'reason' AS sort, reason AS what, '' AS answer, sum(lines) AS lines, sum(units) AS units
    FROM part GROUP BY reason
    UNION ALL SELECT 'outcome', day, answer, sum(lines), 0 FROM part GROUP BY day, answer
    UNION ALL SELECT 'kept', currency, '', sum(partly), sum(kept) FROM part WHERE partly > 0
    GROUP BY currency
    UNION ALL SELECT * FROM (
      SELECT 'sku', l.sku, '', count(*), sum(l.quantity) FROM {_LINES} GROUP BY l.sku
      ORDER BY 5 DESC, 2 LIMIT {_MOST}) AS skus
    UNION ALL SELECT * FROM (
      SELECT 'partner', p.handle, '', g.lines, g.units
      FROM (SELECT other, sum(lines) AS lines, sum(units) AS units FROM part GROUP BY other) AS g
      JOIN partner p ON p.id = g.other ORDER BY g.units DESC, p.handle LIMIT {_MOST}) AS partners
    ) AS told"""  # noqa: S608 - our own texts
"""Reads only an index, which holds all the columns, and begins in the order of `part`."""

_RULES: Final = """
    purchase p JOIN order_rules o ON o.supplier = p.supplier AND o.retailer = p.retailer
    WHERE p.{own} = $tenant"""
_CURRENT: Final = "p.days_rules = o.version AND p.days_until > $now"
_LEAVING: Final = f"""
    SELECT coalesce(sum(CASE WHEN {_CURRENT} AND p.last_day = $first THEN 1 ELSE 0 END), 0),
           coalesce(sum(CASE WHEN {_CURRENT} AND p.last_day <= $week THEN 1 ELSE 0 END), 0),
           coalesce(sum(CASE WHEN {_CURRENT} THEN 1 ELSE 0 END), 0)
    FROM {_RULES} AND p.last_day >= $first AND p.last_day <= $last"""  # noqa: S608 - our own texts
_REFRESHED: Final = f"""
    SELECT (SELECT count(*) FROM {_RULES} AND p.days_rules <> o.version) +
           (SELECT count(*) FROM {_RULES} AND p.days_rules = o.version AND p.days_until <= $now)
    """  # noqa: S608 - our own texts


class Bucket(StrEnum):
    """How long a time is counted together; weeks begin on Mondays."""

    DAY = "day"
    """From midnight to midnight."""
    WEEK = "week"
    """From Monday to Sunday."""
    MONTH = "month"
    """From the first to the last day of a month."""

    def begins(self, day: date) -> date:
        """The first day of the day, week or month that contains a day."""
        if self is Bucket.WEEK:
            return day - timedelta(days=day.weekday())
        return day.replace(day=1) if self is Bucket.MONTH else day


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """A range of days, both included, in UTC."""

    first: date
    last: date

    @property
    def bounds(self) -> dict[str, str]:
        """The bounds as databases compare them: both days, and the moments since and before."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "since": f"{self.first} 00:00:00.000000",
            "before": f"{self.last + timedelta(days=1)} 00:00:00.000000",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Settlements in a state and a currency: their number, and their sum in minor units."""

    state: str
    currency: str
    count: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """Return lines of one reason, SKU or partner (`what`), and their units."""

    what: str
    lines: int
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Return lines with an answer that were requested in the period beginning on a day."""

    begins: date
    answer: str
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Return lines that were paid back in part, and the minor units that were not."""

    currency: str
    lines: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedIn:
    """Return lines requested in a period, by reason, SKU, partner, day and answer, and kept
    amounts.
    """

    reasons: tuple[Returned, ...]
    skus: tuple[Returned, ...]
    partners: tuple[Returned, ...]
    days: tuple[Outcomes, ...]
    kept: tuple[Kept, ...]

    def outcomes(self, by: Bucket) -> tuple[Outcomes, ...]:
        """Sums the answers by periods of the request, the oldest first."""
        found: dict[tuple[date, str], int] = {}
        for each in self.days:
            key = by.begins(each.begins), each.answer
            found[key] = found.get(key, 0) + each.lines
        return tuple(
            Outcomes(begins=begins, answer=answer, lines=lines)
            for (begins, answer), lines in sorted(found.items())
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Orders by their last return day, if it is current; `refreshed` counts the other orders."""

    today: int
    in_week: int
    in_month: int
    refreshed: int


class Figures:
    """Every call runs inside a session of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def states(self, principal: Principal) -> dict[State, int]:
        """Counts returns by state."""
        return {State(state): many for state, many in self._asked(_STATES, principal)}

    def nowhere(self, principal: Principal) -> int:
        """Counts approved returns that wait for their supplier to name a return-to location."""
        (many,) = self._asked(_NOWHERE, principal)
        return int(many)

    def awaited(self, principal: Principal) -> dict[tuple[WaitsFor, State], int]:
        """Counts returns that wait for facts of their retailer, by whether others wait too."""
        rows = self._asked(_AWAITED, principal)
        return {(WaitsFor(side), State(state)): many for side, state, many in rows}

    def money(self, principal: Principal, days: Days) -> tuple[Amounts, ...]:
        """Sums the settlements planned in a period, by state and currency."""
        rows = self._asked(_MONEY, principal, days)
        return tuple(
            Amounts(state=state, currency=currency, count=many, amount=int(amount))
            for state, currency, many, amount in rows
        )

    def returned(self, principal: Principal, days: Days) -> ReturnedIn:
        """Counts the lines requested in a period in every way; reads them only once."""
        found: dict[str, list[Any]] = {}
        for sort, *row in self._asked(_RETURNED, principal, days):
            found.setdefault(sort, []).append(row)
        most = {name: _most(found.get(name, [])) for name in ("reason", "sku", "partner")}
        return ReturnedIn(
            reasons=tuple(sorted(most["reason"], key=lambda each: (-each.lines, each.what))),
            skus=most["sku"],
            partners=most["partner"],
            days=tuple(
                Outcomes(begins=date.fromisoformat(day), answer=answer, lines=int(lines))
                for day, answer, lines, _ in sorted(found.get("outcome", []))
            ),
            kept=tuple(
                Kept(currency=currency, lines=int(lines), amount=int(amount))
                for currency, _, lines, amount in sorted(found.get("kept", []))
            ),
        )

    def leaving(self, principal: Principal, now: datetime) -> Leaving:
        """Counts orders whose last return day is today, within 7 or within 30 days, in UTC."""
        today = now.date()
        values = {
            "now": written(now),
            "first": today.isoformat(),
            "week": (today + timedelta(days=6)).isoformat(),
            "last": (today + timedelta(days=29)).isoformat(),
        }
        ((first, week, month),) = self._asked(_LEAVING, principal, more=values)
        (refreshed,) = self._asked(_REFRESHED, principal, more=values)
        return Leaving(today=first, in_week=week, in_month=month, refreshed=refreshed)

    def _asked(
        self,
        sql: str,
        principal: Principal,
        days: Days | None = None,
        more: Mapping[str, object] | None = None,
    ) -> Iterable[Any]:
        own, other = _SIDES[principal.kind]
        values = {"tenant": principal.tenant, **(days.bounds if days else {}), **(more or {})}
        select: Callable[..., Any] = self._database.select
        return list(select(sql.format(own=own, other=other).strip(), {}, values))


def _most(rows: Iterable[Any]) -> tuple[Returned, ...]:
    """Sorts by units returned, the highest first."""
    found = [
        Returned(what=what, lines=int(lines), units=int(units)) for what, _, lines, units in rows
    ]
    return tuple(sorted(found, key=lambda each: (-each.units, each.what)))
