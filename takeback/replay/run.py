"""Replays one decision or a range of them, and shows each that differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass

from adapters.store.database import Store, open_store
from adapters.store.decision_history.pages import Range
from adapters.store.records import Decided
from engine.errors import RequestFault
from engine.replay.kept import Finding
from returns_api.types.ids import NodeKind, key_of
from takeback.policy_cache import Library
from takeback.replay.replayer import Replayer
from takeback.replay.show import Shown
from takeback.settings import Settings, policies_folder
from takeback.terminal import progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One decision by its id, or a range; `plain` leaves the rule network out."""

    decision: str | None = None
    within: Range
    plain: bool = False


def run(settings: Settings, wanted: Wanted, shown: Shown) -> Counter[Finding]:
    """Returns the number of decisions by finding; raises `RequestFault` for an unknown id."""
    with (
        closing(open_store(settings.database)) as store,
        closing(Library(policies_folder())) as library,
    ):
        total, history = _history(store, wanted)
        replayer, findings = Replayer(store, library, plain=wanted.plain), Counter[Finding]()
        with progress("replaying", total) as done:
            for past in history:
                replay = replayer.replay(past)
                findings[replay.finding] += 1
                if replay.finding is not Finding.SAME:
                    shown.show(past, replay)
                done()
        return findings


def _history(store: Store, wanted: Wanted) -> tuple[int, Iterable[Decided]]:
    if wanted.decision is None:
        return store.decision_history.count(wanted.within), store.decision_history.read(
            wanted.within
        )
    key = key_of(wanted.decision, NodeKind.DECISION)
    past = store.decision_history.one(key or wanted.decision)
    if past is None:
        said = f"There is no decision `{wanted.decision[:100]}`; give its `decisionId`."
        raise RequestFault("not_found", said)
    return 1, [past]
