"""Finds what would have made a policy accept a return, within a time limit."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from adapters.store.connection.deadline import is_past
from engine.comparing.nearest import WouldAccept, would_accept
from engine.decision.decide import Decider
from engine.errors import RequestFault
from engine.stopping import stopping

SECONDS: Final = 1.0
"""Time limit of the search for one line in seconds; the last step may take a little longer."""


def nearest(
    decider: Decider, given: Mapping[str, object], seconds: float | None = None
) -> WouldAccept | None:
    """Returns what was found within `seconds` and before the deadline of this thread.

    None if the facts are accepted on their own, as in a line refused only because of its whole
    return, and if they cannot be read any more.
    """
    until = time.monotonic() + (SECONDS if seconds is None else seconds)
    try:
        if decider.decide(given).answer == "accept":
            return None
        with stopping(lambda: time.monotonic() > until or is_past()):
            return would_accept(decider, given)
    except RequestFault:
        return None
