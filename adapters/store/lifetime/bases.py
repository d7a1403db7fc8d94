"""Notices about the bases that published editions are pinned to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from adapters.store.records import Edition
from engine.policy.selection import Candidate, known
from engine.publishing.pins import Notice, notices


def base_notices(
    edition: Edition, published: Iterable[Candidate], at: datetime | None = None
) -> tuple[Notice, ...]:
    """Notices about an edition's bases, from all editions that its owner has published.

    They are as known at a moment, or now.
    """
    every = [
        each
        for each in published
        if at is None or each.published_at is None or each.published_at <= at
    ]
    standing = known(every, at)
    newest: dict[str, int] = {}
    for each in standing:
        newest[each.policy] = max(each.version, newest.get(each.policy, 0))
    gone = {each.reference for each in every} - {each.reference for each in standing}
    return notices(edition.bases, newest, gone)
