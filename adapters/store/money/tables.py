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

    Charge: Any
    Payment: Any
    Settlement: Any
    CancelledRefund: Any
    Claim: Any
    ClaimUse: Any
    Lane: Any
    GatewayAccount: Any
    Dispute: Any
    Inbox: Any
    UnreadEvent: Any
    Reconciliation: Any


def define_money(db: Database) -> MoneyTables:
    """The entities of `db`."""

    class Charge(db.Entity):
        _table_ = "charge"
        id = PrimaryKey(str)
        supplier = Required(str)
        reference = Required(str)
        intent = Optional(str, index=True)
        invoice = Optional(str, index=True)
        customer = Optional(str)
        currency = Required(str)
        amount = Required(int, size=64, default=0)
        given_before = Required(int, size=64, default=0)
        read_at = Optional(datetime)
        made_at = Optional(datetime)
        payments = Set("Payment")
        disputes = Set("Dispute")
        composite_key(supplier, reference)

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
        place = Required(int, default=1)
        source = Optional(Charge)
        settlements = Set("Settlement")
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
        tax = Required(int, size=64, default=0)
        state = Required(str)
        trouble = Optional(str)
        sentence = Optional(str)
        why = Optional(str, 2_000, autostrip=False)
        instead_of = Optional(str, index=True)
        line_most = Required(int, size=64, default=0)
        claimed = Required(int, size=64, default=0)
        excess = Required(int, size=64, default=0)
        came_back_at = Optional(datetime)
        reference = Optional(str)
        generation = Required(int, default=1)
        attempts = Required(int, default=0)
        polls = Required(int, default=0)
        first_sent = Optional(datetime)
        due = Optional(datetime)
        heard = Required(bool, default=False)
        owner = Optional(str)
        made_at = Required(datetime)
        composite_key(return_line, sequence)
        composite_index(due, state)
        composite_index(state, return_line)
        composite_index(supplier, made_at, id)
        composite_index(retailer, made_at, id)
        composite_index(supplier, state, made_at, id)
        composite_index(retailer, state, made_at, id)

    class CancelledRefund(db.Entity):
        _table_ = "cancelled_refund"
        settlement = Required(str)
        order_line = Required(str, index=True)
        units = Required(int)
        part_of = Optional(str)
        whole = Required(int, size=64, default=0)
        PrimaryKey(settlement, order_line)

    class Claim(db.Entity):
        _table_ = "claim"
        id = PrimaryKey(str)
        return_line = Required(str, index=True)
        order_line = Required(str, index=True)
        supplier = Required(str)
        retailer = Required(str)
        currency = Required(str)
        amount = Required(int, size=64)
        paid = Required(int, size=64, default=0)
        let_go = Required(int, size=64, default=0)
        by = Required(str)
        state = Required(str)
        due_on = Optional(str)
        why = Optional(str, 2_000, autostrip=False)
        ended_why = Optional(str, 2_000, autostrip=False)
        made_at = Required(datetime)
        composite_index(supplier, retailer, state)
        composite_index(supplier, made_at, id)
        composite_index(retailer, made_at, id)

    class ClaimUse(db.Entity):
        _table_ = "claim_use"
        id = PrimaryKey(str)
        claim = Required(str, index=True)
        settlement = Optional(str, index=True)
        order_line = Required(str, index=True)
        amount = Required(int, size=64)
        at = Required(datetime)

    class Dispute(db.Entity):
        _table_ = "dispute_of_charge"
        supplier = Required(str)
        reference = Required(str)
        charge = Required(Charge)
        status = Required(str)
        amount = Required(int, size=64, default=0)
        PrimaryKey(supplier, reference)

    class Inbox(db.Entity):
        _table_ = "inbox"
        tenant = Required(str)
        event = Required(str)
        type = Required(str)
        received_at = Required(datetime)
        PrimaryKey(tenant, event)

    class UnreadEvent(db.Entity):
        _table_ = "unread_event"
        tenant = Required(str)
        of_type = Required(str)
        reference = Required(str)
        why = Required(str)
        version = Optional(str)
        first_at = Required(datetime)
        last_at = Required(datetime)
        times = Required(int, default=1)
        PrimaryKey(tenant, of_type, reference)

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
        clock_off = Required(int, default=0)
        asked_by = Required(str)
        composite_index(partner, began_at)

    class Lane(db.Entity):
        _table_ = "lane"
        supplier = PrimaryKey(str)
        stopped_at = Optional(datetime)
        reason = Optional(str)
        clock_off = Required(int, default=0)
        clock_since = Optional(datetime)
        clock_seen = Optional(datetime)

    class GatewayAccount(db.Entity):
        _table_ = "gateway_account"
        partner = PrimaryKey(str)
        account = Required(str)
        connected = Optional(str, nullable=True, unique=True)
        secret = Optional(str, autostrip=False)
        shown = Optional(str)
        webhooks = Required(Json, default=[])
        set_at = Required(datetime)
        checked_at = Required(datetime)
        trouble = Optional(str)
        compare_due = Required(datetime, index=True)

    return MoneyTables(
        Charge=Charge,
        Payment=Payment,
        Settlement=Settlement,
        CancelledRefund=CancelledRefund,
        Claim=Claim,
        ClaimUse=ClaimUse,
        Lane=Lane,
        GatewayAccount=GatewayAccount,
        Dispute=Dispute,
        Inbox=Inbox,
        UnreadEvent=UnreadEvent,
        Reconciliation=Reconciliation,
    )
