"""Shows the results of a replay, decision by decision and in total."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from rich.console import Console

from adapters.store.records import Decided
from engine.replay.kept import SAID, Finding, Replay
from returns_api.types.ids import NodeKind, encode
from takeback.terminal import counted, say

MOST_SHOWN: Final = 40
"""Decisions shown individually."""
MOST_PATHS: Final = 12
"""Differences shown for one decision."""


class Shown(Protocol):
    """Takes decisions that differ one by one, and the totals at the end."""

    def show(self, past: Decided, replay: Replay) -> None:
        """Takes a decision that differs."""
        ...

    def end(self, findings: Counter[Finding]) -> None:
        """Takes the number of decisions by finding."""
        ...


@dataclass(slots=True, kw_only=True)
class Text:
    """Output for people: at most some dozens of decisions, unless `every` is set."""

    console: Console
    every: bool
    seen: int = 0

    def show(self, past: Decided, replay: Replay) -> None:
        """Prints a decision that differs, with the differences."""
        self.seen += 1
        if self.seen > MOST_SHOWN and not self.every:
            return
        at = past.decided_at.isoformat(timespec="seconds").replace("+00:00", "Z")
        name = encode(NodeKind.DECISION, past.id)
        say(
            self.console, (name, "bold"), f"  {at}  ", (replay.finding, "red"), f": {_said(replay)}"
        )
        shown = replay.differences if self.every else replay.differences[:MOST_PATHS]
        for each in shown:
            say(self.console, f"    {each}")
        if len(shown) < len(replay.differences):
            say(self.console, f"    and {len(replay.differences) - len(shown)} more")
        if replay.versions:
            changed = "; ".join(str(each) for each in replay.versions)
            say(self.console, f"    changed since: {changed}")

    def end(self, findings: Counter[Finding]) -> None:
        """Prints one line with the totals."""
        if self.seen > MOST_SHOWN and not self.every:
            more = counted(self.seen - MOST_SHOWN, "more decision")
            say(self.console, f"and {more} not shown; --every shows all")
        each = ", ".join(f"{findings[name]} {name}" for name in Finding if findings[name])
        say(self.console, f"{counted(findings.total(), 'decision')} replayed: {each}")


@dataclass(slots=True, kw_only=True)
class Json:
    """Output for programs: one object, printed at the end."""

    console: Console
    every: bool
    seen: int = 0
    kept: list[dict[str, Any]] = field(default_factory=list)

    def show(self, past: Decided, replay: Replay) -> None:
        """Remembers a decision that differs."""
        self.seen += 1
        if self.seen <= MOST_SHOWN or self.every:
            self.kept.append(_data(past, replay))

    def end(self, findings: Counter[Finding]) -> None:
        """Prints everything."""
        data = {
            "replayed": findings.total(),
            "findings": {name.value: findings[name] for name in Finding},
            "decisions": self.kept,
            "not_shown": self.seen - len(self.kept),
        }
        text = json.dumps(data, indent=2, ensure_ascii=False)
        self.console.print(text, soft_wrap=True, markup=False, highlight=False)


def _said(replay: Replay) -> str:
    return f"{SAID[replay.finding]}; {replay.why}" if replay.why else SAID[replay.finding]


def _data(past: Decided, replay: Replay) -> dict[str, Any]:
    return {
        "id": encode(NodeKind.DECISION, past.id),
        "decided_at": past.decided_at.isoformat(),
        "finding": replay.finding.value,
        "why": replay.why,
        "differences": [
            {"path": each.path, "was": each.was, "now": each.now} for each in replay.differences
        ],
        "versions": [
            {"name": each.path, "was": each.was, "now": each.now} for each in replay.versions
        ],
    }
