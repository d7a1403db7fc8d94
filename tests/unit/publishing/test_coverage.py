"""A row is covered when a test of the policy is decided by it."""

import pytest

from engine.policy.editions import PolicyFile, load
from engine.publishing.suite import rows_to_reach, rows_without_a_test, run_suite

POLICY = """\
policy: acme/test
version: 1
effective: {from: 2024-01-01}
currency: USD
remedy: {give: refund}
goods: {rows: [{id: G-A, when: {category: a}, do: keep}, {id: G-B, otherwise: true}]}
fees: {label: {when: {channel: mail}, fee: USD 5.00}}
tests:
  usual: {ordered: 2024-02-01, requested: 2024-02-02, category: a, channel: store}
  cases:
    - {name: kept, expect: {goods: keep}}
"""


def file_of(more: str = "") -> PolicyFile:
    return load(POLICY + more, "test.yaml")


def untested(file: PolicyFile) -> list[str]:
    return [row.id for row in rows_without_a_test(file, run_suite(file, native=False))]


def test_a_row_that_decides_no_test_is_not_covered() -> None:
    assert untested(file_of()) == ["G-B", "LABEL"]


def test_a_row_that_held_but_lost_is_not_covered() -> None:
    both = "    - {name: both, given: {channel: mail}, expect: {goods: keep}}\n"

    assert untested(file_of(both)) == ["G-B"]


def test_every_row_with_a_test_is_covered() -> None:
    other = "    - {name: other, given: {category: b, channel: mail}, expect: {goods: ship_back}}\n"

    assert untested(file_of(other)) == []


@pytest.mark.parametrize("row", ["CLAIMANT", "RETAILER", "E-YES", "RETURN-SHIPPING"])
def test_plain_terms_and_built_in_rows_need_no_test(row: str) -> None:
    assert row not in rows_to_reach(file_of())
