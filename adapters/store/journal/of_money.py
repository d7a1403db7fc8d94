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
    _order("added", "An order was added and is valid at once.", "number lines units"),
    _order(
        "proposed",
        "A retailer added an order that its supplier has to confirm.",
        "number lines units",
    ),
    _order("confirmed", "The supplier confirmed an order."),
    _order("declined", "The supplier declined an order."),
    _order("amended", "An order was changed; its history keeps the old values.", "number what"),
    _order("amendment_proposed", "A retailer asked for a change of an order.", "number what"),
    _order("amendment_confirmed", "The supplier confirmed a change of an order.", "number"),
    _order("amendment_declined", "The supplier declined a change of an order.", "number"),
)
PAYMENTS: Final = (
    EntryKind(
        name="payment_added",
        says="A payment of an order was recorded.",
        about=Thing.PAYMENT,
        whose=Whose.EITHER,
        needs=Scope.READ_MONEY,
        own=fields("amount"),
        other=fields("amount"),
    ),
    EntryKind(
        name="payment_disputed",
        says="The payer disputed a payment at its bank, or the dispute ended.",
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
        "A movement of money or credit was planned, or will be sent again.",
        own="trouble generation reason",
        shared="amount tax instrument state return_line reference by",
    ),
    EntryKind(
        name="settlement_sending",
        says="A worker is about to send the settlement.",
        about=Thing.SETTLEMENT,
        whose=Whose.EITHER,
        needs=Scope.READ_MONEY,
        own=fields("attempt generation"),
    ),
    _settlement(
        _S.SUBMITTED,
        "The gateway is processing the settlement.",
        own="reason generation",
        shared=_MOVED,
    ),
    _settlement(
        _S.SUCCEEDED, "The money or credit was moved.", own="reason generation", shared=_MOVED
    ),
    _settlement(
        _S.FAILED,
        "The settlement failed finally; nothing was moved.",
        own="reason generation",
        shared=_MOVED,
    ),
    _settlement(
        "came_back",
        "The money came back after it was moved. It is owed again, except what was claimed back.",
        own="reason generation",
        shared=f"{_MOVED} amount",
    ),
    _settlement(
        _S.NEEDS_ATTENTION,
        "A person has to resolve the settlement.",
        own="reason generation",
        shared=_MOVED,
    ),
    _settlement(_S.CANCELLED, "The settlement was cancelled.", shared="by"),
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
    _claim(
        "made",
        "Money was paid that is not owed, and is claimed back.",
        "amount return_line by due_on",
    ),
    _claim(
        "offset",
        "A claim was deducted from a credit, or the deduction was undone.",
        "amount settlement",
    ),
    _claim("paid", "A claim was paid back.", ""),
    _claim("dropped", "The supplier dropped a claim: the retailer keeps the money.", ""),
    _claim(
        "withdrawn",
        "The money came back by itself, so all or part of the claim ended.",
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
    _credit("used", "Account credit was deducted from an invoice; `balance` is left."),
    _credit("paid_out", "Account credit was paid out by hand; `balance` is left."),
    EntryKind(
        name="credit_limit_set",
        says="The limit of account credit was set or removed.",
        about=Thing.PARTNERSHIP,
        whose=Whose.SUPPLIER,
        needs=Scope.READ_MONEY,
        own=fields("currency limit"),
    ),
)
GATEWAYS: Final = (
    EntryKind(
        name="gateway_set",
        says="An account at Stripe was set, or its key or signing secrets were changed.",
        about=Thing.GATEWAY,
        whose=Whose.EITHER,
        needs=Scope.SET_GATEWAY,
        own=fields("account key connected signing"),
    ),
    EntryKind(
        name="gateway_checked",
        says="The key of an account was tested.",
        about=Thing.GATEWAY,
        whose=Whose.EITHER,
        needs=Scope.SET_GATEWAY,
        own=fields("works"),
    ),
    EntryKind(
        name="account_compared",
        says=(
            "Settlements were compared with Stripe's list. A comparison by a worker is recorded "
            "only if it finds a difference."
        ),
        about=Thing.COMPARISON,
        whose=Whose.EITHER,
        needs=Scope.RESOLVE_SETTLEMENTS,
        own=fields("agrees done seen missing adopted differing"),
    ),
    EntryKind(
        name="event_not_read",
        says="Stripe sent an event that Takeback does not know or the key may not read; recorded "
        "once for each type.",
        about=Thing.GATEWAY,
        whose=Whose.EITHER,
        needs=Scope.SET_GATEWAY,
        own=fields("type why version"),
    ),
    EntryKind(
        name="lane_stopped",
        says="Payouts are on hold, because Stripe refused the key.",
        about=Thing.LANE,
        whose=Whose.EITHER,
        needs=Scope.RESOLVE_SETTLEMENTS,
        own=fields("reason"),
    ),
    EntryKind(
        name="clock_off",
        says="The clock of a server differs from Stripe's by more than a minute.",
        about=Thing.GATEWAY,
        whose=Whose.EITHER,
        needs=Scope.SET_GATEWAY,
        own=fields("seconds"),
    ),
    EntryKind(
        name="clock_right",
        says="All servers' clocks were right for two hours.",
        about=Thing.GATEWAY,
        whose=Whose.EITHER,
        needs=Scope.SET_GATEWAY,
        own=fields(""),
    ),
    EntryKind(
        name="lane_opened",
        says="Payouts were resumed.",
        about=Thing.LANE,
        whose=Whose.EITHER,
        needs=Scope.RESOLVE_SETTLEMENTS,
        own=fields(""),
    ),
)
