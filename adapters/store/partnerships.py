"""Partnerships of a supplier and a retailer: agreed terms, and what the retailer may do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from operator import itemgetter
from typing import Any

from adapters.identity.actors import COMMAND_LINE
from adapters.identity.principal import Kind, Principal, Scope
from adapters.store import reading
from adapters.store.connection.statements import Statements
from adapters.store.hot_reads import trade
from adapters.store.hot_reads.stamps import Stamps
from adapters.store.ids import new_id
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.last_days import LastDays
from adapters.store.partners import Partners, check_name
from adapters.store.records import AgreedTerms, Partner, Partnership, Status, Telling
from adapters.store.tables import Tables, raw_sql, select


class Partnerships:
    """Every call runs inside a session of the store."""

    def __init__(
        self,
        reads: tuple[Statements, Stamps],
        kept_in: tuple[Tables, LastDays],
        partners: Partners,
        journal: Journal,
    ) -> None:
        self._statements, self._stamps = reads
        self._tables, self._last_days = kept_in
        self._partners = partners
        self._journal = journal

    def join(
        self, supplier: Partner, retailer: Partner, programme: str = "", by: str = COMMAND_LINE
    ) -> Partnership:
        """Returns the partnership of two partners, making it if there is none."""
        if programme:
            check_name("programme", programme)
        rows, pair = self._tables.Partnership, {"supplier": supplier.id, "retailer": retailer.id}
        if (row := rows.get(**pair)) is None:
            self._journal.hold_all([supplier.id], [retailer.id])
            said = {"status": Status.ACTIVE, "programme": programme}
            row = rows(id=new_id(), **pair, **said)
            self._tables.OrderRules(**pair)
            self._told_both(row, by, "partnership_made", **said)
        return reading.partnership(row)

    def deals_with(self, principal: Principal, handle: str) -> bool:
        """Whether the principal has a partnership with the partner of a handle."""
        found = self._partners.by_handle(handle)
        return found is not None and self._row(principal, found.id) is not None

    def all_of(self, principal: Principal) -> tuple[Partnership, ...]:
        """All partnerships of the principal, by the other partner's handle."""
        rows, tenant = self._tables.Partnership, principal.tenant
        if principal.kind is Kind.SUPPLIER:
            found = select(p for p in rows if p.supplier.id == tenant)[:]
        else:
            found = select(p for p in rows if p.retailer.id == tenant)[:]
        return tuple(
            sorted(map(reading.partnership, found), key=lambda each: other(each, tenant).handle)
        )

    def some(self, keys: Collection[str]) -> dict[str, Partnership]:
        """Partnerships by key; unscoped: no tenant check."""
        rows, wanted = self._tables.Partnership, list(keys)
        found = select(p for p in rows if p.id in wanted) if wanted else ()
        return {row.id: reading.partnership(row) for row in found}

    def between(self, supplier_id: str, retailer_id: str) -> Partnership | None:
        """The partnership of two partners, or None; unscoped: no tenant check."""
        pair = ("between", retailer_id)
        return self._stamps.under(
            supplier_id, pair, lambda: trade.between(self._statements, supplier_id, retailer_id)
        )

    def hold_between(self, supplier_id: str, retailer_id: str) -> None:
        """Locks a partnership for counting its returns, until this session ends."""
        self._tables.Partnership.get_for_update(supplier=supplier_id, retailer=retailer_id)

    def by_id(self, principal: Principal, key: str) -> Partnership | None:
        """Returns one of the principal's partnerships, or None."""
        row = self._tables.Partnership.get(id=key)
        mine = row is not None and principal.tenant in (row.supplier.id, row.retailer.id)
        return reading.partnership(row) if mine else None

    def terms_of(self, supplier: str) -> dict[str, tuple[AgreedTerms, ...]]:
        """The terms that a supplier agreed for each of its policies, by the retailer's handle."""
        some = select(
            (p.retailer.id, p.retailer.handle, p.retailer.name, p.programme, p.terms)
            for p in self._tables.Partnership
            if p.supplier.id == supplier and raw_sql("CAST(p.terms AS TEXT) <> '{}'")
        )
        found: dict[str, tuple[AgreedTerms, ...]] = {}
        for key, handle, name, programme, terms in sorted(some, key=itemgetter(1)):
            retailer = Partner(id=key, handle=handle, name=name, kind=Kind.RETAILER)
            for policy, agreed in terms.items():
                one = AgreedTerms(retailer=retailer, programme=programme, terms=agreed)
                found[policy] = (*found.get(policy, ()), *([one] if agreed else []))
        return found

    def set_terms(
        self, principal: Principal, key: str, policy: str, terms: Mapping[str, object]
    ) -> Partnership | None:
        """Replaces the terms for one policy; None unless the principal is the partnership's
        supplier.
        """
        row = self._sold_through(principal, key)
        if row is None:
            return None
        row.terms = {**row.terms.get_untracked(), policy: dict(terms)}
        self._last_days.rules_changed(row.supplier.id, row.retailer.id)
        self._told_both(row, principal.by, "terms_set", policy=policy, terms=dict(terms))
        return reading.partnership(row)

    def allow_refunds(self, principal: Principal, key: str, *, allow: bool) -> Partnership | None:
        """Sets whether the retailer may refund orders by itself; only for the supplier."""
        row = self._sold_through(principal, key)
        if row is None:
            return None
        row.retailer_refunds = allow
        self._told_both(row, principal.by, "refunds_allowed", allowed=allow)
        return reading.partnership(row)

    def _sold_through(self, principal: Principal, key: str) -> Any:
        """Locks the supplier's journal and returns its partnership; None for another's."""
        principal.must(Scope.SET_TERMS)
        self._journal.hold(principal.tenant)
        row = self._tables.Partnership.get(id=key)
        return row if row is not None and row.supplier.id == principal.tenant else None

    def let_tell(
        self, principal: Principal, key: str, may: Collection[Telling]
    ) -> Partnership | None:
        """Sets which reports of the retailer need no confirmation; only for the supplier."""
        row = self._sold_through(principal, key)
        if row is None:
            return None
        row.retailer_may_tell = sorted(set(may))
        return reading.partnership(row)

    def _row(self, principal: Principal, other_id: str) -> Any:
        pair = (principal.tenant, other_id)
        supplier, retailer = pair if principal.kind is Kind.SUPPLIER else pair[::-1]
        return self._tables.Partnership.get(supplier=supplier, retailer=retailer)

    def _told_both(self, row: Any, by: str, fact: str, **body: object) -> None:
        sides = Sides.between(row.supplier.id, row.retailer.id)
        self._journal.tell(sides, by, row.id, fact, **body)


def other(partnership: Partnership, tenant: str) -> Partner:
    """The partner on the other side."""
    return partnership.retailer if partnership.supplier.id == tenant else partnership.supplier
