"""Finds objects by their ids, each through the loader that checks who may see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from adapters.identity.principal import Scope
from returns_api.context import Context
from returns_api.money.claims import claim
from returns_api.money.credit.types import credit_entry
from returns_api.money.types import payment, settlement
from returns_api.returns.documents import document
from returns_api.returns.received import received_parcel
from returns_api.returns.types import consumer_return, return_, return_line
from returns_api.stock.types import channel
from returns_api.types.eligibility import recorded
from returns_api.types.ids import Node, NodeKind, decode
from returns_api.types.ordering import amendment
from returns_api.types.policies import edition, policy
from returns_api.types.trade import order, order_line, partner, partnership

Find = Callable[[Context, str], Node | None]


def node(context: Context, text: str, kind: NodeKind | None = None) -> Node | None:
    """Returns the object with this id if the principal may see it; of one kind, if given."""
    found = decode(text)
    if found is None or kind not in (None, found[0]):
        return None
    needs, find = _FINDERS.get(found[0], (None, _nothing))
    may = needs is None or needs in context.principal.scopes
    return find(context, found[1]) if may else None


def _nothing(_context: Context, _key: str) -> Node | None:
    return None


def _partner(context: Context, key: str) -> Node | None:
    found = context.store.partners.visible(context.principal, key)
    return partner(found) if found else None


def _partnership(context: Context, key: str) -> Node | None:
    found = context.store.partnerships.by_id(context.principal, key)
    return partnership(found) if found else None


def _policy(context: Context, key: str) -> Node | None:
    found = context.store.editions.versions(context.principal, key)
    return policy(found) if found else None


def _edition(context: Context, key: str) -> Node | None:
    found = context.store.editions.visible(context.principal, key)
    return edition(found) if found else None


def _order(context: Context, key: str) -> Node | None:
    found = context.store.orders.order(context.principal, key)
    return order(found.order) if found else None


def _order_line(context: Context, key: str) -> Node | None:
    found = context.store.orders.line(context.principal, key)
    return order_line(found) if found else None


def _decision(context: Context, key: str) -> Node | None:
    found = context.store.decisions.visible(context.principal, key)
    return recorded(found) if found else None


def _return(context: Context, key: str) -> Node | None:
    found = context.store.tenant_returns.visible(context.principal, key)
    return return_(found) if found else None


def _return_line(context: Context, key: str) -> Node | None:
    found = context.store.tenant_returns.of_line(context.principal, key)
    of = found.lines if found else ()
    return next((return_line(each, found) for each in of if found and each.id == key), None)


def _consumer_return(context: Context, key: str) -> Node | None:
    found = context.store.tenant_returns.whole(context.principal, key)
    return consumer_return(found) if found else None


def _received_parcel(context: Context, key: str) -> Node | None:
    found = context.store.received_parcels.visible(context.principal, key)
    return received_parcel(found) if found else None


def _document(context: Context, key: str) -> Node | None:
    found = context.store.documents.visible(context.principal, key)
    return document(found) if found else None


def _channel(context: Context, key: str) -> Node | None:
    found = context.store.channels.visible(context.principal, key)
    return channel(context, found) if found else None


def _payment(context: Context, key: str) -> Node | None:
    found = context.store.tenant_money.payment(context.principal, key)
    return payment(context, found) if found else None


def _settlement(context: Context, key: str) -> Node | None:
    found = context.store.tenant_money.settlement(context.principal, key)
    return settlement(context, found) if found else None


def _claim(context: Context, key: str) -> Node | None:
    found = context.store.claims.by_id(key)
    mine = found is not None and context.principal.tenant in (found.supplier, found.retailer)
    return claim(found) if found and mine else None


def _credit(context: Context, key: str) -> Node | None:
    found = context.store.tenant_credit.entry(context.principal.tenant, key)
    return credit_entry(found) if found else None


def _amendment(context: Context, key: str) -> Node | None:
    found = context.store.amendments.visible(context.principal, key)
    of = context.store.orders.order(context.principal, found.order) if found else None
    return amendment(found, of.order.currency) if found and of else None


_FINDERS: Final[Mapping[NodeKind, tuple[Scope | None, Find]]] = {
    NodeKind.PARTNER: (None, _partner),
    NodeKind.PARTNERSHIP: (Scope.READ_POLICIES, _partnership),
    NodeKind.POLICY: (Scope.READ_POLICIES, _policy),
    NodeKind.EDITION: (Scope.READ_POLICIES, _edition),
    NodeKind.ORDER: (Scope.READ_ORDERS, _order),
    NodeKind.ORDER_LINE: (Scope.READ_ORDERS, _order_line),
    NodeKind.DECISION: (Scope.READ_DECISIONS, _decision),
    NodeKind.RETURN: (Scope.READ_RETURNS, _return),
    NodeKind.RETURN_LINE: (Scope.READ_RETURNS, _return_line),
    NodeKind.CONSUMER_RETURN: (Scope.READ_RETURNS, _consumer_return),
    NodeKind.RECEIVED_PARCEL: (Scope.READ_RETURNS, _received_parcel),
    NodeKind.DOCUMENT: (Scope.READ_RETURNS, _document),
    NodeKind.CHANNEL: (Scope.READ_STOCK, _channel),
    NodeKind.PAYMENT: (Scope.READ_MONEY, _payment),
    NodeKind.SETTLEMENT: (Scope.READ_MONEY, _settlement),
    NodeKind.CLAIM: (Scope.READ_MONEY, _claim),
    NodeKind.CREDIT: (Scope.READ_MONEY, _credit),
    NodeKind.AMENDMENT: (Scope.READ_ORDERS, _amendment),
}
"""For each kind: the scope that a key needs, and the finder."""
