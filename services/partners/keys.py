"""Issues and revokes the API keys of a partner's people and programs."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from adapters.identity.principal import SCOPES, Principal, Role, Scope
from adapters.store.database import Store
from adapters.store.keys import KeyRecord, NewKey
from engine.errors import RequestFault

MOST: Final = 100
"""Keys of a partner that may be active at a time."""
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{0,100}\Z")


def keys(store: Store, principal: Principal) -> tuple[KeyRecord, ...]:
    """Returns all keys of the principal's partner, including revoked ones."""
    principal.must(Scope.READ_KEYS)
    return store.keys.of(principal.tenant)


def issue(
    store: Store, principal: Principal, role: Role, scopes: Collection[Scope] | None, name: str
) -> tuple[KeyRecord, str]:
    """Issues a key for the principal's partner; returns its record and its text, shown once.

    A key never permits more than the key that issues it: without `scopes` it gets the scopes that
    its role and that key have in common. Raises `RequestFault` `not_allowed`, `wrong_role`,
    `wrong_name`, `wrong_size` or `too_many`.
    """
    principal.must(Scope.ISSUE_KEYS)
    if role is not Role.SUPPORT and role.value != principal.kind.value:
        raise RequestFault("wrong_role", f"`{principal.handle}` is no {role}.", "role")
    if not _NAME.match(name):
        raise RequestFault("wrong_name", "A key's name has up to 100 characters.", "name")
    most = SCOPES[role] & principal.scopes
    if scopes is not None and (beyond := sorted(set(scopes) - most)):
        said = f"This key cannot give `{beyond[0].name}`; it or the role `{role}` does not have it."
        raise RequestFault("not_allowed", said, "scopes")
    allowed = most if scopes is None else frozenset(scopes)
    if not allowed:
        raise RequestFault("wrong_size", "A key may do at least one thing.", "scopes")
    store.partners.hold(principal.tenant)
    working = {each.id for each in store.keys.of(principal.tenant) if each.revoked_at is None}
    if principal.key_id and principal.key_id not in working:  # revoked meanwhile
        raise RequestFault("not_allowed", "This key was ended meanwhile, so it issues no other.")
    if len(working) >= MOST:
        raise RequestFault("too_many", f"At most {MOST} keys work at a time; revoke some.")
    wanted = NewKey(partner=principal.tenant, name=name, role=role, scopes=allowed)
    return store.keys.issue(wanted, principal.by)


def issued(store: Store, principal: Principal, key_id: str) -> KeyRecord:
    """Returns a key of the principal's partner, revoked or not.

    Raises `RequestFault` `not_allowed` or `not_found`.
    """
    principal.must(Scope.ISSUE_KEYS)
    for each in store.keys.of(principal.tenant):
        if each.id == key_id:
            return each
    raise RequestFault("not_found", "There is no such key of yours.", "key")


def revoke(store: Store, principal: Principal, key_id: str) -> KeyRecord:
    """Revokes a key of the principal's partner, which may be the key in use.

    Raises `RequestFault` `not_found`, or `not_allowed` for a key with scopes that this one lacks.
    """
    principal.must(Scope.ISSUE_KEYS)
    store.partners.hold(principal.tenant)
    found = issued(store, principal, key_id)
    if beyond := sorted(found.scopes - principal.scopes):
        said = f"That key may do more than this one (`{beyond[0]}`), so this one cannot end it."
        raise RequestFault("not_allowed", said, "key")
    revoked = store.keys.revoke(principal.tenant, key_id, principal.by)
    return revoked or found
