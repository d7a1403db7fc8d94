"""Words of who a consumer is, hashed by a key: found again by whoever has the key, and not read.

Each retailer has a key of its own, so that nothing shows who buys from several.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from typing import Final

MOST_WORDS: Final = 20


def new_search_key() -> str:
    """A fresh key: 256 random bits, in hex."""
    return secrets.token_hex(32)


def words_in(text: str) -> tuple[str, ...]:
    """The words of a name or an e-mail address as they are compared, each once."""
    words = unicodedata.normalize("NFKC", text).casefold().replace(",", " ").split()
    return tuple(dict.fromkeys(words))[:MOST_WORDS]


def hashed(key: str, word: str) -> str:
    """HMAC-SHA256 in hex."""
    return hmac.new(bytes.fromhex(key), word.encode(), hashlib.sha256).hexdigest()
