"""Decides scenarios by a draft and by the edition in force, side by side; stores nothing."""

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
from services.policies.outcomes import Previewer, PreviewOutcome
from services.policies.scenarios import Named, Scenario, of_tests

MOST: Final = 100
"""Scenarios at once: sent ones and those of tests together; decided returns apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A scenario with its outcome by the draft, and by the edition in force if there is one."""

    name: str
    now: PreviewOutcome
    before: PreviewOutcome | None

    @property
    def changed(self) -> tuple[str, ...]:
        """The columns whose values differ."""
        return self.now.changes(self.before) if self.before else ()


def tried(file: PolicyFile, before: PolicyFile | None, asked: Iterable[Named]) -> list[Tried]:
    """Returns one for each scenario, in order; drafts are untrusted, so the plain evaluator
    decides.
    """
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
    """Returns the sent scenarios, then those of the draft's own tests; at most `MOST`."""
    found = [
        Named(name=str(number), scenario=Scenario(given=facts))
        for number, facts in enumerate(sent, 1)
    ]
    return tuple([*found, *(of_tests(file) if tests else ())][:MOST])


def recent(store: Store, principal: Principal, edition: str, most: int) -> tuple[Named, ...]:
    """Returns the last lines that an edition decided for a partner, named by their decision ids."""
    asked = ListQuery(principal=principal, sort="NEWEST", filters={"edition": edition})
    keys = [key for _, key in store.lists.page(DECISIONS, asked, Part(most=most)).keys]
    found = store.decisions.some(keys)
    rows = [found[key] for key in keys if key in found and found[key].kind is not Kind.RETURN]
    return tuple(
        Named(name=each.id, scenario=Scenario(given=json.loads(each.facts))) for each in rows
    )
