"""Carries settlements out in three moments: claim, call, record. No session is open in a call.

A worker may be killed between them, and a restored database may have lost records, so a worker
checks the gateway's own list before it sends. The settlement's id is in the movement's metadata.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, NamedTuple

from adapters.identity.actors import WORKER
from adapters.store.database import Store
from adapters.store.money.payouts import CLOCKS_DIFFER
from adapters.store.money.records import Settlement
from engine.errors import RequestFault
from engine.settlement.charges import ChargeRead, Refusal, not_to_move
from engine.settlement.gateway import TIMEOUT, Answered, Gateway, GatewayOutcome, Movement
from engine.settlement.instruments import Instrument, PaymentReferences
from engine.settlement.machine import SettlementState
from engine.settlement.plan import OVER
from engine.settlement.steps import IN_FLIGHT, as_asked, next_of, own_of
from services.payments.comparing import meet, unseen_since
from services.workers.repeating import repeated

LEASE: Final = 6.0 * TIMEOUT
"""Seconds that a claim holds: three lists, two calls and another list, each at its timeout."""
BATCH: Final = 1
"""Settlements claimed at once: a lease covers the calls of one."""
OVER_PAID: Final = "More would go back of its line, its payment or its charge than there is."
FindGateway = Callable[[str], Gateway | None]
"""Returns the gateway of a supplier (id), or None if it has none."""


class _Taken(NamedTuple):
    """A claimed settlement, the references of all payments of its order, and since when records may
    have gaps.
    """

    settlement: Settlement
    beside: tuple[PaymentReferences, ...]
    since: datetime | None


class Settler:
    """One worker; any number may run, in threads or processes."""

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
        repeated(self._store, self.work, over)

    def work(self) -> int:
        """Carries out the settlements that are due, once; returns their number."""
        for taken in (all_taken := self._taken()):
            settlement = taken.settlement
            outcome, ahead = self._called(taken)
            outcome = as_asked(settlement.amount, outcome)
            with self._store.writing():
                after = next_of(
                    settlement.standing(self._store.now()), outcome, in_flight=self._in_flight
                )
                self._store.settlements.record(settlement, self.owner, outcome, after)
                if abs(ahead) > CLOCKS_DIFFER:
                    self._store.payouts.tell_clock(settlement.supplier, ahead)
        return len(all_taken)

    def _taken(self) -> list[_Taken]:
        """Claims due settlements. A comparison that ends later does not close the gap for them,
        since it leaves out claimed ones.
        """
        with self._store.writing():
            return [
                _Taken(
                    each,
                    self._store.payments.beside(each.payment),
                    unseen_since(self._store, each.supplier),
                )
                for each in self._store.settlements.claim(self.owner, self._lease, BATCH)
            ]

    def _called(self, taken: _Taken) -> tuple[GatewayOutcome, float]:
        """Returns the gateway's answer, and by how many seconds our clock is ahead of its clock."""
        settlement = taken.settlement
        try:
            gateway = self._gateway_of(settlement.supplier)
        except RequestFault as fault:  # its key cannot be opened
            return _locked_out(fault.code, fault.message), 0.0
        if gateway is None:
            return _locked_out("no_gateway", "The supplier has no gateway; set its key first."), 0.0
        if settlement.reference:
            known = (settlement.instrument, settlement.reference, settlement.ways)
            return gateway.state_of(*known).unsent, gateway.ahead
        return self._once(gateway, taken), gateway.ahead

    def _once(self, gateway: Gateway, taken: _Taken) -> GatewayOutcome:
        """Sends the movement unless the gateway's lists already show it.

        If the record says it was never sent, it can only have been sent after the last comparison
        stored.
        """
        settlement = taken.settlement
        if settlement.state is SettlementState.NEEDS_ATTENTION:
            return self._looked(gateway, settlement)
        if settlement.attempts > 1 and (found := gateway.find(settlement.movement)) is not None:
            return _for_good(gateway, settlement.movement, found).unsent
        listed = gateway.listed(taken.beside, taken.since)
        if isinstance(listed, GatewayOutcome):
            return listed.unsent
        mine = [each for each in listed if each.settlement == settlement.id]
        unknown = self._unknown(settlement.supplier, listed)
        mine = mine or [each for each in unknown if _is_same(settlement, each)]
        if (own := own_of(settlement.amount, mine)) is not None:
            return _for_good(gateway, settlement.movement, own)
        for each in unknown:
            meet(self._store, settlement.supplier, each, WORKER)
        refused = self._refused(gateway, settlement)
        return _sent(gateway, settlement.movement) if refused is None else refused

    def _looked(self, gateway: Gateway, settlement: Settlement) -> GatewayOutcome:
        """Returns what became of one that a person decides about: it is looked up, and not sent."""
        found = gateway.find(settlement.movement)
        if found is not None and found.reference:
            found = _for_good(gateway, settlement.movement, found)
        if found is not None and found.reference:
            return found
        return GatewayOutcome(
            answered=Answered.HELD_BACK, reason=settlement.trouble, sentence=settlement.sentence
        )

    def _unknown(self, supplier: str, listed: Iterable[GatewayOutcome]) -> list[GatewayOutcome]:
        """Returns listed movements that are not recorded; they must be counted before sending."""
        with self._store.session():
            return [each for each in listed if not _on_record(self._store, supplier, each)]

    def _refused(self, gateway: Gateway, settlement: Settlement) -> GatewayOutcome | None:
        """Returns why it may not be sent now, or None: its charge forbids it, or another worker has
        taken it over, since when anything may have become of it.
        """
        ways = settlement.ways
        read = gateway.charge(ways) if ways.charge or ways.invoice else None
        refusal = None
        if isinstance(read, ChargeRead):
            with self._store.writing():
                self._store.charges.know(settlement.supplier, read)
            refusal = not_to_move(read, settlement.amount)
        elif read is not None:
            # A credit moves nothing of a charge, so a missing charge does not stop it.
            credit = settlement.instrument is Instrument.BALANCE_CREDIT
            if not credit or read.answered is not Answered.REFUSED:
                return read.unsent
        with self._store.writing():  # apart, as payments are locked before charges
            fits = self._store.settlements.fits(settlement.id)
            ours = self._store.settlements.is_held(settlement.id, self.owner)
        if not ours:  # what is answered is not recorded
            return GatewayOutcome(answered=Answered.BUSY)
        if refusal is None and not fits:
            refusal = Refusal(OVER, OVER_PAID, "charge")
        if refusal is None:
            return None
        return GatewayOutcome(
            answered=Answered.HELD_BACK, reason=refusal.code, sentence=refusal.sentence
        )


def _on_record(store: Store, supplier: str, theirs: GatewayOutcome) -> bool:
    known = store.comparing.known(supplier, theirs)
    return known is not None and known.reference == theirs.reference


def _is_same(settlement: Settlement, theirs: GatewayOutcome) -> bool:
    """Whether it moved for the same decision, of a settlement that a restored database lost."""
    said, facts = dict(theirs.facts), dict(settlement.facts)
    decision = ("supplier", "return_line", "sequence")
    ways = settlement.ways
    return (
        theirs.answered is not Answered.FAILED
        and theirs.instrument is settlement.instrument
        and not {ways.charge, ways.invoice, ways.customer}.isdisjoint(theirs.of)
        and all(said.get(name) == facts[name] for name in decision)
    )


def _locked_out(reason: str, sentence: str) -> GatewayOutcome:
    return GatewayOutcome(answered=Answered.LOCKED_OUT, reason=reason, sentence=sentence)


def _for_good(gateway: Gateway, movement: Movement, listed: GatewayOutcome) -> GatewayOutcome:
    """Returns a listed movement; if it failed, only once no request with the key moves anything.

    Somebody may have named the settlement on a movement made by hand, and its own request be late.
    """
    if listed.answered is not Answered.FAILED or (key := gateway.spend_key(movement)) is None:
        return listed
    spent = key.answered is Answered.KEY_SPENT
    return gateway.find(movement) or listed if spent else key.unsent


def _sent(gateway: Gateway, movement: Movement) -> GatewayOutcome:
    outcome = gateway.send(movement)
    if outcome.answered is Answered.KEY_SPENT and (found := gateway.find(movement)) is not None:
        return found
    return outcome
