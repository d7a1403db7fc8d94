"""Who asks."""

from __future__ import annotations

import strawberry

from returns_api.context import Context, Info
from returns_api.types.described import described
from returns_api.types.trade import Partner, Partnership, partner, partnership


@strawberry.type(description="The owner of the API key.")
class Me:
    """All that is asked and done is done for this partner."""

    partner: Partner
    role: str
    scopes: list[str]
    key_id: str

    @described("The partnerships, by the other's handle.")
    def partnerships(self, info: Info) -> list[Partnership]:
        context = info.context
        return [
            partnership(each) for each in context.store.partners.partnerships(context.principal)
        ]


def me(context: Context) -> Me:
    """The one who asks, as clients see it."""
    principal = context.principal
    return Me(
        partner=partner(context.store.partners.own(principal)),
        role=principal.role,
        scopes=sorted(principal.scopes),
        key_id=principal.key_id,
    )
