"""Carries settlements out in three moments: claim, call, record. No session is open in a call.

Whatever is killed between them, the next worker looks at the gateway's own list before it repeats:
the settlement's id stands in the movement's metadata and in its key.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from typing import Final

from adapters.gateways.stripe_gateway import TIMEOUT
from adapters.store.database import Store
from adapters.store.money.records import Settlement
from engine.errors import RequestFault
from engine.settlement.gateway import Answered, Gateway, Outcome
from engine.settlement.steps import IN_FLIGHT, next_of
from services.workers.repeating import repeated

LEASE: Final = 4.0 * TIMEOUT
"""Seconds that a claim holds: a look-up, a call and another look-up, each at its time limit."""
BATCH: Final = 1
"""Claimed at once: a lease covers one settlement's calls."""
FindGateway = Callable[[str], Gateway | None]
"""A supplier's gateway by the supplier's id; None where it has none."""


class Settler:
    """One worker; many may run, in threads or processes."""

    def __init__(
        self,
        store: Store,
        gateway_of: FindGateway,
        *,
        lease: float = LEASE,
        in_flight: float = IN_FLIGHT,
    ) -> None:
        self.owner = f"worker-{secrets.token_hex(6)}"
        self._store = store
        self._gateway_of = gateway_of
        self._lease = lease
        self._in_flight = in_flight

    def run(self, over: threading.Event) -> None:
        """Works until `over` is set."""
        repeated(self.work, over)

    def work(self) -> int:
        """Carries out what is due now, once; says how many."""
        with self._store.writing():
            taken = self._store.settlements.claim(self.owner, self._lease, BATCH)
        for settlement in taken:
            outcome = self._called(settlement)
            with self._store.writing():
                after = next_of(
                    settlement.standing(self._store.now()), outcome, in_flight=self._in_flight
                )
                self._store.settlements.record(settlement, self.owner, outcome, after)
        return len(taken)

    def _called(self, settlement: Settlement) -> Outcome:
        try:
            gateway = self._gateway_of(settlement.supplier)
        except RequestFault as fault:  # its key cannot be opened
            return Outcome(answered=Answered.LOCKED_OUT, reason=fault.code, sentence=fault.message)
        if gateway is None:
            said = "The supplier has no gateway; set its key first."
            return Outcome(answered=Answered.LOCKED_OUT, reason="no_gateway", sentence=said)
        if settlement.reference:
            return gateway.state_of(settlement.instrument, settlement.reference, settlement.ways)
        return _once(gateway, settlement)


def _once(gateway: Gateway, settlement: Settlement) -> Outcome:
    """Sends the movement unless the gateway's list shows it already."""
    movement = settlement.movement
    if settlement.attempts > 1 and (found := gateway.find(movement)) is not None:
        return found
    outcome = gateway.send(movement)
    if outcome.answered is Answered.KEY_SPENT and (found := gateway.find(movement)) is not None:
        return found
    return outcome
