"""From the policy and the facts of a kept decision to its record; a record is all that it gives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine.decision.decide import Decider
from engine.decision.record import Decision, ReturnDecision
from engine.decision.standing import Standing
from engine.decision.ungoverned import ungoverned
from engine.errors import RequestFault
from engine.policy.editions import PolicyFile
from engine.policy.model import Policy
from engine.policy.selection import Candidate, NoPolicy, choose, days_of, words_of
from engine.replay.kept import Evaluated, Kept, Kind

_JSON: Final = msgspec.json.Encoder(order="deterministic")


class ReturnFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The facts of a return of several lines: those that all share, and those of each.

    With a `standing`, `lines` are groups of units of its lines.
    """

    shared: dict[str, Any]
    lines: tuple[dict[str, Any], ...]
    standing: Standing | None = None


def facts_json(facts: object) -> str:
    """Facts as they are kept: canonical JSON; of a return as `ReturnFacts`."""
    return _JSON.encode(facts).decode()


def edition_of(file: PolicyFile, digest: str) -> Policy | None:
    """The edition of a policy file that has a digest; a file with dated edits has several."""
    return next((each for each in file.editions if each.digest == digest), None)


def derived(kept: Kept, decider: Decider) -> Decision | ReturnDecision:
    """The record again; raises `RequestFault` for facts that cannot be read."""
    try:
        if kept.kind is Kind.RETURN:
            facts = msgspec.json.decode(kept.facts, type=ReturnFacts)
            return decider.decide_return(facts.shared, facts.lines, facts.standing)
        return decider.decide(msgspec.json.decode(kept.facts, type=dict[str, Any]))
    except (msgspec.DecodeError, UnicodeError) as error:
        raise RequestFault("wrong_facts", f"They are no JSON of facts: {error}.") from None


def derived_ungoverned(kept: Kept, candidates: Iterable[Candidate]) -> Decision:
    """The refusal again, if none of the editions that were known then governs the order.

    Raises `RequestFault` for facts that cannot be read, and `governed` if an edition governs it.
    """
    try:
        facts = msgspec.json.decode(kept.facts, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeError) as error:
        raise RequestFault("wrong_facts", f"They are no JSON of facts: {error}.") from None
    days = days_of(facts)
    if "requested" not in days:
        raise RequestFault("missing", "The day of the request is not among them.", "requested")
    chosen = choose(candidates, words_of(facts), days)
    if isinstance(chosen, NoPolicy):
        return ungoverned(chosen.code, facts)
    reference = f"{chosen.policy}@{chosen.version}"
    raise RequestFault("governed", f"`{reference}` governs the order.")


def as_evaluated(record: Decision | ReturnDecision, by: Evaluated) -> Decision | ReturnDecision:
    """The record as if its rows had been chosen in the way of another record.

    For those who replay by plain Python alone what the rule network decided.
    """
    if isinstance(record, Decision):
        return replace(record, engine=by.engine, engines_agreed=by.engines_agreed)
    lines = zip(record.lines, by.lines, strict=False)
    same = [replace(a, engine=b.engine, engines_agreed=b.engines_agreed) for a, b in lines]
    return replace(record, lines=(*same, *record.lines[len(same) :]))
