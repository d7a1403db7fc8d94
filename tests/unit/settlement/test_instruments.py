"""A remedy is paid by the way that fits it and that the supplier's gateway has."""

import pytest

from engine.policy.words import REMEDIES, WITHOUT_MONEY, WORTHLESS
from engine.settlement.instruments import Instrument, PaymentReferences, instrument_for

ALL = PaymentReferences(charge="ch_1", invoice="in_1", customer="cus_1")


@pytest.mark.parametrize(
    ("remedy", "ways", "instrument"),
    [
        ("refund", ALL, Instrument.REFUND),
        ("original_payment_refund", PaymentReferences(), Instrument.BY_HAND),
        ("refund_by_check", ALL, Instrument.BY_HAND),
        ("credit_memo", ALL, Instrument.CREDIT_NOTE),
        ("credit_memo", PaymentReferences(customer="cus_1"), Instrument.BALANCE_CREDIT),
        ("account_credit", ALL, Instrument.BALANCE_CREDIT),
        ("account_credit", PaymentReferences(charge="ch_1"), Instrument.OWN_CREDIT),
    ],
)
def test_a_remedy_goes_its_way(
    remedy: str, ways: PaymentReferences, instrument: Instrument
) -> None:
    assert instrument_for(remedy, ways) is instrument


def test_a_credit_never_becomes_money() -> None:
    given = {"account_credit", "credit_memo", "store_credit", "gift_card", "invoice_reduction"}

    assert Instrument.REFUND not in {instrument_for(each, ALL) for each in given}


def test_every_remedy_that_moves_value_has_a_way() -> None:
    for remedy in set(REMEDIES) - WITHOUT_MONEY - WORTHLESS:
        assert instrument_for(remedy, PaymentReferences()) in {
            Instrument.BY_HAND,
            Instrument.OWN_CREDIT,
        }
