"""Keeps decisions as a store does, and derives them again."""

from dataclasses import replace

from engine.decision.decide import Decider
from engine.decision.record import Decision, ReturnDecision
from engine.replay.compare import compared
from engine.replay.derive import derived, facts_json
from engine.replay.kept import Kept, Kind, Replay
from tests.unit.decision.building import decider, facts

VERSIONS = "engine 1a, holidays 0.109"


def keep(decision: Decision | ReturnDecision, given: object, **more: str) -> Kept:
    """A decision with the facts that it was made from."""
    one = decision.lines[0] if isinstance(decision, ReturnDecision) else decision
    kept = Kept(
        kind=Kind.RETURN if isinstance(decision, ReturnDecision) else Kind.LINE,
        policy_digest=one.policy.digest if one.policy else "",
        facts=facts_json(given),
        record=decision.canonical.decode(),
        digest=decision.digest,
        versions=VERSIONS,
    )
    return replace(kept, **more)


def kept_line(topics: str, **given: object) -> Kept:
    """A kept decision of one line."""
    decision = decider(topics).decide(facts(**given))
    return keep(decision, decision.facts)


def replayed(kept: Kept, by: Decider, versions: str = VERSIONS) -> Replay:
    """What deriving it again comes to."""
    return compared(kept, derived(kept, by), versions)
