"""Who is asking: a tenant, what kind of trading partner it is, and what this key may do.

It comes from an API key and never from an argument of a request.
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
    RETAILER = "retailer"


class Role(StrEnum):
    """What a key was issued for; a support agent works for a supplier or for a retailer."""

    SUPPLIER = "supplier"
    RETAILER = "retailer"
    SUPPORT = "support"


class Scope(StrEnum):
    """One thing that a principal may do, always within its tenant."""

    ASK = "eligibility:ask"
    READ_POLICIES = "policies:read"
    PREVIEW_POLICIES = "policies:preview"
    PUBLISH_POLICIES = "policies:publish"
    READ_DECISIONS = "decisions:read"
    ADD_ORDERS = "orders:add"
    AMEND_ORDERS = "orders:amend"
    CONFIRM_ORDERS = "orders:confirm"
    PUT_GOODS = "goods:put"
    SET_TERMS = "terms:set"
    READ_RETURNS = "returns:read"
    REQUEST_RETURNS = "returns:request"
    HANDLE_RETURNS = "returns:handle"
    JUDGE_RETURNS = "returns:judge"
    READ_STOCK = "stock:read"
    SET_STOCK = "stock:set"
    REPORT_STOCK = "stock:report"
    RUN_FEEDS = "feeds:run"
    READ_MONEY = "money:read"
    SET_GATEWAY = "gateway:set"
    SET_PAYMENTS = "payments:set"
    REFUND_ORDERS = "orders:refund"
    RESOLVE_SETTLEMENTS = "settlements:resolve"
    READ_KEYS = "keys:read"


_ALL: Final = frozenset(
    {Scope.ASK, Scope.READ_POLICIES, Scope.READ_DECISIONS, Scope.READ_RETURNS, Scope.READ_STOCK}
    | {Scope.READ_MONEY, Scope.AMEND_ORDERS}
)
_MONEY: Final = frozenset(
    {Scope.SET_GATEWAY, Scope.SET_PAYMENTS, Scope.REFUND_ORDERS, Scope.RESOLVE_SETTLEMENTS}
)
_HANDLES: Final = frozenset({Scope.REQUEST_RETURNS, Scope.HANDLE_RETURNS, Scope.JUDGE_RETURNS})
SCOPES: Final = {
    Role.RETAILER: _ALL
    | _MONEY
    | {Scope.ADD_ORDERS, Scope.REQUEST_RETURNS, Scope.REPORT_STOCK}
    | {Scope.READ_KEYS},
    Role.SUPPLIER: _ALL
    | _HANDLES
    | _MONEY
    | {Scope.PREVIEW_POLICIES, Scope.PUBLISH_POLICIES, Scope.SET_TERMS}
    | {Scope.ADD_ORDERS, Scope.CONFIRM_ORDERS, Scope.PUT_GOODS, Scope.SET_STOCK, Scope.RUN_FEEDS}
    | {Scope.READ_KEYS},
    Role.SUPPORT: _ALL | _HANDLES | {Scope.PREVIEW_POLICIES, Scope.CONFIRM_ORDERS},
}
"""What each role may do; which step of a return is whose says `engine.returns.lifecycle`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """`tenant` is the opaque id of the partner, `handle` the word that policies know it by.

    Without a key a command acts for the partner.
    """

    tenant: str
    handle: str
    kind: Kind
    role: Role
    key_id: str

    @property
    def by(self) -> str:
        """Who stands in the journal for what it does."""
        return by_key(self.key_id) if self.key_id else COMMAND_LINE

    @property
    def scopes(self) -> frozenset[Scope]:
        """All that it may do."""
        return SCOPES[self.role]

    def must(self, scope: Scope) -> None:
        """Raises `RequestFault` `not_allowed` unless the principal may do this."""
        if scope not in self.scopes:
            raise RequestFault(
                "not_allowed", f"A key for the role `{self.role}` may not do this (`{scope}`)."
            )
