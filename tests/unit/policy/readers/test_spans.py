"""Starts, spans of days, and the order of two values of one type."""

from collections.abc import Callable

import pytest

from engine.dates import parse_day
from engine.policy.context import Context
from engine.policy.faults import Fault
from engine.policy.model import Clock, Effective, Pick, Policy, Start, StartDate
from engine.policy.readers.spans import ordered
from engine.policy.text import parse

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]

WINDOW = "window: {days: 30, counted_from: %s}\n"


def start(read: Read, written: str) -> Start | None:
    body = read(WINDOW % written).deadlines[0].rows[0].body
    assert isinstance(body, Clock)
    return body.start


def test_a_clock_counts_from_a_date_or_from_one_of_several(read: Read) -> None:
    delivered = StartDate("delivered")

    assert start(read, "delivered") == Start((delivered,))
    moved = start(read, "{first_known: [delivered, {date: shipped, plus: 7 days}]}")
    assert moved is not None
    assert moved.pick is Pick.FIRST_KNOWN
    assert [(each.fact, str(each.plus)) for each in moved.dates] == [
        ("delivered", "None"),
        ("shipped", "7 days"),
    ]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("deliverd", "unknown_word"),
        ("item_price", "unknown_word"),
        ("{first_known: [delivered], later_of: [shipped]}", "wrong_shape"),
        ("{first_known: []}", "empty"),
        ("{date: shipped, plus: 7}", "bare_number"),
        ("{date: shipped, plus: 48 hours}", "wrong_type"),
        ("{plus: 7 days}", "wrong_shape"),
        ("{latest_of: [shipped]}", "unknown_key"),
    ],
)
def test_a_start_that_is_no_date_is_a_fault(faults: Faults, written: str, code: str) -> None:
    assert faults(WINDOW % written)[0].code == code


def test_effective_includes_both_days() -> None:
    days = Effective(first=10, last=20)

    assert [days.covers(day) for day in (9, 10, 20, 21)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("{from: 2024-02-01, until: 2024-01-31}", "reversed"),
        ("{until: 2024-01-31}", "missing_key"),
        ("{from: 2024-02-01, to: 2024-03-01}", "unknown_key"),
        ("{from: Tuesday}", "wrong_type"),
        ("2024-02-01", "wrong_shape"),
    ],
)
def test_days_that_cannot_be_are_a_fault(faults: Faults, written: str, code: str) -> None:
    head = f"policy: a\nversion: 1\ncurrency: USD\neffective: {written}\n"

    found = faults("", head=head)

    assert found[0].code == code


def test_values_of_one_type_have_an_order() -> None:
    tree = parse("a: 30 days\nb: 5 weeks\nc: 12%\nd: USD 3.00\ne: 2024-01-01\nf: word\n", "a.yaml")
    ctx = Context("a.yaml")

    days, weeks, percent, money, day, word = tree.entries.values()

    assert (ordered("length", days, ctx) or 0) < (ordered("length", weeks, ctx) or 0)
    assert ordered("percent", percent, ctx) == 120_000
    assert ordered("money", money, ctx) == 300
    assert ordered("date", day, ctx) == parse_day("2024-01-01")
    assert ordered("word", word, ctx) is None
