"""Scenarios to decide by a policy, including those of its own tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.policy.editions import PolicyFile
from engine.policy.model import Case, Policy
from engine.policy.selection import edition_day
from engine.policy.text import Map, to_data
from engine.publishing.suite import taken_away


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Facts that all lines share, facts of each line, and terms that change the policy."""

    given: dict[str, object]
    lines: tuple[dict[str, object], ...] = ()
    agreed: Map | None = None
    edits: tuple[Map, ...] = ()

    @property
    def apart(self) -> tuple[dict[str, object], list[dict[str, object]]]:
        """The facts that all lines share, and those of each line without what is `not_sent`."""
        return taken_away(self.given, [*self.lines])


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A scenario and its label."""

    name: str
    scenario: Scenario


def of_case(case: Case) -> Scenario:
    """Returns the scenario of an embedded test."""
    lines = tuple(_facts(line) for line in case.lines)
    return Scenario(given=_facts(case.given), lines=lines, agreed=case.agreed, edits=case.edits)


def of_tests(file: PolicyFile) -> Iterator[Named]:
    """Yields the scenarios of the tests inside a policy, except tests of publishing."""
    for case in file.policy.cases:
        if "publish" not in case.expect.entries:
            yield Named(name=case.name, scenario=of_case(case))


def edition_for(file: PolicyFile, given: Mapping[str, object]) -> tuple[Policy, bool]:
    """Returns the edition that decides, and whether it is in force on the date that selects it."""
    day = edition_day(dict(given), file.policy)
    edition = file.on(day)
    return edition, day is None or edition.effective.covers(day)


def _facts(node: Map) -> dict[str, object]:
    return {name: to_data(value) for name, value in node.entries.items()}
