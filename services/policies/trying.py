"""Decides scenarios by a draft and by what is in force, side by side; nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Final

from adapters.identity.principal import Principal
from adapters.store.database import Store
from adapters.store.lists.of_records import DECISIONS
from adapters.store.lists.pager import Part
from adapters.store.lists.statements import ListQuery
from engine.policy.editions import PolicyFile
from engine.replay.kept import Kind
from services.policies.outcomes import Outcome, Previewer
from services.policies.scenarios import Named, Scenario, of_tests

MOST: Final = 100
"""Scenarios at once: of each that is sent, those of tests, and returns that were decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A scenario, what the draft gives, and what the edition in force gives, if there is one."""

    name: str
    now: Outcome
    before: Outcome | None

    @property
    def changed(self) -> tuple[str, ...]:
        """What comes out otherwise."""
        return self.now.changes(self.before) if self.before else ()


def tried(file: PolicyFile, before: PolicyFile | None, asked: Iterable[Named]) -> list[Tried]:
    """One for each scenario, in order; by the plain evaluator, for a draft is not to be trusted."""
    with ExitStack() as stack:
        now = stack.enter_context(closing(Previewer(file, native=False)))
        old = stack.enter_context(closing(Previewer(before, native=False))) if before else None
        return [
            Tried(
                name=each.name,
                now=now.outcome(each.scenario),
                before=old.outcome(each.scenario) if old else None,
            )
            for each in asked
        ]


def scenarios(
    file: PolicyFile, sent: Sequence[dict[str, object]], *, tests: bool
) -> tuple[Named, ...]:
    """What is sent, then what the draft's own tests give; at most `MOST`."""
    found = [
        Named(name=str(number), scenario=Scenario(given=facts))
        for number, facts in enumerate(sent, 1)
    ]
    return tuple([*found, *(of_tests(file) if tests else ())][:MOST])


def recent(store: Store, principal: Principal, edition: str, most: int) -> tuple[Named, ...]:
    """The last lines that an edition decided for a partner, by the ids of their decisions."""
    asked = ListQuery(principal=principal, sort="NEWEST", filters={"edition": edition})
    keys = [key for _, key in store.lists.page(DECISIONS, asked, Part(most=most)).keys]
    found = store.decisions.some(keys)
    rows = [found[key] for key in keys if key in found and found[key].kind is not Kind.RETURN]
    return tuple(
        Named(name=each.id, scenario=Scenario(given=json.loads(each.facts))) for each in rows
    )
