"""Each kind of value is read in one form; anything else is a fault that says what to write."""

from collections.abc import Callable

import pytest

from engine.dates import parse_day
from engine.policy.context import Context
from engine.policy.readers import scalars
from engine.policy.text import Node, parse

Reader = Callable[[Node, Context], object]


def value(reader: Reader, written: str) -> object:
    ctx = Context("a.yaml")
    found = ctx.attempt(reader, parse(f"a: {written}\n", "a.yaml").entries["a"])
    ctx.refuse_faults()
    return found


def refusal(reader: Reader, written: str) -> str:
    ctx = Context("a.yaml")
    found = ctx.attempt(reader, parse(f"a: {written}\n", "a.yaml").entries["a"])
    (fault,) = ctx.faults
    assert found is None or found == ()
    assert fault.source == ("a.yaml", 1, 4)
    return f"{fault.code}: {fault.sentence}"


@pytest.mark.parametrize(
    ("reader", "written", "read"),
    [
        (scalars.yes_no, "true", True),
        (scalars.yes_no, "false", False),
        (scalars.count, "0", 0),
        (scalars.count, "30", 30),
        (scalars.number, "2.5", 2_500_000),
        (scalars.number, "-3", -3_000_000),
        (scalars.percent, "15%", 150_000),
        (scalars.percent, "0.0001%", 1),
        (scalars.percent, "12.5%", 125_000),
        (scalars.money, "USD 15.00", 1500),
        (scalars.money, "USD 15", 1500),
        (scalars.day, "2025-01-31", parse_day("2025-01-31")),
        (scalars.text, "Some words.", "Some words."),
        (scalars.word, "NO", "NO"),
        (scalars.word, "two words", "two words"),
        (scalars.words, "[a, b]", ("a", "b")),
        (scalars.words, "a", ("a",)),
        (scalars.identifier, "acme/base@4".partition("@")[0], "acme/base"),
    ],
)
def test_a_value_in_its_form_is_read(reader: Reader, written: str, read: object) -> None:
    assert value(reader, written) == read


def test_a_length_is_a_number_and_a_unit() -> None:
    assert str(value(scalars.length, "30 days")) == "30 days"
    assert str(value(scalars.length, "1 business day")) == "1 business day"


@pytest.mark.parametrize(
    ("reader", "written", "said"),
    [
        (scalars.yes_no, "yes", "wrong_type: `yes` is not `true` or `false`. YAML 1.2 reads it"),
        (scalars.yes_no, "Off", "write `false`"),
        (scalars.yes_no, "'true'", "is not `true` or `false`."),
        (scalars.yes_no, "1", "is not `true` or `false`."),
        (scalars.count, "-1", "not a whole number from 0"),
        (scalars.count, "1.0", "not a whole number from 0"),
        (scalars.count, "010", "read differently by different readers"),
        (scalars.count, "0x1F", "read differently by different readers"),
        (scalars.count, "1_000", "read differently by different readers"),
        (scalars.count, "1e400", "not a whole number from 0"),
        (scalars.count, "9" * 400, "not a whole number from 0"),
        (scalars.count, ".inf", "not a whole number from 0"),
        (scalars.number, "1.1234567", "at most six decimals"),
        (
            scalars.percent,
            "15",
            "bare_number: `15` is not a percentage such as `15%`. Write `15%`.",
        ),
        (scalars.percent, "-5%", "is not a percentage"),
        (scalars.percent, "[15%]", "a list is not a percentage"),
        (scalars.length, "30", "bare_number: `30` has no unit; write `30 days`, say."),
        (scalars.length, "30 fortnights", "is not a length"),
        (scalars.length, "{}", "not a map"),
        (scalars.length, "9000 years", "is too long"),
        (scalars.money, "15", "bare_number: `15` has no currency; write `USD 15`."),
        (scalars.money, "15.00", "bare_number"),
        (scalars.money, "EUR 15.00", "other_currency"),
        (scalars.money, "USD -1.00", "negative_money"),
        (scalars.money, "USD 1.001", "more decimals"),
        (scalars.money, "XXX 1.00", "not a currency"),
        (scalars.day, "2025-02-30", "not a day of the calendar"),
        (scalars.day, "31.01.2025", "write it as `2025-01-31`"),
        (scalars.day, "0000-01-01", "not a day"),
        (scalars.day, "9999-12-31", "outside the years"),
        (scalars.text, "' '", "text is missing"),
        (scalars.text, "null", "text is missing"),
        (scalars.text, "[a]", "not a list"),
        (scalars.text, "x" * 2001, "longer than 2,000"),
        (scalars.word, "''", "A word belongs here, not nothing"),
        (scalars.word, "x" * 121, "A word belongs here"),
        (scalars.word, "null", "A word belongs here"),
        (scalars.identifier, "a b", "An id belongs here"),
        (scalars.identifier, "null", "An id belongs here"),
    ],
)
def test_any_other_form_is_a_fault_that_helps(reader: Reader, written: str, said: str) -> None:
    assert said in refusal(reader, written)


def test_a_list_of_words_ends_somewhere() -> None:
    assert "too_large" in refusal(scalars.words, f"[{', '.join(['a'] * 5001)}]")
