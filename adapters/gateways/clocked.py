"""The gateway's HTTP client, which reads the gateway's clock from each answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import stripe


class ClockedClient(stripe.RequestsClient):
    """Records the `Date` header of each answer and compares it with `now`.

    `Date` has whole seconds and an answer takes time, so small differences mean nothing.
    """

    def __init__(self, *, timeout: int, now: Callable[[], datetime]) -> None:
        super().__init__(timeout=timeout)
        self._now = now
        self._answered = threading.local()
        self.ahead = 0.0
        """Seconds by which `now` was ahead of the gateway at the last answer in any thread."""

    @property
    def answered_at(self) -> datetime | None:
        """When the last answer to this thread was given, by the gateway's clock."""
        return getattr(self._answered, "at", None)

    def request(self, *asked: Any, **named: Any) -> Any:
        """Makes one call through the SDK: returns body, status and headers."""
        answer = super().request(*asked, **named)
        self._note(answer[2])
        return answer

    def _note(self, headers: Mapping[str, str]) -> None:
        said = {name.lower(): value for name, value in headers.items()}.get("date", "")
        at = _moment(said)
        if at is not None:
            self._answered.at = at
            self.ahead = (self._now() - at).total_seconds()


def _moment(text: str) -> datetime | None:
    """Parses a `Date` header; None if it cannot be read."""
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
