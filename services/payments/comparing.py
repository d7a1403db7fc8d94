"""Compares settlements with the gateway's own list, and adopts what was moved by hand there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from adapters.store.database import Store
from adapters.store.money.comparing import Comparison, Difference, Met
from adapters.store.money.records import Settlement
from engine.errors import GatewayUnreachable, RequestFault
from engine.settlement.gateway import Answered, Outcome
from services.payments.gateways import Gateways

OVERLAP: Final = timedelta(days=1)
"""How far before the last comparison the next one begins."""
FIRST: Final = timedelta(days=30)
"""How far back the first comparison of an account looks."""
EARLIER: Final = timedelta(hours=1)
"""How far the gateway's clock may be behind ours."""


class Comparer:
    """Compares one partner's account at a time; no session is open in a call."""

    def __init__(self, store: Store, gateways: Gateways) -> None:
        self._store = store
        self._gateways = gateways

    def compare(self, partner: str, by: str, since: datetime | None = None) -> Comparison:
        """All movements since a moment, by default since shortly before the last comparison."""
        began = self._store.now()
        with self._store.session():
            last = self._store.comparing.last_done(partner)
            first = since or (last - OVERLAP if last else began - FIRST)
            ours = self._store.comparing.sent(partner, first)
        done = Comparison(partner=partner, since=first, began_at=began, ended_at=began)
        try:
            theirs = self._listed(partner, first)
        except (GatewayUnreachable, RequestFault) as error:
            done = replace(done, trouble=getattr(error, "message", None) or str(error))
        else:
            done = self._held(done, ours, theirs, by)
        done = replace(done, ended_at=self._store.now())
        with self._store.writing():
            self._store.comparing.keep(done, by)
        return done

    def _listed(self, partner: str, since: datetime) -> list[Outcome]:
        gateway = self._gateways.of(partner)
        if gateway is None:
            raise RequestFault("no_gateway", "The partner has no gateway; set its key first.")
        with self._store.session():
            customers = self._store.payments.customers_of(partner)
        return list(gateway.movements(since - EARLIER, customers))

    def _held(
        self, done: Comparison, ours: Iterable[Settlement], theirs: list[Outcome], by: str
    ) -> Comparison:
        found: dict[Met, list[Difference]] = {met: [] for met in Met}
        for each in theirs:
            met, difference = self._met(done.partner, each, by)
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

    def _met(self, partner: str, theirs: Outcome, by: str) -> tuple[Met, Difference]:
        with self._store.session():
            known = self._store.comparing.known(partner, theirs)
            paid = None if known else self._store.payments.known_by(partner, *theirs.of)
        if known is not None:
            with self._store.writing():
                met = self._store.comparing.meet(known.id, theirs, by)
            return met, _difference(theirs, known, met)
        if paid is None or theirs.answered is Answered.FAILED:
            return Met.ELSEWHERE, _difference(theirs, None, Met.ELSEWHERE)
        with self._store.writing():
            adopted = self._store.comparing.adopt(paid.id, theirs, by)
        return Met.ADOPTED if adopted else Met.AGREED, _difference(theirs, adopted, Met.ADOPTED)

    def _missed(self, ours: Iterable[Settlement], shown: set[str]) -> Iterable[Difference]:
        for each in ours:
            if each.reference in shown:
                continue
            with self._store.writing():
                self._store.comparing.missed(each.id)
            yield Difference(
                settlement=each.id,
                reference=each.reference,
                amount=str(each.amount),
                ours=each.state,
                theirs="not listed",
            )


def _difference(theirs: Outcome, ours: Settlement | None, met: Met) -> Difference:
    amount = f" {theirs.amount}" if ours and theirs.amount != ours.amount else ""
    return Difference(
        settlement=ours.id if ours else "",
        reference=theirs.reference,
        amount=str(ours.amount if ours else theirs.amount),
        ours="by hand" if met is Met.ADOPTED else ours.state if ours else "",
        theirs=f"{theirs.answered}{amount}",
    )
