"""Kinds of entries about partners, their keys, agreements and policies, and suppliers' goods."""

from __future__ import annotations

from typing import Final

from adapters.identity.principal import Scope
from adapters.store.journal.kinds import EntryKind, Thing, Whose, fields

PARTNERS: Final = (
    EntryKind(
        name="partner_added",
        says="A partner was added.",
        about=Thing.PARTNER,
        whose=Whose.EITHER,
        needs=None,
        own=fields("kind"),
    ),
    EntryKind(
        name="partner_named",
        says="A partner got a name.",
        about=Thing.PARTNER,
        whose=Whose.EITHER,
        needs=None,
        own=fields(""),
    ),
    EntryKind(
        name="key_issued",
        says="A key was issued; its role decides what it may do.",
        about=Thing.KEY,
        whose=Whose.EITHER,
        needs=Scope.READ_KEYS,
        own=fields("role"),
    ),
    EntryKind(
        name="key_revoked",
        says="A key was revoked.",
        about=Thing.KEY,
        whose=Whose.EITHER,
        needs=Scope.READ_KEYS,
        own=fields("role"),
    ),
    EntryKind(
        name="partnership_made",
        says="A supplier and a retailer became partners.",
        about=Thing.PARTNERSHIP,
        whose=Whose.SUPPLIER,
        needs=None,
        own=fields("status programme"),
        other=fields("status programme"),
    ),
    EntryKind(
        name="retailer_invited",
        says="A supplier invited a retailer to a partnership.",
        about=Thing.INVITATION,
        whose=Whose.SUPPLIER,
        needs=Scope.JOIN_PARTNERS,
        own=fields(""),
        other=fields(""),
    ),
    EntryKind(
        name="invitation_answered",
        says="An invitation was accepted, declined or withdrawn.",
        about=Thing.INVITATION,
        whose=Whose.SUPPLIER,
        needs=Scope.JOIN_PARTNERS,
        own=fields("state"),
        other=fields("state"),
    ),
    EntryKind(
        name="edition_accepted",
        says="The retailer accepted an edition, with the terms agreed at that time.",
        about=Thing.PARTNERSHIP,
        whose=Whose.SUPPLIER,
        needs=Scope.READ_POLICIES,
        own=fields("edition digest terms"),
        other=fields("edition digest terms"),
    ),
    EntryKind(
        name="terms_set",
        says="The terms of a policy were agreed; they replace the earlier ones.",
        about=Thing.PARTNERSHIP,
        whose=Whose.SUPPLIER,
        needs=None,
        own=fields("policy terms"),
        other=fields("policy terms"),
    ),
    EntryKind(
        name="refunds_allowed",
        says="The supplier allowed the retailer to refund its own orders, or forbade it.",
        about=Thing.PARTNERSHIP,
        whose=Whose.SUPPLIER,
        needs=None,
        own=fields("allowed"),
        other=fields("allowed"),
    ),
    EntryKind(
        name="retailer_may_tell_set",
        says="The supplier set what the retailer may state about orders without confirmation.",
        about=Thing.PARTNERSHIP,
        whose=Whose.SUPPLIER,
        needs=None,
        own=fields("may"),
        other=fields("may"),
    ),
)
POLICIES: Final = (
    EntryKind(
        name="policy_published",
        says="An edition was published that may govern the retailer's orders.",
        about=Thing.EDITION,
        whose=Whose.SUPPLIER,
        needs=Scope.READ_POLICIES,
        own=fields("policy version digest from until"),
        other=fields("policy version digest from until"),
    ),
    EntryKind(
        name="policy_withdrawn",
        says="An edition that may govern the retailer's orders was withdrawn, entirely or from "
        "the day `from` on.",
        about=Thing.EDITION,
        whose=Whose.SUPPLIER,
        needs=Scope.READ_POLICIES,
        own=fields("policy version digest from"),
        other=fields("policy version digest from"),
    ),
    EntryKind(
        name="policy_affected",
        says="Another edition, which is not for the retailer, replaced one that is, or stopped "
        "replacing it.",
        about=Thing.POLICY,
        whose=Whose.RETAILER,
        needs=Scope.READ_POLICIES,
        own=fields("policy from"),
    ),
)
GOODS: Final = (
    EntryKind(
        name="products_put",
        says="Products were stored. A retailer sees the changed ones that it has bought or "
        "receives stock levels of.",
        about=Thing.GOODS,
        whose=Whose.SUPPLIER,
        needs=None,
        own=fields("products"),
        other=fields("products"),
    ),
    EntryKind(
        name="location_put",
        says="A location was stored. A retailer sees it if its address changed.",
        about=Thing.GOODS,
        whose=Whose.SUPPLIER,
        needs=None,
        own=fields("location digest"),
        other=fields("digest"),
    ),
)
