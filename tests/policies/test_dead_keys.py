"""No key of a shipped policy is dead: left out, it changes a decision, or says why it need not."""

from collections.abc import Iterator
from pathlib import Path as File
from typing import Any

import pytest

from engine.policy.model import Policy
from engine.policy.text import to_data
from engine.policy.topics.catalogue import TOPICS
from engine.publishing.checks.survey import Survey, facts_of
from engine.publishing.meaning import surveys_of
from tests.policies.judged import FILES, findings, name
from tests.properties.dropping import Given, Lines, Path, at, entries, same, without
from tests.properties.test_silences import may_change_nothing, policy_of

RIGHTLY: dict[tuple[str, str], str] = {}


def written(policy: Policy) -> Any:
    """The policy as plain data in full, without what no decision looks at."""
    data = to_data(policy.tree)
    assert isinstance(data, dict)
    apart = ("tests", "compare", "partners_may", "extends", "changes", "agreed")
    return {key: value for key, value in data.items() if key not in apart}


def seeds_of(survey: Survey) -> list[Given]:
    """The returns of the tests, and one for each row."""
    found: list[Given] = list(survey.seeds)
    for table in survey.tables():
        for row in table.rows:
            score = survey.aims.decides(table, row)
            boxes = survey.space(table).boxes(row.row.when)[:2]
            tried = survey.example(score, boxes, facts_of(row.row))
            found += [tried.given] if tried else []
    return found


def lines_of(policy: Policy) -> list[Lines]:
    """The returns of several lines among the tests."""
    cases = [case for case in policy.cases if case.lines and not (case.edits or case.agreed)]
    return [(plain(case.given), [plain(line) for line in case.lines]) for case in cases]


def plain(node: Any) -> Any:
    return to_data(node)


def dead(file: File) -> Iterator[str]:
    """The entries of the topics of a policy that can be left out and change nothing."""
    (survey, *_) = surveys_of(findings(file)[0].policy)
    policy, data = survey.policy, written(survey.policy)
    seeds, several = seeds_of(survey), lines_of(policy)
    for topic in (topic for topic in TOPICS if topic in data):
        for path in entries(data[topic]):
            whole: Path = (topic, *path)
            other = (
                None
                if may_change_nothing(whole, at(data, whole))
                else policy_of(without(data, whole))
            )
            if other is not None and same(policy, other, seeds, several, near=30):
                yield ".".join(map(str, whole))


@pytest.mark.parametrize("file", FILES, ids=name)
def test_no_key_of_a_shipped_policy_is_dead(file: File) -> None:
    found = {path for path in dead(file) if (file.name, path) not in RIGHTLY}

    assert found == set()
