"""Signs checkpoints of journals with Ed25519 keys that are derived from the master keys.

Access to the database alone is not enough to sign; the public key is enough to check.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from adapters.identity.vault import Vault, no_master_key
from engine.errors import RequestFault
from engine.journal import Checkpoint

_PURPOSE: Final = "journal checkpoint"
PublicKeys = Mapping[str, Ed25519PublicKey]
"""Public keys by id."""


class Signer:
    """Signs with the key of the newest master key, and knows the public keys of all of them."""

    def __init__(self, keys: Sequence[Ed25519PrivateKey]) -> None:
        self._keys = keys

    @classmethod
    def of(cls, vault: Vault) -> Self:
        """Derives the keys from a vault's master keys; without any, the signer cannot sign."""
        return cls([Ed25519PrivateKey.from_private_bytes(each) for each in vault.derived(_PURPOSE)])

    @property
    def has_key(self) -> bool:
        """Whether it can sign."""
        return bool(self._keys)

    @property
    def public_keys(self) -> dict[str, Ed25519PublicKey]:
        """All public keys, by id."""
        return {key_id(each.public_key()): each.public_key() for each in self._keys}

    @property
    def pem(self) -> str:
        """The public key that belongs to the signing key; raises `RequestFault` `no_master_key`."""
        form = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return self._newest.public_key().public_bytes(*form).decode()

    def sign(self, said: Checkpoint) -> Checkpoint:
        """Returns the checkpoint with its signature; raises `RequestFault` `no_master_key`."""
        signature = base64.b64encode(self._newest.sign(said.text.encode())).decode()
        return replace(said, key=key_id(self._newest.public_key()), signature=signature)

    @property
    def _newest(self) -> Ed25519PrivateKey:
        if not self._keys:
            raise no_master_key()
        return self._keys[0]


def key_id(key: Ed25519PublicKey) -> str:
    """The id of a public key in checkpoints: the first half of its SHA-256, in hex."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:32]


def public_key(pem: str) -> dict[str, Ed25519PublicKey]:
    """Reads a public key in PEM and returns it by its id; raises `RequestFault` `wrong_key`."""
    try:
        found = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        found = None
    if not isinstance(found, Ed25519PublicKey):
        text = "A public key is what `takeback journal key` prints: Ed25519 in PEM."
        raise RequestFault("wrong_key", text, "key")
    return {key_id(found): found}


def check_signed(said: Checkpoint, keys: PublicKeys) -> None:
    """Raises `RequestFault` `unknown_key`, or `wrong_signature` if the checkpoint was altered."""
    key = keys.get(said.key)
    if key is None:
        known = ", ".join(f"`{each}`" for each in keys) or "none"
        text = f"The checkpoint names the key `{said.key[:64]}`, and known is {known}."
        raise RequestFault("unknown_key", text, "key")
    try:
        key.verify(base64.b64decode(said.signature, validate=True), said.text.encode())
    except (InvalidSignature, binascii.Error, ValueError):
        text = "The signature does not hold: the checkpoint was altered, or forged."
        raise RequestFault("wrong_signature", text, "signature") from None
