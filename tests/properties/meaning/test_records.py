"""What the engine decides of drawn returns stays the same, byte for byte."""

import pytest

from engine.policy.editions import load
from tests.policies.judged import FILES, base, name
from tests.properties.meaning.records import KINDS, SHORT, digests, frozen


@pytest.mark.parametrize("path", FILES, ids=name)
def test_the_records_of_a_shipped_policy_stay_what_they_were(path) -> None:  # type: ignore[no-untyped-def]
    policy = load(path.read_text("utf-8"), name(path), base).policy

    found = {kind: digests(policy, kind, SHORT) for kind in KINDS}

    before = frozen()[name(path)]
    assert {kind: each.asked for kind, each in found.items()} == {
        kind: before[f"{kind} {SHORT}"][0] for kind in KINDS
    }, "other returns were drawn"
    assert {kind: each.decided for kind, each in found.items()} == {
        kind: before[f"{kind} {SHORT}"][1] for kind in KINDS
    }, "the same returns were decided otherwise"
