"""Makes and checks API keys, `tb_<id>_<secret>`, and session tokens, `tbs_<id>_<secret>`.

The secret has 256 random bits, so one SHA-256 protects it: slow hashes are for weak passwords only.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final

_KEY: Final = re.compile(r"tb_([0-9a-f]{12})_([A-Za-z0-9_-]{43})\Z")
_TOKEN: Final = re.compile(r"tbs_([0-9a-f]{12})_([A-Za-z0-9_-]{43})\Z")
_PUBLIC: Final = re.compile(r"(?:tbs?_)?([0-9a-f]{12})(?:_.*)?\Z", re.DOTALL)
MOST_CHARACTERS: Final = 100
_NOBODY: Final = hashlib.sha256(b"nobody").hexdigest()


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key or token that was just made; `text` is shown once and stored nowhere."""

    id: str
    text: str
    hash: str


def new_key() -> NewKey:
    """Makes a key from the system's source of randomness."""
    return _new("tb")


def new_token() -> NewKey:
    """Makes the token of a new session."""
    return _new("tbs")


def _new(kind: str) -> NewKey:
    key_id = secrets.token_hex(6)
    text = f"{kind}_{key_id}_{secrets.token_urlsafe(32)}"
    return NewKey(id=key_id, text=text, hash=hash_of(text))


def id_in(text: str) -> str | None:
    """Returns the public part by which a key is looked up; None for anything but a key."""
    return _id(_KEY, text)


def public_part(text: str) -> str:
    """Returns the public part that a text is or, like a whole key, contains; else an empty text."""
    match = _PUBLIC.match(text.strip())
    return match[1] if match else ""


def session_in(text: str) -> str | None:
    """Returns the public part by which a session is looked up; None for anything but a token."""
    return _id(_TOKEN, text)


def _id(form: re.Pattern[str], text: str) -> str | None:
    match = form.match(text) if len(text) <= MOST_CHARACTERS else None
    return match[1] if match else None


def hash_of(text: str) -> str:
    """Returns the hash that is stored of a key."""
    return hashlib.sha256(text.encode()).hexdigest()


def fits(text: str, kept: str | None) -> bool:
    """Whether a key matches the stored hash, in constant time, also if there is none."""
    same = hmac.compare_digest(hash_of(text), kept or _NOBODY)
    return same and kept is not None
