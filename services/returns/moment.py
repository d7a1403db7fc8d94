"""The moment of a decision: its day in each time zone, and what Takeback states then."""

from __future__ import annotations

from datetime import date, datetime

from engine.dates import zone_of
from engine.returns.statements import Statement, Teller
from services.returns.facts import WORKED_OUT


class AtMoment:
    """What depends on the moment only, computed once for all lines; `as_of` is another day."""

    def __init__(self, at: datetime, as_of: date | None) -> None:
        self._at, self._as_of = at, as_of
        self._text = at.isoformat(timespec="seconds")
        self._days: dict[str, date] = {}
        self.worked_out = self.said(*WORKED_OUT)

    @property
    def as_sent(self) -> str:
        """The moment as text, which is a day in each time zone; or the day `as_of`."""
        return self._as_of.isoformat() if self._as_of else self._text

    def today(self, zone: str) -> date:
        """The day to decide at, in a time zone."""
        if self._as_of is not None:
            return self._as_of
        if zone not in self._days:
            self._days[zone] = self._at.astimezone(zone_of(zone)).date()
        return self._days[zone]

    def said(self, *names: str) -> Statement:
        """Returns a statement of these facts by Takeback itself."""
        return Statement(teller=Teller.TAKEBACK, facts=names, at=self._text)
