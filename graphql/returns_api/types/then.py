"""The text by which a kept decision was given: its own edition under the terms of then."""

from __future__ import annotations

import msgspec

from adapters.store.records import Decided
from engine.errors import PolicyFaults
from engine.policy.editions import PolicyFile
from returns_api.context import Context


def file_then(context: Context, kept: Decided) -> tuple[PolicyFile, int] | None:
    """The file and the language that it was written in.

    None where no edition governed, or where its text is not read any more.
    """
    if not kept.edition:
        return None
    edition = context.library.edition(context.store, kept.edition)
    try:
        terms = msgspec.json.decode(kept.terms)
        return context.library.file(context.store, edition, terms), edition.language
    except PolicyFaults:
        return None
