"""A deadline has one end and a start; what could never be met is refused."""

from collections.abc import Callable

import pytest

from engine.policy.faults import Fault
from engine.policy.model import Clock, Policy

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]


def clock(read: Read, fields: str) -> Clock:
    body = read(f"deadlines: {{request: {{{fields}}}}}\n").deadlines[0].rows[0].body
    assert isinstance(body, Clock)
    return body


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            "within: 30 days, counted_from: delivered",
            {"strict": False, "start_day_is_first": False},
        ),
        ("under: 6 months, counted_from: delivered", {"strict": True}),
        ("no_limit: true", {"no_limit": True, "within": None}),
        (
            "within: 5 business days, counted_from: delivered, roll: next_business_day",
            {"roll": True},
        ),
        (
            "within: 15 days, counted_from: delivered, counting: start_day_is_first",
            {"start_day_is_first": True},
        ),
        (
            "no_limit: true, pauses: {from: repair_asked, to: repair_done}",
            {"pauses": ("repair_asked", "repair_done")},
        ),
        ("within: 1 day, counted_from: delivered, if_late: go_on", {"if_late": "go_on"}),
        (
            "within: 1 day, counted_from: delivered, by: owner, if_silent: accept",
            {"by": "supplier"},
        ),
        (
            "within: 1 day, counted_from: delivered",
            {"event": "requested", "if_late": "outside_window"},
        ),
    ],
)
def test_a_clock_in_each_form(read: Read, fields: str, expected: dict[str, object]) -> None:
    found = clock(read, fields)

    assert {name: getattr(found, name) for name in expected} == expected


def test_a_clock_may_only_open(read: Read) -> None:
    found = clock(read, "opens: {after: 45 days, counted_from: departed}")

    assert found.opens is not None
    assert (str(found.opens.length), found.opens.ahead) == ("45 days", False)


def test_readings_of_a_clock_are_clocks_of_their_own(read: Read) -> None:
    policy = read("""
deadlines:
  request:
    readings:
      - {id: A, within: 30 days, counted_from: ordered}
      - {id: B, within: 30 days, counted_from: delivered, because: The text says received.}
    we_take: B
""")

    body = policy.deadlines[0].rows[0].body
    assert isinstance(body, Clock)
    assert [reading.id for reading in body.readings] == ["A", "B"]
    assert body.we_take == "B"


@pytest.mark.parametrize(
    ("fields", "code", "said"),
    [
        ("counted_from: delivered", "wrong_clock", "Here is none"),
        (
            "within: 3 days, no_limit: true, counted_from: delivered",
            "wrong_clock",
            "`within`, `no_limit`",
        ),
        ("no_limit: false", "wrong_shape", "the key is left out"),
        (
            "within: 48 hours, counted_from: delivered, roll: next_business_day",
            "wrong_clock",
            "counts hours; `roll` means nothing",
        ),
        (
            "within: 30 days, counted_from: delivered, extended_by: 2 hours",
            "wrong_clock",
            "counts days; `extended_by` means nothing",
        ),
        (
            "until: 2026-01-31, pauses: {from: repair_asked, to: repair_done}",
            "wrong_clock",
            "fixed date; `pauses` means nothing",
        ),
        ("within: 30 days", "missing_key", "`counted_from` is missing"),
        ("within: 30, counted_from: delivered", "bare_number", "`30 days`"),
        ("within: 30 days, counted_from: delivered, if_silent: accept", "missing_key", "`by`"),
        (
            "within: 30 days, counted_from: delivered, if_late: to_late",
            "unknown_word",
            "`too_early`",
        ),
        ("within: 30 days, counted_from: delivered, by: seller", "unknown_role", "`parties`"),
        ("within: 30 days, counted_from: delivered, by: suplier", "unknown_word", "`supplier`"),
        ("within: 30 days, counted_from: delivered, event: request", "unknown_word", "`requested`"),
        ("within: 30 days, counted_from: delivered, witin: 3 days", "unknown_key", "`within`"),
        ("opens: {after: 3 days}", "wrong_shape", "`counted_from`"),
        (
            "within: 30 days, counted_from: now, opens: {after: 31 days, counted_from: now}",
            "reversed",
            "It opens after 31 days, when its 30 days are already over.",
        ),
        (
            "within: 4 weeks, counted_from: now, opens: {after: 2 months, counted_from: now}",
            "reversed",
            "already over",
        ),
        (
            "within: 3 days, counted_from: delivered, pauses: {from: repair_asked}",
            "wrong_shape",
            "both dates",
        ),
    ],
)
def test_a_clock_that_cannot_be_meant(faults: Faults, fields: str, code: str, said: str) -> None:
    (fault,) = faults(f"deadlines: {{request: {{{fields}}}}}\n")

    assert fault.code == code
    assert said in fault.sentence


@pytest.mark.parametrize(
    "fields",
    [
        "within: 30 days, counted_from: shipped, opens: {after: 30 days, counted_from: shipped}",
        "within: 1 month, counted_from: shipped, opens: {after: 30 days, counted_from: shipped}",
        "within: 30 days, counted_from: shipped, opens: {after: 60 days, counted_from: delivered}",
        "within: 30 days, extended_by: 2 years, counted_from: delivered, "
        "opens: {after: 60 days, counted_from: delivered}",
    ],
)
def test_an_opening_that_may_come_in_time_is_no_fault(faults: Faults, fields: str) -> None:
    assert faults(f"deadlines: {{request: {{{fields}}}}}\n") == []


@pytest.mark.parametrize(
    ("readings", "we_take", "said"),
    [
        ("- {id: A, within: 3 days, counted_from: ordered}", "A", "Two readings or more"),
        (
            "- {id: A, no_limit: true}\n      - {id: A, within: 3 days, counted_from: ordered}",
            "A",
            "different ids",
        ),
        (
            "- {id: A, no_limit: true}\n      - {id: B, within: 3 days, counted_from: ordered}",
            "C",
            "`we_take` is `none` or the id",
        ),
    ],
)
def test_readings_are_two_and_one_of_them_is_taken(
    faults: Faults, readings: str, we_take: str, said: str
) -> None:
    text = f"deadlines:\n  request:\n    readings:\n      {readings}\n    we_take: {we_take}\n"

    found = faults(text)

    assert [fault.code for fault in found] == ["two_readings"]
    assert said in found[0].sentence
