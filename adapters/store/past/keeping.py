"""Makes what is kept of a decision: its record, and all that it takes to derive it again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from adapters.store.past.versions import versions
from adapters.store.records import Decided
from adapters.store.terms import canonical
from engine.decision.record import Decision, ReturnDecision, digest_of
from engine.policy.selection import Candidate
from engine.replay.derive import ReturnFacts, facts_json
from engine.replay.kept import Kind
from engine.returns.statements import Statement, standing, written
from engine.returns.statements import told as statements_by_fact


class About(Struct, frozen=True, kw_only=True, gc=False):
    """Whose decision it is, when it was given, and to which key."""

    retailer: str
    supplier: str
    decided_at: datetime
    asked_by: str


class Applied(Struct, frozen=True, kw_only=True, gc=False):
    """What decided: the id of an edition, its digest under the agreed terms, and these."""

    edition: str
    digest: str
    terms: Mapping[str, object]


_NOTHING: Final = Applied(edition="", digest="", terms={})
"""Where no edition governs."""
_NOBODY: Final = "[]"
"""Who said the facts where that is not kept."""


def new_id(at: datetime) -> str:
    """An id that cannot be guessed, 80 random bits, after the milliseconds since 1970.

    So decisions go into their index one beside the other, and a commit writes few pages of it.
    """
    return _milliseconds(at) + secrets.token_hex(10)


@lru_cache(maxsize=64)
def _milliseconds(at: datetime) -> str:
    """Since 1970, in twelve hexadecimal digits; all decisions of a request are of one moment."""
    return f"{max(0, round(at.timestamp() * 1000)):012x}"


def keep_line(
    about: About, by: Applied, order_line: str, decision: Decision, told: Mapping[str, Statement]
) -> Decided:
    """A line by its own decision; `told` is who said its facts, by their names."""
    said = written(standing(told, decision.facts))
    return _kept(about, order_line, decision, (facts_json(decision.facts), said), by)


def keep_ungoverned(
    about: About, considered: Sequence[Candidate], order_line: str, decision: Decision
) -> Decided:
    """A line that none of the editions that were `considered` governs.

    Their days are kept as they were seen: a withdrawal of the same moment may not have been.
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
    """A return that was decided as one: the whole, then a decision for each of its lines.

    `lines` are the order lines, each with who said its facts.
    """
    first = lines[0][0]
    sent = (facts_json(facts), _NOBODY)
    whole = replace(_kept(about, first, decision, sent, by), kind=Kind.RETURN)
    members = [
        replace(
            keep_line(about, by, order_line, line, statements_by_fact(told)),
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
    """What is kept of every decision; the record is encoded once, for itself and its digest.

    `sent` are its facts and who said them.
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
