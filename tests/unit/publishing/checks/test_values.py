"""The values that searches try are those that tests distinguish, as a request sends them."""

from __future__ import annotations

from engine.decision.compiled import compile_policy
from engine.publishing.checks.search.values import Values
from tests.unit.decision.building import policy_of


def test_a_number_that_ends_in_zeros_is_tried_with_them() -> None:
    row = "{id: E-LARGE, when: {screen_inches: {at_least: 100}}, answer: refuse, code: final_sale}"
    policy = policy_of(f"eligibility: {{rows: [{row}]}}\n")

    values = Values(compile_policy(policy))

    assert "100" in values.of(policy.facts["screen_inches"])
