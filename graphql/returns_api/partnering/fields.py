"""The schema's fields about invitations, acceptances and keys."""

from __future__ import annotations

import strawberry

from adapters.identity.principal import Scope as OneScope
from returns_api.context import Info
from returns_api.partnering import types as t
from returns_api.types.described import described, mutation
from returns_api.types.ids import NodeKind, key_of, sought
from returns_api.types.me import Role, Scope
from returns_api.types.policies import edition
from returns_api.types.trade import partnership
from services.partners import accepting, inviting
from services.partners import keys as own_keys


@strawberry.input(description="The retailer to invite.")
class InviteRetailerInput:
    """An existing retailer by its handle, or a new one, which is added under it."""

    handle: str
    """Its handle, or one for a new retailer: small letters, digits, `-`, `_`."""
    name: str = ""
    """The name of a new retailer."""
    programme: str = ""
    """The programme under which you would trade; empty for none."""
    note: str = ""
    """Your message to it, up to 2,000 characters."""
    idempotency_key: str
    """The same key with the same input gives the same invitation; its secret is given only once."""


@strawberry.input(description="Your answer to an invitation.")
class AnswerInvitationInput:
    """An invitation is answered once."""

    invitation: strawberry.ID
    """Its id."""
    accept: bool
    """True to become partners, false to decline."""


@strawberry.input(description="An invitation to withdraw.")
class WithdrawInvitationInput:
    """Possible while it waits for an answer."""

    invitation: strawberry.ID
    """Its id."""


@strawberry.input(description="An edition to accept, with the terms that you have read.")
class AcceptPolicyInput:
    """If the terms have changed meanwhile, nothing is accepted."""

    partnership: strawberry.ID
    """The id of the partnership."""
    edition: strawberry.ID
    """The id of the edition."""
    terms_digest: str
    """The digest of the terms, from `agreement`."""


@strawberry.input(description="A key for one of your people or programs.")
class IssueKeyInput:
    """It never permits more than the key that issues it."""

    role: Role  # type: ignore[valid-type]
    """Its role: that of your kind of partner, or SUPPORT."""
    scopes: list[Scope] | None = None  # type: ignore[valid-type]
    """What it may do; by default everything that its role and your key have in common."""
    name: str = ""
    """A note on its use, up to 100 characters."""
    idempotency_key: str
    """The same idempotency key with the same input gives the same API key; its secret is given only
    once.
    """


@strawberry.input(description="A key of yours to revoke.")
class RevokeKeyInput:
    """Named by its public part."""

    key: str
    """Its public part."""


@strawberry.type
class PartneringQueries:
    """Queries about invitations, agreements and keys."""

    @described("Your invitations, waiting ones first; at most 200.")
    def invitations(self, info: Info) -> list[t.Invitation]:
        info.context.principal.must(OneScope.JOIN_PARTNERS)
        found = info.context.store.invitations.of(info.context.principal)
        return [t.invitation(each) for each in found]

    @described(
        "What two partners agreed on and accepted of a policy; for both of them.",
        asks=OneScope.READ_POLICIES,
    )
    def agreement(self, info: Info, partnership: strawberry.ID, policy: str) -> t.Agreement | None:
        context = info.context
        key = key_of(partnership, NodeKind.PARTNERSHIP)
        joined = context.store.partnerships.by_id(context.principal, key) if key else None
        if joined is None:
            return None
        editions = {
            each.id for each in context.store.editions.versions(context.principal, policy[:100])
        }
        found = context.store.acceptances.of(joined.id)
        return t.Agreement(
            terms_digest=accepting.terms_digest(joined, policy),
            acceptances=[t.acceptance(each) for each in found if each.edition in editions],
        )

    @described(
        "The editions in force for you, as a retailer, that you have not accepted under the "
        "current terms; they apply either way.",
        asks=OneScope.READ_POLICIES,
    )
    def editions_to_accept(self, info: Info) -> list[t.EditionToAccept]:
        context = info.context
        found = accepting.to_accept(
            context.store, context.principal, context.published, context.now()
        )
        return [
            t.EditionToAccept(partnership=partnership(joined), edition=edition(each))
            for joined, each in found
        ]

    @described("Your keys without their secrets, working ones first.")
    def api_keys(self, info: Info) -> list[t.ApiKey]:
        found = own_keys.keys(info.context.store, info.context.principal)
        return [t.api_key(each) for each in found]


@strawberry.type
class PartneringMutations:
    """Mutations of invitations, acceptances and keys."""

    @mutation("Invites a retailer to trade with you; for suppliers.")
    def invite_retailer(
        self,
        info: Info,
        input: InviteRetailerInput,  # noqa: A002
    ) -> t.InviteRetailerResult:
        wanted = inviting.Wanted(
            handle=input.handle, name=input.name, programme=input.programme, note=input.note
        )
        store, asks, key = info.context.store, info.context.principal, input.idempotency_key
        asked = ("inviteRetailer", input)
        with store.atomic():
            store.partners.hold(asks.tenant)
            if before := store.idempotency.before(asks, key, *asked):
                sent = inviting.invitation(store, asks, str(before))
                return t.RetailerInvited(invitation=t.invitation(sent), secret=None)
            found = inviting.invite(store, asks, wanted)
            store.idempotency.keep(asks, key, asked, found.invitation.id)
        return t.RetailerInvited(invitation=t.invitation(found.invitation), secret=found.secret)

    @mutation("Accepts or declines an invitation; for retailers.")
    def answer_invitation(
        self,
        info: Info,
        input: AnswerInvitationInput,  # noqa: A002
    ) -> t.AnswerInvitationResult:
        key = sought(input.invitation, NodeKind.INVITATION)
        store = info.context.store
        with store.atomic():
            found = inviting.answer(store, info.context.principal, key, accept=input.accept)
        joined = partnership(found.partnership) if found.partnership else None
        return t.InvitationAnswered(
            invitation=t.invitation(found.invitation), partnership=joined, secret=found.secret
        )

    @mutation("Withdraws an invitation; for suppliers.")
    def withdraw_invitation(
        self,
        info: Info,
        input: WithdrawInvitationInput,  # noqa: A002
    ) -> t.WithdrawInvitationResult:
        key = sought(input.invitation, NodeKind.INVITATION)
        with info.context.store.atomic():
            found = inviting.withdraw(info.context.store, info.context.principal, key)
        return t.InvitationWithdrawn(invitation=t.invitation(found))

    @mutation("Accepts an edition under its terms; for retailers.")
    def accept_policy(
        self,
        info: Info,
        input: AcceptPolicyInput,  # noqa: A002
    ) -> t.AcceptPolicyResult:
        joined = sought(input.partnership, NodeKind.PARTNERSHIP)
        edition = sought(input.edition, NodeKind.EDITION)
        store = info.context.store
        with store.atomic():
            found = accepting.accept(
                store, info.context.principal, joined, edition, input.terms_digest
            )
        return t.PolicyAccepted(acceptance=t.acceptance(found))

    @mutation("Issues a key of yours, which permits no more than the key that issues it.")
    def issue_key(self, info: Info, input: IssueKeyInput) -> t.IssueKeyResult:  # noqa: A002
        store, asks = info.context.store, info.context.principal
        asked = ("issueKey", input)
        with store.atomic():
            store.partners.hold(asks.tenant)
            if before := store.idempotency.before(asks, input.idempotency_key, *asked):
                issued = own_keys.issued(store, asks, str(before))
                return t.KeyIssued(key=t.api_key(issued), secret=None)
            key, secret = own_keys.issue(store, asks, input.role, input.scopes, input.name)
            store.idempotency.keep(asks, input.idempotency_key, asked, key.id)
        return t.KeyIssued(key=t.api_key(key), secret=secret)

    @mutation("Revokes a key of yours.")
    def revoke_key(self, info: Info, input: RevokeKeyInput) -> t.RevokeKeyResult:  # noqa: A002
        with info.context.store.atomic():
            found = own_keys.revoke(info.context.store, info.context.principal, input.key[:100])
        return t.KeyRevoked(key=t.api_key(found))
