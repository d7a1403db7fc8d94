"""Bad input at the door for Stripe's news is refused alike for every handle, and breaks nothing."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from stripe import WebhookSignature

from adapters.gateways.webhooks import MOST_BYTES
from adapters.identity.vault import Vault, new_master_key
from tests.faults.test_webhook_inbox import NEW, Desk, forged, service

__all__ = ["service"]
GOOD = json.dumps({"id": "evt_1"}).encode()
SIGNATURES = {
    "none": b"",
    "latin": "t={now},v1=\xe9\xff".encode("latin-1"),
    "utf-8": "t={now},v1=ключ".encode(),
    "no value": b"t={now},v1",
    "no name": b"t={now},=,,==",
    "two times": b"t={now},t=x,v1=00",
    "of no time": b"v1=00",
    "of a time too long": b"t=" + b"9" * 4_000 + b",v1=00",
    "long": b"t={now},v1=" + b"0" * 5_000,
    "many": b"t={now}" + b",v1=00" * 700,
}
BODIES = {
    "good": GOOD,
    "empty": b"",
    "nul": b"\x00" * 100,
    "no utf-8": b"\xff\xfe\xfd",
    "deep": b"[" * 100_000,
    "large": b" " * MOST_BYTES,
    "too large": b" " * (MOST_BYTES + 1),
    "far too large": b" " * (8 * MOST_BYTES),
}
HANDLES = (
    "acme",
    "nobody",
    "northwind",
    "x" * 300,
    "%00",
    "a%00b",
    "%ff",
    "%F0%9F%92%A9",
    "%ED%A0%80",
)


def posted(service: Desk, handle: str, body: bytes, signature: bytes) -> tuple[int, Any]:
    said = signature.replace(b"{now}", str(int(time.time())).encode())
    headers = {b"stripe-signature": said}
    answer = service.http.post(f"/webhooks/stripe/{handle}", content=body, headers=headers)
    return answer.status_code, answer.json()


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_stranger_is_answered_alike_whoever_has_an_account(service: Desk, signature: str) -> None:
    for name, body in BODIES.items():
        answers = [posted(service, handle, body, SIGNATURES[signature]) for handle in HANDLES]

        assert {status for status, _ in answers} == {400}, name
        assert all(each == answers[0] for each in answers), name


def test_a_signature_that_fits_no_handle_is_refused(service: Desk) -> None:
    text = json.dumps(forged())
    signed = WebhookSignature.generate_signature_header(text, "whsec_of_a_stranger")

    answers = [posted(service, handle, text.encode(), signed.encode()) for handle in HANDLES]

    assert answers == [(400, {"error": "wrong_signature"})] * len(HANDLES)


def deep(levels: int) -> str:
    return '{"id": ' + "[" * levels + "]" * levels + "}"


SIGNED = {
    "no object": "[]",
    "null": "null",
    "deep": deep(50_000),
    "nul in the id": json.dumps({**forged(), "id": "evt_\x00"}),
    "nul in the type": json.dumps({**forged(), "type": "a\x00b"}),
    "half a character": json.dumps(forged()).replace("evt_", "evt_\\ud800"),
    "half a character in the object": json.dumps(
        {**forged(), "data": {"object": {"object": "refund", "id": "re_\ud800"}}}
    ),
    "nul in a charge": json.dumps(
        {**forged(), "data": {"object": {"object": "refund", "id": "re_1", "charge": "ch_\x00"}}}
    ),
    "nul in metadata": json.dumps(
        {
            **forged(),
            "data": {
                "object": {
                    "object": "refund",
                    "id": "re_1",
                    "metadata": {"settlement_id": "\x00"},
                }
            },
        }
    ),
    "no id": json.dumps({**forged(), "id": ""}),
    "an id of a space": json.dumps({**forged(), "id": " "}),
    "no type": json.dumps({**forged(), "type": ""}),
    "no kind": json.dumps({**forged(), "data": {"object": {"object": "", "id": "re_1"}}}),
    "a dispute of a space": json.dumps(
        {**forged(), "data": {"object": {"object": "dispute", "id": " "}}}
    ),
    "an id too long": json.dumps({**forged(), "id": "e" * 10_000}),
    "a number too long": '{"id": ' + "9" * 10_000 + "}",
    "metadata of another kind": json.dumps(
        {**forged(), "data": {"object": {"object": "refund", "id": "re_1", "metadata": [1]}}}
    ),
}


def test_a_signed_event_that_cannot_be_kept_is_refused(service: Desk) -> None:
    for name, body in SIGNED.items():
        signed = WebhookSignature.generate_signature_header(body, NEW)
        answer = posted(service, "acme", body.encode(), signed.encode())

        assert answer == (400, {"error": "wrong_event"}), name


def test_secrets_that_cannot_be_opened_look_like_those_of_nobody(
    service: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.parts.gateways, "_vault", Vault.of(new_master_key()))

    assert service.tell(forged()) == 400
    signed = b"t={now},v1=00"
    assert posted(service, "acme", GOOD, signed) == posted(service, "nobody", GOOD, signed)
