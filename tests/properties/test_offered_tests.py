"""A row that some return reaches is offered a test, whatever the days of its season are."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

from hypothesis import given, note, settings
from hypothesis import strategies as st

from engine.decision.decide import Decider
from engine.errors import RequestFault
from engine.policy.editions import PolicyFile, load
from engine.publishing.meaning import dead_rows, meaning_of, surveys_of
from engine.publishing.suite import rows_without_a_test, run_suite
from engine.publishing.untested import suggested_tests

TODAY = date(2026, 11, 29)
WINDOWS = ("days: 1", "days: 30", "days: 365", "within: 10 business days", "within: 2 months")
LATE = (
    "eligibility: {rows: ["
    "{id: E-SEASON, when: {ordered: {between: [DAYS]}, request: late},"
    " answer: review, to_settle: whether}]}\n"
)


def after(days: int, on: date = TODAY) -> date:
    return on + timedelta(days=days)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A policy of today with a season that may have begun, or end tomorrow, or in another year."""
    held = draw(st.sampled_from(("", f", until: {after(20)}", f", until: {after(400)}")))
    first = after(draw(st.integers(-60, 60)))
    last = after(draw(st.integers(0, 60)), first)
    season = f"{first}, {last}"
    until = after(draw(st.integers(0, 60)), last)
    start = draw(st.sampled_from(("ordered", "delivered")))
    window = draw(st.sampled_from(WINDOWS))
    decide = draw(st.sampled_from(("longest", "shortest", "first")))
    delivered, requested = after(4), after(34)
    return (
        f"policy: acme/season\nversion: 1\neffective: {{from: {TODAY}{held}}}\ncurrency: USD\n"
        f"window:\n  counted_from: {start}\n  decide: {decide}\n  rows:\n"
        f"    - {{id: W-SEASON, when: {{ordered: {{between: [{season}]}}}}, until: {until}}}\n"
        f"    - {{id: W-BASE, otherwise: true, {window}}}\n"
        f"{LATE.replace('DAYS', season) if draw(st.booleans()) else ''}"
        f"tests:\n  usual: {{ordered: {TODAY}, delivered: {delivered}, requested: {requested},"
        " item_price: USD 40.00}\n  cases: []\n"
    )


def lives(ordered: list[date]) -> Iterator[dict[str, Any]]:
    """Returns of these orders as they come: delivered soon, late or not yet, asked for then."""
    for day, way, wait in product(ordered, (0, 4, 40, 200), (0, 5, 50, 200)):
        delivered = after(way, day)
        told = {"item_price": "USD 40.00", "ordered": f"{day}"}
        yield {**told, "delivered": f"{delivered}", "requested": f"{after(wait, delivered)}"}
        yield {**told, "delivered": None, "requested": f"{after(wait, day)}"}


def reached(file: PolicyFile) -> set[str]:
    """Rows that decide some return of these."""
    (policy,) = file.editions
    decider, found = Decider(policy, native=False), set[str]()
    days = [after(by) for by in (*range(0, 125, 2), 1, 19)]
    for each in lives([day for day in days if policy.effective.covers(day.toordinal())]):
        try:
            found |= {said.row for said in decider.decide(each).because if said.row}
        except RequestFault:
            continue
    return found


@settings(max_examples=40, deadline=None)
@given(texts())
def test_a_row_that_some_return_reaches_is_offered_a_test_that_passes(text: str) -> None:
    note(text)
    file = load(text, "test.yaml")
    surveys = surveys_of(*file.editions)
    dead = dead_rows(meaning_of(surveys), surveys)
    offered = [*suggested_tests(file, run_suite(file, native=False), surveys, dead)]

    cases = {each.row: each.case for each in offered if each.case}
    for row in reached(file) & {"W-SEASON", "W-BASE", "E-SEASON"}:
        assert row in cases, (row, row in dead, [each.finding.sentence for each in offered])
    kept = load(text.replace("cases: []", f"cases: {json.dumps([*cases.values()])}"), "test.yaml")
    report = run_suite(kept, native=False)
    assert report.failed == 0
    assert {row.id for row in rows_without_a_test(kept, report)}.isdisjoint(cases)
