"""The moment at which a request is decided: its day in each zone, and what Takeback says then."""

from __future__ import annotations

from datetime import date, datetime

from engine.dates import zone_of
from engine.returns.statements import Statement, Teller
from services.returns.facts import WORKED_OUT


class AtMoment:
    """What hangs on the moment alone, worked out once for all lines; `as_of` is another day."""

    def __init__(self, at: datetime, as_of: date | None) -> None:
        self._at, self._as_of = at, as_of
        self._text = at.isoformat(timespec="seconds")
        self._days: dict[str, date] = {}
        self.worked_out = self.said(*WORKED_OUT)

    @property
    def as_sent(self) -> str:
        """The moment, which is a day in each time zone; or the day looked at."""
        return self._as_of.isoformat() if self._as_of else self._text

    def today(self, zone: str) -> date:
        """The day that is looked at, in a time zone."""
        if self._as_of is not None:
            return self._as_of
        if zone not in self._days:
            self._days[zone] = self._at.astimezone(zone_of(zone)).date()
        return self._days[zone]

    def said(self, *names: str) -> Statement:
        """What Takeback itself says, now."""
        return Statement(teller=Teller.TAKEBACK, facts=names, at=self._text)
