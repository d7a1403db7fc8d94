"""Global ids: opaque to clients, a kind and a key internally; they grant no access."""

from __future__ import annotations

import base64
import binascii
import re
from enum import StrEnum
from functools import lru_cache
from typing import Final

import strawberry

MOST_CHARACTERS: Final = 300
_PLAIN: Final = re.compile(r"([A-Za-z]{3,20}):([\x21-\x7e]{1,160})\Z")


class NodeKind(StrEnum):
    """The types that have an id."""

    PARTNER = "Partner"
    PARTNERSHIP = "Partnership"
    INVITATION = "Invitation"
    POLICY = "Policy"
    EDITION = "Edition"
    ORDER = "Order"
    ORDER_LINE = "OrderLine"
    DECISION = "RecordedDecision"
    RETURN = "Return"
    CONSUMER_RETURN = "ConsumerReturn"
    RECEIVED_PARCEL = "ReceivedParcel"
    DOCUMENT = "ReturnDocument"
    CHANNEL = "Channel"
    PAYMENT = "Payment"
    SETTLEMENT = "RecordedSettlement"
    CLAIM = "Claim"
    CREDIT = "CreditEntry"
    AMENDMENT = "OrderAmendment"
    RETURN_LINE = "ReturnLine"
    ARRIVAL = "Arrival"
    RECEIPT = "Receipt"
    INSPECTION = "Inspection"


_SAFE: Final = bytes.maketrans(b"+/", b"-_")
"""Replaces two Base64 letters by URL-safe ones, as in RFC 4648."""
_PREFIXES: Final = {kind: f"{kind}:".encode() for kind in NodeKind}


def encode(kind: NodeKind, key: str) -> strawberry.ID:
    """Returns the id of an object."""
    return strawberry.ID(_base64(_PREFIXES[kind] + key.encode()))


@lru_cache(maxsize=4_096)
def decode(text: str) -> tuple[NodeKind, str] | None:
    """Returns kind and key of an id that we made; None for any other text."""
    if len(text) > MOST_CHARACTERS:
        return None
    try:
        plain = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
    match = _PLAIN.match(plain)
    if not match or match[1] not in set(NodeKind) or _base64(plain.encode()) != text:
        return None
    return NodeKind(match[1]), match[2]


def key_of(text: str, kind: NodeKind) -> str | None:
    """Returns the key in an id of one kind; rejects other beginnings without decoding."""
    if not text.startswith(_BEGINNINGS[kind]):
        return None
    found = decode(text)
    return found[1] if found and found[0] is kind else None


def sought(text: str, *kinds: NodeKind) -> str:
    """Returns the key in an id of these kinds, or else a key that no object has."""
    found = decode(text)
    return found[1] if found and found[0] in kinds else "none"


def sought_if_sent(text: str | None, *kinds: NodeKind) -> str | None:
    """As `sought`, for an id that may be missing."""
    return None if text is None else sought(text, *kinds)


def _base64(plain: bytes) -> str:
    return binascii.b2a_base64(plain, newline=False).translate(_SAFE).rstrip(b"=").decode()


_BEGINNINGS: Final = {
    kind: _base64(prefix[: len(prefix) // 3 * 3]) for kind, prefix in _PREFIXES.items()
}
"""The beginning of the ids of each kind: the letters that do not depend on the key."""


@strawberry.interface(description="An object that can be fetched by its id.")
class Node:
    """The Relay interface."""

    id: strawberry.ID
