"""Builds objects with exactly the fields of their class in stripe-python.

A nullable field that is not given is null; another one takes the empty value of its type. A field
that Stripe removed is not in the class, so the stand-in cannot return it: building such an object
raises TypeError.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, Literal, Union, get_args, get_origin

import stripe
from stripe import StripeObject

from adapters.gateways.simulated.wire import Body

CLASSES: Final[dict[str, type[StripeObject]]] = {
    "account": stripe.Account,
    "application_fee": stripe.ApplicationFee,
    "balance_transaction": stripe.BalanceTransaction,
    "charge": stripe.Charge,
    "credit_note": stripe.CreditNote,
    "customer": stripe.Customer,
    "customer_balance_transaction": stripe.CustomerBalanceTransaction,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "fee_refund": stripe.ApplicationFeeRefund,
    "invoice": stripe.Invoice,
    "invoice_payment": stripe.InvoicePayment,
    "invoiceitem": stripe.InvoiceItem,
    "payment_intent": stripe.PaymentIntent,
    "refund": stripe.Refund,
    "transfer": stripe.Transfer,
    "transfer_reversal": stripe.TransferReversal,
    "webhook_endpoint": stripe.WebhookEndpoint,
}
"""Classes by the value of the field `object`."""
_ON_REQUEST: Final = {
    "charge": {"refunds"},
    "customer": {"cash_balance", "sources", "subscriptions", "tax", "tax_ids"},
    "invoice": {"payments", "confirmation_secret"},
}
"""Fields that Stripe returns only when they are expanded."""
_USUAL: Final[dict[str, Body]] = {
    "balance_transaction": {"balance_type": "payments", "status": "available"},
    "credit_note": {"type": "pre_payment"},
    "invoice": {"collection_method": "charge_automatically"},
    "payment_intent": {"capture_method": "automatic_async", "confirmation_method": "automatic"},
}
"""Defaults of fields that are never empty."""
_PASSING: Final = {"previous_attributes"}
"""Fields that only events about changes have."""
_EMPTY: Final[dict[Any, Any]] = {int: 0, bool: False, str: "", float: 0.0}


def shaped(kind: str, body: Body) -> Body:
    """Returns the object with every field of its class; a kind that Stripe lacks stays as it is."""
    if kind not in CLASSES:
        return body
    fields = fields_of(CLASSES[kind])
    if unknown := body.keys() - fields.keys():
        raise TypeError(f"Stripe's {kind} has no {', '.join(sorted(unknown))}")
    left_out = _ON_REQUEST.get(kind, set()) | {"deleted"} - body.keys()
    said = {**_USUAL.get(kind, {}), **body}
    return {
        name: _filled(said[name], hint) if name in said else _empty(hint)
        for name, hint in fields.items()
        if name in said or name not in left_out
    }


def has(kind: str, name: str) -> bool:
    """Whether objects of a kind have a field."""
    return kind not in CLASSES or name in fields_of(CLASSES[kind])


def fields_of(shape: Any) -> dict[str, Any]:
    """Returns the type of each field of a class."""
    return {
        name: hint
        for name, hint in shape.__annotations__.items()
        if get_origin(hint) is not ClassVar and not name.startswith("_")
    }


def _filled(said: Any, hint: Any) -> Any:
    """Fills a nested object with every field of its class too."""
    own = [each for each in (hint, *get_args(hint)) if isinstance(each, type)]
    shape = next((each for each in own if issubclass(each, StripeObject)), None)
    if shape is None or not isinstance(said, dict):
        return said
    parts = {name: each for name, each in fields_of(shape).items() if name not in _PASSING}
    return {**{name: _empty(each) for name, each in parts.items()}, **said}


def _empty(hint: Any) -> Any:
    """Returns null where that is allowed, else the empty value of the type."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Union:
        return None if type(None) in inner else _empty(inner[0])
    if origin is Literal:
        return inner[0]
    if origin is list:
        return []
    shape = origin or hint
    if not isinstance(shape, type) or not issubclass(shape, StripeObject):
        return _EMPTY.get(hint, "")
    if issubclass(shape, stripe.ListObject):
        return {"object": "list", "data": [], "has_more": False, "url": ""}
    return {name: _empty(each) for name, each in fields_of(shape).items()}
