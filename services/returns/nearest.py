"""What would have made a policy accept a return, for whoever waits: it ends after a while."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from adapters.store.place.deadline import is_past
from engine.comparing.nearest import WouldAccept, would_accept
from engine.decision.decide import Decider
from engine.errors import RequestFault
from engine.stopping import stopping

SECONDS: Final = 1.0
"""How long somebody waits for the changes of one line; the last look may take a little longer."""


def nearest(
    decider: Decider, given: Mapping[str, object], seconds: float | None = None
) -> WouldAccept | None:
    """What was found in some seconds, and before the deadline of this thread.

    None where the facts are accepted by themselves, as of a line that its return alone has refused,
    and where they cannot be read any more.
    """
    until = time.monotonic() + (SECONDS if seconds is None else seconds)
    try:
        if decider.decide(given).answer == "accept":
            return None
        with stopping(lambda: time.monotonic() > until or is_past()):
            return would_accept(decider, given)
    except RequestFault:
        return None
