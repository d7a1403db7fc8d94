"""Finds the agreed terms that a new version of a policy ends, forbids or takes the place of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from adapters.store.database import Store
from adapters.store.records import AgreedTerms, Edition, Partner
from adapters.store.terms import agreed_map, as_written, canonical
from engine.errors import RequestFault
from engine.policy.editions import FindBase, PolicyFile, load
from engine.policy.faults import Fault
from engine.policy.model import Effective
from engine.policy.selection import (
    Candidate,
    Scope,
    days_in_force,
    includes,
    known,
    may_govern,
    outranked,
    without,
)
from engine.policy.text import Map
from engine.publishing.agreed import declared_in, default_of, forbidden, instead_of
from engine.publishing.succession import candidate_of

_MOST_NAMED: Final = 3
"""Terms that a message names one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostTerm:
    """A value agreed with a retailer under a `policy` that a version does not take over.

    `before` is the agreed value and `after` what holds instead, both as written in a policy; None
    if the version has nothing in its place. `fault` says why the version forbids the value; None if
    it only ends it.
    """

    policy: str
    retailer: Partner
    name: str
    before: str
    after: str | None
    fault: Fault | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LostTerms:
    """All terms that a version ends or forbids.

    `digest` names exactly these from exactly that day on, so that a publisher can confirm having
    read them; empty if there are none.
    """

    terms: tuple[LostTerm, ...]
    digest: str

    @property
    def forbidden(self) -> tuple[LostTerm, ...]:
        """Those that the version forbids."""
        return tuple(each for each in self.terms if each.fault)

    @property
    def sentences(self) -> str:
        """What becomes of the first of them, and how many more there are."""
        shown = [each.sentence for each in (self.forbidden or self.terms)[:_MOST_NAMED]]
        more = len(self.forbidden or self.terms) - len(shown)
        return " ".join([*shown, *([f"And {more} more."] if more else [])])


class TermsLost(RequestFault):
    """Agreed terms are forbidden, or end without a confirmation."""

    def __init__(self, code: str, message: str, lost: LostTerms) -> None:
        super().__init__(code, message)
        self.lost = lost


NOTHING_LOST: Final = LostTerms(terms=(), digest="")


def lost_terms(store: Store, owner: Partner, file: PolicyFile, shipped: FindBase) -> LostTerms:
    """Returns the agreed terms that a file would end or forbid if it were published now.

    A value ends if an edition that takes it is in force on a day that the file would be in force
    on, and the file does not take it or is not for that retailer; and a value of another policy for
    the orders of which the file would be the narrower one from then on.
    """
    agreed = store.partnerships.terms_of(owner.id)
    if not agreed:
        return NOTHING_LOST
    pool = known(store.editions.candidates(owner.id))
    replaced = tuple(_replaced(store, file, pool, shipped))
    losing, own = Losing(file, replaced), agreed.get(file.policy.id, ())
    terms = (
        *(each for one in own for each in losing.of(one)),
        *_outranked(store, file, pool, agreed, shipped),
    )
    return told((file.policy.reference, file.effective.first, file.policy.digest), terms)


def told(by: tuple[object, ...], terms: Iterable[LostTerm]) -> LostTerms:
    """Returns terms with the digest that names them and what they are lost by."""
    terms = tuple(terms)
    said = [
        (each.policy, each.retailer.handle, each.name, each.before, each.after) for each in terms
    ]
    digest = hashlib.sha256(msgspec.json.encode((*by, said))).hexdigest()[:32]
    return LostTerms(terms=terms, digest=digest if terms else "")


def _outranked(
    store: Store,
    file: PolicyFile,
    pool: Sequence[Candidate],
    agreed: Mapping[str, Sequence[AgreedTerms]],
    shipped: FindBase,
) -> Iterator[LostTerm]:
    """Yields the terms of other policies whose place a file takes where no version of it did."""
    new, found = candidate_of(file), dict[tuple[str, str, str], LostTerm]()
    for old in outranked(new, [each for each in pool if agreed.get(each.policy)]):
        names = {each.name for each in _read(store, old, shipped).policy.agreed}
        days = days_in_force(old.key, pool)
        own = [each for each in pool if each.policy == new.policy and each.rank > old.rank]
        before = [(each.scope, days_in_force(each.key, pool)) for each in own]
        for one in agreed[old.policy]:
            lost = names & one.terms.keys()
            if (
                lost
                and may_govern(old.scope, *one.seller)
                and _takes(new, days, before, one.seller)
            ):
                key = old.policy, one.retailer.handle
                found |= {(*key, each): _of_another(file, old.policy, one, each) for each in lost}
    yield from (found[key] for key in sorted(found))


def _takes(
    new: Candidate,
    days: Iterable[Effective],
    before: Iterable[tuple[Scope, Iterable[Effective]]],
    seller: tuple[str, str],
) -> bool:
    """Whether an edition takes orders of a retailer on some days on which no earlier version of its
    policy, given by scope and days, took all of them."""
    scope = {**dict(new.scope), "retailer": (seller[0],), "programme": (seller[1],)}
    for each, spans in before:
        for span in spans if includes(each, tuple(scope.items())) else ():
            days = without(days, span)
    return may_govern(new.scope, *seller) and any(span.meets(new.effective) for span in days)


def _of_another(file: PolicyFile, policy: str, agreed: AgreedTerms, name: str) -> LostTerm:
    before, handle = as_written(agreed.terms[name]), agreed.retailer.handle
    return LostTerm(
        policy=policy,
        retailer=agreed.retailer,
        name=name,
        before=before,
        after=None,
        fault=None,
        sentence=f"`{name}: {before}`, as agreed with `{handle}` for `{policy}`, ends for the "
        f"orders that `{file.policy.id}` is for: it is the narrower one.",
    )


def file_of(store: Store, edition: Edition, shipped: FindBase) -> PolicyFile:
    """Reads a published edition with the bases that it was published on."""

    def find(policy: str, version: int) -> str | None:
        return store.editions.text_of_base(edition, policy, version) or shipped(policy, version)

    return load(edition.text, edition.reference, find)


@dataclass(frozen=True, slots=True)
class Replaced:
    """An edition that loses days to the new version."""

    scope: Scope
    file: PolicyFile

    @property
    def names(self) -> frozenset[str]:
        """The names of the values that partners may agree on under it."""
        return frozenset(each.name for each in self.file.policy.agreed)


def _replaced(
    store: Store, file: PolicyFile, pool: Iterable[Candidate], shipped: FindBase
) -> Iterator[Replaced]:
    """Yields the editions of the policy in force on days of the file, the newest first."""
    own = [each for each in pool if each.policy == file.policy.id]
    for each in sorted(own, key=lambda one: one.version, reverse=True):
        if _loses_days(each, own, file):
            yield Replaced(each.scope, _read(store, each, shipped))


def _read(store: Store, one: Candidate, shipped: FindBase) -> PolicyFile:
    return file_of(store, store.editions.by_id(one.key), shipped)


def _loses_days(old: Candidate, pool: Iterable[Candidate], file: PolicyFile) -> bool:
    return any(span.meets(file.effective) for span in days_in_force(old.key, pool))


class Losing:
    """Compares a new version with the terms of one retailer after the other."""

    def __init__(self, file: PolicyFile, replaced: tuple[Replaced, ...]) -> None:
        self._file = file
        self._scope = candidate_of(file).scope
        self._replaced = replaced
        self._names = {each.name for each in file.policy.agreed}
        self._forbidden: dict[str, dict[str, Fault]] = {}

    def of(self, agreed: AgreedTerms) -> Iterator[LostTerm]:
        """Yields the terms that one retailer loses, by name."""
        fits = may_govern(self._scope, *agreed.seller)
        before = [each for each in self._replaced if may_govern(each.scope, *agreed.seller)]
        forbids = self._forbids(agreed) if fits else {}
        for name in sorted(agreed.terms):
            old = next((each.file for each in before if name in each.names), None)
            if name in forbids:
                after = default_of(self._file, name)
                yield self._lost(agreed, name, after, forbids[name])
            elif old and not fits:
                yield self._lost(agreed, name, None, None)
            elif old and name not in self._names:
                yield self._lost(agreed, name, instead_of(name, old, self._under(agreed)), None)

    def _forbids(self, agreed: AgreedTerms) -> dict[str, Fault]:
        """Returns why the version forbids values; retailers with the same terms share it."""
        key = canonical(agreed.terms)
        if key not in self._forbidden:
            found = forbidden(self._file, self._declared(agreed))
            self._forbidden[key] = {name: each.fault for each in found for name in each.names}
        return self._forbidden[key]

    def _declared(self, agreed: AgreedTerms) -> Map | None:
        return declared_in(self._file, agreed_map(agreed.terms))

    def _under(self, agreed: AgreedTerms) -> PolicyFile:
        """Returns the version under the terms of a retailer, or as it is if it forbids some."""
        return (
            self._file if self._forbids(agreed) else self._file.with_terms(self._declared(agreed))
        )

    def _lost(
        self, agreed: AgreedTerms, name: str, after: str | None, fault: Fault | None
    ) -> LostTerm:
        before, version = as_written(agreed.terms[name]), f"version {self._file.policy.version}"
        ends = f"`{name}: {before}`, as agreed with `{agreed.retailer.handle}`,"
        if fault:
            sentence = f"{ends} is forbidden by {version}: {fault.sentence} Agree on another first."
        elif not may_govern(self._scope, *agreed.seller):
            sentence = f"{ends} ends: {version} is not for this retailer."
        else:
            says = f"says `{after}` instead" if after else "has nothing in its place"
            sentence = f"{ends} ends: {version} {says}."
        return LostTerm(
            policy=self._file.policy.id,
            retailer=agreed.retailer,
            name=name,
            before=before,
            after=after,
            fault=fault,
            sentence=sentence,
        )
