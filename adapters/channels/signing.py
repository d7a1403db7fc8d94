"""Signs messages as Standard Webhooks do: HMAC-SHA256 over id, time and body.

Source: github.com/standard-webhooks/standard-webhooks, spec 1.0.0.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Final

from engine.errors import RequestFault

PREFIX: Final = "whsec_"
LEAST_BYTES: Final = 24
MOST_BYTES: Final = 64


def new_secret() -> str:
    """Returns a secret of 32 random bytes, which is shown once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """Decodes a secret to its bytes; raises `RequestFault` `wrong_secret`."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not LEAST_BYTES <= len(key) <= MOST_BYTES:
        raise RequestFault(
            "wrong_secret",
            f"A secret is `{PREFIX}` and {LEAST_BYTES} to {MOST_BYTES} bytes in base64.",
            "secret",
        )
    return key


def signature(id_: str, timestamp: int, body: bytes, keys: Iterable[bytes]) -> str:
    """Value of `webhook-signature`: one signature per key, several while a secret is rotated."""
    signed = b".".join((id_.encode(), str(timestamp).encode(), body))
    found = (hmac.new(key, signed, hashlib.sha256).digest() for key in keys)
    return " ".join(f"v1,{base64.b64encode(each).decode()}" for each in found)
