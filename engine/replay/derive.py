"""Derives the record of a stored decision from its policy and facts; produces nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeVar

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

T = TypeVar("T")
_JSON: Final = msgspec.json.Encoder(order="deterministic")


class ReturnFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The facts of a return of several lines: those that all lines share, and those of each.

    With a `standing`, `lines` are groups of units of the return's lines.
    """

    shared: dict[str, Any]
    lines: tuple[dict[str, Any], ...]
    standing: Standing | None = None


def facts_json(facts: object) -> str:
    """Encodes facts as they are stored: canonical JSON, of a whole return as `ReturnFacts`."""
    return _JSON.encode(facts).decode()


def edition_of(file: PolicyFile, digest: str) -> Policy | None:
    """Returns the edition with a digest; a policy file with dated edits has several editions."""
    return next((each for each in file.editions if each.digest == digest), None)


def derived(kept: Kept, decider: Decider) -> Decision | ReturnDecision:
    """Derives the record again; raises `RequestFault` for facts that cannot be read."""
    if kept.kind is Kind.RETURN:
        facts = _facts(kept, ReturnFacts)
        return decider.decide_return(facts.shared, facts.lines, facts.standing)
    return decider.decide(_facts(kept, dict[str, Any]))


def _facts(kept: Kept, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(kept.facts, type=kind)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise RequestFault("wrong_facts", f"They are no JSON of facts: {error}.") from None


def derived_ungoverned(kept: Kept, candidates: Iterable[Candidate]) -> Decision:
    """Derives a refusal again, if no edition that was known then governs the order.

    Raises `RequestFault` for facts that cannot be read, and `governed` if an edition governs it.
    """
    facts = _facts(kept, dict[str, Any])
    days = days_of(facts)
    if "requested" not in days:
        raise RequestFault("missing", "The day of the request is not among them.", "requested")
    chosen = choose(candidates, words_of(facts), days)
    if isinstance(chosen, NoPolicy):
        return ungoverned(chosen.code, facts)
    reference = f"{chosen.policy}@{chosen.version}"
    raise RequestFault("governed", f"`{reference}` governs the order.")


def as_evaluated(record: Decision | ReturnDecision, by: Evaluated) -> Decision | ReturnDecision:
    """Returns the record as if its rows had been chosen the way those of another record were.

    For replays in plain Python alone of what the rule network decided.
    """
    if isinstance(record, Decision):
        return replace(record, engine=by.engine, engines_agreed=by.engines_agreed)
    lines = zip(record.lines, by.lines, strict=False)
    same = [replace(a, engine=b.engine, engines_agreed=b.engines_agreed) for a, b in lines]
    return replace(record, lines=(*same, *record.lines[len(same) :]))
