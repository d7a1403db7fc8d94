"""A supplier records what it agreed with a retailer for one of its policies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from adapters.identity.principal import Principal, Scope
from adapters.store.database import Store
from adapters.store.records import Edition, Facts, Partnership
from adapters.store.terms import agreed_map, as_written, canonical
from engine.dates import day_of_instant, day_text
from engine.errors import PolicyFaults, RequestFault, TakebackError
from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault
from engine.policy.model import Effective
from engine.policy.selection import Candidate, days_in_force, known, may_govern
from engine.publishing.agreed import ForbiddenValues, declared_in, forbidden
from services.returns.library import Library


class TermsNotAllowed(TakebackError):
    """Editions forbid agreed values; `refused` holds each value with the edition's fault."""

    def __init__(self, refused: tuple[ForbiddenValues, ...]) -> None:
        self.refused = refused
        super().__init__(refused[0].fault.sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingEdition:
    """An edition in force or upcoming, and the days that are left of it.

    `file` is the edition as it was published, without agreed values.
    """

    edition: Edition
    file: PolicyFile
    days: tuple[Effective, ...]

    @property
    def called(self) -> str:
        """The edition with its days, for people."""
        said = " and ".join(map(_span, self.days))
        return f"`{self.edition.reference}`, {f'in force {said}' if said else 'not in force'}"


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


class Agreeing:
    """Every call runs inside a session of the store."""

    def __init__(self, store: Store, library: Library) -> None:
        self._store = store
        self._library = library

    def found(self, principal: Principal, partnership: str, policy: str) -> Agreement:
        """Returns a supplier's agreement with a retailer, named by the key of their partnership.

        Raises `RequestFault` `not_found` for a policy or partnership that is not the supplier's.
        """
        principal.must(Scope.SET_TERMS)
        versions = self._store.editions.versions_of(policy[:100])
        if not versions or self._edition(versions[0]).owner.id != principal.tenant:
            raise RequestFault("not_found", "There is no such policy.", "policy")
        joined = self._store.partnerships.by_id(principal, partnership)
        if joined is None or joined.supplier.id != principal.tenant:
            raise RequestFault("not_found", "There is no such partnership.", "partnership")
        standing = tuple(self._standing(versions, joined))
        return Agreement(partnership=joined, policy=versions[0].policy, editions=standing)

    def set(
        self, principal: Principal, agreement: Agreement, terms: Mapping[str, object]
    ) -> Partnership:
        """Replaces everything that is agreed for the policy; raises `TermsNotAllowed`.

        Call it under the lock under which the agreement was found.
        """
        if refused := tuple(refused_terms(agreement.editions, terms)):
            raise TermsNotAllowed(refused)
        changed = self._store.partnerships.set_terms(
            principal, agreement.partnership.id, agreement.policy, terms
        )
        return changed or agreement.partnership

    def _standing(
        self, versions: Iterable[Candidate], joined: Partnership
    ) -> Iterator[StandingEdition]:
        own = joined.retailer.handle, joined.programme
        pool, now = known(versions), int(self._store.now().timestamp())
        found = [
            (spans, each)
            for each in pool
            if may_govern(each.scope, *own)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ForbiddenTerm:
    """A value agreed with a retailer that an edition forbids; `value` is as written in a policy."""

    partnership: Partnership
    name: str
    value: str
    sentence: str


def forbidden_terms(
    edition: Edition, file: PolicyFile, partnerships: Iterable[Partnership]
) -> Iterator[ForbiddenTerm]:
    """Yields the agreed values for which lines under an edition are answered `terms_broken`.

    Of the partnerships given, it looks at those of the edition's owner whose orders it may govern;
    `file` is the edition without agreed values.
    """
    known_of: dict[str, tuple[ForbiddenValues, ...]] = {}
    for each in partnerships:
        terms = each.terms.get(edition.policy, {})
        own = each.supplier.id == edition.owner.id
        if not own or not may_govern(edition.scope, each.retailer.handle, each.programme):
            continue
        key = canonical(terms)
        if key not in known_of:
            known_of[key] = forbidden(file, declared_in(file, agreed_map(terms)))
        for found in known_of[key]:
            for name in found.names:
                yield ForbiddenTerm(
                    partnership=each,
                    name=name,
                    value=as_written(terms[name]),
                    sentence=found.fault.sentence,
                )


def refused_terms(
    editions: Iterable[StandingEdition], terms: Mapping[str, object]
) -> Iterator[ForbiddenValues]:
    """Yields the values that editions forbid, each with the edition and where it declares them.

    A value that some edition does not declare has no effect under it; if none does, it is refused.
    """
    standing, given = tuple(editions), agreed_map(terms)
    names = {each.name for one in standing for each in one.file.policy.agreed}
    unknown = agreed_map({name: value for name, value in terms.items() if name not in names})
    newest = max(standing, key=lambda each: each.edition.version)
    for each in forbidden(newest.file, unknown):
        yield replace(each, fault=_placed(newest, each))
    for one in standing:
        for each in forbidden(one.file, declared_in(one.file, given)):
            yield replace(each, fault=_placed(one, each))


def _placed(one: StandingEdition, found: ForbiddenValues) -> Fault:
    declared = {each.name: each.source for each in one.file.policy.agreed}
    sources = [declared[name] for name in found.names if name in declared]
    source = sources[0] if sources else one.file.policy.tree.key_source("agreed")
    sentence = f"{one.called}: {found.fault.sentence}"
    return replace(
        found.fault, source=source._replace(file=one.edition.reference), sentence=sentence
    )


def _from(today: int, spans: Iterable[Effective]) -> tuple[Effective, ...]:
    """Returns the spans that are not over."""
    return tuple(each for each in spans if each.last is None or each.last >= today)


def _span(days: Effective) -> str:
    until = f"to {day_text(days.last)}" if days.last else "on"
    return f"from {day_text(days.first)} {until}"
