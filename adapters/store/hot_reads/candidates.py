"""Reads the editions that may govern, with their withdrawals, by two statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from adapters.store.connection.statements import Statements, json_of, marks
from adapters.store.timestamps import given_back
from engine.policy.model import Effective
from engine.policy.selection import Candidate, Withdrawal

_POLICIES: Final = "SELECT m.policy FROM meant_for m WHERE m.owner = ? AND m.retailer IN ({})"
_EDITIONS: Final = """SELECT e.id, e.policy, e.version, CAST(e.scope AS TEXT), e.effective_from,
    e.effective_until, e.applies_by, e.time_zone, e.currency, e.published_at
    FROM edition e WHERE e.policy IN ({policies})"""
_WITHDRAWN: Final = """SELECT w.edition, w.withdrawn_at, w.first
    FROM withdrawal w JOIN edition e ON e.id = w.edition WHERE e.policy IN ({policies})
    ORDER BY w.edition, w.number"""


def candidates(statements: Statements, owner: str, words: Sequence[str]) -> tuple[Candidate, ...]:
    """All versions of an owner's policies that were ever for one of some retailers (`words`)."""
    withdrawn: dict[str, list[Withdrawal]] = {}
    policies = _POLICIES.format(marks(words))
    editions = statements.rows(_EDITIONS.format(policies=policies), owner, *words)
    for edition, moment, first in statements.rows(
        _WITHDRAWN.format(policies=policies), owner, *words
    ):
        withdrawn.setdefault(edition, []).append(Withdrawal(at=given_back(moment), first=first))
    return tuple(candidate(row, withdrawn.get(row[0], ())) for row in editions)


def candidate(row: Sequence[Any], withdrawals: Sequence[Withdrawal]) -> Candidate:
    """Reads an edition from the columns of `_EDITIONS`; the scope may be text or decoded."""
    key, policy, version, scope, first, last, applies_by, time_zone, currency, at = row
    words = json_of(scope) if isinstance(scope, str) else scope
    return Candidate(
        key=key,
        policy=policy,
        version=version,
        scope=tuple((name, tuple(each)) for name, each in words),
        effective=Effective(first=first, last=last),
        applies_by=applies_by,
        time_zone=time_zone,
        currency=currency,
        published_at=given_back(at),
        withdrawals=tuple(withdrawals),
    )
