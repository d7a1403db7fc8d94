"""Derives stored decisions again, with the policies, terms and bases they are based on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from adapters.store.database import Store
from adapters.store.decision_history.versions import versions
from adapters.store.records import Decided
from engine.caches import LruCache as Last
from engine.decision.record import Decision, ReturnDecision
from engine.errors import PolicyFaults, RequestFault
from engine.policy.editions import PolicyFile
from engine.policy.model import Effective, Policy
from engine.policy.selection import Candidate
from engine.replay.compare import compared, failed
from engine.replay.derive import as_evaluated, derived, derived_ungoverned, edition_of
from engine.replay.kept import Finding, Kind, Replay
from takeback.policy_cache import Library

_POLICIES: Final = 500
_WHOLES: Final = 64
_CONSIDERED: Final = 100
_EARLIER: Final = "It was decided before agreed terms and versions were kept with decisions."


@dataclass(frozen=True, slots=True, kw_only=True)
class Unable:
    """Why a decision cannot be derived again."""

    finding: Finding
    why: str


class Replayer:
    """Caches what was read last; `plain` leaves the rule network out."""

    def __init__(self, store: Store, library: Library, *, plain: bool = False) -> None:
        self._store = store
        self._library = library
        self._plain = plain
        self._policies: Last[Policy | Unable] = Last(_POLICIES)
        self._wholes: Last[ReturnDecision | Unable] = Last(_WHOLES)
        self._considered: Last[tuple[Candidate, ...] | Unable] = Last(_CONSIDERED)

    def replay(self, past: Decided) -> Replay:
        """Derives a decision again and compares it with the stored one."""
        again, kept = self._again(past), past.kept
        if isinstance(again, Unable):
            why = again.why if past.versions else f"{again.why} {_EARLIER}"
            return failed(kept, again.finding, why, versions())
        if self._plain and kept.evaluated.native:
            again = as_evaluated(again, kept.evaluated)
        return compared(kept, again, versions())

    def _again(self, past: Decided) -> Decision | ReturnDecision | Unable:
        try:
            if past.kind is Kind.MEMBER:
                return self._member(past)
            if past.kind is Kind.UNGOVERNED:
                return self._ungoverned(past)
            return self._governed(past)
        except RequestFault as fault:
            finding = Finding.DIFFERS if fault.code == "governed" else Finding.FACTS
            return Unable(finding=finding, why=str(fault))

    def _governed(self, past: Decided) -> Decision | ReturnDecision | Unable:
        key = (past.edition, past.terms, past.edition_digest)
        policy = self._policies.get(key, lambda: self._policy(past))
        if isinstance(policy, Unable):
            return policy
        kept = past.kept
        native = kept.evaluated.native and not self._plain
        with self._library.lent(policy, native=native) as decider:
            return derived(kept, decider)

    def _ungoverned(self, past: Decided) -> Decision | Unable:
        found = self._considered.get(past.considered, lambda: self._candidates(past.considered))
        if isinstance(found, Unable):
            return found
        return derived_ungoverned(past.kept, found)

    def _member(self, past: Decided) -> Decision | Unable:
        whole = self._wholes.get(past.whole, lambda: self._whole(past.whole))
        if isinstance(whole, Unable):
            return whole
        if past.place is None or not 0 <= past.place < len(whole.lines):
            said = f"The return has no line at the place {past.place}."
            return Unable(finding=Finding.MISSING, why=said)
        return whole.lines[past.place]

    def _whole(self, key: str) -> ReturnDecision | Unable:
        whole = self._store.decision_history.one(key)
        if whole is None or whole.kind is not Kind.RETURN:
            said = f"There is no return `{key}` to which it belongs."
            return Unable(finding=Finding.MISSING, why=said)
        again = self._again(whole)
        return again if isinstance(again, ReturnDecision | Unable) else _no_return()

    def _candidates(self, considered: str) -> tuple[Candidate, ...] | Unable:
        """Returns the editions that were considered, with the days that they had then."""
        seen = _decoded(considered, list[tuple[str, int, int | None]])
        if seen is None:
            said = "The list of editions that were considered is no list."
            return Unable(finding=Finding.MISSING, why=said)
        with self._store.session():
            found = self._store.editions.considered([key for key, _, _ in seen])
        days = {key: Effective(first=first, last=last) for key, first, last in seen}
        gone = sorted(set(days) - {each.key for each in found})
        if gone:
            said = f"The edition `{gone[0]}`, which was considered, is no longer there."
            return Unable(finding=Finding.MISSING, why=said)
        return tuple(replace(each, effective=days[each.key]) for each in found)

    def _policy(self, past: Decided) -> Policy | Unable:
        file = self._file(past)
        if isinstance(file, Unable):
            return file
        found = edition_of(file, past.edition_digest)
        if found is not None:
            return found
        said = f"No edition of `{file.policy.reference}` under these terms has the digest of then."
        return Unable(finding=Finding.POLICY, why=said)

    def _file(self, past: Decided) -> PolicyFile | Unable:
        """Returns the policy file as it was applied."""
        terms = _decoded(past.terms, dict[str, Any])
        if terms is None:
            return Unable(finding=Finding.POLICY, why="The agreed terms are no map of values.")
        try:
            with self._store.session():
                edition = self._library.edition(self._store, past.edition)
                return self._library.file(self._store, edition, terms)
        except RequestFault as fault:
            return Unable(finding=Finding.MISSING, why=fault.message)
        except PolicyFaults as error:
            fault_ = error.faults[0]
            missing = fault_.code == "unknown_base"
            finding = Finding.MISSING if missing else Finding.POLICY
            return Unable(finding=finding, why=fault_.sentence)


def _no_return() -> Unable:
    return Unable(finding=Finding.MISSING, why="What it belongs to is no return.")


def _decoded(text: str, type_: type[Any]) -> Any:
    """Decodes stored JSON; None if it is invalid or of another type."""
    try:
        return msgspec.json.decode(text, type=type_)
    except (msgspec.DecodeError, UnicodeError):
        return None
