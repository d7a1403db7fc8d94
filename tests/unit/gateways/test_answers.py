"""What a gateway says of a key is told, and no part of a key."""

from __future__ import annotations

import pytest
import stripe

from adapters.gateways.answers import of_error
from engine.settlement.gateway import Answered

SECRET = "rk_live_51secret_read"
BEGIN = f"The provided key '{SECRET}' does not have the required permissions for this endpoint on "
OLD = f"{BEGIN}account 'acct_1'. Having the 'rak_charge_write' permission would allow this request."
NEW = f"{BEGIN}account 'acct_1'. Enabling Charges Write ('charge_write') permissions on this key …"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (OLD, "The key lacks a permission at Stripe that this needs: `rak_charge_write`."),
        (NEW, "The key lacks a permission at Stripe that this needs: `charge_write`."),
        (BEGIN, "The key lacks a permission at Stripe that this needs."),
        ("", "The key lacks a permission at Stripe that this needs."),
        (f"'{SECRET}' 'sk_read' 'rk_live_abc_read'", "The key lacks a permission at Stripe that"),
        ("'" + "a" * 100_000 + "_read'", "The key lacks a permission at Stripe that this needs."),
    ],
)
def test_a_permission_that_is_missing_is_named_and_no_key(message: str, told: str) -> None:
    outcome = of_error(stripe.PermissionError(message, http_status=403))

    assert outcome.answered is Answered.LOCKED_OUT
    assert outcome.sentence.startswith(told)
    assert "live" not in outcome.sentence
    assert "sk_" not in outcome.sentence


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (stripe.PermissionError, "account_invalid", "the account is closed, or not connected"),
        (stripe.AuthenticationError, "api_key_expired", "it has expired"),
        (stripe.AuthenticationError, "platform_api_key_expired", "it has expired"),
        (stripe.AuthenticationError, "api_key_invalid", "Stripe does not accept the key."),
    ],
)
def test_what_is_wrong_with_an_account_is_told(
    error: type[stripe.StripeError], code: str, told: str
) -> None:
    body = {"error": {"code": code, "message": SECRET}}
    outcome = of_error(error(SECRET, json_body=body, code=code))

    assert (outcome.answered, outcome.reason) == (Answered.LOCKED_OUT, code)
    assert told in outcome.sentence
    assert SECRET not in outcome.sentence
