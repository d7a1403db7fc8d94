"""A retailer accepts an edition of its supplier's policy under the current terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from adapters.identity.principal import Kind, Principal, Scope
from adapters.store.agreeing.acceptances import Acceptance, digest_of
from adapters.store.database import Store
from adapters.store.records import Edition, Partnership, Status
from adapters.store.terms import canonical
from engine.errors import RequestFault
from engine.policy.selection import Candidate, known, may_govern


def accept(
    store: Store, principal: Principal, partnership: str, edition: str, terms: str
) -> Acceptance:
    """Records the acceptance; `terms` is the digest of the terms that the retailer has read.

    Raises `RequestFault` `not_allowed`, `not_found`, or `terms_changed` if the terms differ by now.
    """
    principal.must(Scope.JOIN_PARTNERS)
    if principal.kind is not Kind.RETAILER or store.invitations.opens_one(principal):
        raise RequestFault("not_allowed", "A retailer accepts what its supplier has published.")
    store.partners.hold(principal.tenant)
    joined = store.partnerships.by_id(principal, partnership)
    found = store.editions.visible(principal, edition)
    if joined is None or found is None or found.owner.id != joined.supplier.id:
        raise RequestFault("not_found", "There is no such edition of this partner.", "edition")
    if terms_digest(joined, found.policy) != terms:
        said = "The terms have changed since you read them; read them again."
        raise RequestFault("terms_changed", said, "termsDigest")
    return store.acceptances.accept(principal, joined, found)


def to_accept(
    store: Store,
    principal: Principal,
    published: Callable[[str], Iterable[Candidate]],
    at: datetime,
) -> list[tuple[Partnership, Edition]]:
    """Lists the editions in force for a retailer that it has not accepted under the current terms.

    `published` returns all editions of an owner by the owner's id.
    """
    if principal.kind is not Kind.RETAILER:
        return []
    joined = [each for each in store.partnerships.all_of(principal) if each.status is Status.ACTIVE]
    accepted = store.acceptances.accepted([each.id for each in joined])
    return [
        (each, store.editions.by_id(found.key))
        for each in joined
        for found in _in_force(published(each.supplier.id), each, at)
        if (each.id, found.key, canonical(each.terms.get(found.policy, {}))) not in accepted
    ]


def _in_force(
    published: Iterable[Candidate], joined: Partnership, at: datetime
) -> Iterable[Candidate]:
    """Returns the newest edition in force today of each policy that covers the partnership."""
    own = joined.retailer.handle, joined.programme
    today, found = at.date().toordinal(), dict[str, Candidate]()
    for each in sorted(known(published), key=lambda one: one.version):
        if may_govern(each.scope, *own) and each.effective.covers(today):
            found[each.policy] = each
    return found.values()


def terms_digest(joined: Partnership, policy: str) -> str:
    """Returns the SHA-256 of the agreed terms of a policy, by which an acceptance names them."""
    return digest_of(canonical(joined.terms.get(policy, {})))
