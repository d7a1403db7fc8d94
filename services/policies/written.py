"""Reads a policy text as plain lists and maps whose values are the words as written."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from adapters.reading import FILE, awaited
from engine.errors import PolicyFaults
from engine.policy.text import Items, Map, Node, Scalar, parse
from engine.stopping import ChecksStopped


def written(
    text: str, seconds: float | None = None, clock: Callable[[], float] = time.monotonic
) -> dict[str, Any] | None:
    """Returns the content of a text; None if it cannot be parsed, or not in time."""
    try:
        with awaited(seconds, clock):
            return _map(parse(text, FILE))
    except (PolicyFaults, ChecksStopped):
        return None


def _map(found: Map) -> dict[str, Any]:
    return {key: _plain(node) for key, node in found.entries.items()}


def _plain(node: Node) -> Any:
    if isinstance(node, Map):
        return _map(node)
    if isinstance(node, Items):
        return [_plain(each) for each in node.items]
    assert isinstance(node, Scalar)  # noqa: S101 - there are three kinds
    return node.text
