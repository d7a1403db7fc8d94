"""A pattern takes the same texts as the function that reads them."""

import re
from collections.abc import Callable
from itertools import product

import pytest

from engine.dates import MOST, Unit, parse_day, parse_length
from engine.money import LIMIT, digits_of, parse_money
from engine.policy.schema import patterns


def reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def fits(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text) is not None


@pytest.mark.parametrize("most", [0, 7, 10, 99, 100, 1_200, 4_096, 40_000])
def test_numbers_up_to_a_bound(most: int) -> None:
    pattern = patterns.up_to(most)

    assert [n for n in range(most + 200) if fits(pattern, str(n))] == [*range(most + 1)]
    assert fits(pattern, f"00{most}")


@pytest.mark.parametrize("year", [1899, 1900, 1996, 2000, 2023, 2024, 2100, 8999, 9000, 9001])
def test_days_of_the_calendar(year: int) -> None:
    written = [f"{year}-{month:02d}-{day:02d}" for month, day in product(range(14), range(33))]

    assert [text for text in written if fits(patterns.DAY, text) != reads(parse_day, text)] == []


@pytest.mark.parametrize("unit", Unit)
def test_lengths_of_each_unit(unit: Unit) -> None:
    counts = (0, 1, MOST[unit] - 1, MOST[unit], MOST[unit] + 1, 9_999_999)
    written = [f"{count} {name}" for count in counts for name in (unit, unit[:-1], f"{unit}s")]
    written += [f"-1 {unit}", f"1.5 {unit}", f"1{unit}", f"1  {unit}"]

    assert [
        text for text in written if fits(patterns.LENGTH, text) != reads(parse_length, text)
    ] == []


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD", "XXX", "usd"])
def test_money_of_each_number_of_decimals(currency: str) -> None:
    fractions = ("", ".", ".0", ".5", ".50", ".05", ".500", ".005", ".0000", ".1234", ".00000")
    written = [f"{currency} {whole}{fraction}" for whole in ("0", "15") for fraction in fractions]
    largest = LIMIT // 10 ** digits_of(currency)
    written += [f"{currency} {largest + more}{end}" for more in (-1, 0, 1) for end in ("", ".00")]
    written += [currency, f"{currency}5", f"{currency} five", f"5 {currency}"]

    assert [
        text for text in written if fits(patterns.MONEY, text) != reads(parse_money, text)
    ] == []


def test_an_agreed_value_stands_for_any_text() -> None:
    pattern = patterns.whole("none")

    assert [bool(re.search(pattern, text)) for text in ("none", "agreed.rate", "nones")] == [
        True,
        True,
        False,
    ]
