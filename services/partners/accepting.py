"""A retailer accepts an edition of its supplier's policy, under the terms of that moment."""

from __future__ import annotations

from adapters.identity.principal import Kind, Principal, Scope
from adapters.store.agreeing.acceptances import Acceptance, digest_of
from adapters.store.database import Store
from adapters.store.records import Partnership
from adapters.store.terms import canonical
from engine.errors import RequestFault


def accept(
    store: Store, principal: Principal, partnership: str, edition: str, terms: str
) -> Acceptance:
    """Records the acceptance; `terms` is the digest of the terms that the retailer has read.

    Raises `RequestFault` `not_found`, or `terms_changed` where they are others by now.
    """
    principal.must(Scope.JOIN_PARTNERS)
    if principal.kind is not Kind.RETAILER or store.invitations.opens_one(principal):
        raise RequestFault("not_allowed", "A retailer accepts what its supplier has published.")
    store.partners.hold(principal.tenant)
    joined = store.partners.partnership_by_id(principal, partnership)
    found = store.editions.visible(principal, edition)
    if joined is None or found is None or found.owner.id != joined.supplier.id:
        raise RequestFault("not_found", "There is no such edition of this partner.", "edition")
    if terms_digest(joined, found.policy) != terms:
        said = "The terms have changed since you read them; read them again."
        raise RequestFault("terms_changed", said, "terms")
    return store.acceptances.accept(principal, joined, found)


def terms_digest(joined: Partnership, policy: str) -> str:
    """SHA-256 of what is agreed for a policy, by which an acceptance names it."""
    return digest_of(canonical(joined.terms.get(policy, {})))
