"""Money is whole minor units of a currency, and a share of it is rounded once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.money import CURRENCIES, LIMIT, Money, Rounding, digits_of, parse_money, share


@pytest.mark.parametrize(
    ("written", "minor", "shown"),
    [
        ("USD 15.00", 1500, "USD 15.00"),
        ("USD 15", 1500, "USD 15.00"),
        ("USD 0.05", 5, "USD 0.05"),
        ("USD -3.10", -310, "USD -3.10"),
        ("USD -0.05", -5, "USD -0.05"),
        ("JPY 1500", 1500, "JPY 1500"),
        ("JPY 1500.00", 1500, "JPY 1500"),
        ("KWD 1.234", 1234, "KWD 1.234"),
        ("EUR 7.5", 750, "EUR 7.50"),
    ],
)
def test_an_amount_has_the_digits_of_its_currency(written: str, minor: int, shown: str) -> None:
    money = parse_money(written)

    assert money.minor == minor
    assert str(money) == shown


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("15.00", "write a currency and an amount"),
        ("$15.00", "write a currency and an amount"),
        ("usd 15.00", "write a currency and an amount"),
        ("USD  15.00", "write a currency and an amount"),
        ("USD 15,00", "write a currency and an amount"),
        ("USD 1e3", "write a currency and an amount"),
        ("USD \u0661\u0665", "write a currency and an amount"),
        ("USD 15.00\nx", "write a currency and an amount"),
        ("USD 15.001", "more decimals than USD has (2)"),
        ("JPY 1.5", "more decimals than JPY has (0)"),
        ("XXX 1.00", "not a currency of ISO 4217"),
        ("USD 99999999999999.00", "larger than any amount"),
        ("USD " + "9" * 5000, "write a currency and an amount"),
    ],
)
def test_any_other_text_is_no_money(written: str, said: str) -> None:
    with pytest.raises(ValueError, match="`") as caught:
        parse_money(written)

    assert said in str(caught.value)
    assert len(str(caught.value)) < 200


@given(st.sampled_from(sorted(CURRENCIES)), st.integers(-LIMIT, LIMIT))
def test_what_is_shown_is_read_again(currency: str, minor: int) -> None:
    money = Money(minor, currency)

    assert parse_money(str(money)) == money
    assert digits_of(currency) in (0, 2, 3)


@pytest.mark.parametrize(
    ("minor", "rounding", "rounded"),
    [
        (1, Rounding.HALF_UP, 1),
        (3, Rounding.HALF_UP, 2),
        (1, Rounding.HALF_EVEN, 0),
        (3, Rounding.HALF_EVEN, 2),
        (5, Rounding.HALF_EVEN, 2),
        (3, Rounding.DOWN, 1),
        (-1, Rounding.HALF_UP, -1),
        (-3, Rounding.HALF_EVEN, -2),
        (-3, Rounding.DOWN, -1),
    ],
)
def test_a_half_goes_where_the_rounding_says(minor: int, rounding: Rounding, rounded: int) -> None:
    assert share(minor, 500_000, rounding) == rounded


@given(
    st.integers(-LIMIT, LIMIT),
    st.integers(0, 10_000_000),
    st.sampled_from(Rounding),
)
def test_a_share_is_less_than_one_unit_off_and_goes_both_ways(
    minor: int, millionths: int, rounding: Rounding
) -> None:
    found = share(minor, millionths, rounding)

    assert abs(found * 1_000_000 - minor * millionths) < 1_000_000
    assert share(-minor, millionths, rounding) == -found


def test_a_comma_in_an_amount_is_told_as_such() -> None:
    with pytest.raises(ValueError, match=r"has a comma; write `USD 1234\.50` for it"):
        parse_money("USD 1,234.50")
