"""Published editions: added once, never changed, visible to their owner and its retailers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from adapters.identity.principal import Kind, Principal
from adapters.store import reading
from adapters.store.audiences.of_policies import PolicyAudience
from adapters.store.connection.statements import Statements
from adapters.store.hot_reads.candidates import candidate, candidates
from adapters.store.hot_reads.stamps import Stamps
from adapters.store.ids import new_id
from adapters.store.records import Edition, Partner
from adapters.store.tables import Tables, desc, raw_sql, select
from adapters.store.timestamps import kept
from adapters.store.withdrawals import ByEdition, Withdrawals
from engine.errors import RequestFault
from engine.policy.editions import PolicyFile
from engine.policy.register.tellers import LANGUAGE
from engine.policy.selection import Candidate, Scope

EVERY: Final = "*"
"""Stands for all retailers of a policy that is for every one; no handle looks like it."""


class Editions:
    """Every call runs inside a session of the store."""

    def __init__(
        self,
        reads: tuple[Statements, Stamps],
        tables: Tables,
        audience: PolicyAudience,
        now: Callable[[], datetime],
    ) -> None:
        self._statements, self._stamps = reads
        self._tables = tables
        self._audience = audience
        self._now = now
        self._withdrawals = Withdrawals(tables, now)

    def add(
        self, owner: Partner, file: PolicyFile, by: str, base_texts: Mapping[str, str]
    ) -> Edition:
        """Stores a checked policy; its policy id and version must be free.

        `base_texts` holds, by reference, the texts of its bases that are no editions of the owner.
        """
        policy = file.policy
        row = self._tables.Edition(
            id=new_id(),
            policy=policy.id,
            version=policy.version,
            title=policy.title,
            owner=owner.id,
            text=file.text,
            digest=policy.digest,
            effective_from=file.effective.first,
            effective_until=file.effective.last,
            applies_by=policy.applies_by,
            time_zone=policy.time_zone,
            currency=policy.currency,
            scope=[[key, list(words)] for key, words in policy.scope],
            bases=list(policy.extends),
            base_texts=dict(base_texts),
            language=LANGUAGE,
            published_at=kept(self._now()),
            published_by=by,
        )
        for retailer in retailers_of(policy.scope):
            key = {"owner": owner.id, "retailer": retailer, "policy": policy.id}
            self._tables.MeantFor.get(**key) or self._tables.MeantFor(**key)
        added = reading.edition(row)
        self._audience.published(added, self.versions_of(policy.id))
        return added

    def candidates(self, owner_id: str) -> tuple[Candidate, ...]:
        """All editions of an owner without their texts, for choosing among them; unscoped.

        They carry the moments of publication and withdrawal: `known` gives those of a moment.
        """
        withdrawn = self._withdrawals.of_owner(owner_id)
        return self._candidates(lambda e: e.owner.id == owner_id, withdrawn)

    def candidates_for(self, owner_id: str, retailers: Collection[str]) -> tuple[Candidate, ...]:
        """The editions of an owner that matter for sales of one of some retailers, by handle.

        These are all versions of the policies that were ever for one of them, or for every
        retailer: a version that is for another retailer still replaces the one before it.
        """
        words = (*sorted(retailers), EVERY)
        found = self._stamps.under(
            owner_id, ("for", words), lambda: candidates(self._statements, owner_id, words)
        )
        return found or ()

    def versions_of(self, policy: str) -> tuple[Candidate, ...]:
        """All versions of one policy as candidates; unscoped: no tenant check."""
        withdrawn = self._withdrawals.of_policies([policy])
        return self._candidates(lambda e: e.policy == policy, withdrawn)

    def considered(self, keys: Sequence[str]) -> tuple[Candidate, ...]:
        """Those of some editions that still exist, as candidates, for choosing among them again."""
        return self._candidates(lambda e: e.id in keys, self._withdrawals.of_editions(list(keys)))

    def by_id(self, key: str) -> Edition:
        """Returns the edition of a candidate; raises `RequestFault` `not_found`; unscoped."""
        row = self._tables.Edition.get(id=key)
        if row is None:
            raise RequestFault("not_found", f"There is no edition `{key}`.")
        return reading.edition(row)

    def text_of_base(self, edition: Edition, policy: str, version: int) -> str | None:
        """The text of a base as it was when the edition built on it was published."""
        kept_text = edition.base_texts.get(f"{policy}@{version}")
        return kept_text or self.base(edition.owner.id, policy, version)

    def named(self, policy: str, version: int) -> Edition | None:
        """An edition by reference, for publishing and finding bases; unscoped: no tenant check."""
        row = self._tables.Edition.get(policy=policy, version=version)
        return reading.edition(row) if row else None

    def base(self, owner_id: str, policy: str, version: int) -> str | None:
        """The text of one of the owner's own editions; nobody extends another partner's."""
        found = self.named(policy, version)
        return found.text if found and found.owner.id == owner_id else None

    def visible(self, principal: Principal, key: str) -> Edition | None:
        """Returns an edition by id, if the principal may see it."""
        row = self._tables.Edition.get(id=key)
        found = reading.edition(row) if row else None
        return found if found and self._may_see(principal, found) else None

    def versions(self, principal: Principal, policy: str) -> tuple[Edition, ...]:
        """The editions of one policy that the principal may see, newest first."""
        rows = select(e for e in self._tables.Edition if e.policy == policy)
        found = _read(rows.order_by(lambda e: desc(e.version)))
        return tuple(each for each in found if self._may_see(principal, each))

    def by_policy(
        self, principal: Principal, policies: Collection[str]
    ) -> dict[str, tuple[Edition, ...]]:
        """The editions of some policies that the principal may see, newest first, by policy."""
        names, owners = list(policies), self.owners(principal)
        rows = select(e for e in self._tables.Edition if e.policy in names and e.owner.id in owners)
        found: dict[str, list[Edition]] = {}
        for each in _read(rows.order_by(lambda e: desc(e.version)) if names else ()):
            if self.meant(principal, each):
                found.setdefault(each.policy, []).append(each)
        return {name: tuple(each) for name, each in found.items()}

    def owners(self, principal: Principal, handle: str | None = None) -> list[str]:
        """Ids of the partners whose editions the principal may see: itself or its suppliers.

        With `handle`, only that one of them.
        """
        tenant, joined, partners = principal.tenant, self._tables.Partnership, self._tables.Partner
        if principal.kind is Kind.SUPPLIER:
            found = [tenant]
        else:
            found = list(select(p.supplier.id for p in joined if p.retailer.id == tenant))
        if handle is None:
            return found
        return list(select(p.id for p in partners if p.handle == handle and p.id in found))

    def meant(self, principal: Principal, edition: Edition | Candidate) -> bool:
        """Whether an edition is for this principal; its owner must be one of `owners`."""
        meant_for = dict(edition.scope).get("retailer")
        own = principal.kind is Kind.SUPPLIER
        return own or not meant_for or principal.handle in meant_for

    def children(self, base: Edition) -> tuple[str, ...]:
        """References of the same owner's editions that pin this one as their base."""
        return tuple(self.pinned(base.owner.id, base.reference))

    def pinned(self, owner_id: str, base: str) -> dict[str, str]:
        """The owner's editions that pin a base, each with the digest that it pins."""
        found = select(
            (e.policy, e.version, e.bases)
            for e in self._tables.Edition
            if e.owner.id == owner_id and raw_sql("CAST(e.bases AS TEXT) <> '[]'")
        )
        names = [
            (f"{policy}@{version}", name.partition("#"))
            for policy, version, bases in sorted(found, key=lambda row: (row[0], row[1]))
            for name in bases
        ]
        return {child: digest for child, (of, _, digest) in names if of == base}

    def _candidates(
        self, condition: Callable[[Any], bool], withdrawn: ByEdition
    ) -> tuple[Candidate, ...]:
        rows = select(
            (
                e.id,
                e.policy,
                e.version,
                e.scope,
                e.effective_from,
                e.effective_until,
                e.applies_by,
                e.time_zone,
                e.currency,
                e.published_at,
            )
            for e in self._tables.Edition
        )
        return tuple(
            candidate(row, [each.known for each in withdrawn.get(row[0], ())])
            for row in rows.where(condition)
        )

    def _may_see(self, principal: Principal, edition: Edition) -> bool:
        """Owners see all theirs; retailers see their suppliers' editions unless only for others."""
        if edition.owner.id == principal.tenant:
            return True
        meant_for = dict(edition.scope).get("retailer")
        if principal.kind is Kind.SUPPLIER or (meant_for and principal.handle not in meant_for):
            return False
        rows, owner = self._tables.Partnership, edition.owner.id
        return bool(rows.exists(supplier=owner, retailer=principal.tenant))


def retailers_of(scope: Scope) -> tuple[str, ...]:
    """The retailers, by handle, that a scope names; `*` if it is for every one."""
    return dict(scope).get("retailer") or (EVERY,)


def _read(rows: Iterable[object]) -> tuple[Edition, ...]:
    return tuple(reading.edition(row) for row in rows)
