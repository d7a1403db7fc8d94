"""The tables of money, as Pony entities; like those of `adapters.store.tables`."""

# Pony's stubs leave its attributes untyped, and its base class is made at run time.
# mypy: disable-error-code="misc, name-defined, no-untyped-call"

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pony.orm import (
    Database,
    Json,
    Optional,
    PrimaryKey,
    Required,
    Set,
    composite_index,
    composite_key,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyTables:
    """Every entity class of money."""

    Payment: Any
    Settlement: Any
    CancelledRefund: Any
    Lane: Any
    GatewayAccount: Any
    Dispute: Any
    Inbox: Any
    Reconciliation: Any


def define_money(db: Database) -> MoneyTables:
    """The entities of `db`."""

    class Payment(db.Entity):
        _table_ = "payment"
        id = PrimaryKey(str)
        supplier = Required(str)
        retailer = Required(str)
        order = Required(str)
        known_by = Required(str)
        charge = Optional(str)
        invoice = Optional(str)
        customer = Optional(str)
        currency = Required(str)
        amount = Required(int, size=64)
        settlements = Set("Settlement")
        disputes = Set("Dispute")
        composite_key(order, known_by)

    class Settlement(db.Entity):
        _table_ = "settlement"
        id = PrimaryKey(str)
        return_line = Required(str)
        sequence = Required(int)
        order_line = Required(str, index=True)
        payment = Optional(Payment)
        supplier = Required(str)
        retailer = Required(str)
        instrument = Required(str)
        currency = Required(str)
        amount = Required(int, size=64)
        state = Required(str)
        trouble = Optional(str)
        sentence = Optional(str)
        why = Optional(str, 2_000, autostrip=False)
        instead_of = Optional(str, index=True)
        line_most = Required(int, size=64, default=0)
        reference = Optional(str)
        generation = Required(int, default=1)
        attempts = Required(int, default=0)
        polls = Required(int, default=0)
        first_sent = Optional(datetime)
        due = Optional(datetime)
        owner = Optional(str)
        made_at = Required(datetime)
        composite_key(return_line, sequence)
        composite_index(due, state)

    class CancelledRefund(db.Entity):
        _table_ = "cancelled_refund"
        settlement = Required(str)
        order_line = Required(str, index=True)
        units = Required(int)
        PrimaryKey(settlement, order_line)

    class Dispute(db.Entity):
        _table_ = "dispute"
        id = PrimaryKey(str)
        payment = Required(Payment)
        status = Required(str)

    class Inbox(db.Entity):
        _table_ = "inbox"
        tenant = Required(str)
        event = Required(str)
        type = Required(str)
        received_at = Required(datetime)
        PrimaryKey(tenant, event)

    class Reconciliation(db.Entity):
        _table_ = "reconciliation"
        id = PrimaryKey(str)
        partner = Required(str)
        since = Required(datetime)
        began_at = Required(datetime)
        ended_at = Required(datetime)
        seen = Required(int)
        elsewhere = Required(int)
        missing = Required(Json, default=[])
        adopted = Required(Json, default=[])
        differing = Required(Json, default=[])
        trouble = Optional(str, 2_000)
        asked_by = Required(str)
        composite_index(partner, began_at)

    class Lane(db.Entity):
        _table_ = "lane"
        supplier = PrimaryKey(str)
        stopped_at = Optional(datetime)
        reason = Optional(str)

    class GatewayAccount(db.Entity):
        _table_ = "gateway_account"
        partner = PrimaryKey(str)
        account = Required(str)
        secret = Optional(str, autostrip=False)
        shown = Optional(str)
        webhooks = Required(Json, default=[])
        set_at = Required(datetime)
        checked_at = Required(datetime)
        trouble = Optional(str)
        compare_due = Required(datetime, index=True)

    return MoneyTables(
        Payment=Payment,
        Settlement=Settlement,
        CancelledRefund=CancelledRefund,
        Lane=Lane,
        GatewayAccount=GatewayAccount,
        Dispute=Dispute,
        Inbox=Inbox,
        Reconciliation=Reconciliation,
    )
