"""Every key that is read has an effect or a complaint.

Each key of the language stands in rows of its topic, and in the shipped policies, and is left out:
some decision changes, or publishing refuses what is written, or it is listed here with the reason
why it rightly changes nothing. A key that comes new into the language fails until it does one of
the three.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from engine.errors import PolicyFaults
from engine.policy.model import Policy
from engine.policy.topics.catalogue import TOPICS
from engine.publishing.checks.silences.telling import silences_of
from engine.publishing.meaning import surveys_of
from tests.properties.dropping import Given, Lines, Path, at, entries, read, same, without
from tests.properties.sampled import BASES, LINES, SEEDS, VALUES, policy_with

Row = dict[str, Any]

READ_BY_PEOPLE = ("id", "because", "for_agent", "clause", "why", "locked")
"""Keys that say nothing to a decision; `locked` speaks to policies built on this one."""
SAID_ANYWAY = {
    "counting": ("next_day",),
    "roll": ("none",),
    "if_late": ("outside_window",),
    "if_over": ("refuse",),
    "if_not": ("ask",),
    "curable": (False,),
    "original_required": (False,),
    "per": ("line",),
    "taken": ("deducted",),
    "certainty": ("fixed",),
    "refund": ("none",),
    "do": ("ship_back",),
    "percent": ("100%",),
    "plus": ("0 days",),
    "answer": ("accept",),
    "code": (
        "packaging_not_met",
        "missing_evidence",
        "condition_breached",
        "value_limit",
        "count_limit",
        "conflict_in_text",
        "discretionary",
    ),
}
"""What holds where it is not written, too."""
RIGHTLY = {
    "by": "says who must act; what follows from silence is in `if_silent`",
    "must_start": "of the clock `request` it says what holds anyway",
    "no_limit": "beside `opens` it says what holds without an end",
    "roll": "an end in business days never falls on a day of rest",
    "code": "of readings of which one is taken, for as long as none was",
    "curable": "what is asked for can always be supplied",
    "if_not": "`refuse` is what `original_required` does anyway",
    "fee": "a part that is `fee: none` takes nothing",
    "to_settle": "of a reading, for the day on which it is taken",
}
"""Keys that in some rows change nothing, and why that is right."""


def rows_of(topic: str) -> Iterator[tuple[Row, Row | None]]:
    """Each base with each value of each key: in its row, and beside the rows of a table."""
    for index, base in enumerate(BASES[topic]):
        yield base, None
        for key, values in VALUES[topic].items():
            for value in values:
                yield {**base, key: value}, None
                if index == 0 and key not in base and topic != "whole_return":
                    yield base, {key: value}


def pairs_of(topic: str) -> Iterator[tuple[Row, None]]:
    """Bases with two keys more."""
    draw = Random(topic)
    for _ in range(20):
        base = draw.choice(BASES[topic])
        keys = draw.sample(list(VALUES[topic]), min(2, len(VALUES[topic])))
        yield {**base, **{key: draw.choice(VALUES[topic][key]) for key in keys}}, None


def policy_of(data: Any) -> Policy | None:
    """The policy of plain data; None where the reader complains."""
    try:
        return read(data)
    except PolicyFaults:
        return None


def complaints(policy: Policy) -> list[str]:
    """What publishing says of keys that are not heeded."""
    return [each.says for survey in surveys_of(policy) for each in silences_of(survey)]


def may_change_nothing(path: Path, value: object) -> bool:
    key = path[-1]
    if isinstance(key, int) or key in (*READ_BY_PEOPLE, "when", "otherwise", "rows"):
        return True
    return value in SAID_ANYWAY.get(key, ())


def dead(
    policy: Policy, data: Any, start: Path, seeds: list[Given], several: list[Lines]
) -> Iterator[Path]:
    """The entries under a path without which nothing changes."""
    for path in entries(at(data, start)):
        whole = (*start, *path)
        if may_change_nothing(whole, at(data, whole)):
            continue
        other = policy_of(without(data, whole))
        if other is not None and same(policy, other, seeds, several, near=25):
            yield whole


def silent(topic: str, rows: Iterator[tuple[Row, Row | None]]) -> Iterator[tuple[str, Row]]:
    """Keys that change nothing in rows of which nobody complains."""
    for row, beside in rows:
        data = policy_with(topic, row, beside)
        policy = policy_of(data)
        if policy is not None and not complaints(policy):
            for path in dead(policy, data, (topic,), SEEDS, LINES):
                yield str(path[-1]), {**row, **(beside or {})}


@pytest.mark.parametrize("topic", BASES)
def test_a_key_has_an_effect_or_a_complaint_or_a_reason(topic: str) -> None:
    found = [each for each in silent(topic, rows_of(topic)) if each[0] not in RIGHTLY]

    assert found == []


@pytest.mark.parametrize("topic", BASES)
def test_two_keys_have_an_effect_or_a_complaint_or_a_reason(topic: str) -> None:
    found = [each for each in silent(topic, pairs_of(topic)) if each[0] not in RIGHTLY]

    assert found == []


def test_every_key_of_every_topic_is_tried() -> None:
    untried = {
        (topic.name, key)
        for topic in TOPICS.values()
        for key in topic.keys
        if key not in VALUES[topic.name]
    }

    assert untried == set()
