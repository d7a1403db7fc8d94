"""Moments as the database keeps them: naive and in UTC, converted here and nowhere else.

Databases disagree on what they give back for a moment with an offset, so none ever gets one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

NO_DAY: Final = "0000-00-00"
"""Stands in a column for a day that nobody has said; it goes before all others."""

NO_LAST_DAY: Final = "9999-99-99"
"""Stands in a column for a last day that there is none of, or that is not known; after all days."""

FOREVER: Final = "9999-12-31 23:59:59.999999"
"""Until when something holds that no clock changes."""


def kept(moment: datetime) -> datetime:
    """A moment with an offset, as it is stored; raises ValueError for one without."""
    if moment.tzinfo is None:
        raise ValueError(f"The moment `{moment}` has no offset; pass an aware one.")
    return moment.astimezone(UTC).replace(tzinfo=None)


def written(moment: datetime) -> str:
    """A moment as a text, for rows that are written and asked for without entities."""
    if moment.tzinfo is UTC:
        return moment.isoformat(" ", timespec="microseconds")[: -len("+00:00")]
    return kept(moment).isoformat(" ", timespec="microseconds")


def given_back(moment: datetime | str) -> datetime:
    """A stored moment with its offset; SQLite gives a text where no entity reads it."""
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return found.replace(tzinfo=UTC)


def ordered_on(dates: Mapping[str, str]) -> str:
    """The day of an order, as its record has it, for the column that orders are listed by."""
    return dates.get("ordered", "")[:10] or NO_DAY
