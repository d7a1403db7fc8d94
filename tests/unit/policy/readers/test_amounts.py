"""An amount is written in one of a few forms, and they nest."""

from collections.abc import Callable

import pytest

from engine.money import Money
from engine.policy.faults import Fault
from engine.policy.model import (
    Bounded,
    Each,
    Extreme,
    Fee,
    Fixed,
    FromFact,
    Percent,
    Policy,
    ToBeAssessed,
)

HEAD = "policy: acme/standard\nversion: 1\neffective: {from: 2024-01-01}\ncurrency: USD\n"

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]

FEE = "facts: {own_cost: {type: money}}\nfees: {a: {fee: %s}}\n"
FIVE = Fixed(Money(500, "USD"))
PRICE = FromFact("item_price")


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("none", None),
        ("USD 5.00", FIVE),
        ("label_cost", FromFact("label_cost")),
        ("own_cost", FromFact("own_cost")),
        ("to_be_assessed", ToBeAssessed()),
        ("15% of item_price", Percent(150_000, PRICE)),
        ("50% of 10% of item_price", Percent(500_000, Percent(100_000, PRICE))),
        ("{greater_of: [USD 5.00, item_price]}", Extreme(True, (FIVE, PRICE))),
        ("{lesser_of: [USD 5.00, item_price]}", Extreme(False, (FIVE, PRICE))),
        ("{amount: item_price, at_most: USD 5.00}", Bounded(PRICE, None, FIVE)),
        ("{amount: item_price, at_least: USD 5.00}", Bounded(PRICE, FIVE, None)),
        ("{each: USD 5.00, per: unit}", Each(FIVE, "quantity")),
        ("{each: USD 5.00, per: order_lines}", Each(FIVE, "order_lines")),
    ],
)
def test_an_amount_in_each_form(read: Read, written: str, amount: object) -> None:
    body = read(FEE % written).fees[0].rows[0].body

    assert isinstance(body, Fee)
    assert body.fee == amount


@pytest.mark.parametrize(
    ("written", "code", "said"),
    [
        ("item_prise", "unknown_amount", "Did you mean `item_price`?"),
        ("quantity", "unknown_amount", "is not an amount"),
        ("15%", "unknown_amount", "of what?"),
        ("15% of item_prise", "unknown_amount", "Did you mean `item_price`?"),
        ("5", "bare_number", "write `USD 5`"),
        ("EUR 5.00", "other_currency", "the currency of this policy"),
        ("[USD 5.00]", "wrong_type", "not a list"),
        ("{greater_of: [USD 5.00]}", "wrong_shape", "two amounts or more"),
        ("{greater_of: USD 5.00}", "wrong_shape", "two amounts or more"),
        ("{max: USD 5.00}", "wrong_shape", "An amount is one of"),
        ("{each: USD 5.00, per: box}", "unknown_word", "`unit` or a count"),
        ("base", None, ""),
        ("fees.a", "unknown_amount", "is not an amount"),
        ("fee_total", "unknown_amount", "is not an amount"),
        ("1% of 1% of 1% of 1% of 1% of item_price", "wrong_type", ""),
    ],
)
def test_any_other_form_is_a_fault(
    faults: Faults, written: str, code: str | None, said: str
) -> None:
    found = faults(FEE % written)

    assert [fault.code for fault in found] == ([code] if code else [])
    assert all(said in fault.sentence and fault.source.line == 6 for fault in found)


@pytest.mark.parametrize(
    ("fee", "code", "said"),
    [
        ("15 % of item_price", "wrong_type", "write `15% of item_price`"),
        ("15 percent of item_price", "wrong_type", "write `15% of item_price`"),
        ("0.15 of item_price", "wrong_type", "write `15% of item_price`"),
        ("15 of item_price", "wrong_type", "write `15% of item_price`"),
        ("12.5% item_price", "wrong_type", "write `12.5% of item_price`"),
        ("40 EUR", "wrong_type", "write `EUR 40`"),
        ("{lesser_of: [EUR 15.00, 10% of item_price]}", "", ""),
        ("40€", "wrong_type", "as in `EUR 15.00`"),
        ("{amount: 15% of item_price, at_most: EUR 40,00}", "split_text", "Write `EUR 40.00`"),
        ("{greater_of: [15% of item_price, EUR 40,00]}", "split_text", "Write `EUR 40.00`"),
        ("EUR 1,234.50", "split_text", "`fee: EUR 1,234.50` is cut at its comma"),
        ("EUR 40,5", "split_text", "Write `EUR 40.5`"),
    ],
)
def test_an_amount_that_is_nearly_written_is_told_as_it_is_written(
    faults: Faults, fee: str, code: str, said: str
) -> None:
    head = HEAD.replace("USD", "EUR")
    window = "window: {days: 30, counted_from: delivered}\n"
    found = faults(f"{window}fees: {{restocking: {{fee: {fee}}}}}\n", head=head)

    assert [each.code for each in found] == [code] * bool(code)
    assert all(said in each.sentence for each in found)


def test_of_a_currency_that_is_wrong_no_amount_is_wrong(faults: Faults) -> None:
    topics = "window: {days: 30, counted_from: delivered}\nfees: {restocking: {fee: EUR 40.00}}\n"
    (fault,) = faults(topics, head=HEAD.replace("USD", "EURO"))

    assert fault.code == "unknown_word"


def test_a_number_in_quotes_is_told_from_its_quotes(faults: Faults) -> None:
    topics = "window: {days: 30, counted_from: delivered}\n"
    (fault,) = faults(topics, head=HEAD.replace("version: 1", 'version: "1"'))

    assert "The quotes make it a text; write `1` without them." in fault.sentence
