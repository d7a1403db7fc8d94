"""Suppliers invite retailers, who answer with their own key or the key of the invitation."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.identity.principal import SCOPES, Kind, Principal, Role, Scope
from adapters.store.agreeing.invitations import Invitation, Inviting, State
from adapters.store.database import Store
from adapters.store.keys import NewKey
from adapters.store.records import Partner, Partnership
from engine.errors import RequestFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """`secret` is a new retailer's key, which can do nothing but answer the invitation."""

    invitation: Invitation
    secret: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """`secret` is the first key of a retailer that had none; it is shown once."""

    invitation: Invitation
    partnership: Partnership | None
    secret: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The retailer to invite: an existing or a new handle, and the name of a new one."""

    handle: str
    name: str
    programme: str
    note: str


def invite(store: Store, principal: Principal, wanted: Wanted) -> Invited:
    """Creates an invitation, and the retailer if its handle is new.

    A new retailer gets a key that only answers this invitation. Whoever holds that key acts as the
    retailer, so the supplier has to pass it on safely. A retailer that only this supplier ever
    invited, and whose invitation ended, gets another key.
    """
    principal.must(Scope.JOIN_PARTNERS)
    if principal.kind is not Kind.SUPPLIER:
        raise RequestFault("not_allowed", "A supplier invites retailers, not the other way round.")
    if len(wanted.note) > 2_000 or len(wanted.programme) > 200:
        raise RequestFault("too_long", "A note has up to 2,000 characters, a programme 200.")
    store.invitations.hold(principal)
    found = store.partners.by_handle(wanted.handle)
    if found and found.kind is not Kind.RETAILER:
        raise RequestFault("wrong_kind", f"`{wanted.handle[:60]}` is no retailer.", "handle")
    if found and store.partnerships.between(principal.tenant, found.id):
        raise RequestFault("joined_already", "You trade with this retailer already.", "handle")
    retailer = found or store.partners.add(
        wanted.handle, wanted.name or wanted.handle, Kind.RETAILER
    )
    knows = found and not store.invitations.is_unclaimed(principal.tenant, found.id)
    key_id, secret = ("", None) if knows else _opening(store, principal, retailer)
    said = Inviting(retailer=retailer, programme=wanted.programme, note=wanted.note, key=key_id)
    return Invited(invitation=store.invitations.add(principal, said), secret=secret)


def invitation(store: Store, principal: Principal, key: str) -> Invitation:
    """Returns a supplier's own invitation; raises `RequestFault` `not_allowed` or `not_found`."""
    principal.must(Scope.JOIN_PARTNERS)
    found = store.invitations.own(principal, key)
    if found is None:
        raise _none()
    return found


def answer(store: Store, principal: Principal, key: str, *, accept: bool) -> Answered:
    """Accepts or declines an invitation; the key of the invitation is revoked with the answer.

    Such a key may not answer once the retailer has other keys or partnerships: whoever passed it on
    may have kept a copy, and must not become the retailer.
    """
    principal.must(Scope.JOIN_PARTNERS)
    if principal.kind is not Kind.RETAILER:
        raise RequestFault("not_allowed", "A retailer answers an invitation.")
    state = State.ACCEPTED if accept else State.DECLINED
    found = store.invitations.answer(principal, key, state)
    if found is None:
        raise _none()
    opened = bool(found.key) and found.key == principal.key_id
    if opened and not store.invitations.is_unclaimed(found.supplier.id, found.retailer.id):
        said = "The retailer has keys or trades by now; it answers by a key of its own."
        raise RequestFault("not_allowed", said, "invitation")
    joined = secret = None
    if accept:
        joined = store.partnerships.join(
            found.supplier, found.retailer, found.programme, principal.by
        )
    if opened and accept:
        role = Role.RETAILER
        first = NewKey(partner=principal.tenant, name="first key", role=role, scopes=SCOPES[role])
        secret = store.keys.issue(first, principal.by)[1]
    if found.key:
        store.keys.revoke(principal.tenant, found.key, principal.by)
    return Answered(invitation=found, partnership=joined, secret=secret)


def withdraw(store: Store, principal: Principal, key: str) -> Invitation:
    """Withdraws a supplier's invitation and revokes the key that was issued for it."""
    principal.must(Scope.JOIN_PARTNERS)
    if principal.kind is not Kind.SUPPLIER:
        raise RequestFault("not_allowed", "A supplier withdraws an invitation.")
    found = store.invitations.answer(principal, key, State.WITHDRAWN)
    if found is None:
        raise _none()
    if found.key:
        store.keys.revoke(found.retailer.id, found.key, principal.by)
    return found


def _opening(store: Store, principal: Principal, retailer: Partner) -> tuple[str, str]:
    wanted = NewKey(
        partner=retailer.id,
        name="invitation",
        role=Role.RETAILER,
        scopes={Scope.JOIN_PARTNERS},
    )
    record, secret = store.keys.issue(wanted, principal.by)
    return record.id, secret


def _none() -> RequestFault:
    return RequestFault("not_found", "There is no such invitation of yours.", "invitation")
