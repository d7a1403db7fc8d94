"""Verifies Stripe's webhooks and reads which movement to look at again.

A webhook is only a hint: the state that counts is retrieved, so order and repetition do not matter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import stripe
from stripe import WebhookSignature

from engine.errors import RequestFault

TOLERANCE: Final = 300
"""Seconds that a signature's time may lie before or after this machine's clock."""
MOST_BYTES: Final = 262_144
MOST_WORD: Final = 2_000
"""Longest id or word of an event, in bytes; a metadata value has at most 500 characters."""
_AT: Final = re.compile(r"(?:^|,)t=([0-9]{1,12})(?:,|$)")
_CHARGED: Final = {
    "charge": ("payment_intent",),
    "credit_note": ("invoice",),
    "dispute": ("charge", "payment_intent"),
    "refund": ("charge", "payment_intent"),
}
"""The fields by which a kind of object names its payment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A signed event: its id, and what it is about; `readable` is false for another API version.

    `kind` is Stripe's word (`refund`, `dispute`); `of` holds the charge, payment intent and
    invoice, or the customer whose balance changed.
    """

    event: str
    type: str
    account: str
    kind: str
    reference: str
    of: tuple[str, ...]
    settlement: str
    status: str
    version: str
    readable: bool


def hint_of(body: bytes, signature: str, secrets: Iterable[str], now: Callable[[], float]) -> Hint:
    """Reads the event of a webhook; raises `RequestFault` `wrong_signature` or `wrong_event`."""
    if len(body) > MOST_BYTES:
        raise RequestFault("wrong_event", "The event is too large.")
    _check_time(signature, now())
    if not any(_signed(body, signature, secret) for secret in secrets):
        raise RequestFault("wrong_signature", "The signature is not of this endpoint's secret.")
    try:
        return _hint(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise RequestFault("wrong_event", "The event cannot be read.") from None


def _check_time(signature: str, now: float) -> None:
    """Refuses signatures dated in the future, which the SDK accepts; the SDK refuses old ones."""
    match = _AT.search(signature) if signature.isascii() else None
    if match is None or int(match[1]) > now + TOLERANCE:
        raise RequestFault("wrong_signature", "The signature's time cannot be right.")


def _signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        return bool(WebhookSignature.verify_header(body, signature, secret, TOLERANCE))
    except Exception:  # noqa: BLE001 - a signature that cannot be read is not valid
        return False


def _hint(event: dict[str, Any]) -> Hint:
    about = _about(event)
    kind, reference = str(about["object"]), str(about["id"])
    of = [about.get(name) for name in _CHARGED.get(kind, ())]
    if kind == "charge" or (kind == "customer" and "balance" in _before(event)):
        of.append(reference)
    return Hint(
        event=_named(event["id"]),
        type=_named(event["type"]),
        account=_text(event.get("account") or ""),
        kind=_named(kind),
        reference=_named(reference),
        of=tuple(_text(each) for each in of if isinstance(each, str) and each),
        settlement=_text((about.get("metadata") or {}).get("settlement_id") or ""),
        status=_text(about.get("status") or ""),
        version=_text(event.get("api_version") or ""),
        readable=_major(event.get("api_version")) == _major(stripe.api_version),
    )


def _before(event: dict[str, Any]) -> dict[str, Any]:
    """The changed fields' previous values."""
    return (event.get("data") or {}).get("previous_attributes") or {}


def _about(event: dict[str, Any]) -> dict[str, Any]:
    """The object that an event contains, or only refers to, as events of later versions do."""
    shown = (event.get("data") or {}).get("object")
    if shown is not None:
        return dict(shown)
    named = event["related_object"]
    return {"object": named["type"], "id": named["id"]}


def _named(value: Any) -> str:
    """Returns an id, type or kind; raises ValueError if it is empty."""
    if not (text := _text(value)):
        raise ValueError("no name of Stripe's")
    return text


def _text(value: Any) -> str:
    """Returns a text that a database can hold; raises ValueError for NUL, lone surrogates, excess
    size.
    """
    text = str(value).strip()
    if "\0" in text or len(text.encode()) > MOST_WORD:
        raise ValueError("no word of Stripe's")
    return text


def _major(version: Any) -> str:
    """The name in a version, as `endive` of `2026-10-28.endive`; Stripe breaks nothing within a
    name.
    """
    return str(version or "").rpartition(".")[2]
