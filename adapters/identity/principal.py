"""Who makes a request: a tenant, its kind of trading partner, and what its key may do.

A principal comes from an API key and never from an argument of a request.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from adapters.identity.actors import COMMAND_LINE, by_key
from engine.errors import RequestFault


class Kind(StrEnum):
    """What a trading partner is."""

    SUPPLIER = "supplier"
    """It ships the goods, and takes them back."""
    RETAILER = "retailer"
    """It sells the goods to consumers."""


class Role(StrEnum):
    """What a key was issued for; a support agent works for a supplier or for a retailer."""

    SUPPLIER = "supplier"
    """All that a supplier does."""
    RETAILER = "retailer"
    """All that a retailer does."""
    SUPPORT = "support"
    """Looking at everything; for a supplier deciding returns, for a retailer opening them."""


class Scope(StrEnum):
    """One thing that a principal may do, always within its tenant."""

    ASK = "eligibility:ask"
    """Ask whether goods may come back."""
    READ_POLICIES = "policies:read"
    """See policies and their history."""
    PREVIEW_POLICIES = "policies:preview"
    """Try drafts and other days."""
    PUBLISH_POLICIES = "policies:publish"
    """Publish and withdraw policies."""
    READ_DECISIONS = "decisions:read"
    """Read decisions that were kept."""
    READ_ORDERS = "orders:read"
    """See orders and the changes proposed for them."""
    ADD_ORDERS = "orders:add"
    """Record what was bought."""
    AMEND_ORDERS = "orders:amend"
    """Change orders."""
    CONFIRM_ORDERS = "orders:confirm"
    """Confirm or decline what retailers propose."""
    PUT_GOODS = "goods:put"
    """Set products and locations."""
    SET_TERMS = "terms:set"
    """Set what was agreed with a partner."""
    READ_RETURNS = "returns:read"
    """See returns and what became of them."""
    REQUEST_RETURNS = "returns:request"
    """Open returns."""
    HANDLE_RETURNS = "returns:handle"
    """Count and inspect what comes back."""
    JUDGE_RETURNS = "returns:judge"
    """Decide lines that wait for a person."""
    READ_STOCK = "stock:read"
    """See what may be sold."""
    SET_STOCK = "stock:set"
    """Count stock."""
    REPORT_STOCK = "stock:report"
    """Report your view of a supplier's stock."""
    RUN_FEEDS = "feeds:run"
    """Open and run the channels to retailers."""
    READ_MONEY = "money:read"
    """Read payments, settlements, claims and credit."""
    SET_GATEWAY = "gateway:set"
    """Set the account at Stripe."""
    SET_PAYMENTS = "payments:set"
    """Record how orders were paid."""
    REFUND_ORDERS = "orders:refund"
    """Give back what was paid."""
    RESOLVE_SETTLEMENTS = "settlements:resolve"
    """Resolve what a gateway did not complete."""
    READ_KEYS = "keys:read"
    """See which keys were issued and revoked."""
    ISSUE_KEYS = "keys:issue"
    """Issue and revoke keys, none of which may do more than the one that issues it."""
    JOIN_PARTNERS = "partners:join"
    """Invite retailers; answer invitations and accept policies."""


_ALL: Final = frozenset(
    {Scope.ASK, Scope.READ_POLICIES, Scope.READ_DECISIONS, Scope.READ_RETURNS, Scope.READ_STOCK}
    | {Scope.READ_MONEY, Scope.READ_ORDERS, Scope.AMEND_ORDERS}
)
_MONEY: Final = frozenset(
    {Scope.SET_GATEWAY, Scope.SET_PAYMENTS, Scope.REFUND_ORDERS, Scope.RESOLVE_SETTLEMENTS}
)
_HANDLES: Final = frozenset({Scope.REQUEST_RETURNS, Scope.HANDLE_RETURNS, Scope.JUDGE_RETURNS})
SCOPES: Final = {
    Role.RETAILER: _ALL
    | _MONEY
    | {Scope.ADD_ORDERS, Scope.REQUEST_RETURNS, Scope.REPORT_STOCK}
    | {Scope.READ_KEYS, Scope.ISSUE_KEYS, Scope.JOIN_PARTNERS},
    Role.SUPPLIER: _ALL
    | _HANDLES
    | _MONEY
    | {Scope.PREVIEW_POLICIES, Scope.PUBLISH_POLICIES, Scope.SET_TERMS}
    | {Scope.ADD_ORDERS, Scope.CONFIRM_ORDERS, Scope.PUT_GOODS, Scope.SET_STOCK, Scope.RUN_FEEDS}
    | {Scope.READ_KEYS, Scope.ISSUE_KEYS, Scope.JOIN_PARTNERS},
    Role.SUPPORT: _ALL | _HANDLES | {Scope.PREVIEW_POLICIES, Scope.CONFIRM_ORDERS},
}
"""What each role may do; `engine.returns.lifecycle` says whose each step of a return is."""
_OF_SUPPLIERS: Final = frozenset({Scope.HANDLE_RETURNS, Scope.JUDGE_RETURNS, Scope.CONFIRM_ORDERS})
"""Scopes of suppliers only: support keys of a retailer do not have them."""


_BY_SIDE: Final = {
    Kind.SUPPLIER: SCOPES,
    Kind.RETAILER: {role: scopes - _OF_SUPPLIERS for role, scopes in SCOPES.items()},
}


def scopes_of(role: Role, kind: Kind) -> frozenset[Scope]:
    """The scopes of a key of a role that belongs to a partner of a kind."""
    return _BY_SIDE[kind][role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """`tenant` is the partner's opaque id, `handle` the name by which policies know it.

    `key_id` is empty if a command acts for the partner. `only` holds the scopes that the key was
    narrowed to.
    """

    tenant: str
    handle: str
    kind: Kind
    role: Role
    key_id: str
    only: frozenset[Scope] | None = None

    @property
    def by(self) -> str:
        """The author that the journal records for its actions."""
        return by_key(self.key_id) if self.key_id else COMMAND_LINE

    @property
    def scopes(self) -> frozenset[Scope]:
        """All scopes that it has."""
        whole = scopes_of(self.role, self.kind)
        return whole if self.only is None else whole & self.only

    def must(self, scope: Scope) -> None:
        """Raises `RequestFault` `not_allowed` unless the principal may do this."""
        if scope not in self.scopes:
            said = f"{self._whose(scope)} may not do this (`{scope.name}`)."
            raise RequestFault("not_allowed", said)

    def _whose(self, scope: Scope) -> str:
        """Begins the refusal with its cause: the key's role, or that the key was narrowed."""
        narrowed = scope in scopes_of(self.role, self.kind)
        return "This key was narrowed and" if narrowed else f"A key for the role `{self.role}`"
