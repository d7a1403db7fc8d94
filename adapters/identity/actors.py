"""Who stands in the journal for what was done: a key by its public part, or who needs no key."""

from __future__ import annotations

from typing import Final

COMMAND_LINE: Final = "command line"
"""Those who run Takeback."""
WORKER: Final = "worker"
"""What goes on without anybody asking."""
POLICY: Final = "policy"
"""A policy, by its decision or by what it says of silence."""
GATEWAY: Final = "gateway"
"""Stripe, by a webhook whose signature was right."""


def by_key(key_id: str) -> str:
    """A key by its public part."""
    return f"key {key_id}"
