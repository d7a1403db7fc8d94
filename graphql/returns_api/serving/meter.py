"""What one operation has used while it runs, looked at between its fields; it ends too much."""

from __future__ import annotations

import time
from math import inf

from adapters.store.place.deadline import Deadline


class Stopped(BaseException):
    """The end of an operation; no field's own error, so that nothing on its way may catch it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status = status
        self.code = code
        super().__init__(message)


class Meter:
    """Counts points; raises `Stopped` once there are too many, or when the deadline has passed.

    A mutation that is committed is never stopped: `Deadline.committed` takes its end away.
    """

    def __init__(self, deadline: Deadline | None = None, most: float = inf) -> None:
        self.deadline = deadline or Deadline()
        self.most = most
        self.spent = 0

    def look(self) -> None:
        """Before an object, and after a field that may have taken long."""
        if time.monotonic() > self.deadline.until:
            fault = self.deadline.fault()
            raise Stopped(503, fault.code, fault.message)

    def made(self, price: int) -> None:
        """An object, before its fields are looked up."""
        self.spent += price
        if self.spent > self.most and self.deadline.until != inf:
            raise too_costly(f"came to more than {self.most:,} points and was stopped", self.most)


def too_costly(what: str, most: float) -> Stopped:
    """The refusal of an operation that costs too much, before or while it runs."""
    return Stopped(
        400,
        "too_costly",
        f"This operation {what}; at most {most:,} are answered. Ask for smaller pages (`first`), "
        "for fewer at once, or for less inside lists: what takes long to work out counts for more.",
    )
