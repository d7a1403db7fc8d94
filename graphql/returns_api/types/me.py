"""The owner of the API key."""

from __future__ import annotations

import strawberry

from adapters.identity import principal
from returns_api.context import Context, Info
from returns_api.types.described import described
from returns_api.types.trade import Partner, Partnership, partner, partnership

Role = strawberry.enum(
    principal.Role,
    name="Role",
    description="The role that a key was issued for; it determines the key's scopes.",
)
Scope = strawberry.enum(
    principal.Scope, name="Scope", description="One permission of a key, always for its owner."
)


@strawberry.type(description="The owner of the API key.")
class Me:
    """All queries and mutations act for this partner."""

    partner: Partner
    """The partner to whom the key belongs."""
    role: Role  # type: ignore[valid-type]
    """The role that the key was issued for."""
    scopes: list[Scope]  # type: ignore[valid-type]
    """The permissions of the key."""
    key_id: str
    """The public part of the key."""

    @described(
        "The partnerships, by the other partner's handle; empty if the key may not read policies."
    )
    def partnerships(self, info: Info) -> list[Partnership]:
        context = info.context
        if principal.Scope.READ_POLICIES not in context.principal.scopes:
            return []
        return [partnership(each) for each in context.partnerships()]


def me(context: Context) -> Me:
    """Returns the principal in the API's type."""
    asks = context.principal
    return Me(
        partner=partner(context.store.partners.own(asks)),
        role=asks.role,
        scopes=sorted(asks.scopes),
        key_id=asks.key_id,
    )
