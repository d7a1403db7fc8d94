"""Compares settlements with the gateway's own list, and adopts movements made by hand there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from adapters.gateways.stripe_gateway import StripeGateway
from adapters.store.database import Store
from adapters.store.money.comparing import Comparison, Met, SettlementDifference
from adapters.store.money.records import Settlement
from engine.errors import GatewayUnreachable, RequestFault
from engine.money import Money
from engine.settlement.charges import ChargeRead, DisputeRead
from engine.settlement.gateway import Answered, GatewayOutcome
from engine.settlement.machine import SettlementState
from services.payments.gateways import Gateways

OVERLAP: Final = timedelta(days=1)
"""How far before the end of the last comparison the next one starts."""
FIRST: Final = timedelta(days=30)
"""How far back the first comparison of an account looks."""
MOST_READ: Final = 100
"""Charges that one comparison reads because no earlier call could."""
UNCOUNTED: Final = frozenset({SettlementState.CANCELLED, SettlementState.FAILED})
"""States in which a settlement itself does not count; a movement found for it counts separately."""


class Comparer:
    """Compares one partner's account at a time; holds no session during a gateway call."""

    def __init__(self, store: Store, gateways: Gateways) -> None:
        self._store = store
        self._gateways = gateways

    def compare(self, partner: str, by: str, since: datetime | None = None) -> Comparison:
        """Compares movements since shortly before the last comparison, or `since` if earlier.
        Uses the gateway's time where our clock is off, so that no movement is left out.
        """
        began = self._store.now()
        done = Comparison(partner=partner, since=since or began, began_at=began, ended_at=began)
        try:
            began, off = self._clock(partner, began, by)
            done = replace(done, began_at=began, clock_off=off)
            first = self._first(partner, began)
            first = min(first, since or first)
            done = replace(done, since=first)
            with self._store.session():
                ours = self._store.comparing.sent(partner, first)
            self._read(partner, first)
            theirs = self._listed(partner, first, ours)
            disputes = self._disputes(partner, first)
        except (GatewayUnreachable, RequestFault) as error:
            done = replace(done, trouble=getattr(error, "message", None) or str(error))
        else:
            done = self._held(done, ours, theirs, by)
            told = tuple(self._known(partner, disputes))
            done = replace(done, differing=(*done.differing, *told))
        took = self._store.now() - timedelta(seconds=done.clock_off)
        with self._store.writing():
            unread = self._store.unread.newest(partner)
            done = replace(done, ended_at=max(done.began_at, took), unread=unread)
            self._store.comparing.keep(done, by)
        return done

    def _clock(self, partner: str, now: datetime, by: str) -> tuple[datetime, int]:
        """Returns the time, the gateway's if ours is off, and by how many seconds it is ahead."""
        gateway = self._gateway(partner)
        gateway.whose()
        ahead = gateway.ahead
        with self._store.writing():
            off = self._store.payouts.tell_clock(partner, ahead, by)
        return now - timedelta(seconds=off), off

    def _first(self, partner: str, now: datetime) -> datetime:
        with self._store.session():
            reach = unseen_since(self._store, partner)
        return min(reach, now - OVERLAP) if reach else now - FIRST

    def _gateway(self, partner: str) -> StripeGateway:
        gateway = self._gateways.of(partner)
        if gateway is None:
            raise RequestFault("no_gateway", "The partner has no gateway; set its key first.")
        return gateway

    def _listed(
        self, partner: str, since: datetime, ours: Iterable[Settlement]
    ) -> list[GatewayOutcome]:
        """Returns the movements listed since then, and the state of our own that are not listed."""
        gateway = self._gateway(partner)
        with self._store.session():
            customers = self._store.payments.customers_of(partner)
        theirs = list(gateway.movements(since, customers))
        listed = {each.reference for each in theirs}
        for each in ours:
            if each.reference in listed:
                continue
            shown = gateway.state_of(each.instrument, each.reference, each.ways)
            if shown.reference:
                theirs.append(shown)
            elif shown.answered is not Answered.REFUSED:
                raise GatewayUnreachable(shown.sentence or shown.reason)
        return theirs

    def _read(self, partner: str, since: datetime) -> None:
        """Reads charges that could not be read when they were stated; missing ones stay unread.

        Also reads invoices paid since: refunds of them belong to the charge that paid.
        """
        gateway = self._gateway(partner)
        paid = set(gateway.invoices_paid(since))
        with self._store.session():
            unread = self._store.charges.unread(partner, paid, MOST_READ)
        for each in unread:
            read = gateway.charge(each, linked=True)
            if isinstance(read, ChargeRead):
                with self._store.writing():
                    self._store.charges.know(partner, read)

    def _disputes(self, partner: str, since: datetime) -> list[DisputeRead]:
        """Returns disputes opened since, and known open ones, which may have changed."""
        gateway = self._gateway(partner)
        with self._store.session():
            waiting = self._store.unread.waiting(partner)
            known = {*self._store.disputes.open_of(partner), *waiting}
        found = {each.reference: each for each in gateway.disputes(since)}
        for reference in sorted(known - set(found)):
            read = gateway.dispute(reference)
            if isinstance(read, DisputeRead):
                found[reference] = read
        for reference in waiting:
            if reference in found:
                with self._store.writing():
                    self._store.unread.was_read(partner, reference)
        return list(found.values())

    def _known(
        self, partner: str, disputes: Iterable[DisputeRead]
    ) -> Iterable[SettlementDifference]:
        """Stores the disputes; yields a difference for each that was stored with another state."""
        for each in disputes:
            with self._store.writing():
                before = self._store.disputes.know(partner, each)
            if before is not None:
                yield SettlementDifference(
                    settlement="",
                    reference=each.reference,
                    amount=str(each.amount),
                    ours=before,
                    theirs=each.status,
                )

    def _held(
        self, done: Comparison, ours: Iterable[Settlement], theirs: list[GatewayOutcome], by: str
    ) -> Comparison:
        found: dict[Met, list[SettlementDifference]] = {met: [] for met in Met}
        for each in theirs:
            met, difference = meet(self._store, done.partner, each, by)
            found[met].append(difference)
        shown = {each.reference for each in theirs}
        return replace(
            done,
            seen=len(theirs),
            elsewhere=len(found[Met.ELSEWHERE]),
            missing=tuple(self._missed(ours, shown)),
            adopted=tuple(found[Met.ADOPTED]),
            differing=tuple(found[Met.DIFFERS]),
        )

    def _missed(
        self, ours: Iterable[Settlement], shown: set[str]
    ) -> Iterable[SettlementDifference]:
        for each in ours:
            if each.reference in shown:
                continue
            with self._store.writing():
                self._store.comparing.missed(each.id)
            yield SettlementDifference(
                settlement=each.id,
                reference=each.reference,
                amount=str(each.amount),
                ours=each.state,
                theirs="not listed",
                tax=_tax(each),
            )


def unseen_since(store: Store, partner: str) -> datetime | None:
    """Returns the time since which a movement may be unrecorded, or None if never compared.

    By the gateway's clock. Whatever a restored database has lost was made after the last comparison
    stored in it.
    """
    last = store.comparing.last_done(partner)
    return last - OVERLAP if last else None


def meet(
    store: Store, partner: str, theirs: GatewayOutcome, by: str
) -> tuple[Met, SettlementDifference]:
    """Matches one movement with our records; an unrecorded one that moved money is adopted."""
    moved = theirs.answered is not Answered.FAILED
    with store.writing():
        known = store.comparing.known(partner, theirs)
        if known is not None and not _is_another(known, theirs):
            met = store.comparing.meet(known.id, theirs, by)
            if met is Met.DIFFERS and moved and not _is_over(known, theirs):
                store.adopting.adopt(partner, theirs, by)
            return met, _difference(theirs, known, met)
        adopted = store.adopting.adopt(partner, theirs, by) if moved else None
    if adopted is not None:
        return Met.ADOPTED, _difference(theirs, adopted, Met.ADOPTED)
    named = Met.DIFFERS if moved and _names_ours(theirs, partner) else Met.ELSEWHERE
    return named, _difference(theirs, None, named)


def _is_over(known: Settlement, theirs: GatewayOutcome) -> bool:
    """Whether a settlement counts, or failed or came back since the list was made."""
    failed = known.state is SettlementState.FAILED or known.came_back_at is not None
    same = known.reference == theirs.reference
    return known.state not in UNCOUNTED or (failed and same)


def _is_another(known: Settlement, theirs: GatewayOutcome) -> bool:
    """Whether a settlement is stored with a different movement than this one."""
    return known.reference not in ("", theirs.reference)


def _names_ours(theirs: GatewayOutcome, partner: str) -> bool:
    return bool(theirs.settlement) and dict(theirs.facts).get("supplier") == partner


def _difference(theirs: GatewayOutcome, ours: Settlement | None, met: Met) -> SettlementDifference:
    amount = f" {theirs.amount}" if ours and theirs.amount != ours.amount else ""
    return SettlementDifference(
        settlement=ours.id if ours else "",
        reference=theirs.reference,
        amount=str(ours.amount if ours else theirs.amount),
        ours="by hand" if met is Met.ADOPTED else ours.state if ours else "",
        theirs=f"{theirs.answered}{amount}",
        tax=_tax(ours) if ours else "",
    )


def _tax(ours: Settlement) -> str:
    return str(Money(ours.tax, ours.amount.currency)) if ours.tax else ""
