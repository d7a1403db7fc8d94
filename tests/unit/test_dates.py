"""Lengths, calendars and instants: what counts as a day, and where a month ends."""

import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.dates import (
    DAY,
    MOST,
    Calendar,
    Length,
    Unit,
    add_length,
    day_of_instant,
    day_text,
    end_of_day,
    instant_text,
    is_instant,
    known_region,
    never_shorter,
    parse_day,
    parse_instant,
    parse_length,
    seconds_of,
    surely_longer,
    zone_of,
)

CHICAGO = "America/Chicago"
DAYS = st.integers(parse_day("1900-01-01"), parse_day("9000-12-31"))


def added(day: str, length: str, calendar: Calendar = Calendar(), sign: int = 1) -> str:  # noqa: B008
    return day_text(add_length(parse_day(day), parse_length(length), calendar, sign))


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("30 days", Length(30, Unit.DAYS)),
        ("1 day", Length(1, Unit.DAYS)),
        ("48 hours", Length(48, Unit.HOURS)),
        ("5 business days", Length(5, Unit.BUSINESS_DAYS)),
        ("3 clock days", Length(3, Unit.CLOCK_DAYS)),
        ("  6   months ", Length(6, Unit.MONTHS)),
        ("0 days", Length(0, Unit.DAYS)),
    ],
)
def test_a_length_is_a_whole_number_and_a_unit(written: str, length: Length) -> None:
    assert parse_length(written) == length
    assert parse_length(str(length)) == length


@pytest.mark.parametrize(
    "written",
    ["30", "days", "-3 days", "1.5 days", "30 fortnights", "30 Days", "30days", "", "1 " * 50_000],
)
def test_any_other_text_is_no_length(written: str) -> None:
    with pytest.raises(ValueError, match="is not a length"):
        parse_length(written)


@pytest.mark.parametrize(("unit", "most"), list(MOST.items()))
def test_no_length_is_longer_than_a_calendar_can_bear(unit: Unit, most: int) -> None:
    assert parse_length(f"{most} {unit}").count == most
    with pytest.raises(ValueError, match="is too long"):
        parse_length(f"{most + 1} {unit}")


@pytest.mark.parametrize(
    ("day", "length", "end"),
    [
        ("2024-01-31", "1 month", "2024-02-29"),
        ("2023-01-31", "1 month", "2023-02-28"),
        ("2024-02-29", "1 year", "2025-02-28"),
        ("2024-12-15", "2 months", "2025-02-15"),
        ("2024-05-01", "3 weeks", "2024-05-22"),
        ("2024-05-01", "30 days", "2024-05-31"),
        ("2024-05-03", "1 business day", "2024-05-06"),
        ("2024-05-04", "1 business day", "2024-05-06"),
        ("2024-05-03", "0 business days", "2024-05-03"),
    ],
)
def test_a_length_is_added_to_a_day(day: str, length: str, end: str) -> None:
    assert added(day, length) == end


def test_a_length_is_taken_from_a_day() -> None:
    assert added("2024-03-31", "1 month", sign=-1) == "2024-02-29"
    assert added("2024-05-06", "1 business day", sign=-1) == "2024-05-03"


def test_business_rests_on_own_weekends_holidays_and_dates() -> None:
    calendar = Calendar(frozenset({4, 5}), frozenset({parse_day("2024-07-03")}), "US")

    open_ = [calendar.is_business_day(parse_day(f"2024-07-0{n}")) for n in range(1, 8)]

    assert open_ == [True, True, False, False, False, False, True]
    assert added("2024-07-02", "1 business day", calendar) == "2024-07-07"
    assert day_text(calendar.roll(parse_day("2024-07-03"))) == "2024-07-07"
    assert day_text(calendar.roll(parse_day("2024-07-02"))) == "2024-07-02"


def test_holidays_are_known_for_countries_and_their_parts() -> None:
    assert known_region("US")
    assert known_region("DE-BY")
    assert not known_region("ZZ")
    assert not known_region("DE-QQ")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2024-02-30", "not a day of the calendar"),
        ("0000-01-01", "not a day of the calendar"),
        ("1899-12-31", "outside the years"),
        ("9999-12-31", "outside the years"),
        ("2024-1-1", "write it as `2025-01-31`"),
        ("20240101", "write it as `2025-01-31`"),
        ("2024-01-01T00:00:00Z", "write it as `2025-01-31`"),
        ("\u0662\u0660\u0662\u0664-01-01", "write it as `2025-01-31`"),
        ("2024-01-01\n", "write it as `2025-01-31`"),
    ],
)
def test_a_date_is_a_day_of_the_calendar(written: str, said: str) -> None:
    with pytest.raises(ValueError, match="`") as caught:
        parse_day(written)

    assert said in str(caught.value)


def test_a_moment_has_an_offset() -> None:
    assert parse_instant("1970-01-02T00:00:00Z") == DAY
    assert parse_instant("1970-01-01T18:00:00-06:00") == DAY
    for wrong in ("2024-01-01T00:00:00", "yesterday", "2024-01-01T25:00:00Z", "9999-12-31T00:00Z"):
        with pytest.raises(ValueError, match="`"):
            parse_instant(wrong)


def test_a_moment_falls_on_the_day_of_its_zone() -> None:
    late = parse_instant("2024-05-02T03:00:00Z")

    assert day_text(day_of_instant(late, "UTC")) == "2024-05-02"
    assert day_text(day_of_instant(late, CHICAGO)) == "2024-05-01"
    assert instant_text(late, CHICAGO) == "2024-05-01T22:00:00-05:00"


@pytest.mark.parametrize(
    ("day", "hours"), [("2024-03-10", 23), ("2024-03-11", 24), ("2024-11-03", 25)]
)
def test_a_day_ends_when_the_next_one_begins_in_its_zone(day: str, hours: int) -> None:
    number = parse_day(day)

    last = end_of_day(number, CHICAGO)

    assert last - end_of_day(number - 1, CHICAGO) == hours * 3600
    assert day_of_instant(last, CHICAGO) == number
    assert day_of_instant(last + 1, CHICAGO) == number + 1


@pytest.mark.parametrize(
    "name",
    ["", "Chicago", "America", "../../etc/passwd", "/etc/passwd", "a\x00b", "A" * 5000, "localtime",
     "posixrules", "right/UTC", "Factory", "europe/berlin"],
)  # fmt: skip
def test_any_other_name_is_no_zone(name: str) -> None:
    with pytest.raises(ValueError, match="is not a time zone"):
        zone_of(name)


def test_zones_are_read_from_their_package_and_never_from_the_machine(tmp_path: Path) -> None:
    """A machine whose own zones are empty, or older, would decide another day."""
    code = (
        "from engine.dates import zone_of; from datetime import datetime as d;"
        "print(d(2024, 7, 1, 12, tzinfo=zone_of('America/Chicago')).isoformat())"
    )
    folder = tmp_path / "America"
    folder.mkdir()
    (folder / "Chicago").write_bytes(files("tzdata").joinpath("zoneinfo/Asia/Tokyo").read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONTZPATH": str(tmp_path), "TZ": "Asia/Tokyo"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "2024-07-01T12:00:00-05:00\n"


def test_a_text_with_a_time_is_meant_as_a_moment() -> None:
    assert is_instant("2024-01-01T10:00:00Z")
    assert not is_instant("2024-01-01")


@pytest.mark.parametrize(
    ("one", "other", "surely"),
    [
        ("31 days", "30 days", True),
        ("30 days", "30 days", False),
        ("2 months", "4 weeks", True),
        ("1 month", "30 days", False),
        ("1 month", "27 days", True),
        ("25 hours", "1 day", True),
        ("5 business days", "5 days", False),
        ("6 business days", "5 business days", True),
        ("1 year", "12 months", False),
    ],
)
def test_only_what_holds_on_every_calendar_is_surely_longer(
    one: str, other: str, surely: bool
) -> None:
    assert surely_longer(parse_length(one), parse_length(other)) is surely


@given(DAYS, st.integers(0, 400), st.sampled_from([*Unit]), st.integers(0, 400))
def test_what_is_never_shorter_ends_no_sooner(day: int, count: int, unit: Unit, other: int) -> None:
    one, second = Length(count, unit), Length(other, Unit.DAYS)
    assume(unit is not Unit.YEARS and never_shorter(one, second))

    end = day + seconds_of(one) // DAY if one.on_clock else add_length(day, one, Calendar())

    assert end >= day + other


@given(DAYS, st.integers(0, 1_200))
def test_months_end_on_the_same_day_number_or_on_the_last(day: int, months: int) -> None:
    end = add_length(day, Length(months, Unit.MONTHS), Calendar())

    begun, ended = day_text(day), day_text(end)
    clipped = day_text(end + 1).endswith("-01")
    assert ended[8:] == begun[8:] or (clipped and ended[8:] < begun[8:])
