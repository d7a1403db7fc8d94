"""Every shipped policy means the same when it is printed in full and read again."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from engine.dates import day_text
from engine.decision.decide import Decider
from engine.errors import TakebackError
from engine.policy.editions import PolicyFile, load
from engine.policy.model import Case, Policy
from engine.policy.printing.yaml import in_full, written
from engine.policy.selection import edition_day
from engine.policy.text import to_data
from engine.publishing.suite import decide_case
from takeback.bases import Bases

POLICIES = Path(__file__).parents[2] / "policies"
FILES = sorted(POLICIES.rglob("*.yaml"))
BASES = Bases((POLICIES,))
ELSEWHERE = ("file", "line", "built_in", "digest", "policy")


def name(path: Path) -> str:
    return path.relative_to(POLICIES).as_posix()


@lru_cache
def opened(path: Path) -> PolicyFile:
    return load(path.read_text("utf-8"), name(path), BASES.find)


@lru_cache
def printed(path: Path, edition: int) -> PolicyFile:
    file = opened(path)
    return load(written(in_full(file, file.editions[edition].effective.first)), "printed.yaml")


def outcome(case: Case, file: PolicyFile, deciders: dict[str, Decider]) -> Any:
    """What a case comes to, but for where it is written."""

    def decider(policy: Policy) -> Decider:
        return deciders.setdefault(policy.digest, Decider(policy, native=False))

    try:
        return without_places(decide_case(case, file, decider).to_data())
    except TakebackError as error:
        return str(error)


def without_places(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: without_places(one) for key, one in data.items() if key not in ELSEWHERE}
    return [without_places(one) for one in data] if isinstance(data, list | tuple) else data


@pytest.mark.parametrize("path", FILES, ids=name)
def test_it_decides_all_its_tests_the_same(path: Path) -> None:
    file = opened(path)
    before: dict[str, Decider] = {}
    after: dict[str, Decider] = {}
    tried = 0
    for case in file.policy.cases:
        given = {key: to_data(node) for key, node in case.given.entries.items()}
        edition = file.editions.index(file.on(edition_day(given, file.policy)))
        again = printed(path, edition)
        if case.expect.get("publish") is None and not any(
            "effective" in edit.entries for edit in case.edits
        ):
            assert outcome(case, again, after) == outcome(case, file, before), case.name
            tried += 1

    assert tried


@pytest.mark.parametrize("path", FILES, ids=name)
def test_it_keeps_its_name_and_says_on_which_days_it_holds(path: Path) -> None:
    file = opened(path)
    for number, edition in enumerate(file.editions):
        again = printed(path, number).policy

        assert (again.reference, again.effective) == (edition.reference, edition.effective)
        assert again.scope == edition.scope
        assert day_text(again.effective.first) == day_text(edition.effective.first)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_printing_what_was_printed_changes_nothing(path: Path) -> None:
    again = printed(path, -1)

    def bare(file: PolicyFile) -> list[str]:
        text = written(in_full(file))
        return [line.rpartition("  # ")[0].rstrip() for line in text.splitlines()]

    assert bare(again) == bare(opened(path)) or len(opened(path).editions) > 1


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_line_says_where_it_came_from(path: Path) -> None:
    file = opened(path)
    texts = {name(path): path.read_text("utf-8").splitlines()}
    for reference in file.policy.extends:
        base, _, version = reference.partition("#")[0].rpartition("@")
        texts[f"{base}@{version}"] = (BASES.find(base, int(version)) or "").splitlines()

    for line in written(in_full(file)).splitlines():
        said, _, origin = line.rpartition("  # ")
        where = origin.partition(", ")[0]
        if where != "built in":
            place, _, number = where.rpartition(":")
            assert texts[place][int(number) - 1].strip(), line
        assert said.strip()


def test_rows_of_three_levels_name_three_files() -> None:
    text = written(in_full(opened(POLICIES / "home-goods--northwind--club.yaml")))
    rows = {
        line.split("{id: ")[1].split(",")[0]: line for line in text.splitlines() if "{id" in line
    }

    assert rows["W-BASE"].endswith(
        "# acme-supply/home-goods@2:22, within home-goods--northwind--club.yaml:12"
    )
    assert "  # acme-supply/home-goods--northwind@1:" in rows["S-SIZE"]
    assert "  # acme-supply/home-goods@2:" in rows["F-NONE"]
