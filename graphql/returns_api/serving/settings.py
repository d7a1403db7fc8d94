"""Limits of the API that the server's operator may set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of requests.

    `points_per_second` are each payer's over all processes, `seconds` are those of one operation,
    and `get` permits queries by GET.
    """

    points_per_second: int = 10_000
    processes: int = 1
    seconds: float = 10.0
    get: bool = True
