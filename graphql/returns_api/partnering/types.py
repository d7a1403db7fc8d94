"""Invitations, acceptances and keys as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from adapters.store import keys as kept
from adapters.store.agreeing import acceptances, invitations
from returns_api.context import Info
from returns_api.types.described import described
from returns_api.types.ids import NodeKind, encode
from returns_api.types.me import Role, Scope
from returns_api.types.policies import Edition, edition
from returns_api.types.problems import InputProblem
from returns_api.types.scalars import JSON
from returns_api.types.trade import Partner, Partnership, partner

InvitationState = strawberry.enum(
    invitations.State,
    name="InvitationState",
    description="Whether an invitation waits, and how it was answered.",
)


@strawberry.type(description="A supplier's proposal to a retailer to trade.")
class Invitation:
    """It is answered once."""

    id: strawberry.ID
    """The id by which it is answered or withdrawn."""
    supplier: Partner
    retailer: Partner
    """The invited retailer."""
    programme: str | None
    """The programme under which they would trade; null for none."""
    note: str
    """The supplier's message to the retailer."""
    state: InvitationState  # type: ignore[valid-type]
    """Whether it waits, or how it was answered."""
    at: datetime
    answered_at: datetime | None
    """When it was accepted, declined or withdrawn, in UTC; null while it waits."""


@strawberry.type(description="An edition in force that a retailer has not accepted.")
class EditionToAccept:
    """Accept it by `acceptPolicy`."""

    partnership: Partnership
    """The partnership to which it applies."""
    edition: Edition
    """The edition that governs the retailer's orders from its first day on, accepted or not."""


@strawberry.type(description="An edition that a retailer accepted, under the terms of that time.")
class Acceptance:
    """It never changes; other terms need another acceptance."""

    record: strawberry.Private[acceptances.Acceptance]
    at: datetime
    by: str
    """The public part of the key that accepted."""
    terms: JSON
    """The terms agreed at that time, by name."""

    @described("The edition that was accepted.")
    def edition(self, info: Info) -> Edition:
        return edition(info.context.store.editions.by_id(self.record.edition))


@strawberry.type(description="What a retailer has accepted of a supplier's policy.")
class Agreement:
    """For one policy of one partnership."""

    terms_digest: str
    """The SHA-256 of the current terms, by which an acceptance names them."""
    acceptances: list[Acceptance]
    """The acceptances, newest first."""


@strawberry.type(description="An API key, without its secret.")
class ApiKey:
    """The secret cannot be recovered from what is stored."""

    key: str
    """Its public part."""
    name: str
    """The note of the person who issued it."""
    role: Role  # type: ignore[valid-type]
    """The role that it was issued for."""
    scopes: list[Scope]  # type: ignore[valid-type]
    """What it may do."""
    issued_by: str
    """Who issued it; empty for keys older than this record."""
    issued_at: datetime
    """When it was issued, in UTC."""
    revoked_at: datetime | None
    """When it was revoked, in UTC; null while it works."""


@strawberry.type(description="The invitation was sent and waits for the retailer.")
class RetailerInvited:
    """A new retailer gets a key with which it answers."""

    invitation: Invitation
    """The invitation as it is now."""
    secret: str | None
    """For a new retailer: the key that answers this invitation and nothing else, shown once."""


@strawberry.type(description="The invitation was answered.")
class InvitationAnswered:
    """If it was accepted, the two are partners."""

    invitation: Invitation
    """The invitation as it is now."""
    partnership: Partnership | None
    """The new partnership; null if the invitation was declined."""
    secret: str | None
    """The first key of a new retailer, shown once."""


@strawberry.type(description="The invitation was withdrawn.")
class InvitationWithdrawn:
    """Its key is revoked."""

    invitation: Invitation
    """The invitation as it is now."""


@strawberry.type(description="The edition was accepted.")
class PolicyAccepted:
    """Both partners have it in their journals."""

    acceptance: Acceptance
    """What was accepted, by whom, and under which terms."""


@strawberry.type(description="The key was issued.")
class KeyIssued:
    """It never permits more than the key that issued it."""

    key: ApiKey
    """The key without its secret."""
    secret: str | None
    """The key itself, shown once; null if the request is repeated."""


@strawberry.type(description="The key was revoked.")
class KeyRevoked:
    """Its past actions stay in the journal."""

    key: ApiKey
    """The key without its secret."""


InviteRetailerResult = Annotated[
    RetailerInvited | InputProblem, strawberry.union("InviteRetailerResult")
]
AnswerInvitationResult = Annotated[
    InvitationAnswered | InputProblem, strawberry.union("AnswerInvitationResult")
]
WithdrawInvitationResult = Annotated[
    InvitationWithdrawn | InputProblem, strawberry.union("WithdrawInvitationResult")
]
AcceptPolicyResult = Annotated[
    PolicyAccepted | InputProblem, strawberry.union("AcceptPolicyResult")
]
IssueKeyResult = Annotated[KeyIssued | InputProblem, strawberry.union("IssueKeyResult")]
RevokeKeyResult = Annotated[KeyRevoked | InputProblem, strawberry.union("RevokeKeyResult")]


def invitation(found: invitations.Invitation) -> Invitation:
    """Converts an invitation to the API's type."""
    return Invitation(
        id=encode(NodeKind.INVITATION, found.id),
        supplier=partner(found.supplier),
        retailer=partner(found.retailer),
        programme=found.programme or None,
        note=found.note,
        state=found.state,
        at=found.at,
        answered_at=found.answered_at,
    )


def acceptance(found: acceptances.Acceptance) -> Acceptance:
    """Converts an acceptance to the API's type."""
    return Acceptance(record=found, at=found.at, by=found.by, terms=JSON(dict(found.terms)))


def api_key(found: kept.KeyRecord) -> ApiKey:
    """Converts a key to the API's type."""
    return ApiKey(
        key=found.id,
        name=found.name,
        role=found.role,
        scopes=sorted(found.scopes),
        issued_by=found.issued_by,
        issued_at=found.issued_at,
        revoked_at=found.revoked_at,
    )
