"""A policy may be published when it means something, its tests pass and its network agrees."""

import pytest

from engine.errors import NetworkFault
from engine.policy.editions import PolicyFile, load
from engine.publishing import readiness
from engine.publishing.readiness import faults_before_publishing, findings_before_publishing

POLICY = """\
policy: acme/test
version: 1
effective: {from: 2024-01-01}
currency: USD
values: {category: [a, b]}
goods: {rows: [{id: G-A, when: {category: a}, do: keep}, {id: G-B, when: {category: b}}]}
tests:
  cases:
    - {name: kept, given: {category: a, item_price: USD 5.00}, expect: {goods: keep}}
    - {name: sent, given: {category: b, item_price: USD 5.00}, expect: {goods: ship_back}}
"""


def file_of(text: str = POLICY) -> PolicyFile:
    return load(text, "test.yaml")


WITHOUT_B = POLICY.replace(", {id: G-B, when: {category: b}}", "").partition("    - {name: sent")[0]


def codes(text: str) -> list[str]:
    return [fault.code for fault in faults_before_publishing(file_of(text))]


def test_a_policy_without_faults_may_be_published() -> None:
    assert faults_before_publishing(file_of()) == ()


def test_a_gap_stands_in_the_way() -> None:
    assert codes(WITHOUT_B) == ["gap"]


def test_a_test_that_fails_stands_in_the_way_with_its_place() -> None:
    (fault,) = faults_before_publishing(file_of(POLICY.replace("goods: keep}}", "goods: donate}}")))

    assert fault.code == "test_failed"
    assert fault.sentence == "The test `kept` fails: goods: expected donate, got keep."
    assert fault.source.line == 9


def test_a_row_without_a_test_stands_in_the_way_with_a_test_for_it() -> None:
    (fault,) = faults_before_publishing(file_of(POLICY.partition("    - {name: sent")[0]))

    assert (fault.code, fault.source.line) == ("row_untested", 6)
    assert "`{name: G-B decides, given: {category: b}" in fault.sentence


def test_all_that_stands_in_the_way_is_said() -> None:
    text = WITHOUT_B.replace("keep}}", "donate}}")

    assert codes(text) == ["gap", "test_failed"]


def test_a_network_that_fails_its_trial_stands_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: object, **more: object) -> None:
        raise NetworkFault("the rules crashed the rule network with signal 11")

    monkeypatch.setattr(readiness, "compile_safely", fail)

    (fault,) = faults_before_publishing(file_of())
    assert (fault.code, fault.sentence) == (
        "network",
        "the rules crashed the rule network with signal 11",
    )


def test_the_network_of_a_policy_with_other_faults_is_not_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*given: object, **more: object) -> None:
        raise AssertionError

    monkeypatch.setattr(readiness, "compile_safely", never)

    assert codes(POLICY.replace("keep}}", "donate}}")) == ["test_failed"]


AGREED = """
policy: acme/agreed
version: 1
effective: {from: 2025-01-01}
currency: USD
agreed:
  way: {type: word, of: [keep, destroy, donate], default: keep}
  most: {type: count, default: 5, at_least: 2, at_most: 9}
goods: {do: agreed.way}
return_shipping:
  rows:
    - {id: S-DESTROY, when: {goods: destroy}, paid_by: supplier}
    - {id: S-OTHER, when: {goods: dispose}, paid_by: supplier}
    - {id: S-FEW, when: {quantity: {at_most: agreed.most}}, paid_by: retailer}
    - {id: S-SEVEN, when: {quantity: 4}, paid_by: supplier}
    - {id: S-ELSE, otherwise: true, paid_by: retailer}
"""


def test_a_row_that_decides_under_other_terms_is_not_told_never_to() -> None:
    found = findings_before_publishing(load(AGREED.lstrip(), "agreed.yaml"))
    dead = [each.sentence for each in found if each.code in ("never_true", "unreachable")]

    assert len(dead) == 1
    assert "`S-OTHER` never holds: `goods` is never dispose." in dead[0]
