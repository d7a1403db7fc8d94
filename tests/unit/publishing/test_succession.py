"""A version follows the one before without a gap, and no older one ever comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.dates import parse_day
from engine.policy.faults import Source
from engine.policy.model import Effective
from engine.policy.selection import Candidate, Withdrawal
from engine.publishing.succession import succession_faults

NOW = datetime(2025, 6, 15, tzinfo=UTC)
HERE = Source("acme.yaml", 3, 1)


def version(number: int, first: str, last: str | None = None, **more: Any) -> Candidate:
    days = Effective(first=parse_day(first), last=parse_day(last) if last else None)
    said = {"policy": "acme/lamps", "scope": (), "applies_by": "ordered", "published_at": NOW}
    return Candidate(key=str(number), version=number, effective=days, **{**said, **more})  # type: ignore[arg-type]


def found(new: Candidate, *before: Candidate) -> dict[str, str]:
    return {each.code: each.sentence for each in succession_faults(new, before, NOW, HERE)}


def example(new: Candidate, before: Candidate) -> object:
    (fault,) = succession_faults(new, [before], NOW, HERE)
    return fault.example


def test_each_finding_comes_with_the_dates_of_an_order_that_shows_it() -> None:
    ends = version(1, "2025-01-01", "2025-06-30")
    by_delivery = version(1, "2025-01-01", "2025-06-30", applies_by="delivered")

    assert example(version(2, "2025-08-01"), ends) == {
        "ordered": "2025-07-01",
        "requested": "2025-07-01",
    }
    assert example(version(2, "2025-07-01"), by_delivery) == {
        "ordered": "2025-06-30",
        "delivered": "2025-07-01",
        "requested": "2025-07-01",
    }
    assert example(version(2, "2025-07-01", "2025-08-31"), version(1, "2025-01-01")) == {
        "ordered": "2025-09-01",
        "requested": "2025-09-01",
    }
    assert example(version(2, "2024-07-01"), version(1, "2025-01-01")) == {
        "ordered": "2024-07-01",
        "requested": "2024-07-01",
    }
    assert example(version(1, "2025-01-01"), version(1, "2025-01-01")) is None


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2025-01-01", None),  # takes the place of the one before on all its days
        ("2025-07-01", None),  # cuts it
        ("2025-01-02", None),
        ("2030-01-01", None),
    ],
)
def test_a_version_takes_over_from_one_without_an_end(first: str, last: str | None) -> None:
    assert found(version(2, first, last), version(1, "2025-01-01")) == {}


def test_the_first_version_may_begin_and_end_on_any_day() -> None:
    assert found(version(1, "2020-01-01", "2020-01-01")) == {}
    assert found(version(7, "2030-01-01")) == {}


def test_a_version_may_begin_the_day_after_the_one_before_ends() -> None:
    before = version(1, "2025-01-01", "2025-06-30")

    assert found(version(2, "2025-07-01", "2025-12-31"), before) == {}


def test_a_version_may_end_together_with_the_one_before() -> None:
    before = version(1, "2025-01-01", "2025-12-31")

    assert found(version(2, "2025-07-01", "2025-12-31"), before) == {}
    assert list(found(version(2, "2025-07-01", "2025-12-30"), before)) == ["edition_overlap"]


def test_a_gap_is_shown_by_an_order_on_its_first_day() -> None:
    before = version(1, "2025-01-01", "2025-06-30")

    said = found(version(2, "2025-07-02"), before)

    assert list(said) == ["edition_gap"]
    assert said["edition_gap"] == (
        "An order ordered on 2025-07-01 would fall under no edition: `acme/lamps@1` ends ordered "
        "on 2025-06-30, and this version begins ordered on 2025-07-02. Begin on 2025-07-01."
    )


def test_what_lies_before_a_gap_is_the_edition_that_lasts_longest() -> None:
    first, second = version(1, "2025-01-01", "2025-08-31"), version(2, "2025-06-01", "2025-08-31")

    assert list(found(version(3, "2025-09-02"), first, second)) == ["edition_gap"]
    assert found(version(3, "2025-09-01"), first, second) == {}


def test_a_version_may_not_begin_before_one_that_is_in_force() -> None:
    said = found(version(2, "2025-05-31"), version(1, "2025-06-01"))

    assert list(said) == ["reaches_back"]
    assert "`acme/lamps@1`, which is in force since 2025-06-01" in said["reaches_back"]
    assert "an order ordered on 2025-05-31" in said["reaches_back"]


@pytest.mark.parametrize("first", ["2025-06-16", "2025-09-15", "2025-10-01", "2025-10-02"])
def test_a_version_that_is_not_in_force_yet_may_be_corrected(first: str) -> None:
    present, future = version(1, "2025-01-01"), version(2, "2025-10-01")

    assert found(version(3, first), present, future) == {}


def test_a_correction_may_not_leave_a_gap_either() -> None:
    present, future = version(1, "2025-01-01", "2025-06-30"), version(2, "2025-07-01")

    assert found(version(3, "2025-07-01"), present, future) == {}
    withdrawn = version(2, "2025-07-01", withdrawals=(Withdrawal(at=NOW),))
    assert list(found(version(3, "2025-07-15"), present, withdrawn)) == ["edition_gap"]


@pytest.mark.parametrize("end", [None, "2026-01-01"])
def test_an_older_version_may_not_come_back(end: str | None) -> None:
    said = found(version(2, "2025-07-01", "2025-12-31"), version(1, "2025-01-01", end))

    assert list(said) == ["edition_overlap"]
    assert (
        "An order ordered on 2026-01-01 would fall back to `acme/lamps@1`"
        in (said["edition_overlap"])
    )


def test_versions_come_in_order() -> None:
    said = found(version(2, "2025-07-01"), version(3, "2025-01-01"))

    assert said == {"version_order": "`acme/lamps@3` is published already; the next version is 4."}
    withdrawn = version(3, "2025-01-01", withdrawals=(Withdrawal(at=NOW),))
    assert list(found(version(2, "2025-07-01"), withdrawn)) == ["version_order"]


def test_a_withdrawn_version_no_longer_stands_in_the_way() -> None:
    withdrawn = version(2, "2025-06-01", withdrawals=(Withdrawal(at=NOW),))
    ended = version(
        2, "2025-06-01", withdrawals=(Withdrawal(at=NOW, first=parse_day("2025-07-01")),)
    )

    assert found(version(3, "2025-05-01"), withdrawn) == {}
    assert list(found(version(3, "2025-07-02"), ended)) == ["edition_gap"]
    assert found(version(3, "2025-07-01", "2025-07-31"), ended) == {}


def test_a_date_that_comes_later_leaves_a_gap_where_the_days_alone_do_not() -> None:
    closed = version(1, "2025-01-01", "2025-06-30", applies_by="delivered")
    open_ = version(1, "2025-01-01", applies_by="delivered")

    said = found(version(2, "2025-07-01"), closed)

    assert "ordered on 2025-06-30 and delivered on 2025-07-01" in said["edition_gap"]
    assert "Keep `applies_by: delivered`" in said["edition_gap"]
    assert found(version(2, "2025-07-01"), open_) == {}


def test_a_date_that_comes_earlier_leaves_none() -> None:
    before = version(1, "2025-01-01", "2025-06-30")

    assert found(version(2, "2025-07-01", applies_by="delivered"), before) == {}
    said = found(version(2, "2025-07-02", applies_by="delivered"), before)
    assert "An order ordered on 2025-07-01 would" in said["edition_gap"]


def test_other_policies_are_of_no_concern() -> None:
    other = version(9, "2025-07-01", policy="acme/chairs")

    assert found(version(1, "2025-01-01"), other) == {}
