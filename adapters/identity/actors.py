"""Who the journal names as the author of an entry: a key by its public part, or one of these."""

from __future__ import annotations

from typing import Final

COMMAND_LINE: Final = "command line"
"""The operators, who use commands without a key."""
WORKER: Final = "worker"
"""Background work that nobody requested."""
POLICY: Final = "policy"
"""A policy, by its decision or by what it sets for a missed deadline."""
GATEWAY: Final = "gateway"
"""Stripe, by a webhook with a valid signature."""


def by_key(key_id: str) -> str:
    """Names a key by its public part."""
    return f"key {key_id}"
