"""Fills a store with decisions as a server does, and alters what must never be altered."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.identity.principal import Kind
from adapters.store.connection.address import Address, SqliteFile
from adapters.store.database import Store
from adapters.store.decision_history.keeping import (
    About,
    Applied,
    keep_line,
    keep_return,
    keep_ungoverned,
)
from adapters.store.decision_history.pages import FIRST, LAST, Range
from adapters.store.records import Decided, Edition
from engine.decision.ungoverned import ungoverned
from engine.policy.editions import FindBase, load, nobody
from engine.policy.model import Policy
from engine.policy.selection import NoPolicy, choose, days_of, edition_day, known, words_of
from engine.replay.derive import ReturnFacts
from engine.replay.kept import Replay
from engine.returns.statements import Statement
from takeback.policy_cache import Library
from takeback.replay.replayer import Replayer
from takeback.settings import policies_folder
from tests.postgres import run_in

MOMENT = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
ALWAYS = Range(since=FIRST, before=LAST)
Given = Mapping[str, object]


@dataclass(slots=True)
class History:
    """One store; `moment` is when the next decision is given."""

    store: Store
    library: Library
    moment: datetime = MOMENT

    def publish(self, text: str, find: FindBase = nobody, owner: str = "acme") -> Edition:
        """An edition, published without the checks that take long."""
        found: dict[str, str] = {}

        def noted(policy: str, version: int) -> str | None:
            base = find(policy, version)
            found.update({f"{policy}@{version}": base} if base else {})
            return base

        file = load(text, "policy.yaml", noted)
        with self.store.session(), self.store.atomic():
            partner = self.store.partners.add(owner, owner, Kind.SUPPLIER)
            return self.store.editions.add(partner, file, "tests", found)

    def applied(self, edition: Edition, given: Given, terms: Given) -> tuple[Policy, Applied]:
        """The policy that holds for some facts under some terms."""
        with self.store.session():
            file = self.library.file(self.store, edition, terms)
        policy = file.on(edition_day(dict(given), file.policy))
        return policy, Applied(edition=edition.id, digest=policy.digest, terms=terms)

    def decide(self, edition: Edition, given: Given, terms: Given | None = None) -> Decided:
        """One line, decided by both evaluators."""
        policy, by = self.applied(edition, given, terms or {})
        with self.library.lent(policy, native=True) as decider:
            return self._keep(keep_line(self._about(), by, "line", decider.decide(given), ()))[0]

    def decide_return(
        self, edition: Edition, shared: Given, lines: Sequence[Given], terms: Given | None = None
    ) -> tuple[Decided, ...]:
        """A return as one: the whole and its lines."""
        policy, by = self.applied(edition, shared, terms or {})
        facts = ReturnFacts(shared=dict(shared), lines=tuple(dict(each) for each in lines))
        names: list[tuple[str, tuple[Statement, ...]]] = [
            (f"line-{index}", ()) for index in range(len(lines))
        ]
        with self.library.lent(policy, native=True) as decider:
            decision = decider.decide_return(shared, lines)
        return self._keep(*keep_return(self._about(), by, names, facts, decision))

    def refuse(self, owner: str, given: Given) -> Decided:
        """A line of an owner that no edition governs."""
        with self.store.session():
            partner = self.store.partners.add(owner, owner, Kind.SUPPLIER)
            candidates = known(self.store.editions.candidates(partner.id), self.moment)
        chosen = choose(candidates, words_of(given), days_of(given))
        assert isinstance(chosen, NoPolicy)
        decision = ungoverned(chosen.code, given)
        return self._keep(keep_ungoverned(self._about(), candidates, "line", decision))[0]

    def replay(self, *, plain: bool = False) -> dict[str, Replay]:
        """Every decision derived again, with nothing remembered, by its key."""
        with closing(Library(policies_folder())) as library:
            replayer = Replayer(self.store, library, plain=plain)
            return {
                past.id: replayer.replay(past) for past in self.store.decision_history.read(ALWAYS)
            }

    def _about(self) -> About:
        return About(retailer="r", supplier="s", decided_at=self.moment, asked_by="tests")

    def _keep(self, *decided: Decided) -> tuple[Decided, ...]:
        with self.store.session(), self.store.atomic():
            self.store.decisions.add(decided)
        return decided


def alter(address: Address, table: str, change: str) -> None:
    """Changes rows that are written once, as someone who owns the database could."""
    if isinstance(address, SqliteFile):
        with closing(sqlite3.connect(address.path)) as file:
            found = file.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?",
                [table],
            ).fetchall()
            for name, _ in found:
                file.execute(f'DROP TRIGGER "{name}"')
            file.execute(change)
            for _, sql in found:
                file.execute(sql)
            file.commit()
        return
    with run_in(address) as cursor:
        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        cursor.execute(change)
        cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
