"""Makes the records of decisions, with everything that is needed to derive them again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from adapters.store.decision_history.versions import versions
from adapters.store.records import Decided
from adapters.store.terms import canonical
from engine.decision.record import Decision, ReturnDecision, digest_of
from engine.policy.selection import Candidate
from engine.replay.derive import ReturnFacts, facts_json
from engine.replay.kept import Kind
from engine.returns.statements import Statement, standing, written


class About(Struct, frozen=True, kw_only=True, gc=False):
    """The partners of a decision, when it was made, and which key asked for it."""

    retailer: str
    supplier: str
    decided_at: datetime
    asked_by: str


class Applied(Struct, frozen=True, kw_only=True, gc=False):
    """What decided: the id of an edition, its digest under the agreed terms, and the terms."""

    edition: str
    digest: str
    terms: Mapping[str, object]


_NOTHING: Final = Applied(edition="", digest="", terms={})
"""Used if no edition governs."""
_NOBODY: Final = "[]"
"""The value of `told` if it is not recorded who stated the facts."""


def new_id(at: datetime) -> str:
    """An unguessable id of 80 random bits, after the milliseconds since 1970.

    The time prefix puts new decisions next to each other in their index, so that a commit writes
    few of its pages.
    """
    return _milliseconds(at) + secrets.token_hex(10)


@lru_cache(maxsize=64)
def _milliseconds(at: datetime) -> str:
    """Milliseconds since 1970 in twelve hex digits; cached, since a request's decisions share one
    moment.
    """
    return f"{max(0, round(at.timestamp() * 1000)):012x}"


def keep_line(
    about: About, by: Applied, order_line: str, decision: Decision, told: Sequence[Statement]
) -> Decided:
    """Records a line's own decision; `told` says who stated its facts."""
    said = written(standing(told, decision.facts))
    return _kept(about, order_line, decision, (facts_json(decision.facts), said), by)


def keep_ungoverned(
    about: About, considered: Sequence[Candidate], order_line: str, decision: Decision
) -> Decided:
    """Records a line that none of the `considered` editions governs.

    Stores their days as they were read: a withdrawal at the same moment may not have been seen.
    """
    kept = _kept(about, order_line, decision, (facts_json(decision.facts), _NOBODY))
    seen = [(each.key, each.effective.first, each.effective.last) for each in considered]
    return replace(kept, kind=Kind.UNGOVERNED, considered=msgspec.json.encode(seen).decode())


def keep_return(
    about: About,
    by: Applied,
    lines: Sequence[tuple[str, Sequence[Statement]]],
    facts: ReturnFacts,
    decision: ReturnDecision,
) -> tuple[Decided, ...]:
    """Records a return that was decided as a whole, then the decision of each line.

    `lines` are the order lines, each with who stated its facts.
    """
    first = lines[0][0]
    sent = (facts_json(facts), _NOBODY)
    whole = replace(_kept(about, first, decision, sent, by), kind=Kind.RETURN)
    members = [
        replace(
            keep_line(about, by, order_line, line, told),
            kind=Kind.MEMBER,
            whole=whole.id,
            place=place,
        )
        for place, ((order_line, told), line) in enumerate(zip(lines, decision.lines, strict=True))
    ]
    return (whole, *members)


def _kept(
    about: About,
    order_line: str,
    decision: Decision | ReturnDecision,
    sent: tuple[str, str],
    by: Applied = _NOTHING,
) -> Decided:
    """Makes the common parts of a record; encodes the decision once for both record and digest.

    `sent` are its facts and who stated them.
    """
    record = decision.canonical
    return Decided(
        id=new_id(about.decided_at),
        order_line=order_line,
        retailer=about.retailer,
        supplier=about.supplier,
        edition=by.edition,
        edition_digest=by.digest,
        terms=canonical(by.terms),
        facts=sent[0],
        told=sent[1],
        record=record.decode(),
        digest=digest_of(record),
        versions=versions(),
        decided_at=about.decided_at,
        asked_by=about.asked_by,
    )
