"""An agreed value is of its type, among its words and within its bounds."""

from collections.abc import Callable

import pytest

from engine.policy.faults import Fault

Faults = Callable[..., list[Fault]]


@pytest.mark.parametrize(
    "declared",
    [
        "{type: percent, default: 15%, at_least: 0%, at_most: 25%}",
        "{type: length, default: 30 days, at_least: 2 weeks}",
        "{type: money, default: USD 5.00, at_most: USD 5.00}",
        "{type: count, default: 3}",
        "{type: date, default: 2024-01-31}",
        "{type: word, of: [a, b], default: a}",
        "{type: set, of: [a, b], default: [a, b]}",
        "{type: yes_no, default: true}",
        "{type: rows, default: []}",
        "{type: rows}",
    ],
)
def test_a_value_of_each_type(faults: Faults, declared: str) -> None:
    assert faults(f"agreed: {{rate: {declared}}}\n") == []


@pytest.mark.parametrize(
    ("declared", "code", "said"),
    [
        ("{default: 3}", "missing_key", "needs a `type`"),
        ("{type: rate}", "unknown_word", "is not a type"),
        ("{type: percent, default: 26%, at_most: 25%}", "out_of_bounds", "at most `25%`"),
        ("{type: length, default: 13 days, at_least: 2 weeks}", "out_of_bounds", "at least"),
        ("{type: percent, default: USD 5.00}", "wrong_type", "not a percentage"),
        ("{type: percent, default: [5%]}", "wrong_type", "a list is not a percentage"),
        ("{type: percent, at_least: [5%]}", "wrong_type", "a list is not a percentage"),
        ("{type: percent, at_least: 9%, at_most: 5%}", "reversed", "reversed"),
        ("{type: word, at_least: a}", "wrong_type", "has no `at_least`"),
        ("{type: word, of: [a, b], default: c}", "unknown_word", "may be agreed"),
        ("{type: set, of: [a, b], default: [a, c]}", "unknown_word", "may be agreed"),
        ("{type: yes_no, default: yes}", "wrong_type", "write `true`"),
        ("{type: rows, default: a}", "wrong_type", "a list of rows"),
        ("{type: count, defaults: 3}", "unknown_key", "Did you mean `default`?"),
    ],
)
def test_a_value_that_cannot_be_agreed(faults: Faults, declared: str, code: str, said: str) -> None:
    found = faults(f"agreed: {{rate: {declared}}}\n")

    assert found[0].code == code
    assert said in found[0].sentence
