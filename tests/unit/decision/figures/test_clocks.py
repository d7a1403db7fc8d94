"""A clock gives the right state and days for every unit, counting, start, pause and time zone."""

import pytest

from engine.decision.record import Deadline
from tests.unit.decision.building import NOT_SENT, deadline, decide, decider, facts


def clock(fields: str, zone: str = "UTC", head: str = "", **given: object) -> Deadline:
    """Returns the deadline `request` of a policy with one clock."""
    topics = f"{head}deadlines: {{request: {{{fields}}}}}"
    given = {"ordered": NOT_SENT, **given}
    return decider(topics, time_zone=zone).decide(facts(**given)).deadlines[0]


def last_day(fields: str, delivered: str, head: str = "", **given: object) -> str | None:
    fields = f"{fields}, counted_from: delivered"
    return clock(fields, head=head, delivered=delivered, requested=delivered, **given).last_day


# --- units ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("within", "delivered", "last"),
    [
        ("30 days", "2024-01-31", "2024-03-01"),
        ("0 days", "2024-01-31", "2024-01-31"),
        ("2 weeks", "2024-02-20", "2024-03-05"),
        ("1 month", "2024-01-31", "2024-02-29"),
        ("1 month", "2023-01-31", "2023-02-28"),
        ("1 month", "2024-02-29", "2024-03-29"),
        ("3 months", "2024-11-30", "2025-02-28"),
        ("13 months", "2024-01-31", "2025-02-28"),
        ("1 year", "2024-02-29", "2025-02-28"),
        ("4 years", "2024-02-29", "2028-02-29"),
        ("5 business days", "2024-05-10", "2024-05-17"),
        ("5 business days", "2024-05-11", "2024-05-17"),
        ("1 business day", "2024-05-12", "2024-05-13"),
    ],
)
def test_a_length_ends_on(within: str, delivered: str, last: str) -> None:
    assert last_day(f"within: {within}", delivered) == last


@pytest.mark.parametrize(
    ("business_days", "last"),
    [
        ("{holidays: us_federal}", "2024-07-08"),  # Thursday the fourth is one
        ("{holidays: [2024-07-04, 2024-07-05]}", "2024-07-09"),
        ("{weekend: [friday, saturday]}", "2024-07-07"),
        ("{holidays: DE-BY}", "2024-07-05"),
    ],
)
def test_business_days_skip_holidays_and_the_weekend(business_days: str, last: str) -> None:
    head = f"business_days: {business_days}\n"

    assert last_day("within: 3 business days", "2024-07-02", head) == last


@pytest.mark.parametrize(
    ("within", "first", "next_day"),
    [
        ("15 days", "2024-05-26", "2024-05-27"),
        ("1 day", "2024-05-12", "2024-05-13"),
        ("1 month", "2024-06-11", "2024-06-12"),
    ],
)
def test_the_start_day_is_the_first_or_day_0(within: str, first: str, next_day: str) -> None:
    counting = f"within: {within}, counting: start_day_is_first"

    assert last_day(counting, "2024-05-12") == first
    assert last_day(f"within: {within}", "2024-05-12") == next_day


@pytest.mark.parametrize(
    ("delivered", "last"),
    [("2025-01-31", "2025-02-06"), ("2025-02-01", "2025-02-07"), ("2025-02-02", "2025-02-07")],
)
def test_a_start_on_a_day_of_rest_is_no_first_business_day(delivered: str, last: str) -> None:
    counting = "within: 5 business days, counting: start_day_is_first"

    assert last_day(counting, delivered) == last


def test_less_than_a_length_ends_a_day_before_it() -> None:
    under = "under: 6 months, counted_from: invoiced"
    given = {"invoiced": "2024-01-15"}

    assert clock(under, **given, requested="2024-07-14").state == "in_time"
    assert clock(under, **given, requested="2024-07-15").state == "late"


@pytest.mark.parametrize(
    ("delivered", "last"),
    [("2024-05-09", "2024-05-13"), ("2024-05-10", "2024-05-13"), ("2024-05-11", "2024-05-13")],
)
def test_an_end_on_a_weekend_rolls_on(delivered: str, last: str) -> None:
    assert last_day("within: 2 days, roll: next_business_day", delivered) == last


@pytest.mark.parametrize(
    ("within", "more", "last"),
    [
        ("1 month", "1 month", "2025-03-31"),
        ("1 month", "1 year", "2026-02-28"),
        ("30 days", "1 month", "2025-04-02"),
        ("1 month", "3 days", "2025-03-03"),
    ],
)
def test_an_extension_is_added_to_the_length(within: str, more: str, last: str) -> None:
    assert last_day(f"within: {within}, extended_by: {more}", "2025-01-31") == last


def test_an_extension_in_hours_is_added_to_hours() -> None:
    found = clock(
        "within: 24 hours, extended_by: 2 hours, counted_from: delivered",
        delivered="2024-05-10T10:00:00Z",
    )

    assert found.last_moment == "2024-05-11T12:00:00+00:00"


# --- instants -------------------------------------------------------------------------------------

NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("within", "delivered", "last"),
    [
        ("24 hours", "2024-03-09T12:00:00-05:00", "2024-03-10T13:00:00-04:00"),  # spring forward
        ("24 hours", "2024-11-02T12:00:00-04:00", "2024-11-03T11:00:00-05:00"),  # fall back
        ("1 clock day", "2024-03-09T12:00:00-05:00", "2024-03-10T13:00:00-04:00"),
        ("48 hours", "2024-05-10T12:00:00-04:00", "2024-05-12T12:00:00-04:00"),
        ("2 hours", "2024-03-10T01:30:00-05:00", "2024-03-10T04:30:00-04:00"),
        ("1 hour", "2024-11-03T01:30:00-04:00", "2024-11-03T01:30:00-05:00"),
    ],
)
def test_hours_run_on_instants_through_a_change_of_the_clock(
    within: str, delivered: str, last: str
) -> None:
    found = clock(f"within: {within}, counted_from: delivered", NEW_YORK, delivered=delivered)

    assert found.last_moment == last


@pytest.mark.parametrize("delivered", ["2024-03-09", "2024-11-02"])
def test_days_are_days_through_a_change_of_the_clock(delivered: str) -> None:
    found = clock("within: 1 day, counted_from: delivered", NEW_YORK, delivered=delivered)

    assert found.last_day == delivered[:-2] + f"{int(delivered[-2:]) + 1:02}"
    assert found.last_moment is None


@pytest.mark.parametrize(
    ("requested", "state"),
    [
        ("2024-05-12T16:00:00Z", "in_time"),
        ("2024-05-12T12:00:00-04:00", "in_time"),
        ("2024-05-12T16:00:01Z", "late"),
        ("2024-05-12", "late"),  # the end of that day
        ("2024-05-11", "in_time"),
    ],
)
def test_the_last_second_of_hours_counts(requested: str, state: str) -> None:
    delivered = "2024-05-10T12:00:00-04:00"
    found = clock(
        "within: 48 hours, counted_from: delivered",
        NEW_YORK,
        delivered=delivered,
        requested=requested,
    )

    assert found.state == state


def test_hours_from_a_bare_date_run_from_its_end_and_say_so() -> None:
    found = clock("within: 24 hours, counted_from: delivered", NEW_YORK, delivered="2024-05-10")

    assert found.last_moment == "2024-05-11T23:59:59-04:00"
    assert found.note is not None
    assert "`delivered` has no time of day" in found.note


def test_less_than_hours_ends_a_second_before() -> None:
    found = clock("under: 24 hours, counted_from: delivered", delivered="2024-05-10T10:00:00Z")

    assert found.last_moment == "2024-05-11T09:59:59+00:00"


@pytest.mark.parametrize(
    ("zone", "state"), [("UTC", "late"), (NEW_YORK, "in_time"), ("Asia/Tokyo", "late")]
)
def test_a_request_counts_on_its_day_in_the_zone_of_the_policy(zone: str, state: str) -> None:
    found = clock(
        "within: 10 days, counted_from: delivered",
        zone,
        delivered="2024-05-10",
        requested="2024-05-21T03:00:00Z",
    )

    assert found.state == state


# --- starts ---------------------------------------------------------------------------------------

CHAIN = "[delivered, {date: shipped, plus: 7 days}, ordered]"


@pytest.mark.parametrize(
    ("given", "start", "day"),
    [
        ({"delivered": "2024-05-10", "shipped": "2024-05-01"}, "delivered", "2024-05-10"),
        ({"shipped": "2024-05-01"}, "shipped", "2024-05-08"),
        ({"delivered": None, "shipped": "2024-05-01"}, "shipped", "2024-05-08"),
        ({"ordered": "2024-04-01"}, "ordered", "2024-04-01"),
    ],
)
def test_a_chain_starts_with_the_first_date_that_is_known(
    given: dict[str, object], start: str, day: str
) -> None:
    fields = f"within: 30 days, counted_from: {{first_known: {CHAIN}}}"

    found = clock(fields, **{"delivered": NOT_SENT, **given})

    assert (found.counted_from, found.counted_from_day) == (start, day)


@pytest.mark.parametrize(("pick", "start"), [("later_of", "delivered"), ("earlier_of", "shipped")])
def test_a_clock_starts_with_the_later_or_the_earlier_date(pick: str, start: str) -> None:
    fields = f"within: 30 days, counted_from: {{{pick}: [shipped, delivered, installed]}}"

    assert clock(fields, shipped="2024-05-02").counted_from == start


def test_an_offset_moves_the_start_in_its_own_unit() -> None:
    fields = "within: 1 day, counted_from: {date: shipped, plus: 1 month}"

    assert clock(fields, shipped="2024-01-31").counted_from_day == "2024-02-29"


def test_a_window_that_cannot_start_is_asked_about() -> None:
    window = f"window: {{within: 30 days, counted_from: {{first_known: {CHAIN}}}}}"
    decision = decide(window, delivered=NOT_SENT, ordered=NOT_SENT)

    assert (decision.answer, decision.code) == ("ask", "fact_missing")
    assert decision.missing == ("delivered", "shipped", "ordered")


def test_a_start_that_has_not_happened_is_not_asked_for() -> None:
    decision = decide("window: {days: 30, counted_from: delivered}", delivered=None)

    assert decision.answer == "accept"
    assert decision.deadlines[0].state == "not_started"


def test_a_window_needs_the_day_of_the_request() -> None:
    decision = decide("window: {days: 30, counted_from: delivered}", requested=NOT_SENT)

    assert (decision.answer, decision.missing) == ("ask", ("requested",))


# --- first days, pauses, fixed ends ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("requested", "state", "since"),
    [("2024-06-09", "early", -1), ("2024-06-10", "in_time", 0), ("2024-06-11", "in_time", 1)],
)
def test_a_wait_ends_on_its_first_good_day(requested: str, state: str, since: int) -> None:
    found = clock("opens: {after: 1 month, counted_from: delivered}", requested=requested)

    assert (found.state, found.days_since_open) == (state, since)
    assert found.first_day == "2024-06-10"


def test_a_window_before_a_date_opens_ahead_of_it() -> None:
    fields = "opens: {ahead: 6 months, counted_from: expires}, until: 2024-12-31"
    given = {"expires": "2024-08-31"}

    assert clock(fields, **given, requested="2024-02-28").state == "early"
    assert clock(fields, **given, requested="2024-02-29").state == "in_time"
    assert clock(fields, **given, requested="2025-01-01").state == "late"


def test_a_wait_that_cannot_begin_is_asked_about() -> None:
    topics = "deadlines: {request: {opens: {after: 6 months, counted_from: invoiced}}}"
    decision = decide(topics)

    assert (decision.answer, decision.missing) == ("ask", ("invoiced",))
    assert decision.deadlines[0].state == "not_started"


PAUSED = "within: 10 days, counted_from: delivered, pauses: {from: repair_asked, to: repair_done}"


@pytest.mark.parametrize(
    ("given", "last"),
    [
        ({}, "2024-05-20"),
        ({"repair_asked": "2024-05-12", "repair_done": "2024-05-15"}, "2024-05-23"),
        ({"repair_asked": "2024-05-12", "requested": "2024-05-14"}, "2024-05-22"),
        ({"repair_asked": "2024-05-15", "repair_done": "2024-05-12"}, "2024-05-20"),
    ],
)
def test_the_days_of_a_pause_do_not_count(given: dict[str, object], last: str) -> None:
    assert clock(PAUSED, **given).last_day == last


@pytest.mark.parametrize(
    ("asked", "done", "last"),
    [
        ("2024-05-01", "2024-05-05", "2024-05-20"),
        ("2024-05-01", "2024-05-13", "2024-05-23"),
        ("2024-05-20", "2024-05-25", "2024-05-25"),
        ("2024-05-21", "2024-06-25", "2024-05-20"),
    ],
)
def test_only_days_of_a_pause_in_a_running_time_do_not_count(
    asked: str, done: str, last: str
) -> None:
    assert clock(PAUSED, repair_asked=asked, repair_done=done).last_day == last


def test_what_extends_a_time_lets_a_pause_begin_later() -> None:
    longer = f"{PAUSED}, extended_by: 1 week"
    given = {"repair_asked": "2024-05-21", "repair_done": "2024-05-25"}

    assert clock(longer, **given).last_day == "2024-05-31"


def test_a_pause_that_begins_after_the_end_leaves_nothing_open() -> None:
    found = clock(PAUSED, repair_asked="2024-05-21", requested=NOT_SENT)

    assert found.last_day == "2024-05-20"


def test_a_pause_of_ages_does_not_leave_the_calendar() -> None:
    ages = {"repair_asked": "1900-01-01", "repair_done": "9000-12-31"}
    given = {**ages, "delivered": "9000-01-01", "requested": "9000-01-01"}

    assert clock(PAUSED, **given).state == "in_time"


def test_a_fixed_end_and_no_limit() -> None:
    assert clock("until: 2024-05-20").state == "in_time"
    assert clock("until: 2024-05-19").state == "late"
    assert clock("no_limit: true").state == "in_time"
    assert clock("no_limit: true").last_day is None


# --- events ---------------------------------------------------------------------------------------

ARRIVAL = "event: received_back, within: 14 days, counted_from: rma_issued, by: retailer"


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"received_back": "2024-06-04"}, "in_time"),
        ({"received_back": "2024-06-05"}, "late"),
        ({"now": "2024-06-04"}, "pending"),
        ({"now": "2024-06-05"}, "silent"),
        ({"received_back": None, "now": "2024-06-05"}, "silent"),
        ({}, "pending"),
        ({"rma_issued": NOT_SENT}, "not_started"),
    ],
)
def test_an_event_is_in_time_late_awaited_or_silent(given: dict[str, object], state: str) -> None:
    assert clock(ARRIVAL, **{"rma_issued": "2024-05-21", **given}).state == state


def test_an_event_that_nobody_must_see_to_is_late() -> None:
    fields = ARRIVAL.replace(", by: retailer", "")

    assert clock(fields, rma_issued="2024-05-21", now="2024-06-05").state == "late"


def test_now_on_the_day_of_the_request_is_a_day_like_any_other() -> None:
    given = {"rma_issued": "2024-05-01", "requested": "2024-05-20"}

    assert clock(ARRIVAL, **given).state == "pending"
    assert clock(ARRIVAL, **given, now="2024-05-20").state == "silent"


def test_days_are_counted_from_the_event_to_the_end() -> None:
    window = "within: 10 days, counted_from: delivered"

    assert clock(window, requested="2024-05-20").days_left == 0
    assert clock(window, requested="2024-05-21").days_left == -1
    assert clock(window).days_allowed == 10
    assert clock(f"{window}, counting: start_day_is_first").days_allowed == 10


# --- ties -----------------------------------------------------------------------------------------


def tied(decide_by: str, one: str, other: str, **given: object) -> str:
    topics = f"""
deadlines:
  request:
    decide: {decide_by}
    rows:
      - {{id: ONE, when: {{quantity: 1}}, {one}}}
      - {{id: OTHER, when: {{quantity: 1}}, {other}}}
"""
    return decide(topics, **given).deadlines[0].row


@pytest.mark.parametrize(
    ("one", "other", "longest"),
    [
        ("within: 30 days, counted_from: delivered", "until: 2024-06-10", "OTHER"),
        ("within: 30 days, counted_from: delivered", "until: 2024-06-08", "ONE"),
        ("within: 48 hours, counted_from: delivered", "until: 2024-05-13", "OTHER"),
        ("within: 1000 hours, counted_from: delivered", "until: 2024-05-13", "ONE"),
        ("no_limit: true", "until: 2090-01-01", "ONE"),
    ],
)
def test_ties_compare_the_ends_of_every_kind(one: str, other: str, longest: str) -> None:
    shortest = {"ONE": "OTHER", "OTHER": "ONE"}[longest]

    assert tied("longest", one, other) == longest
    assert tied("shortest", one, other) == shortest
    assert tied("first", other, one) == "ONE"


@pytest.mark.parametrize("decide_by", ["longest", "shortest"])
def test_a_clock_that_never_begins_is_not_compared(decide_by: str) -> None:
    topics = f"""
window:
  decide: {decide_by}
  rows:
    - {{id: A, when: {{item_price: {{over: USD 1.00}}}}, within: 5 days, counted_from: delivered}}
    - {{id: B, otherwise: true, within: 60 days, counted_from: installed}}
"""
    found = deadline(topics, installed=None)

    assert (found.row, found.state) == ("A", "late")
    assert decide(topics, installed=None).answer == "refuse"
