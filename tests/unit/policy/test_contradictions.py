"""Rows and deadlines that can never do what they say are refused; what may be meant is not."""

from collections.abc import Callable

import pytest

from engine.policy.faults import Fault

Faults = Callable[..., list[Fault]]


def season(when: str, until: str) -> str:
    row = f"{{id: W-X, when: {when}, until: {until}}}"
    return (
        "groups: {winter: {ordered: {between: [2024-11-15, 2024-12-24]}}}\n"
        f"window: {{decide: longest, rows: [{row}]}}\n"
    )


@pytest.mark.parametrize(
    "when",
    [
        "{ordered: {between: [2024-11-15, 2024-12-24]}}",
        "{is: winter}",
        "{ordered: {over: 2024-11-14}}",
        "{delivered: {at_least: 2024-11-15}, category: hats}",
    ],
)
def test_a_season_ends_no_sooner_than_it_can_begin(faults: Faults, when: str) -> None:
    (fault,) = faults(season(when, "2024-11-14"))

    assert fault.code == "reversed"
    assert "ends on 2024-11-14, before it can begin on 2024-11-15" in fault.sentence
    assert faults(season(when, "2024-11-15")) == []


@pytest.mark.parametrize(
    "when",
    [
        "{ordered: {under: 2024-12-24}}",
        "{any_of: [{ordered: {over: 2024-12-01}}, {category: hats}]}",
        "{received_back: {over: 2024-12-01}}",
        "{expires: {over: 2024-12-01}}",
    ],
)
def test_a_season_that_may_begin_sooner_is_no_fault(faults: Faults, when: str) -> None:
    assert faults(season(when, "2024-11-14")) == []


def chain(first: str, second: str) -> str:
    return (
        f"deadlines:\n  request: {{opens: {{{first}}}, within: 90 days, counted_from: delivered}}\n"
        f"  arrival: {{event: received_back, {second}}}\n"
    )


def test_a_second_deadline_is_not_over_before_the_first_one_opens(faults: Faults) -> None:
    opens = "after: 30 days, counted_from: delivered"

    (fault,) = faults(chain(opens, "within: 20 days, counted_from: delivered"))

    assert (fault.code, fault.source.line) == ("reversed", 7)
    assert "`deadlines.arrival` is over after 20 days" in fault.sentence


@pytest.mark.parametrize(
    ("opens", "second"),
    [
        ("after: 30 days, counted_from: delivered", "within: 30 days, counted_from: delivered"),
        ("after: 30 days, counted_from: delivered", "within: 1 month, counted_from: delivered"),
        ("after: 30 days, counted_from: delivered", "within: 2 days, counted_from: rma_issued"),
        ("ahead: 30 days, counted_from: delivered", "within: 20 days, counted_from: delivered"),
        (
            "after: 30 days, counted_from: delivered",
            "within: 20 days, extended_by: 1 year, counted_from: delivered",
        ),
    ],
)
def test_a_second_deadline_that_can_be_met_is_no_fault(
    faults: Faults, opens: str, second: str
) -> None:
    assert faults(chain(opens, second)) == []
