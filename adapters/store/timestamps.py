"""Converts moments to and from the database's form, naive UTC, which happens only here.

Databases disagree on what they return for a moment with an offset, so they never get one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

NO_DAY: Final = "0000-00-00"
"""Stands in a column for a day that is not known; sorts before all days."""

NO_LAST_DAY: Final = "9999-99-99"
"""Stands in a column for a last day that does not exist or is not known; sorts after all days."""

FOREVER: Final = "9999-12-31 23:59:59.999999"
"""The end of something that does not end with time."""


FARTHEST: Final = timedelta(days=2)
"""Longer than any worker waits before it looks at something again."""


def kept(moment: datetime) -> datetime:
    """Converts an aware moment to its stored form; raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"The moment `{moment}` has no offset; pass an aware one.")
    return moment.astimezone(UTC).replace(tzinfo=None)


def too_far(now: datetime) -> datetime:
    """Returns the stored moment after which nothing that workers set is due.

    A process whose clock was ahead may have set a later one. What waits for that is due at once.
    """
    return kept(now + FARTHEST)


def written(moment: datetime) -> str:
    """Converts a moment to text, for statements without entities."""
    if moment.tzinfo is UTC:
        return moment.isoformat(" ", timespec="microseconds")[: -len("+00:00")]
    return kept(moment).isoformat(" ", timespec="microseconds")


def given_back(moment: datetime | str) -> datetime:
    """Converts a stored moment to an aware one; SQLite returns texts outside entities."""
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return found.replace(tzinfo=UTC)


def ordered_on(dates: Mapping[str, str]) -> str:
    """The day of an order from its dates, for the column that orders are sorted by."""
    return dates.get("ordered", "")[:10] or NO_DAY
