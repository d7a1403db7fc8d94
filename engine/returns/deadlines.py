"""The days on which a waiting return must be looked at again, read from its decision.

When a party lets a deadline pass, the return is decided again with that day as `now`: the policy
itself says what silence means. When the deadline for the arrival of the goods passes, the
authorization expires.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from engine.decision.record import Deadline, Decision
from engine.policy.model import Clock, Policy

ARRIVALS: Final = ("shipped_back", "received_back")
"""Events whose deadline ends the authorization: handing the goods over, and their arrival."""


class Kind(StrEnum):
    """What happens when the day has passed."""

    SILENCE = "silence"
    EXPIRY = "expiry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A deadline to act on; `due` is the first day after it has passed (an ISO date)."""

    kind: Kind
    deadline: str
    party: str | None
    due: str


def may_wait(policy: Policy) -> bool:
    """Returns whether a policy has any deadline that an open return could wait for."""
    bodies = (row.body for table in policy.deadlines for row in table.rows)
    clocks = (body for body in bodies if isinstance(body, Clock))
    return any(clock.by is not None or clock.event in ARRIVALS for clock in clocks)


def watches(decision: Decision) -> tuple[Watch, ...]:
    """Returns a decision's pending deadlines, soonest first; days are in the policy's time zone."""
    found = [each for deadline in decision.deadlines if (each := _watch(deadline))]
    return tuple(sorted(found, key=lambda each: (each.due, each.deadline)))


def expiry(decision: Decision, *, sent: bool) -> str | None:
    """Returns the last day, included, to hand over the goods or receive them; None for no end.

    Once they were `sent`, only the deadline of their arrival counts.
    """
    wanted = ARRIVALS[1:] if sent else ARRIVALS
    days = [each.last_day for each in decision.deadlines if each.event in wanted and each.last_day]
    return min(days, default=None)


def _watch(deadline: Deadline) -> Watch | None:
    if deadline.state != "pending" or deadline.last_day is None:
        return None
    kind = Kind.EXPIRY if deadline.event in ARRIVALS else Kind.SILENCE
    if kind is Kind.SILENCE and deadline.by is None:
        return None
    due = date.fromisoformat(deadline.last_day) + timedelta(days=1)
    return Watch(kind=kind, deadline=deadline.name, party=deadline.by, due=due.isoformat())
