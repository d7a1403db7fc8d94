"""Webhooks of Stripe: who signed them, and which movement to look at again.

A webhook is a hint: the state that counts is retrieved, so order and repetition do not matter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import stripe
from stripe import SignatureVerificationError, WebhookSignature

from engine.errors import RequestFault

TOLERANCE: Final = 300
"""Seconds that a signature may be old, or ahead of our clock."""
MOST_BYTES: Final = 262_144
_AT: Final = re.compile(r"(?:^|,)t=([0-9]{1,12})(?:,|$)")
_CHARGED: Final = ("charge", "payment_intent", "invoice")
"""By what a movement or dispute names the payment that it is of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A signed event: its id, and what it is about; `readable` is false for another API version.

    `kind` is Stripe's word (`refund`, `dispute`), `of` the charge, payment intent and invoice.
    """

    event: str
    type: str
    account: str
    kind: str
    reference: str
    of: tuple[str, ...]
    settlement: str
    status: str
    readable: bool


def hint_of(body: bytes, signature: str, secrets: Iterable[str], now: Callable[[], float]) -> Hint:
    """The event of a webhook; raises `RequestFault` `wrong_signature` or `wrong_event`."""
    if len(body) > MOST_BYTES:
        raise RequestFault("wrong_event", "The event is too large.")
    _check_time(signature, now())
    if not any(_signed(body, signature, secret) for secret in secrets):
        raise RequestFault("wrong_signature", "The signature is not of this endpoint's secret.")
    try:
        return _hint(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RequestFault("wrong_event", "The event cannot be read.") from None


def _check_time(signature: str, now: float) -> None:
    """The SDK refuses old signatures; one of the future passes it, and is refused here."""
    match = _AT.search(signature)
    if match is None or int(match[1]) > now + TOLERANCE:
        raise RequestFault("wrong_signature", "The signature's time cannot be right.")


def _signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        return bool(WebhookSignature.verify_header(body, signature, secret, TOLERANCE))
    except (SignatureVerificationError, ValueError):
        return False


def _hint(event: dict[str, Any]) -> Hint:
    about = event["data"]["object"]
    kind, reference = str(about["object"]), str(about["id"])
    of = [about.get(name) for name in _CHARGED] + ([reference] if kind == "charge" else [])
    return Hint(
        event=str(event["id"]),
        type=str(event["type"]),
        account=str(event.get("account") or ""),
        kind=kind,
        reference=reference,
        of=tuple(each for each in of if isinstance(each, str) and each),
        settlement=str((about.get("metadata") or {}).get("settlement_id") or ""),
        status=str(about.get("status") or ""),
        readable=_major(event.get("api_version")) == _major(stripe.api_version),
    )


def _major(version: Any) -> str:
    """`endive` of `2026-10-28.endive`: within one name Stripe breaks nothing."""
    return str(version or "").rpartition(".")[2]
