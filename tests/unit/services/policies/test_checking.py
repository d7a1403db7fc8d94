"""An author is told everything that is known of a text, with what mends it, in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import inf
from pathlib import Path

import pytest

from adapters.reading import SECONDS
from engine.policy.editions import load, nobody
from engine.policy.layout.formatting import formatted
from engine.policy.rewriting import edited
from engine.publishing.readiness import faults_before_publishing, findings_before_publishing
from engine.stopping import stopping
from services.policies.changing import with_season, with_tests
from services.policies.checking import Checked, check
from services.policies.sentences import topics_of
from services.policies.starter import policy_text
from tests.unit.services.policies.test_starter import answers

FOLDER = Path(__file__).parents[4] / "policies"
HOME_GOODS = (FOLDER / "home-goods.yaml").read_text()
START = policy_text(answers(fee_percent=15))
LATER = 1_000.0
"""Seconds: nobody waits here."""


def codes(checked: Checked) -> set[str]:
    return {each.fault.code for each in checked.findings}


def test_an_author_hears_what_publishing_would_say() -> None:
    text = START.replace("net: USD 40.00", "net: USD 41.00").replace("fee: 15%", "fee: 25%")
    file = load(text, "policy.yaml", nobody)

    found = check(text, nobody, LATER)

    said = {(each.code, each.sentence) for each in findings_before_publishing(file)}
    assert {(each.fault.code, each.fault.sentence) for each in found.findings} == said
    assert found.left_out == ()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("window:", "windw:"),
        ("counted_from: delivered", "counted_from: deliverd"),
        ("to_retailer: credit", "to_retailer: credti"),
        ("reason: change_of_mind}, fee", "reason: change_of_mnd}, fee"),
        ("requested: 2025-02-04", "requsted: 2025-02-04"),
        ("remedy: {", "remedy:\t{"),
        ("Standard returns", "Standard\u202e returns"),
        ("decided_by: F-MIND", "decidedby: F-MIND"),
    ],
)
@pytest.mark.parametrize("breaks", ["\n", "\r\n"])
def test_the_fix_that_is_offered_mends_the_finding(right: str, wrong: str, breaks: str) -> None:
    assert right in START
    text = START.replace(right, wrong, 1).replace("\n", breaks)

    found = check(text, nobody, LATER)

    fixes = [each for each in found.findings if each.fix]
    assert fixes, [each.fault for each in found.findings]
    mended = check(edited(text, (fixes[0].fix,)), nobody, LATER)  # type: ignore[arg-type]
    assert fixes[0].fault.code not in codes(mended)


def test_every_row_is_a_sentence_with_the_lines_in_which_it_is_written() -> None:
    found = check(HOME_GOODS, nobody, LATER)

    rows = {row.row: row for topic in found.topics for row in topic.rows}
    lines = HOME_GOODS.splitlines()
    season = rows["W-HOLIDAY"]
    assert season.lines
    assert "W-HOLIDAY" in lines[season.lines.first - 1]
    assert season.at == ("window", "rows", "W-HOLIDAY")
    assert season.sentence.startswith("Requested by 2026-01-31, or the end that another of these")
    final = rows["E-FINAL"]
    assert final.lines
    assert final.lines.last - final.lines.first == 4
    assert final.when.startswith("final sale is true and reason is not")
    assert all(row.sentence for row in rows.values())


def test_every_row_that_is_written_has_its_place() -> None:
    for path in (FOLDER / "real").glob("*.yaml"):
        text = path.read_text()
        found = load(text, "policy.yaml", nobody) if "extends" not in text else None
        if found is None:
            continue
        for topic in topics_of(found):
            for row in (row for row in topic.rows if not row.built_in):
                assert row.lines, (path.name, row)


def test_a_suggested_test_that_is_confirmed_reaches_its_row_and_passes() -> None:
    case = START[START.index("    - name: who has") :]
    text = START.replace(case, "")
    found = check(text, nobody, LATER)
    (suggested,) = found.suggested
    assert suggested.row == "F-MIND"
    assert suggested.case

    again = check(with_tests(text, [suggested.case])[0].text, nobody, LATER)

    assert again.suggested == ()
    assert all(each.passed for each in again.tests)
    reached = {each.row: each.tests for each in again.coverage}
    assert reached["F-MIND"] == ("F-MIND decides",)


def test_a_suggested_test_has_a_name_that_no_other_test_has() -> None:
    text = START.replace("name: who has changed its mind pays the fee", "name: F-MIND decides")
    text = text.replace("given: {reason: change_of_mind}", "given: {reason: defective}")
    text = text.replace(", decided_by: F-MIND}", "}")
    (suggested,) = check(text, nobody, LATER).suggested
    assert suggested.case

    again = check(with_tests(text, [suggested.case])[0].text, nobody, LATER)

    assert again.file
    assert again.suggested == ()
    assert [each.name for each in again.tests[-2:]] == ["F-MIND decides", "F-MIND decides 2"]


@dataclass
class Clock:
    """Passes the deadline at its `last` look; counts how often it is looked at."""

    last: float
    looks: int = 0

    def __call__(self) -> float:
        self.looks += 1
        return 2 * SECONDS if self.looks > self.last else 0.0


def test_whenever_the_time_is_over_the_work_ends_and_what_is_left_out_is_named() -> None:
    text = START.replace("net: USD 40.00", "net: USD 41.00").replace("fee: 15%", "fee: 25%")
    whole = Clock(inf)
    everything = check(text, nobody, clock=whole)

    for part in range(20):
        clock = Clock(1 + part * (whole.looks - 2) // 19)
        found = check(f"{text}# {part}\n", nobody, clock=clock)
        assert found.left_out
        assert clock.looks - clock.last <= 15, found.left_out  # each step looks once more
        if part == 0:
            assert (found.file, found.left_out) == (None, ("reading",))
    assert everything.left_out == ()


def test_checks_that_do_not_end_in_time_are_named() -> None:
    reading = Clock(inf)
    with stopping(lambda: reading() < 0):
        load(f"{HOME_GOODS}# once\n", "policy.yaml", nobody)
    found = check(f"{HOME_GOODS}# again\n", nobody, clock=Clock(reading.looks + 1))

    assert found.file is not None
    assert {"tests", "comparison", "rows in words"} <= set(found.left_out)
    assert found.coverage == ()


def test_a_holiday_extension_is_the_longest_of_two_windows() -> None:
    days = (date(2026, 11, 1), date(2026, 12, 25), date(2027, 1, 31))
    for text in (START, HOME_GOODS):
        done = with_season(text, *days)
        file = load(done.text, "policy.yaml", nobody)
        assert {each.code for each in faults_before_publishing(file)} <= {"row_untested"}
        rows = file.policy.deadlines[0].rows
        assert "W-SEASON" in {row.id for row in rows}
        assert edited(done.text, done.undo) == text


def test_a_second_holiday_stands_before_all_other_cases_and_reads_like_the_rest() -> None:
    first = with_season(START, date(2026, 11, 1), date(2026, 12, 25), date(2027, 1, 31)).text

    text = with_season(first, date(2027, 11, 1), date(2027, 12, 25), date(2028, 1, 31)).text

    rows = load(text, "policy.yaml", nobody).policy.deadlines[0].rows
    assert [row.id for row in rows] == ["W-SEASON", "W-SEASON-2", "W-BASE"]
    assert lines(formatted(text, "policy.yaml")) == lines(text)


def lines(text: str) -> list[list[str]]:
    """The words of each line, however they are aligned."""
    return [each.split() for each in text.splitlines()]
