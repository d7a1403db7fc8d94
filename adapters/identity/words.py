"""Hashes the words of a consumer's name or address with a key, for search without clear text.

Whoever has the key finds a word again, and nobody can read it. Each retailer has a key of its own,
so that the hashes do not show who buys from several retailers.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from typing import Final

from engine.characters import without_hidden

MOST_WORDS: Final = 20


def new_search_key() -> str:
    """Returns a new key: 256 random bits, in hex."""
    return secrets.token_hex(32)


def words_in(text: str) -> tuple[str, ...]:
    """Returns the words of a name or e-mail address, normalised for comparison, each once."""
    words = unicodedata.normalize("NFKC", without_hidden(text)).casefold().replace(",", " ").split()
    return tuple(dict.fromkeys(words))[:MOST_WORDS]


def hashed(key: str, word: str) -> str:
    """Returns the word's HMAC-SHA256 in hex."""
    return hmac.new(bytes.fromhex(key), word.encode(), hashlib.sha256).hexdigest()
