"""Amounts at Stripe follow Stripe's table, not ISO's."""

import pytest

from adapters.gateways.units import money_of, stripe_units
from engine.errors import RequestFault
from engine.money import CURRENCIES, Money


@pytest.mark.parametrize(
    ("money", "units"),
    [
        (Money(1_500, "USD"), 1_500),
        (Money(1_500, "JPY"), 1_500),
        (Money(1_000, "MGA"), 10),
        (Money(5, "UGX"), 500),
        (Money(5, "ISK"), 500),
        (Money(1_230, "KWD"), 1_230),
    ],
)
def test_an_amount_is_written_as_stripe_counts_it(money: Money, units: int) -> None:
    assert stripe_units(money) == units
    assert money_of(units, money.currency.lower()) == money


@pytest.mark.parametrize("money", [Money(1_001, "MGA"), Money(1_231, "KWD"), Money(1, "IQD")])
def test_an_amount_that_stripe_cannot_write_is_refused(money: Money) -> None:
    with pytest.raises(RequestFault, match="cannot be moved by Stripe"):
        stripe_units(money)


def test_whole_amounts_of_every_other_currency_come_back_as_they_went() -> None:
    for currency in CURRENCIES - {"IQD", "LYD", "UYI"}:
        money = Money(123_000, currency)
        assert money_of(stripe_units(money), currency.lower()) == money
