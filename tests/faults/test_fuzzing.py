"""The watch over broken inputs tells of every way to break, and goes on behind it."""

from __future__ import annotations

import pytest

from tests.faults.fuzzing.complaints import Complaint, check_sentence
from tests.faults.fuzzing.watch import watched


def test_what_hangs_crashes_raises_or_is_wrong_is_told_by_its_number() -> None:
    report = watched("breaking", 0, range(10))

    told = sorted((each.index, each.outcome) for each in report.wrong)
    assert told == [(1, "died"), (3, "died"), (5, "crashed"), (7, "wrong")]
    assert report.outcomes["well"] == 6
    assert report.count == 10


@pytest.mark.parametrize(
    "said",
    ["", " ", "no stop", "KeyError: 'a'.", "It is a <class 'str'>.", "Not NoneType.", "\ud800."],
)
def test_a_sentence_of_python_is_no_clear_sentence(said: str) -> None:
    with pytest.raises((Complaint, UnicodeEncodeError)):
        check_sentence(said)


def test_a_sentence_may_quote_whatever_the_caller_wrote() -> None:
    check_sentence("`KeyError` is not a word of `category`.")
