"""Interprets Stripe's answers and errors: whether the movement happened, and what to do next.

Of a body or header, only codes, states and names of permissions go into an outcome, since both may
hold secrets.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import stripe

from adapters.gateways.units import money_of
from engine.settlement.gateway import FACTS, Answered, GatewayOutcome, Movement
from engine.settlement.instruments import Instrument

_STATES: Final = {
    "succeeded": Answered.SUCCEEDED,
    "pending": Answered.SUBMITTED,
    "requires_action": Answered.SUBMITTED,
    "failed": Answered.FAILED,
    "canceled": Answered.FAILED,
}
_WAITS: Final = {
    "insufficient_funds": "The supplier's balance at Stripe is too low; it pays when it suffices.",
    "charge_pending": "The charge itself has not settled yet.",
    "processing": "The bank works on it.",
}
_KEY: Final = "settlement_id"
_IN_USE: Final = frozenset({"idempotency_key_in_use", "lock_timeout"})
_PERMISSION: Final = re.compile(r"'((?![prs]k_|whsec_)[a-z_]{1,60}_(?:read|write))'")
"""How Stripe names a permission that a key lacks; no key and no secret looks like it."""
_EXPIRED: Final = "Stripe does not accept the key: it has expired."
_OF_ACCOUNT: Final = {
    "account_invalid": "Stripe refuses the key for this account: the account is closed, or not "
    "connected any more.",
    "api_key_expired": _EXPIRED,
    "platform_api_key_expired": _EXPIRED,
}
GONE: Final = GatewayOutcome(
    answered=Answered.REFUSED, reason="resource_missing", sentence="It was deleted at Stripe."
)
"""The outcome for an object of which Stripe keeps only a deleted stub."""


def metadata_of(movement: Movement) -> dict[str, str]:
    """The metadata that a movement gets at Stripe: ids and numbers, nothing personal."""
    return {_KEY: movement.settlement, **dict(movement.facts)}


def of_refund(refund: stripe.Refund) -> GatewayOutcome:
    """Reads a refund's state; an unknown state counts as submitted, not as a success."""
    reason = (
        getattr(refund, "failure_reason", None) or getattr(refund, "pending_reason", None) or ""
    )
    status = refund.status or ""
    return GatewayOutcome(
        answered=_STATES.get(status, Answered.SUBMITTED),
        reference=refund.id,
        amount=money_of(refund.amount, refund.currency),
        reason=reason or ("" if status in _STATES else "unknown"),
        sentence=_WAITS.get(reason, ""),
        settlement=_settlement(refund),
        instrument=Instrument.REFUND,
        of=_ids(refund.payment_intent, refund.charge),
        at=_made_at(refund),
        facts=_facts(refund),
    )


def of_credit_note(note: stripe.CreditNote) -> GatewayOutcome:
    """Reads a credit note: issued is succeeded, void is failed.

    Its amount excludes the refunds that it names, each of which is a movement of its own.
    """
    return GatewayOutcome(
        answered=Answered.FAILED if note.status == "void" else Answered.SUCCEEDED,
        reference=note.id,
        amount=money_of(own_part(note), note.currency),
        reason="void" if note.status == "void" else "",
        settlement=_settlement(note),
        instrument=Instrument.CREDIT_NOTE,
        of=_ids(note.invoice),
        at=_made_at(note),
        facts=_facts(note),
    )


def own_part(note: stripe.CreditNote) -> int:
    """The amount of a credit note less the refunds that it names, in Stripe's units."""
    return note.amount - sum(each.amount_refunded for each in note.refunds or ())


def of_balance_transaction(moved: stripe.CustomerBalanceTransaction) -> GatewayOutcome:
    """Reads a credit to a customer's balance; Stripe writes credits as negative amounts."""
    return GatewayOutcome(
        answered=Answered.SUCCEEDED,
        reference=moved.id,
        amount=money_of(-moved.amount, moved.currency),
        settlement=_settlement(moved),
        instrument=Instrument.BALANCE_CREDIT,
        of=_ids(moved.customer),
        at=_made_at(moved),
        facts=_facts(moved),
    )


def of_error(error: Exception) -> GatewayOutcome:
    """Interprets an error; an unforeseen one counts as `UNKNOWN`."""
    if not isinstance(error, stripe.StripeError):
        return _said(Answered.UNKNOWN, type(error).__name__, "Stripe's answer could not be read.")
    code = _code(error)
    _, answered, sentence = next(each for each in _MEANINGS if each[0](error, code))
    wait = _retry_after(error) if answered is Answered.BUSY else None
    if answered is Answered.LOCKED_OUT:
        sentence = _locked_out(error, code, sentence)
    return _said(answered, code, sentence or _refusal(code), wait)


def _locked_out(error: stripe.StripeError, code: str, sentence: str) -> str:
    """Says what is wrong with a key or its account, and which permission it lacks."""
    lacks = _PERMISSION.search(str(error.user_message or ""))
    if lacks is not None:
        return f"{sentence.removesuffix('.')}: `{lacks[1]}`."
    return _OF_ACCOUNT.get(code, sentence)


def _said(
    answered: Answered, reason: str, sentence: str, retry_after: float | None = None
) -> GatewayOutcome:
    return GatewayOutcome(
        answered=answered, reason=reason, sentence=sentence, retry_after=retry_after
    )


def _ids(*named: Any) -> tuple[str, ...]:
    """Returns the ids of objects that are given by id or expanded, without the empty ones."""
    return tuple(each if isinstance(each, str) else str(each.id) for each in named if each)


def _made_at(found: Any) -> datetime:
    return datetime.fromtimestamp(found.created, UTC)


def _settlement(found: Any) -> str:
    return dict(_from_metadata(found, _KEY)).get(_KEY, "")


def _facts(found: Any) -> tuple[tuple[str, str], ...]:
    return _from_metadata(found, *FACTS)


def _from_metadata(found: Any, *names: str) -> tuple[tuple[str, str], ...]:
    """Returns those of these metadata entries that exist."""
    metadata = found.metadata or {}
    return tuple((name, str(metadata[name])) for name in names if name in metadata)


def _code(error: stripe.StripeError) -> str:
    """Returns the error's code; `error.code` alone is empty where the SDK has no class for an
    error.
    """
    inner = getattr(error.error, "code", None) if error.error is not None else None
    return str(inner or error.code or getattr(error.error, "type", None) or type(error).__name__)


def _header(error: stripe.StripeError, name: str) -> str | None:
    found = {key.lower(): value for key, value in (error.headers or {}).items()}
    return found.get(name)


def _retry_after(error: stripe.StripeError) -> float | None:
    text = _header(error, "retry-after") or ""
    return float(text) if text.replace(".", "", 1).isdigit() else None


def _refusal(code: str) -> str:
    known = {
        "charge_already_refunded": "The charge was refunded in full already.",
        "charge_disputed": "The charge is disputed; money of it must not go back twice.",
        "resource_missing": "Stripe does not know this charge, invoice or customer.",
    }
    return known.get(code, "Stripe refused it.")


def _replayed(error: stripe.StripeError) -> bool:
    return str(_header(error, "idempotent-replayed")).lower() == "true"


_REFUSED: Final = (stripe.InvalidRequestError, stripe.CardError)
_MEANINGS: Final[tuple[tuple[Callable[[stripe.StripeError, str], bool], Answered, str], ...]] = (
    (
        lambda error, _: isinstance(error, stripe.RateLimitError),
        Answered.BUSY,
        "Stripe asks to slow down.",
    ),
    (
        lambda error, _: isinstance(error, stripe.AuthenticationError),
        Answered.LOCKED_OUT,
        "Stripe does not accept the key.",
    ),
    (
        lambda error, _: isinstance(error, stripe.PermissionError),
        Answered.LOCKED_OUT,
        "The key lacks a permission at Stripe that this needs.",
    ),
    (
        lambda error, code: error.http_status == 409 or code in _IN_USE,
        Answered.BUSY,
        "Another attempt with this key is running.",
    ),
    (
        lambda error, _: _replayed(error),  # a refusal too: it tells how things were
        Answered.KEY_SPENT,
        "Stripe replays an error for this key.",
    ),
    (
        lambda error, _: isinstance(error, stripe.IdempotencyError),
        Answered.KEY_SPENT,
        "The key was used for something else.",
    ),
    (lambda error, _: isinstance(error, _REFUSED), Answered.REFUSED, ""),
    (lambda _, __: True, Answered.UNKNOWN, "Stripe did not say whether it was done."),
)
"""The first matching predicate gives the meaning; a refusal takes its sentence from its code."""
