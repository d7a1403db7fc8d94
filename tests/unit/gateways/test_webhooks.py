"""A webhook is believed only with a fresh signature of this endpoint's secret."""

from __future__ import annotations

import json

import pytest
import stripe
from stripe import WebhookSignature

from adapters.gateways.webhooks import MOST_BYTES, Hint, hint_of
from engine.errors import RequestFault

SECRET = "whsec_now"
NOW = 1_800_000_000


@pytest.fixture(autouse=True)
def _at_that_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK takes the time from the wall."""
    monkeypatch.setattr("time.time", lambda: float(NOW))


def event(**more: object) -> bytes:
    said = {
        "id": "evt_1",
        "type": "refund.updated",
        "api_version": stripe.api_version,
        "account": "acct_1",
        "data": {"object": {"object": "refund", "id": "re_1"}},
        **more,
    }
    return json.dumps(said).encode()


def signed(body: bytes, secret: str = SECRET, at: int = NOW) -> str:
    return WebhookSignature.generate_signature_header(body.decode(), secret, at)


def hint(body: bytes, signature: str, *secrets: str) -> Hint:
    return hint_of(body, signature, secrets or (SECRET,), lambda: float(NOW))


def test_a_signed_event_says_which_movement_to_look_at() -> None:
    found = hint(event(), signed(event()))

    assert (found.event, found.account) == ("evt_1", "acct_1")
    assert (found.kind, found.reference) == ("refund", "re_1")
    assert found.readable


def test_a_movement_names_its_payment_and_its_settlement() -> None:
    about = {
        "object": "refund",
        "id": "re_1",
        "charge": "ch_1",
        "payment_intent": None,
        "metadata": {"settlement_id": "st_1"},
        "status": "pending",
    }
    body = event(data={"object": about})

    found = hint(body, signed(body))

    assert (found.of, found.settlement, found.status) == (("ch_1",), "st_1", "pending")


def test_a_charge_names_itself() -> None:
    body = event(data={"object": {"object": "charge", "id": "ch_1", "payment_intent": "pi_1"}})

    assert hint(body, signed(body)).of == ("pi_1", "ch_1")


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "t=1",
        "nonsense",
        f"t={NOW},v1=00",
        signed(event(), "whsec_other"),
        signed(event(id="evt_2")),
        signed(event(), at=NOW - 301),
        signed(event(), at=NOW + 301),
    ],
)
def test_forged_altered_stale_and_future_events_are_refused(signature: str) -> None:
    with pytest.raises(RequestFault) as caught:
        hint(event(), signature)

    assert caught.value.code == "wrong_signature"


def test_while_a_secret_is_changed_both_are_believed() -> None:
    assert hint(event(), signed(event(), "whsec_old"), SECRET, "whsec_old").event == "evt_1"


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"id": "evt_1", "data": 1}', b"not json"])
def test_a_signed_event_that_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(RequestFault) as caught:
        hint(body, signed(body))

    assert caught.value.code == "wrong_event"


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(RequestFault):
        hint(b"\xff\xfe", f"t={NOW},v1=00")


def test_a_body_that_is_too_large_is_not_even_checked() -> None:
    with pytest.raises(RequestFault, match="too large"):
        hint(b"x" * (MOST_BYTES + 1), "")


def test_an_event_of_another_api_version_is_a_hint_to_poll() -> None:
    body = event(api_version="2024-06-20")

    assert not hint(body, signed(body)).readable
