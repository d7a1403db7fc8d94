"""Finds things by their id, each through the loader that knows who may see it."""

from __future__ import annotations

from returns_api.context import Context
from returns_api.money.types import payment, settlement
from returns_api.returns.types import consumer_return, return_
from returns_api.stock.types import channel
from returns_api.types.eligibility import recorded
from returns_api.types.ids import Node, NodeKind, decode
from returns_api.types.ordering import amendment
from returns_api.types.policies import edition, policy
from returns_api.types.trade import order, order_line, partner, partnership


def node(context: Context, text: str, kind: NodeKind | None = None) -> Node | None:
    """What an id stands for, if the one who asks may see it; of one kind, if given."""
    found = decode(text)
    if found is None or kind not in (None, found[0]):
        return None
    return _FINDERS[found[0]](context, found[1])


def _partner(context: Context, key: str) -> Node | None:
    found = context.store.partners.visible(context.principal, key)
    return partner(found) if found else None


def _partnership(context: Context, key: str) -> Node | None:
    found = context.store.partners.partnership_by_id(context.principal, key)
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
    found = context.store.seen_returns.visible(context.principal, key)
    return return_(found) if found else None


def _consumer_return(context: Context, key: str) -> Node | None:
    found = context.store.seen_returns.whole(context.principal, key)
    return consumer_return(found) if found else None


def _channel(context: Context, key: str) -> Node | None:
    found = context.store.channels.visible(context.principal, key)
    return channel(context, found) if found else None


def _payment(context: Context, key: str) -> Node | None:
    found = context.store.seen.payment(context.principal, key)
    return payment(context, found) if found else None


def _settlement(context: Context, key: str) -> Node | None:
    found = context.store.seen.settlement(context.principal, key)
    return settlement(context, found) if found else None


def _amendment(context: Context, key: str) -> Node | None:
    found = context.store.amendments.visible(context.principal, key)
    of = context.store.orders.order(context.principal, found.order) if found else None
    return amendment(found, of.order.currency) if found and of else None


_FINDERS = {
    NodeKind.PARTNER: _partner,
    NodeKind.PARTNERSHIP: _partnership,
    NodeKind.POLICY: _policy,
    NodeKind.EDITION: _edition,
    NodeKind.ORDER: _order,
    NodeKind.ORDER_LINE: _order_line,
    NodeKind.DECISION: _decision,
    NodeKind.RETURN: _return,
    NodeKind.CONSUMER_RETURN: _consumer_return,
    NodeKind.CHANNEL: _channel,
    NodeKind.PAYMENT: _payment,
    NodeKind.SETTLEMENT: _settlement,
    NodeKind.AMENDMENT: _amendment,
}
