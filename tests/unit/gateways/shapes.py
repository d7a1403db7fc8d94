"""Says where an object is not as its class in stripe-python says, or a form not as its parameters.

Written apart from the stand-in, so that a mistake of the one is seen by the other.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from decimal import Decimal
from types import UnionType
from typing import Any, ClassVar, ForwardRef, Literal, Union, get_args, get_origin

import stripe
from stripe import StripeObject
from stripe.params import RefundCreateParams  # noqa: F401 - loads the module of parameters

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
LEFT_OUT = {
    "charge": {"refunds"},
    "customer": {"cash_balance", "sources", "subscriptions", "tax", "tax_ids"},
    "invoice": {"payments", "confirmation_secret"},
}
"""What Stripe answers only where it is expanded."""


def hints(shape: type) -> dict[str, Any]:
    return {
        name: hint
        for name, hint in shape.__annotations__.items()
        if get_origin(hint) is not ClassVar and not name.startswith("_")
    }


def faults(body: Any, hint: Any, place: str) -> list[str]:
    """What of a JSON value is not of a type; nothing where all is."""
    if isinstance(hint, ForwardRef):
        hint = named(hint.__forward_arg__)
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any:
        return []
    if origin in (Union, UnionType):
        return _of_union(body, inner, place)
    if origin is Literal:
        return [] if body in inner else [f"{place}: {body!r} is none of {inner}"]
    if origin in (list, stripe.ListObject) or hint is stripe.ListObject:
        return _of_list(body, origin, inner, place)
    shape = origin or hint
    if isinstance(shape, type) and issubclass(shape, StripeObject):
        return _of_object(body, shape, place)
    wire = str if hint is Decimal else hint
    right = type(body) is wire
    return [] if right else [f"{place}: {body!r} is no {wire}"]


def named(name: str) -> Any:
    return getattr(stripe, name.removesuffix("Resource"))


def _of_union(body: Any, inner: tuple[Any, ...], place: str) -> list[str]:
    if body is None and type(None) in inner:
        return []
    words = [each for each in inner if get_origin(each) is Literal]
    open_to = [each for each in inner if each is not type(None) and not (words and each is str)]
    if type(body) in open_to:
        return []
    found = [faults(body, each, place) for each in open_to]
    return min(found, key=len)


def _of_list(body: Any, origin: Any, inner: tuple[Any, ...], place: str) -> list[str]:
    if origin is not list:
        if not isinstance(body, dict) or body.get("object") != "list":
            return [f"{place}: {body!r} is no list"]
        body = body["data"]
    if not isinstance(body, list):
        return [f"{place}: {body!r} is no list"]
    return [
        fault for at, each in enumerate(body) for fault in faults(each, inner[0], f"{place}[{at}]")
    ]


def _of_object(body: Any, shape: type, place: str) -> list[str]:
    if not isinstance(body, dict):
        return [f"{place}: {body!r} is no {shape.__name__}"]
    known = hints(shape)
    if not known:  # metadata, and the object of an event
        return []
    optional = LEFT_OUT.get(str(body.get("object")), set()) | {"deleted", "previous_attributes"}
    found = [f"{place}.{name} is no field of {shape.__name__}" for name in body.keys() - known]
    found += [f"{place}.{name} is missing" for name in known.keys() - body.keys() - optional]
    for name in known.keys() & body.keys():
        found += faults(body[name], known[name], f"{place}.{name}")
    return found


def of(body: dict[str, Any]) -> list[str]:
    """What of an answer is not as the class that its `object` names."""
    if body["object"] == "list":
        if set(body) != {"object", "data", "has_more", "url"}:
            return [f"a list has {sorted(body)}"]
        return [fault for each in body["data"] for fault in of(each)]
    words = {"invoiceitem": "InvoiceItem", "fee_refund": "ApplicationFeeRefund"}
    name = words.get(body["object"], "".join(map(str.title, body["object"].split("_"))))
    return faults(body, getattr(stripe, name), body["object"])


# --- parameters -----------------------------------------------------------------------------------


def misnamed(form: dict[str, Any], params: type, place: str = "") -> list[str]:
    """Parameters that a call of Stripe does not take, at any depth."""
    known = {name: _plain(hint, params) for name, hint in params.__annotations__.items()}
    found = [f"{params.__name__} has no {place}{name}" for name in form if name not in known]
    for name, value in form.items():
        if name not in known or not isinstance(value, dict):
            continue
        for inner in known[name]:
            if isinstance(inner, type) and hasattr(inner, "__total__"):
                found += misnamed(value, inner, f"{place}{name}.")
    return found


def _plain(hint: Any, params: type) -> list[Any]:
    """The types that a parameter may have, names resolved in the module of its parameters."""
    if isinstance(hint, ForwardRef):
        hint = hint.__forward_arg__
    if isinstance(hint, str):
        text = hint.removeprefix("NotRequired[").removesuffix("]")
        names = [each.strip(" \"'") for each in text.split("|")]
        module = sys.modules[params.__module__]
        return [getattr(module, each, each) for each in names]
    return [kind for each in get_args(hint) or (hint,) for kind in _leaves(each, params)]


def _leaves(hint: Any, params: type) -> list[Any]:
    if isinstance(hint, (str, ForwardRef)):
        return _plain(hint, params)
    return [hint]
