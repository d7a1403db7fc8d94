"""What the checks say of the policies that come with Takeback is true, and all there is to say."""

import re
from pathlib import Path

import pytest

from engine.decision.record import Decision
from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault, Level
from engine.policy.model import Policy
from engine.publishing.comparison import FIELDS
from tests.policies.judged import FILES, decided, findings, in_force, name


def shows(fault: Fault, file: PolicyFile) -> bool:
    """Whether the decision of its example shows what a finding says."""
    policy = in_force(file, fault.example)
    decision = decided(policy, fault.example)
    if fault.code == "differs_from_base":
        return differs(fault, file, policy, decision)
    if fault.code == "fee_above_price":
        assert decision.fee_total is not None
        assert decision.base is not None
        return decision.fee_total.minor > decision.base.minor
    if fault.code == "same_outcome":
        lost = [each.row for each in decision.also_true]
        return named(fault, r"`([A-Z0-9-]+)` decides\.", decision) and any(
            f"`{row}`" in fault.sentence for row in lost
        )
    return False


def named(fault: Fault, pattern: str, decision: Decision) -> bool:
    found = re.search(pattern, fault.sentence)
    return found is not None and found[1] in {each.row for each in decision.because}


def differs(fault: Fault, file: PolicyFile, policy: Policy, decision: Decision) -> bool:
    """Whether the base decides otherwise in the field that the sentence names."""
    before = file.base_of(policy)
    field = re.search(r"^\w+ than `[^`]+`: `(\w+): ", fault.sentence)
    assert before is not None
    assert field is not None
    return FIELDS[field[1]](decided(before, fault.example)) != FIELDS[field[1]](decision)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_what_is_said_of_a_policy_as_it_is_is_true(path: Path) -> None:
    file, found = findings(path)

    assert [str(each) for each in found if each.level is Level.ERROR] == []
    assert [str(each) for each in found if each.level is Level.WARNING and not each.example] == []
    for fault in found:
        assert fault.example is None or shows(fault, file), str(fault)


SAID = {
    ("36-amazon-sfp-reason-codes.yaml", "fee_above_price"),  # a label may cost more than the goods
    ("39-best-buy-us-2023.yaml", "fee_above_price"),  # 45.00 of a phone under 45.00
    ("39-best-buy-us-2023.yaml", "same_outcome"),  # two reasons for one free return
    ("42-rei-coop.yaml", "fee_above_price"),  # 5.99 of goods under 5.99
    ("home-goods--northwind.yaml", "differs_from_base"),
    ("home-goods--northwind--club.yaml", "differs_from_base"),
}


def test_nothing_else_is_said_of_the_policies_as_they_are() -> None:
    assert {(path.name, each.code) for path in FILES for each in findings(path)[1]} == SAID
