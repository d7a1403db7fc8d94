"""Kinds of entries about orders, payments, settlements, claims, credit and gateways."""

from __future__ import annotations

from typing import Final

from adapters.identity.principal import Scope
from adapters.store.journal.kinds import EntryKind, Thing, Whose, fields
from engine.settlement.machine import SettlementState


def _order(name: str, says: str, shared: str = "number") -> EntryKind:
    return EntryKind(
        name=f"order_{name}",
        says=says,
        about=Thing.ORDER,
        whose=Whose.SUPPLIER,
        needs=None,
        own=fields(shared),
        other=fields(shared),
    )


ORDERS: Final = (
    _order("added", "An order was added, which holds at once.", "number lines units"),
    _order(
        "proposed",
        "A retailer added an order that its supplier has to confirm.",
        "number lines units",
    ),
    _order("confirmed", "The supplier confirmed an order."),
    _order("declined", "The supplier declined an order."),
    _order("amended", "An order was amended; its history says what it was before.", "number what"),
    _order("amendment_proposed", "A retailer asks for a change of an order.", "number what"),
    _order("amendment_confirmed", "The supplier confirmed a change.", "number"),
    _order("amendment_declined", "The supplier declined a change.", "number"),
)
PAYMENTS: Final = (
    EntryKind(
        name="payment_added",
        says="It was said how an order was paid.",
        about=Thing.PAYMENT,
        whose=Whose.EITHER,
        needs=Scope.READ_MONEY,
        own=fields("amount"),
        other=fields("amount"),
    ),
    EntryKind(
        name="payment_disputed",
        says="The payer took a payment back through its bank, or tries to; or that has ended.",
        about=Thing.PAYMENT,
        whose=Whose.EITHER,
        needs=Scope.READ_MONEY,
        own=fields("disputed dispute status"),
        other=fields("disputed"),
    ),
)


def _settlement(state: str, says: str, *, own: str = "", shared: str) -> EntryKind:
    return EntryKind(
        name=f"settlement_{state}",
        says=says,
        about=Thing.SETTLEMENT,
        whose=Whose.EITHER,
        needs=Scope.READ_MONEY,
        own=fields(f"{own} {shared}"),
        other=fields(shared),
    )


_S: Final = SettlementState
_MOVED: Final = "reference by"
SETTLEMENTS: Final = (
    _settlement(
        _S.PLANNED,
        "A movement of money or credit was planned, or is to be sent once more.",
        own="trouble generation reason",
        shared="amount tax instrument state return_line reference by",
    ),
    EntryKind(
        name="settlement_sending",
        says="A worker is about to send it.",
        about=Thing.SETTLEMENT,
        whose=Whose.EITHER,
        needs=Scope.READ_MONEY,
        own=fields("attempt generation"),
    ),
    _settlement(_S.SUBMITTED, "The gateway works on it.", own="reason generation", shared=_MOVED),
    _settlement(_S.SUCCEEDED, "It has moved.", own="reason generation", shared=_MOVED),
    _settlement(_S.FAILED, "It did not move, for good.", own="reason generation", shared=_MOVED),
    _settlement(
        "came_back",
        "It had moved and came back: it is owed again, but for what was claimed back of it.",
        own="reason generation",
        shared=f"{_MOVED} amount",
    ),
    _settlement(
        _S.NEEDS_ATTENTION, "A person has to look at it.", own="reason generation", shared=_MOVED
    ),
    _settlement(_S.CANCELLED, "It was given up.", shared="by"),
)


def _claim(name: str, says: str, shared: str) -> EntryKind:
    return EntryKind(
        name=f"claim_{name}",
        says=says,
        about=Thing.CLAIM,
        whose=Whose.SUPPLIER,
        needs=Scope.READ_MONEY,
        own=fields(shared),
        other=fields(shared),
    )


CLAIMS: Final = (
    _claim("made", "Money was paid that is not owed.", "amount return_line by due_on"),
    _claim("offset", "A claim was taken off a credit, or put back on it.", "amount settlement"),
    _claim("paid", "A claim was paid back.", ""),
    _claim("dropped", "The supplier dropped a claim: what was paid stays.", ""),
    _claim(
        "withdrawn",
        "What was paid came back by itself, and is claimed no more, wholly or in part.",
        "amount settlement",
    ),
)


def _credit(name: str, says: str) -> EntryKind:
    return EntryKind(
        name=f"credit_{name}",
        says=says,
        about=Thing.CREDIT,
        whose=Whose.SUPPLIER,
        needs=Scope.READ_MONEY,
        own=fields("amount balance"),
        other=fields("amount balance"),
    )


CREDITS: Final = (
    _credit("used", "Account credit was taken off an invoice; `balance` is left."),
    _credit("paid_out", "Account credit was paid by hand; `balance` is left."),
    EntryKind(
        name="credit_limit_set",
        says="Up to how much account credit is meant to be there was set, or is no longer.",
        about=Thing.PARTNERSHIP,
        whose=Whose.SUPPLIER,
        needs=Scope.READ_MONEY,
        own=fields("currency limit"),
    ),
)
GATEWAYS: Final = (
    EntryKind(
        name="gateway_set",
        says="An account at Stripe was set, or got another key or other signing secrets.",
        about=Thing.GATEWAY,
        whose=Whose.EITHER,
        needs=Scope.SET_GATEWAY,
        own=fields("account key connected signing"),
    ),
    EntryKind(
        name="gateway_checked",
        says="The key of an account was tried.",
        about=Thing.GATEWAY,
        whose=Whose.EITHER,
        needs=Scope.SET_GATEWAY,
        own=fields("works"),
    ),
    EntryKind(
        name="account_compared",
        says="Settlements were compared with Stripe's list; by a worker, where they differ.",
        about=Thing.COMPARISON,
        whose=Whose.EITHER,
        needs=Scope.RESOLVE_SETTLEMENTS,
        own=fields("agrees done seen missing adopted differing"),
    ),
    EntryKind(
        name="event_not_read",
        says="Stripe told something that is not understood, or that the key may not read; told "
        "once for each type.",
        about=Thing.GATEWAY,
        whose=Whose.EITHER,
        needs=Scope.SET_GATEWAY,
        own=fields("type why version"),
    ),
    EntryKind(
        name="lane_stopped",
        says="Nothing more is sent, since the key was refused.",
        about=Thing.LANE,
        whose=Whose.EITHER,
        needs=Scope.RESOLVE_SETTLEMENTS,
        own=fields("reason"),
    ),
    EntryKind(
        name="clock_off",
        says="The clock of a server is ahead of Stripe's by more than a minute, or behind it.",
        about=Thing.GATEWAY,
        whose=Whose.EITHER,
        needs=Scope.SET_GATEWAY,
        own=fields("seconds"),
    ),
    EntryKind(
        name="clock_right",
        says="No server's clock was off for two hours.",
        about=Thing.GATEWAY,
        whose=Whose.EITHER,
        needs=Scope.SET_GATEWAY,
        own=fields(""),
    ),
    EntryKind(
        name="lane_opened",
        says="What waited is sent again.",
        about=Thing.LANE,
        whose=Whose.EITHER,
        needs=Scope.RESOLVE_SETTLEMENTS,
        own=fields(""),
    ),
)
