"""Journals published and withdrawn editions for a supplier and its retailers.

Each retailer's journal gets editions that may govern its orders, not those of other retailers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.last_days import LastDays
from adapters.store.records import Edition, Status, Withdrawal
from adapters.store.tables import Tables, select
from engine.policy.selection import Candidate, known, may_govern


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reached:
    """The retailers that an edition may govern, and those that other versions of its policy may."""

    meant: tuple[str, ...]
    affected: tuple[str, ...]


class PolicyAudience:
    """Every call runs inside a session that holds the supplier's journal."""

    def __init__(self, tables: Tables, journal: Journal, last_days: LastDays) -> None:
        self._tables = tables
        self._journal = journal
        self._last_days = last_days

    def published(self, edition: Edition, versions: Iterable[Candidate]) -> None:
        """Journals a published edition; `versions` are all versions of its policy."""
        last = edition.effective.last
        said = {"from": _day(edition.effective.first), "until": _day(last) if last else None}
        self._tell(edition, versions, (edition.published_by, "policy_published"), said)

    def withdrawn(
        self, edition: Edition, withdrawal: Withdrawal, versions: Iterable[Candidate]
    ) -> None:
        """Journals a withdrawal; its `from` is the first withdrawn day, None for all days."""
        first = withdrawal.first
        said = {"from": _day(first) if first else None}
        self._tell(edition, versions, (withdrawal.by, "policy_withdrawn"), said)

    def _tell(
        self,
        edition: Edition,
        versions: Iterable[Candidate],
        what: tuple[str, str],
        said: dict[str, str | None],
    ) -> None:
        reached, (by, fact) = self._reached(edition, versions), what
        self._journal.hold_all([edition.owner.id], [*reached.meant, *reached.affected])
        self._last_days.rules_changed(edition.owner.id)
        body: dict[str, Any] = {"policy": edition.policy, "version": edition.version, **said}
        to = Sides(own=edition.owner.id, others=reached.meant)
        self._journal.tell(to, by, edition.id, fact, digest=edition.digest, **body)
        less = {"policy": edition.policy, "from": said["from"]}
        for retailer in reached.affected:
            own = Sides(own=retailer)
            self._journal.tell(own, by, edition.policy, "policy_affected", **less)

    def _reached(self, edition: Edition, versions: Iterable[Candidate]) -> _Reached:
        others = [each for each in known(versions) if each.key != edition.id]
        meant, affected = [], []
        for key, handle, programme in self._retailers(edition.owner.id):
            if may_govern(edition.scope, handle, programme):
                meant.append(key)
            elif any(may_govern(each.scope, handle, programme) for each in others):
                affected.append(key)
        return _Reached(meant=tuple(meant), affected=tuple(affected))

    def _retailers(self, supplier: str) -> list[tuple[str, str, str]]:
        rows, active = self._tables.Partnership, str(Status.ACTIVE)
        return list(
            select(
                (p.retailer.id, p.retailer.handle, p.programme)
                for p in rows
                if p.supplier.id == supplier and p.status == active
            )
        )


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()
