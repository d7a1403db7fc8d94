"""A clock opens on a day: a length in hours cannot say on which."""

from __future__ import annotations

import pytest

from engine.errors import PolicyFaults
from tests.unit.decision.building import policy_of


@pytest.mark.parametrize("key", ["after", "ahead"])
@pytest.mark.parametrize("length", ["48 hours", "2 clock days", "agreed.wait"])
def test_an_opening_in_hours_is_refused(key: str, length: str) -> None:
    opens = f"opens: {{{key}: {length}, counted_from: delivered}}"
    agreed = "agreed: {wait: {type: length, default: 48 hours}}\n"

    with pytest.raises(PolicyFaults, match="whole days"):
        policy_of(f"{agreed}window: {{within: 30 days, counted_from: delivered, {opens}}}")
