"""A supplier records what it agreed with a retailer for one of its policies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from adapters.identity.principal import Principal, Scope
from adapters.store.database import Store
from adapters.store.records import Edition, Facts, Partnership
from adapters.store.terms import as_written
from engine.dates import day_of_instant
from engine.errors import PolicyFaults, RequestFault
from engine.policy.editions import PolicyFile
from engine.policy.faults import nearest
from engine.policy.model import Effective
from engine.policy.selection import Candidate, days_in_force, known
from engine.publishing.agreed import ForbiddenValues, default_of
from services.partners.forbidding import (
    StandingEdition,
    TermsNotAllowed,
    is_meant,
    refused_terms,
)
from services.policies.sentences import Sentence, topics_of
from services.returns.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A supplier's partnership and policy, with the editions for which terms may be agreed.

    `editions` are those in force or upcoming for this retailer, in the order of their days; the
    newest edition if there are none.
    """

    partnership: Partnership
    policy: str
    editions: tuple[StandingEdition, ...]

    @property
    def terms(self) -> Facts:
        """What is agreed now, by name."""
        return self.partnership.terms.get(self.policy, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedValue:
    """A value before and after, as written in a policy; None where the default holds."""

    name: str
    before: str | None
    after: str | None
    default: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRow:
    """A row of an edition in words under the terms before and after; None if there is none."""

    topic: str
    before: Sentence | None
    after: Sentence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsEffect:
    """What changes under one edition; `was_broken` if it forbade what was agreed before."""

    edition: StandingEdition
    rows: tuple[ChangedRow, ...]
    was_broken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsChange:
    """The values that other terms would change, and the editions under which that has an effect."""

    agreement: Agreement
    values: tuple[ChangedValue, ...]
    effects: tuple[TermsEffect, ...]


class Agreeing:
    """Every call runs inside a session of the store."""

    def __init__(self, store: Store, library: Library) -> None:
        self._store = store
        self._library = library

    def found(self, principal: Principal, partnership: str, policy: str) -> Agreement:
        """Returns one of the principal's agreements, by the key of the partnership.

        Raises `RequestFault` `not_found` for a partnership or policy that is not the principal's.
        """
        joined = self._store.partnerships.by_id(principal, partnership)
        if joined is None:
            raise RequestFault("not_found", "There is no such partnership.", "partnership")
        versions = self._store.editions.versions_of(policy[:100])
        own = joined.supplier.id == principal.tenant
        if not versions or self._edition(versions[0]).owner.id != joined.supplier.id:
            published = self._store.editions.candidates(joined.supplier.id) if own else ()
            hint = nearest(policy, sorted({each.policy for each in published}))
            raise RequestFault("not_found", f"There is no such policy.{hint}", "policy")
        standing = tuple(self._standing(versions, joined))
        if not own and not all(is_meant(each.edition.scope, joined) for each in standing):
            raise RequestFault("not_found", "There is no such policy.", "policy")
        return Agreement(partnership=joined, policy=versions[0].policy, editions=standing)

    def change(
        self, principal: Principal, agreement: Agreement, terms: Mapping[str, object]
    ) -> TermsChange:
        """Returns what replacing everything that is agreed would do; raises `TermsNotAllowed`."""
        self._check(principal, agreement, terms)
        values = tuple(_changed_values(agreement, terms))
        effects = (self._effect(each, agreement.terms, terms) for each in agreement.editions)
        return TermsChange(
            agreement=agreement,
            values=values,
            effects=tuple(each for each in effects if each.rows or each.was_broken),
        )

    def set(
        self, principal: Principal, agreement: Agreement, terms: Mapping[str, object]
    ) -> Partnership:
        """Replaces everything that is agreed for the policy; raises `TermsNotAllowed`.

        Call it under the lock under which the agreement was found.
        """
        self._check(principal, agreement, terms)
        changed = self._store.partnerships.set_terms(
            principal, agreement.partnership.id, agreement.policy, terms
        )
        return changed or agreement.partnership

    def _check(
        self, principal: Principal, agreement: Agreement, terms: Mapping[str, object]
    ) -> None:
        principal.must(Scope.SET_TERMS)
        if agreement.partnership.supplier.id != principal.tenant:
            raise RequestFault("not_found", "There is no such partnership.", "partnership")
        if refused := tuple(refused_terms(agreement.editions, terms)):
            raise TermsNotAllowed(refused)

    def _effect(
        self, one: StandingEdition, before: Facts, after: Mapping[str, object]
    ) -> TermsEffect:
        try:
            old, was_broken = self._library.file(self._store, one.edition, before), False
        except PolicyFaults:
            old, was_broken = one.file, True
        new = self._library.file(self._store, one.edition, after)
        return TermsEffect(edition=one, rows=tuple(_changed_rows(old, new)), was_broken=was_broken)

    def _standing(
        self, versions: Iterable[Candidate], joined: Partnership
    ) -> Iterator[StandingEdition]:
        pool, now = known(versions), int(self._store.now().timestamp())
        found = [
            (spans, each)
            for each in pool
            if is_meant(each.scope, joined)
            and (spans := _from(day_of_instant(now, each.time_zone), days_in_force(each.key, pool)))
        ]
        newest = max(versions, key=lambda each: each.version)
        for spans, each in sorted(found, key=lambda one: one[0][0].first) or [((), newest)]:
            edition = self._edition(each)
            yield StandingEdition(edition=edition, file=self._file(edition), days=spans)

    def _file(self, edition: Edition) -> PolicyFile:
        """Reads an edition; raises `TermsNotAllowed` if this release cannot read it any more."""
        try:
            return self._library.file(self._store, edition, {})
        except PolicyFaults as error:
            refused = ForbiddenValues(names=(), fault=error.faults[0])
            raise TermsNotAllowed((refused,)) from None

    def _edition(self, found: Candidate) -> Edition:
        return self._library.edition(self._store, found.key)


def _changed_values(agreement: Agreement, terms: Mapping[str, object]) -> Iterator[ChangedValue]:
    before = {name: as_written(value) for name, value in agreement.terms.items()}
    after = {name: as_written(value) for name, value in terms.items()}
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            files = (each.file for each in agreement.editions)
            defaults = (default_of(each, name) for each in files)
            default = next((each for each in defaults if each is not None), None)
            yield ChangedValue(
                name=name, before=before.get(name), after=after.get(name), default=default
            )


def _changed_rows(old: PolicyFile, new: PolicyFile) -> Iterator[ChangedRow]:
    before, after = _rows(old), _rows(new)
    for topic, row in dict.fromkeys((*before, *after)):
        was, becomes = before.get((topic, row)), after.get((topic, row))
        if _said(was) != _said(becomes):
            yield ChangedRow(topic=topic, before=was, after=becomes)


def _rows(file: PolicyFile) -> dict[tuple[str, str], Sentence]:
    return {(topic.name, row.row): row for topic in topics_of(file) for row in topic.rows}


def _said(row: Sentence | None) -> tuple[str, str] | None:
    return (row.when, row.sentence) if row else None


def _from(today: int, spans: Iterable[Effective]) -> tuple[Effective, ...]:
    """Returns the spans that are not over."""
    return tuple(each for each in spans if each.last is None or each.last >= today)
