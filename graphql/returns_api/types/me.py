"""Who asks."""

from __future__ import annotations

import strawberry

from adapters.identity import principal
from returns_api.context import Context, Info
from returns_api.types.described import described
from returns_api.types.trade import Partner, Partnership, partner, partnership

Role = strawberry.enum(
    principal.Role, name="Role", description="What a key was issued for; it says what it may do."
)
Scope = strawberry.enum(
    principal.Scope, name="Scope", description="One thing that a key may do, always for its owner."
)


@strawberry.type(description="The owner of the API key.")
class Me:
    """All that is asked and done is done for this partner."""

    partner: Partner
    """Whom the key belongs to."""
    role: Role  # type: ignore[valid-type]
    """What the key was issued for."""
    scopes: list[Scope]  # type: ignore[valid-type]
    """What the key may do."""
    key_id: str
    """The public part of the key."""

    @described("The partnerships, by the other's handle; none where the key may see no policies.")
    def partnerships(self, info: Info) -> list[Partnership]:
        context = info.context
        if principal.Scope.READ_POLICIES not in context.principal.scopes:
            return []
        return [partnership(each) for each in context.store.partnerships.all_of(context.principal)]


def me(context: Context) -> Me:
    """The one who asks, as clients see it."""
    asks = context.principal
    return Me(
        partner=partner(context.store.partners.own(asks)),
        role=asks.role,
        scopes=sorted(asks.scopes),
        key_id=asks.key_id,
    )
