"""Reads the keys of a map, each by its own reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.policy.context import Context
from engine.policy.text import Map, Node

Reader = Callable[[Node, Context], object]
Fields = dict[str, Any]
"""What was read under each key: as many types as there are keys."""


def read_keys(node: Map, keys: Mapping[str, Reader], ctx: Context) -> Fields:
    """The keys that were written, each read; what could not be read is left out."""
    found: Fields = {}
    for key, reader in keys.items():
        if key in node.entries:
            value = reader(node.entries[key], ctx)
            if value is not None:
                found[key] = value
    return found


def read_map(node: Node, keys: Mapping[str, Reader], what: str, ctx: Context) -> Fields | None:
    """A map that may hold these keys and no others, or a fault."""
    entries = ctx.map_of(node, what)
    if entries is None:
        return None
    ctx.only_keys(entries, keys, what)
    return read_keys(entries, keys, ctx)


def need(node: Map, key: str, sentence: str, ctx: Context) -> None:
    """A fault where a key is not written; a key that was written badly has its own."""
    if key not in node.entries:
        ctx.fault("missing_key", node.source, sentence)
