"""An amount that is read is what the text says; what can be read in two ways is refused."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.doing import Refused, minor
from dashboard.writing.values import digits_of
from engine import money

NUMBERS = st.from_regex(r"\A[0-9]{0,5}([.,' ][0-9]{1,4}){0,3}\Z")
TYPED = NUMBERS | st.text("0123456789.,-+eE_ \N{ARABIC-INDIC DIGIT ONE}", max_size=12) | st.text()


@given(TYPED, st.sampled_from(["USD", "JPY", "KWD"]))
@example("1,50", "USD")
@example("1,500", "KWD")
@example("1_50", "USD")
def test_an_amount_is_what_its_text_says_or_is_refused(typed: str, currency: str) -> None:
    try:
        found = minor(typed, currency)
    except Refused:
        return
    if found is None:
        assert typed == ""
        return
    assert Decimal(found).scaleb(-digits_of(currency)) == Decimal(typed.replace(",", ""))
    assert re.fullmatch(r"[0-9]+|[0-9]{1,3}(,[0-9]{3})+", typed.partition(".")[0])


@pytest.mark.parametrize("typed", ["1,50", "1,5", "12,34.5", "1.234,50", ",50", "1,23,456"])
def test_a_comma_that_parts_no_thousands_is_told_how_to_write(typed: str) -> None:
    with pytest.raises(Refused, match=r"Enter 1\.50"):
        minor(typed, "USD")


@pytest.mark.parametrize(
    ("typed", "currency", "cents"),
    [
        ("1,234.50", "USD", 123450),
        ("1,234", "USD", 123400),
        ("1,234,567", "JPY", 1234567),
        ("1.5", "USD", 150),
        ("1.500", "KWD", 1500),
        ("1,234.500", "KWD", 1234500),
        ("5000", "JPY", 5000),
    ],
)
def test_amounts_are_read_in_the_digits_of_their_currency(
    typed: str, currency: str, cents: int
) -> None:
    assert minor(typed, currency) == cents


def test_pages_know_the_digits_that_the_engine_knows() -> None:
    assert {each: digits_of(each) for each in money.CURRENCIES} == {
        each: money.digits_of(each) for each in money.CURRENCIES
    }
