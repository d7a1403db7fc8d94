"""Settings of a case become terms of a policy, by their names or by a side file."""

from typing import Any

import pytest
import settings

from engine.policy.editions import load
from engine.policy.model import Policy

TEXT = """
policy: acme/test
version: 1
title: Test
effective: {from: 2024-01-01}
currency: USD
agreed:
  window: {type: length, default: 30 days}
  hours_to_answer: {type: length, default: 48 hours}
  restocking: {type: percent, default: 0%}
  flat_fee: {type: money, default: USD 0.00}
  label_by: {type: word, default: supplier}
  seasons: {type: rows, default: []}
facts:
  kind: {type: word}
"""


@pytest.fixture
def policy() -> Policy:
    return load(TEXT, "test.yaml").policy


def terms(
    policy: Policy, config: dict[str, Any], side: dict[str, Any] | None = None, **given: Any
) -> settings.Terms:
    return settings.read_settings({"policy_config": config, **given}, policy, side or {})


def test_a_setting_is_the_agreed_value_of_its_name_in_its_type(policy: Policy) -> None:
    config = {
        "window_days": 14,
        "restocking_percent": 10,
        "flat_fee": "5.00",
        "label_by": "retailer",
    }

    assert terms(policy, config).agreed == {
        "window": "14 days",
        "restocking": "10%",
        "flat_fee": "USD 5.00",
        "label_by": "retailer",
    }


def test_a_setting_may_be_a_fact_of_its_name(policy: Policy) -> None:
    assert terms(policy, {"kind": "lifetime"}).facts == {"kind": "lifetime"}


def test_a_setting_without_a_meaning_is_reported(policy: Policy) -> None:
    assert terms(policy, {"colour": "red"}).unknown == ["colour"]


def test_a_side_file_picks_by_value(policy: Policy) -> None:
    side = {
        "window_days": {
            "cases": {-1: {"facts": {"kind": "unlimited"}}},
            "else": {"agreed": {"window": "<value> days"}},
        }
    }

    assert terms(policy, {"window_days": -1}, side).facts == {"kind": "unlimited"}
    assert terms(policy, {"window_days": 7}, side).agreed == {"window": "7 days"}


def test_a_value_that_a_side_file_does_not_name_is_reported(policy: Policy) -> None:
    side = {"mode": {"cases": {"a": {}}}}

    assert terms(policy, {"mode": "b"}, side).unknown == ["mode: b"]


def test_a_side_file_makes_a_row_of_each_member_and_leaves_out_what_is_not_given(
    policy: Policy,
) -> None:
    row = {"id": "W-<n>", "until": "<end>", "within": "<days> days"}
    side = {"seasons": {"for_each": True, "agreed": {"seasons": [row]}}}
    config = {"seasons": [{"end": "2024-01-31"}, {"days": 60}]}

    assert terms(policy, config, side).agreed["seasons"] == [
        {"id": "W-2", "within": "60 days"},
        {"id": "W-1", "until": "2024-01-31"},
    ]


def test_a_side_file_edits_the_policy_from_a_day_that_the_case_gives(policy: Policy) -> None:
    edit = {"set": "window.within", "to": "<window_days> days", "effective": {"from": "<day>"}}
    side = {"now": {"edits": [edit]}}

    found = terms(policy, {"now": {"window_days": 14}}, side, day="2024-05-25")

    assert found.edits == [
        {"set": "window.within", "to": "14 days", "effective": {"from": "2024-05-25"}}
    ]


def test_a_side_file_divides_before_it_fills_in(policy: Policy) -> None:
    side = {"micros": {"divided_by": 1_000_000, "agreed": {"restocking": "<value>%"}}}

    assert terms(policy, {"micros": 12_500_000}, side).agreed == {"restocking": "12.5%"}
