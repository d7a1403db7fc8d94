"""Editions that retailers accepted, each with the terms of that moment; written once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from adapters.identity.principal import Principal
from adapters.store.agreeing.tables import AgreeingTables
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.records import Edition, Partnership
from adapters.store.tables import select
from adapters.store.terms import canonical
from adapters.store.timestamps import given_back, kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """`edition` is the edition's id; `terms` are those at the time of acceptance."""

    edition: str
    terms: Mapping[str, object]
    by: str
    at: datetime


class Acceptances:
    """Every call runs inside a session of the store."""

    def __init__(
        self, tables: AgreeingTables, journal: Journal, now: Callable[[], datetime]
    ) -> None:
        self._tables = tables
        self._journal = journal
        self._now = now

    def accept(self, principal: Principal, joined: Partnership, edition: Edition) -> Acceptance:
        """Records that a retailer accepts an edition under its terms; a repetition changes nothing.

        The caller has checked that the principal is the retailer and may see the edition.
        """
        supplier, retailer = joined.supplier.id, joined.retailer.id
        self._journal.hold_all([supplier], [retailer])
        terms = canonical(joined.terms.get(edition.policy, {}))
        key = {"partnership": joined.id, "edition": edition.id, "terms": terms}
        row = self._tables.Acceptance.get(**key)
        if row is None:
            said = {"accepted_by": principal.by, "accepted_at": kept(self._now())}
            row = self._tables.Acceptance(**key, **said)
            body = {"edition": edition.id, "digest": edition.digest, "terms": digest_of(terms)}
            sides = Sides.between(supplier, retailer)
            self._journal.tell(sides, principal.by, joined.id, "edition_accepted", **body)
        return _read(row)

    def of(self, partnership: str) -> tuple[Acceptance, ...]:
        """All acceptances of a partnership, newest first; unscoped: no tenant check."""
        rows = self._tables.Acceptance
        found = map(_read, select(a for a in rows if a.partnership == partnership))
        return tuple(sorted(found, key=lambda each: each.at, reverse=True))

    def accepted(self, partnerships: Collection[str]) -> frozenset[tuple[str, str, str]]:
        """Partnership, edition id and canonical JSON terms of everything that these partnerships
        accepted.
        """
        rows, keys = self._tables.Acceptance, list(partnerships)
        found = select((a.partnership, a.edition, a.terms) for a in rows if a.partnership in keys)
        return frozenset(found if keys else ())


def digest_of(terms: str) -> str:
    """SHA-256 of terms in canonical JSON."""
    return hashlib.sha256(terms.encode()).hexdigest()


def _read(row: Any) -> Acceptance:
    return Acceptance(
        edition=row.edition,
        terms=msgspec.json.decode(row.terms),
        by=row.accepted_by,
        at=given_back(row.accepted_at),
    )
