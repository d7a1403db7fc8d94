"""The reads of `eligibility` as they were before they were made quick, to compare with.

They are a fixture of the benchmark and stay as they are: by entities of Pony, one at a time, and
nothing remembered between requests.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from adapters.identity.keys import fits, id_in
from adapters.identity.principal import Kind, Principal, Role
from adapters.store import reading
from adapters.store.database import Store
from adapters.store.decisions import Decisions
from adapters.store.editions import EVERY, Editions
from adapters.store.governing import Governing, Governs
from adapters.store.ordering.history import OrderHistory
from adapters.store.ordering.ordered import Ordered
from adapters.store.ordering.records import Event, HistoryEntry, Speaker, Told
from adapters.store.orders import Family, Names, Orders
from adapters.store.partners import Partners
from adapters.store.partnerships import Partnerships
from adapters.store.records import Decided, Partner, Partnership
from adapters.store.tables import select
from adapters.store.timestamps import given_back, written
from engine.policy.selection import Candidate


class FrozenPartners(Partners):
    """Keys by entities."""

    def principal(self, text: str) -> Principal | None:
        key_id = id_in(text)
        row = self._tables.ApiKey.get(id=key_id) if key_id else None
        if not fits(text, row.hash if row else None) or row is None or row.revoked_at:
            return None
        return Principal(
            tenant=row.partner.id,
            handle=row.partner.handle,
            kind=Kind(row.partner.kind),
            role=Role(row.role),
            key_id=row.id,
        )


class FrozenPartnerships(Partnerships):
    """Partnerships by entities."""

    def between(self, supplier_id: str, retailer_id: str) -> Partnership | None:
        row = self._tables.Partnership.get(supplier=supplier_id, retailer=retailer_id)
        return reading.partnership(row) if row else None


class FrozenOrders(Orders):
    """Orders by entities."""

    history: OrderHistory

    def numbered(self, principal: Principal, numbers: Collection[str]) -> tuple[Family, ...]:
        rows, wanted, tenant = self._tables.Order, list(numbers), principal.tenant
        if not wanted:
            return ()
        if principal.kind is Kind.RETAILER:
            found = select(o for o in rows if o.retailer.id == tenant and o.number in wanted)[:]
        else:
            found = select(o for o in rows if o.supplier.id == tenant and o.number in wanted)[:]
        return tuple(_family(row) for row in found)

    def named(self, principal: Principal, by: Names) -> tuple[Ordered, ...]:
        """By numbers alone, as the benchmark asks."""
        found = self.numbered(principal, by[0])
        return tuple(
            Ordered(family=each, history=self.history.of(each.order.id), stamp="") for each in found
        )


class FrozenEditions(Editions):
    """Candidates by queries of Pony."""

    def candidates_for(self, owner_id: str, retailers: Collection[str]) -> tuple[Candidate, ...]:
        words, rows = [*retailers, EVERY], self._tables.MeantFor
        names = select(m.policy for m in rows if m.owner.id == owner_id and m.retailer in words)
        return self._candidates(lambda e: e.policy in names, self._withdrawals.of_policies(names))


class FrozenGoverning(Governing):
    """A partnership and candidates by entities."""

    store: Store

    def between(
        self,
        supplier: str,
        retailer: Partner,
        stamp: str | None = None,  # noqa: ARG002 - nothing is remembered
    ) -> Governs:
        return Governs(
            partnership=self.store.partnerships.between(supplier, retailer.id),
            candidates=self.store.editions.candidates_for(supplier, [retailer.handle]),
        )


class FrozenHistory(OrderHistory):
    """The history of one order at a time."""

    def of(self, order: str) -> tuple[HistoryEntry, ...]:
        rows = self._tables.Change
        found = select(c for c in rows if c.order == order)
        return tuple(map(_entry, found.order_by(lambda c: c.number)))


class FrozenDecisions(Decisions):
    """One statement for each row."""

    def add_alone(self, given: Iterable[Decided]) -> None:
        insert: Any = self._tables.DecisionRecord._database_.insert
        for each in given:
            insert(
                "decision",
                id=each.id,
                kind=each.kind.value,
                order_line=each.order_line,
                retailer=each.retailer,
                supplier=each.supplier,
                edition=each.edition,
                edition_digest=each.edition_digest,
                terms=each.terms,
                considered=each.considered,
                whole=each.whole,
                place=each.place,
                facts=each.facts,
                told=each.told,
                record=each.record,
                digest=each.digest,
                versions=each.versions,
                decided_at=written(each.decided_at),
                asked_by=each.asked_by,
            )


def frozen(store: Store) -> Store:
    """The store with the reads of that time."""
    FrozenGoverning.store = store
    FrozenOrders.history = store.order_history
    for group, kind in (
        (store.partners, FrozenPartners),
        (store.partnerships, FrozenPartnerships),
        (store.orders, FrozenOrders),
        (store.editions, FrozenEditions),
        (store.governing, FrozenGoverning),
        (store.order_history, FrozenHistory),
        (store.decisions, FrozenDecisions),
    ):
        group.__class__ = kind
    return store


def _family(row: Any) -> Family:
    order = reading.order(row)
    lines = sorted(row.lines, key=lambda line: (len(line.number), line.number))
    return Family(order=order, lines=tuple(reading.order_line(line, order) for line in lines))


def _entry(row: Any) -> HistoryEntry:
    told = Told(
        event=Event(row.event),
        what=row.what,
        old=msgspec.json.decode(row.old),
        new=msgspec.json.decode(row.new),
        why=row.why,
    )
    speaker = Speaker(side=Kind(row.side), by=row.by)
    return HistoryEntry(number=row.number, told=told, speaker=speaker, at=given_back(row.at))
