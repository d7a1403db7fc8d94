"""Reads arguments and options of the form `NAME=VALUE`."""

from __future__ import annotations

from collections.abc import Iterable

import typer


def pairs(texts: Iterable[str] | None, option: str) -> dict[str, str]:
    """Returns each name with its value; a name may contain `=`, and must not repeat."""
    found: dict[str, str] = {}
    for text in texts or ():
        name, equals, value = text.rpartition("=")
        if not equals or not name or name in found:
            raise typer.BadParameter(f"`{text[:60]}` is no NAME=VALUE", param_hint=option)
        found[name] = value
    return found
