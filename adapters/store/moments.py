"""Moments as the database keeps them: naive and in UTC, converted here and nowhere else.

Databases disagree on what they give back for a moment with an offset, so none ever gets one.
"""

from __future__ import annotations

from datetime import UTC, datetime


def kept(moment: datetime) -> datetime:
    """A moment with an offset, as it is stored; raises ValueError for one without."""
    if moment.tzinfo is None:
        raise ValueError(f"The moment `{moment}` has no offset; pass an aware one.")
    return moment.astimezone(UTC).replace(tzinfo=None)


def written(moment: datetime) -> str:
    """A moment as a text, for rows that are written and asked for without entities."""
    return kept(moment).isoformat(" ", timespec="microseconds")


def given_back(moment: datetime | str) -> datetime:
    """A stored moment with its offset; SQLite gives a text where no entity reads it."""
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return found.replace(tzinfo=UTC)
