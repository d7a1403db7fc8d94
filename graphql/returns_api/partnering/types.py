"""Invitations, acceptances and keys as clients see them."""

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
    invitations.State, name="InvitationState", description="What became of an invitation."
)


@strawberry.type(description="A supplier's proposal to a retailer to trade.")
class Invitation:
    """Answered once."""

    id: strawberry.ID
    """By what it is answered or withdrawn."""
    supplier: Partner
    retailer: Partner
    """Who is invited."""
    programme: str | None
    """The programme under which they would trade; null for none."""
    note: str
    """What the supplier says to the retailer."""
    state: InvitationState  # type: ignore[valid-type]
    """What became of it."""
    at: datetime
    answered_at: datetime | None
    """When it was accepted, declined or withdrawn, in UTC; null while it waits."""


@strawberry.type(description="An edition in force that a retailer has not accepted.")
class EditionToAccept:
    """Accepted by `acceptPolicy`."""

    partnership: Partnership
    """The supplier and the retailer that it holds between."""
    edition: Edition
    """What decides the retailer's orders from its first day on, accepted or not."""


@strawberry.type(description="An edition that a retailer accepted, under the terms of that moment.")
class Acceptance:
    """It is never changed; other terms need another one."""

    record: strawberry.Private[acceptances.Acceptance]
    at: datetime
    by: str
    """The key that accepted, by its public part."""
    terms: JSON
    """What was agreed at that moment, by name."""

    @described("The edition that was accepted.")
    def edition(self, info: Info) -> Edition:
        return edition(info.context.store.editions.by_id(self.record.edition))


@strawberry.type(description="What a retailer has accepted of its supplier, and what it has not.")
class Agreement:
    """For one policy of one partnership."""

    terms_digest: str
    """By which an acceptance names the terms: SHA-256 of what is agreed now."""
    acceptances: list[Acceptance]
    """What was accepted, the newest first."""


@strawberry.type(description="An API key, without its secret.")
class ApiKey:
    """Nobody can make the secret of what is kept."""

    key: str
    """Its public part."""
    name: str
    """What it is for, as who issued it wrote."""
    role: Role  # type: ignore[valid-type]
    """What it was issued for."""
    scopes: list[Scope]  # type: ignore[valid-type]
    """What it may do."""
    issued_by: str
    """Who issued it; empty for keys of before that was kept."""
    issued_at: datetime
    """When it was issued, in UTC."""
    revoked_at: datetime | None
    """When it was ended, in UTC; null while it works."""


@strawberry.type(description="The invitation waits for the retailer.")
class RetailerInvited:
    """A retailer that is new here gets a key by which it answers."""

    invitation: Invitation
    """As it stands."""
    secret: str | None
    """For a new retailer: the key that answers this invitation and nothing else, shown once."""


@strawberry.type(description="The invitation is answered.")
class InvitationAnswered:
    """Accepted, the two are partners."""

    invitation: Invitation
    """As it stands."""
    partnership: Partnership | None
    """Null where it was declined."""
    secret: str | None
    """The first key of a retailer that is new here, shown once."""


@strawberry.type(description="The invitation is withdrawn.")
class InvitationWithdrawn:
    """Its key opens nothing any more."""

    invitation: Invitation
    """As it stands."""


@strawberry.type(description="The edition is accepted.")
class PolicyAccepted:
    """Both partners find it in their journals."""

    acceptance: Acceptance
    """What was accepted."""


@strawberry.type(description="The key works.")
class KeyIssued:
    """It never may do more than the key that issued it."""

    key: ApiKey
    """What is kept of it."""
    secret: str | None
    """The key itself, shown once; null where the request is repeated."""


@strawberry.type(description="The key opens nothing any more.")
class KeyRevoked:
    """What it did stays in the journal."""

    key: ApiKey
    """What is kept of it."""


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
    """An invitation as clients see it."""
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
    """An acceptance as clients see it."""
    return Acceptance(record=found, at=found.at, by=found.by, terms=JSON(dict(found.terms)))


def api_key(found: kept.KeyRecord) -> ApiKey:
    """A key as clients see it."""
    return ApiKey(
        key=found.id,
        name=found.name,
        role=found.role,
        scopes=sorted(found.scopes),
        issued_by=found.issued_by,
        issued_at=found.issued_at,
        revoked_at=found.revoked_at,
    )
