"""What is written for people: days, reasons, charts, and which edition holds next."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboard.policies.views import following
from dashboard.writing.charts import WIDEST, WIDTH, bars
from dashboard.writing.values import dated, day, readable
from dashboard.writing.words import USUAL_REASONS, usual_first
from engine.policy.model import Effective
from engine.policy.selection import Candidate, Withdrawal, days_in_force, known

TODAY = "2026-11-29"


@given(st.dates(), st.text("ab 12-:T", max_size=20))
def test_a_day_in_a_sentence_is_as_people_write_it_and_the_rest_stays(
    when: date, around: str
) -> None:
    assert dated(f"until {when.isoformat()}. {around}") == f"until {day(when)}. {dated(around)}"
    assert dated("2026-13-45, 12026-01-01") == "2026-13-45, 12026-01-01"


ZONES = st.sampled_from([timezone(timedelta(minutes=each)) for each in (0, 60, -300, 345, 765)])


@given(st.datetimes(timezones=ZONES))
def test_a_moment_in_a_sentence_is_as_people_write_it_to_the_second(when: datetime) -> None:
    assume(when.year >= 1000)
    said = dated(f"The last day was {when.isoformat()}; requested came later.")

    assert re.search(r"\d{4}-\d\d-\d\d|T\d\d", said) is None
    found = re.fullmatch(
        r"The last day was (\d+ \w+ \d+), (\d\d:\d\d(?::\d\d)?) (UTC\S*); requested came later\.",
        said,
    )
    assert found is not None
    assert found[1] == day(when.date())
    assert time.fromisoformat(found[2]) == when.time().replace(microsecond=0)
    assert found[3] == str(when.tzinfo)
    assert dated(f"`{when.isoformat()}`") == f"`{when.isoformat()}`"


def test_only_sentences_of_the_api_are_rewritten() -> None:
    said = {"sentence": f"by {TODAY}", "yaml": TODAY, "steps": [TODAY], "on": TODAY}

    assert readable([said]) == [
        {"sentence": "by 29 Nov 2026", "yaml": TODAY, "steps": ["29 Nov 2026"], "on": TODAY}
    ]


def test_reasons_stand_as_a_policy_has_them_or_the_usual_first() -> None:
    ordered = ["wrong_item", "defective", "stained"]

    assert usual_first(ordered) == ordered
    found = usual_first(sorted({*USUAL_REASONS, "allowance_reset", "stained"}))
    assert found == [*USUAL_REASONS, "allowance_reset", "stained"]


@given(st.lists(st.tuples(st.just("x"), st.lists(st.integers(0, 99), max_size=3)), max_size=60))
def test_columns_are_as_wide_as_they_may_be_and_none_meets_another(rows: list[Any]) -> None:
    found = {(each.x, each.width) for each in bars(rows).bars}

    places = sorted(found)
    assert all(width <= WIDEST for _, width in found)
    assert all(x >= 0 and x + width <= WIDTH for x, width in found)
    assert all(one[0] + one[1] <= other[0] for one, other in pairwise(places))


@pytest.mark.parametrize(
    ("days", "withdrawn", "next_"),
    [
        ([-5, 0], [], None),
        ([-5, 3, 9], [], 3),
        ([3, 9], [(3, None)], 9),
        ([3, 9], [(3, 3)], 9),
        ([3, 9], [(3, 6)], 3),
    ],
)
def test_the_next_edition_is_the_first_that_will_hold(
    days: list[int], withdrawn: list[tuple[int, int | None]], next_: int | None
) -> None:
    def on(ahead: int) -> str:
        return (date.fromisoformat(TODAY) + timedelta(days=ahead)).isoformat()

    first = date.fromisoformat(TODAY).toordinal()
    at = datetime(2025, 1, 1, tzinfo=UTC)
    pool = known(
        Candidate(
            key=on(ahead),
            policy="acme/standard",
            version=version,
            scope=(),
            effective=Effective(first=first + ahead),
            applies_by="ordered",
            withdrawals=tuple(
                Withdrawal(at=at, first=None if gone is None else first + gone)
                for which, gone in withdrawn
                if which == ahead
            ),
        )
        for version, ahead in enumerate(days, 1)
    )
    editions = [
        {
            "version": version,
            "effectiveFrom": on(ahead),
            "daysInForce": [
                {"fromDay": date.fromordinal(each.first).isoformat(), "untilDay": None}
                for each in days_in_force(on(ahead), pool)
            ],
        }
        for version, ahead in enumerate(days, 1)
    ]

    found = following(editions, TODAY)

    assert (found and found["effectiveFrom"]) == (on(next_) if next_ is not None else None)
