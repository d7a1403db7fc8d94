"""The text behind a stored decision: its edition under the terms of then."""

from __future__ import annotations

import msgspec

from adapters.store.records import Decided
from engine.errors import PolicyFaults
from engine.policy.editions import PolicyFile
from returns_api.context import Context


def file_then(context: Context, kept: Decided) -> tuple[PolicyFile, int] | None:
    """Returns the file and the language version it was written in.

    None if no edition governed, or if its text cannot be read any more.
    """
    if not kept.edition:
        return None
    edition = context.library.edition(context.store, kept.edition)
    try:
        terms = msgspec.json.decode(kept.terms)
        return context.library.file(context.store, edition, terms), edition.language
    except PolicyFaults:
        return None
