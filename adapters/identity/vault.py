"""Encrypts secrets of partners with AES-256-GCM, bound to the name of their owner.

A sealed secret opens only for the name that it was sealed for: moved to another row, it is refused.
A vault without a key seals and opens nothing; its fault says how to set one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Mapping
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.errors import RequestFault

_VERSION: Final = "v1"
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12


class Vault:
    """Seals with the newest key, and opens with any key that it knows by id."""

    def __init__(self, keys: Mapping[str, bytes], newest: str | None) -> None:
        self._keys = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._raw = tuple(keys.values())
        self._newest = newest

    @property
    def has_key(self) -> bool:
        """Whether it can seal."""
        return self._newest is not None

    @classmethod
    def of(cls, *texts: str) -> Self:
        """Reads keys in base64, the newest first; raises `RequestFault` `wrong_master_key`."""
        keys = [_key(text) for text in texts]
        ids = [hashlib.sha256(key).hexdigest()[:8] for key in keys]
        return cls(dict(zip(ids, keys, strict=True)), ids[0] if ids else None)

    def derived(self, purpose: str) -> tuple[bytes, ...]:
        """Derives 32 bytes for one purpose from each key, the newest first; not reversible."""
        return tuple(
            HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_bound(purpose)).derive(key)
            for key in self._raw
        )

    def seal(self, secret: str, name: str) -> str:
        """Encrypts a secret for `name` (`supplier:ID:stripe`); raises `no_master_key`."""
        if self._newest is None:
            raise no_master_key()
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._keys[self._newest].encrypt(nonce, secret.encode(), _bound(name))
        return f"{_VERSION}.{self._newest}.{base64.b64encode(nonce + sealed).decode()}"

    def again(self, sealed: str, name: str) -> str:
        """Seals a secret again with the newest key, if it was not yet; raises as `open` does."""
        if sealed.split(".")[1:2] == [self._newest]:
            return sealed
        return self.seal(self.open(sealed, name), name)

    def knows(self, sealed: str) -> bool:
        """Whether a text was sealed by one of this vault's keys."""
        return sealed.partition(".")[2].partition(".")[0] in self._keys

    def open(self, sealed: str, name: str) -> str:
        """Decrypts a secret sealed for `name`; raises `RequestFault` `sealed_otherwise`."""
        if self._newest is None:
            raise no_master_key()
        version, _, rest = sealed.partition(".")
        key_id, _, text = rest.partition(".")
        try:
            data = base64.b64decode(text, validate=True)
            if version != _VERSION:
                raise KeyError(version)
            opened = self._keys[key_id].decrypt(
                data[:_NONCE_BYTES], data[_NONCE_BYTES:], _bound(name)
            )
        except (KeyError, InvalidTag, binascii.Error, ValueError):
            raise RequestFault(
                "sealed_otherwise",
                "A stored secret cannot be opened: it was sealed by another master key, or for "
                "another owner.",
            ) from None
        return opened.decode()


def new_master_key() -> str:
    """Returns a new random key in base64, for the environment variable."""
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def fingerprint(secret: str) -> str:
    """What may be shown of a secret: its last four characters, and a hash to compare by."""
    return f"…{secret[-4:]} ({hashlib.sha256(secret.encode()).hexdigest()[:12]})"


def no_master_key() -> RequestFault:
    """The fault of a server without a master key; it says how to set one."""
    return RequestFault(
        "no_master_key",
        "This server has no master key, so it keeps no secrets of partners; whoever runs it sets "
        "TAKEBACK_MASTER_KEY to what `takeback key master` prints.",
    )


def _bound(name: str) -> bytes:
    return f"takeback:{name}".encode()


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise RequestFault(
            "wrong_master_key", "A master key is 32 random bytes in base64.", "TAKEBACK_MASTER_KEY"
        )
    return key
