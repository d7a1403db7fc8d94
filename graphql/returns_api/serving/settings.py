"""What whoever runs a server may set of the API."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What clients may ask for.

    `points_per_second` are each payer's over all processes, `seconds` are those of one operation,
    and `get` lets queries come by GET.
    """

    points_per_second: int = 10_000
    processes: int = 1
    seconds: float = 10.0
    get: bool = True
