"""What a corpus case gives becomes facts, and nothing is invented."""

from datetime import date
from typing import Any

import givens
import pytest

from engine.policy.editions import load
from engine.policy.model import Policy

TEXT = """
policy: acme/test
version: 1
title: Test
effective: {from: 2024-01-01}
currency: EUR
facts:
  prior_remakes: {type: count, counter: remakes, per: household, over: lifetime}
"""


@pytest.fixture
def policy() -> Policy:
    return load(TEXT, "test.yaml").policy


def facts(policy: Policy, **given: Any) -> dict[str, Any]:
    return givens.read_given(given, policy).facts


def test_dates_money_and_words_take_the_names_of_the_language(policy: Policy) -> None:
    found = facts(
        policy,
        order_date=date(2024, 3, 1),
        unit_price="12.50",
        currency="USD",
        requested_resolution="exchange",
        label="prepaid",
        product_label="apparel",
        discount_percent=40,
        power_kva=2,
        prior_remakes=3,
    )

    assert found == {
        "ordered": "2024-03-01",
        "unit_price": "USD 12.50",
        "wanted": "exchange",
        "label_used": "prepaid",
        "label": "apparel",
        "discount_percent": "40%",
        "power_kva": "2",
        "prior_remakes": 3,
    }


def test_money_without_a_currency_is_in_that_of_the_policy(policy: Policy) -> None:
    assert facts(policy, unit_price="5.00") == {"unit_price": "EUR 5.00"}


def test_an_instant_beats_a_date_in_whichever_order_they_stand(policy: Policy) -> None:
    moment = "2024-03-01T10:00:00+01:00"

    assert facts(policy, delivered_at=moment, delivery_date=date(2024, 3, 1)) == {
        "delivered": moment
    }
    assert facts(policy, delivery_date=date(2024, 3, 1), delivered_at=None) == {
        "delivered": "2024-03-01"
    }


def test_null_is_known_to_be_absent_and_a_missing_key_is_not_sent(policy: Policy) -> None:
    assert facts(policy, seller_action_at=None) == {"seller_acted": None}


def test_several_deliveries_give_the_first_and_the_last(policy: Policy) -> None:
    days = [date(2024, 3, 11), date(2024, 3, 4)]

    assert facts(policy, deliveries=days) == {
        "first_delivered": "2024-03-04",
        "last_delivered": "2024-03-11",
    }


@pytest.mark.parametrize(
    ("informed", "state"), [(True, "in_time"), (False, "never"), ("late", "late")]
)
def test_information_of_the_trader_has_three_states(
    policy: Policy, informed: object, state: str
) -> None:
    assert facts(policy, trader_informed=informed) == {"informed_state": state}


def test_papers_that_a_case_does_not_speak_of_stay_open(policy: Policy) -> None:
    found = facts(policy, has_rma=True, has_photos=False)

    assert found == {"evidence": ["rma"], "lacking": ["photos"]}


def test_a_list_of_evidence_speaks_of_every_other_document(policy: Policy) -> None:
    found = facts(policy, evidence=["lot_number"], has_receipt=True)

    assert found["evidence"] == ["lot_number", "receipt", "proof_of_purchase"]
    assert "serial_number" in found["lacking"]
    assert not {"rma", "photos", "lot_number", "comment"} & set(found["lacking"])


def test_a_key_without_a_meaning_is_reported(policy: Policy) -> None:
    found = givens.read_given({"colour": "red", "used_allowance": "1.00"}, policy)

    assert (found.unknown, found.unused) == (["colour"], ["used_allowance"])


def test_lines_are_facts_of_their_own(policy: Policy) -> None:
    found = givens.read_given({"lines": [{"unit_price": "1.00"}], "currency": "USD"}, policy)

    assert found.lines == [{"unit_price": "USD 1.00"}]
