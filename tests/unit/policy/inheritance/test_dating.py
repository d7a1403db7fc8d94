"""Dated edits make an edition for each stretch of days."""

from collections.abc import Callable, Mapping

import pytest

from engine.dates import day_text, parse_day
from engine.errors import PolicyFaults
from engine.policy.editions import PolicyFile, load
from engine.policy.faults import Fault

Loaded = Callable[[str, Mapping[str, str]], PolicyFile]
Refused = Callable[..., list[Fault]]

CHILD = """\
policy: acme/shop
version: 1
extends: acme/base@4
effective: {from: 2024-01-01, until: 2024-12-31}
changes:
"""


def days(file: PolicyFile) -> list[tuple[str, str, str]]:
    found = []
    for edition in file.editions:
        span, body = edition.effective, edition.deadlines[0].rows[1].body
        last = day_text(span.last) if span.last else "open"
        found.append((day_text(span.first), last, str(body.within)))  # type: ignore[union-attr]
    return found


def dated(to: int, effective: str) -> str:
    return f"  - {{set: window.W-BASE.days, to: {to}, why: a, effective: {effective}}}\n"


def test_an_edit_from_a_day_on_makes_two_editions(loaded: Loaded, base: str) -> None:
    file = loaded(CHILD + dated(45, "{from: 2024-07-01}"), {"acme/base@4": base})

    assert days(file) == [
        ("2024-01-01", "2024-06-30", "30 days"),
        ("2024-07-01", "2024-12-31", "45 days"),
    ]


def test_an_edit_for_some_days_makes_three(loaded: Loaded, base: str) -> None:
    edit = dated(45, "{from: 2024-07-01, until: 2024-07-31}")

    file = loaded(CHILD + edit, {"acme/base@4": base})

    assert [each[2] for each in days(file)] == ["30 days", "45 days", "30 days"]
    assert days(file)[2][0] == "2024-08-01"


def test_edits_that_overlap_hold_in_the_order_written(loaded: Loaded, base: str) -> None:
    edits = dated(45, "{from: 2024-03-01}") + dated(60, "{from: 2024-05-01, until: 2024-05-31}")

    file = loaded(CHILD + edits, {"acme/base@4": base})

    assert [each[2] for each in days(file)] == ["30 days", "45 days", "60 days", "45 days"]


def test_a_day_has_one_edition(loaded: Loaded, base: str) -> None:
    file = loaded(CHILD + dated(45, "{from: 2024-07-01}"), {"acme/base@4": base})

    first, second = file.editions
    assert file.on(parse_day("2024-06-30")) is first
    assert file.on(parse_day("2024-07-01")) is second
    assert file.on(parse_day("2020-01-01")) is first
    assert file.on(parse_day("2030-01-01")) is second
    assert file.on(None) is file.policy is second


def test_an_edit_outside_the_days_of_its_policy_has_no_effect(refused: Refused) -> None:
    found = refused(
        "set: window.W-BASE.days, to: 45, effective: {from: 2023-01-01, until: 2023-02-01}"
    )

    assert [fault.code for fault in found] == ["no_effect"]


def test_editions_are_not_made_without_end(refused: Refused, base: str) -> None:
    edits = [
        f"set: window.W-BASE.days, to: {100 + n}, effective: {{from: {2024 + n}-06-01}}"
        for n in range(1, 41)
    ]
    many = "".join(
        f"      - {{id: F-{n}, when: {{quantity: {n}}}, fee: none}}\n" for n in range(900)
    )
    full = base.replace(
        "    rows:\n      - {id: F-FAULT", f"    rows:\n{many}      - {{id: F-FAULT"
    )

    too_many, too_full = refused(*edits), refused(*edits[:20], base=full)

    assert refused(*edits[:39]) == []
    assert [fault.code for fault in too_many] == ["too_large"]
    assert [fault.code for fault in too_full] == ["too_large"]


def test_the_days_of_a_policy_with_dated_edits_are_spelt_right(base: str) -> None:
    text = """\
policy: acme/base--shop
version: 1
extends: acme/base@4
effective: {from: 2024-06-01, util: 2026-01-01}
changes:
  - {set: window.W-BASE.days, to: 45, effective: {from: 2025-02-01}, why: contract}
"""
    with pytest.raises(PolicyFaults) as found:
        load(text, "shop.yaml", lambda _name, _version: base)

    assert [fault.code for fault in found.value.faults] == ["unknown_key"]
