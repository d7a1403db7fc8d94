"""A decision as it was stored, with its inputs, and the result of deriving it again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

import msgspec
from msgspec import Struct

from engine.replay.differences import Difference


class Kind(StrEnum):
    """What a stored decision is about; `MEMBER` is one line of a `RETURN` decided as a whole."""

    LINE = "line"
    RETURN = "return"
    MEMBER = "member"
    UNGOVERNED = "ungoverned"


class Evaluated(Struct, frozen=True, kw_only=True):
    """How the rows of a record were chosen; the rest of the record is ignored."""

    engine: str = ""
    engines_agreed: bool | None = None
    lines: tuple[Evaluated, ...] = ()

    @property
    def native(self) -> bool:
        """Whether the rule network was asked."""
        return any(each.engines_agreed is not None for each in (self, *self.lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was stored of a decision: `record` and `facts` are canonical JSON.

    `digest` is the record's, `policy_digest` that of the edition as it was applied, agreed terms
    included. `versions` names what else could change an outcome: `engine 3f2a, tzdata 2026.1`.
    """

    kind: Kind
    policy_digest: str
    facts: str
    record: str
    digest: str
    versions: str = ""

    @property
    def intact(self) -> bool:
        """Whether the record still matches its digest."""
        return hashlib.sha256(self.record.encode()).hexdigest() == self.digest

    @property
    def evaluated(self) -> Evaluated:
        """How the rows of the record were chosen; empty for a record that is not JSON."""
        try:
            return msgspec.json.decode(self.record, type=Evaluated)
        except (msgspec.DecodeError, UnicodeError):
            return Evaluated()


class Finding(StrEnum):
    """The result of a replay."""

    SAME = "same"
    ALTERED = "altered"
    DIFFERS = "differs"
    POLICY = "policy"
    MISSING = "missing"
    FACTS = "facts"


SAID = {
    Finding.SAME: "derived again, byte for byte",
    Finding.ALTERED: "what is kept was altered",
    Finding.DIFFERS: "the record differs",
    Finding.POLICY: "the text of the policy no longer gives the digest",
    Finding.MISSING: "what it rests on is missing",
    Finding.FACTS: "the facts can no longer be read",
}
"""Each finding in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """One decision derived again; `why` adds a reason where the finding alone does not say enough.

    `differences` are between the stored record and the one derived now, `versions` between the
    versions then and now; both are empty if the finding is `SAME`.
    """

    finding: Finding
    why: str = ""
    differences: tuple[Difference, ...] = ()
    versions: tuple[Difference, ...] = ()
