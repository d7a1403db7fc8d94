"""Measures a running operation between its fields, and stops one that uses too much."""

from __future__ import annotations

import time
from math import inf

from adapters.store.connection.deadline import Deadline


class Stopped(BaseException):
    """Ends an operation; not an `Exception`, so that no field's error handling catches it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status = status
        self.code = code
        super().__init__(message)


class Meter:
    """Counts points; raises `Stopped` if there are too many or the deadline has passed.

    A mutation that has committed is never stopped: `Deadline.committed` removes its deadline.
    """

    def __init__(self, deadline: Deadline | None = None, most: float = inf) -> None:
        self.deadline = deadline or Deadline()
        self.most = most
        self.spent = 0

    def look(self) -> None:
        """Called before an object, and after a field that may have taken long."""
        if time.monotonic() > self.deadline.until:
            fault = self.deadline.fault()
            raise Stopped(503, fault.code, fault.message)

    def made(self, price: int) -> None:
        """Counts an object, before its fields are resolved."""
        self.spent += price
        if self.spent > self.most and self.deadline.until != inf:
            raise too_costly(f"came to more than {self.most:,} points and was stopped", self.most)


def too_costly(what: str, most: float) -> Stopped:
    """Returns the error of an operation that costs too much, before or while it runs."""
    return Stopped(
        400,
        "too_costly",
        f"This operation {what}; at most {most:,} are answered. Ask for smaller pages (`first`), "
        "for fewer at once, or for less inside lists: what takes long to work out counts for more.",
    )
