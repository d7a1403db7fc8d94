"""Compares the record derived now with the stored one, and says what the replay found."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from engine.decision.record import Decision, ReturnDecision
from engine.replay.differences import (
    Difference,
    differences,
    version_differences,
    without_later_fields,
)
from engine.replay.kept import Finding, Kept, Kind, Replay

_NO_LONGER: Final = "the record no longer fits its digest"
_OTHER_FACTS: Final = "the facts that are kept are not those in the record"


def compared(kept: Kept, again: Decision | ReturnDecision, versions: str) -> Replay:
    """Compares a record derived again with the stored one; `versions` are those of now."""
    now = again.canonical
    if now == kept.record.encode() and kept.intact:
        return Replay(finding=Finding.SAME)
    was = _decoded(kept.record)
    found = differences(was, without_later_fields(was, msgspec.json.decode(now)))
    canonical = msgspec.json.encode(was) == kept.record.encode()
    if kept.intact and canonical and not found:
        return Replay(finding=Finding.SAME)
    if not kept.intact:
        does = "; what is derived now does" if again.digest == kept.digest else ""
        found = found or (Difference("digest", kept.digest, again.digest),)
        return Replay(finding=Finding.ALTERED, why=_NO_LONGER + does, differences=found)
    if _other_facts(kept, was):
        return Replay(finding=Finding.ALTERED, why=_OTHER_FACTS, differences=found)
    return Replay(
        finding=Finding.DIFFERS,
        why="" if found else "the record is not in canonical form",
        differences=found,
        versions=version_differences(kept.versions, versions),
    )


def failed(kept: Kept, finding: Finding, why: str, versions: str) -> Replay:
    """Returns a replay that derived no record; names first whatever was altered in storage."""
    was = _decoded(kept.record)
    said = _policy_digest(was)
    if not kept.intact:
        return Replay(finding=Finding.ALTERED, why=f"{_NO_LONGER}; {why}")
    if finding is Finding.POLICY and said != kept.policy_digest:
        digests = Difference("policy.digest", said, kept.policy_digest)
        why = "the digest of the policy that is kept is not the one in the record"
        return Replay(finding=Finding.ALTERED, why=why, differences=(digests,))
    if _other_facts(kept, was):
        return Replay(finding=Finding.ALTERED, why=f"{_OTHER_FACTS}; {why}")
    changed = version_differences(kept.versions, versions)
    return Replay(finding=finding, why=why, versions=changed)


def _decoded(record: str) -> Any:
    try:
        return msgspec.json.decode(record)
    except (msgspec.DecodeError, UnicodeError):
        return record


def _other_facts(kept: Kept, was: object) -> bool:
    """Returns whether the facts stored beside the record of one line differ from those in it."""
    if kept.kind is Kind.RETURN or not isinstance(was, dict):
        return False
    return bool(_decoded(kept.facts) != was.get("facts"))


def _policy_digest(was: Any) -> str:
    """Returns the digest of the policy that a record names."""
    lines = was.get("lines") if isinstance(was, dict) else None
    one = lines[0] if isinstance(lines, list) and lines else was
    stamp = one.get("policy") if isinstance(one, dict) else None
    return str(stamp.get("digest", "")) if isinstance(stamp, dict) else ""
