"""A counter in braces is Takeback's own: what it counts, for whom, and which days count."""

from collections.abc import Callable
from datetime import date

import pytest

from engine.dates import Length, Unit
from engine.policy.faults import Fault
from engine.policy.model import Policy
from engine.policy.vocabulary import Counted, Counter, Per, Span

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]


def declared(of: str, rest: str, type_: str = "count") -> str:
    return f"facts: {{used: {{type: {type_}, counter: {{of: {of}, {rest}}}}}}}\n"


@pytest.mark.parametrize(
    ("over", "read_as"),
    [
        ("12 months", Length(12, Unit.MONTHS)),
        ("calendar year", Span.CALENDAR_YEAR),
        ("lifetime", Span.LIFETIME),
    ],
)
def test_a_counter_says_what_is_counted(read: Read, over: str, read_as: Length | Span) -> None:
    fact = read(declared("returns", f"per: sku, over: {over}")).facts["used"]

    assert fact.own_counter == Counter(of=Counted.RETURNS, per=Per.SKU, over=read_as)


def test_a_counter_in_words_is_not_ours(read: Read) -> None:
    fact = read("facts: {used: {type: count, counter: remakes, over: lifetime}}\n").facts["used"]

    assert (fact.counter, fact.own_counter) == ("remakes, lifetime", None)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (declared("returned_valu", "per: sku, over: lifetime"), "unknown_word", "`returned_value`"),
        (declared("returns", "per: skus, over: lifetime"), "unknown_word", "mean `sku`"),
        (declared("returns", "per: sku, over: calender year"), "unknown_word", "`calendar year`"),
        (declared("returns", "per: sku, over: 5 business days"), "wrong_type", "counted back"),
        (declared("returns", "per: sku, over: 0 days"), "wrong_type", "1 or more"),
        (declared("returns", "per: sku, over: 12"), "bare_number", "12 days"),
        (declared("returns", "per: sku"), "missing_key", "over which time"),
        (declared("returned_value", "per: sku, over: lifetime"), "wrong_type", "`type: money`"),
        (declared("returns", "per: sku, over: lifetime", "money"), "wrong_type", "`type: count`"),
        (declared("returns", "per: sku, over: lifetime, by: x"), "unknown_key", "`by`"),
        (
            declared("returns", "per: sku, over: lifetime").replace("}}}", "}, if_not_sent: 0}}"),
            "wrong_shape",
            "drop `if_not_sent`",
        ),
        (
            declared("returns", "per: sku, over: lifetime").replace("}}}", "}, per: sku}}"),
            "wrong_shape",
            "inside the braces",
        ),
        (
            declared("returns", "per: sku, over: lifetime").replace("used:", "returned_lines:"),
            "name_taken",
            "a name of its own",
        ),
    ],
)
def test_a_counter_that_cannot_be_meant(faults: Faults, text: str, code: str, said: str) -> None:
    (fault,) = faults(text)

    assert fault.code == code
    assert said in fault.sentence


@pytest.mark.parametrize(
    ("over", "day", "first", "last"),
    [
        (Length(1, Unit.DAYS), "2025-06-15", "2025-06-15", None),
        (Length(90, Unit.DAYS), "2025-06-15", "2025-03-18", None),
        (Length(2, Unit.WEEKS), "2025-06-15", "2025-06-02", None),
        (Length(12, Unit.MONTHS), "2025-06-15", "2024-06-16", None),
        (Length(1, Unit.MONTHS), "2025-03-31", "2025-03-01", None),
        (Length(1, Unit.YEARS), "2024-02-29", "2023-03-01", None),
        (Span.CALENDAR_YEAR, "2025-06-15", "2025-01-01", "2025-12-31"),
        (Span.LIFETIME, "2025-06-15", None, None),
    ],
)
def test_the_days_that_count(
    over: Length | Span, day: str, first: str | None, last: str | None
) -> None:
    counter = Counter(of=Counted.RETURNS, per=Per.ORDER, over=over)

    found = counter.days(date.fromisoformat(day).toordinal())

    assert [each and date.fromordinal(each).isoformat() for each in found] == [first, last]
