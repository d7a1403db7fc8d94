"""A line that no policy governs is refused by a record like any other."""

import msgspec
import pytest

from engine.decision.record import Decision
from engine.decision.ungoverned import ungoverned
from engine.policy.words import CODES


@pytest.mark.parametrize("code", ["no_policy", "no_policy_for_country"])
def test_it_is_a_refusal_in_the_words_of_its_code(code: str) -> None:
    decision = ungoverned(code, {"quantity": 2, "country": "US"})

    assert (decision.answer, decision.code, decision.sentence) == ("refuse", code, CODES[code])
    assert decision.policy is None
    assert (decision.net, decision.because, decision.engine) == (None, (), "none")
    assert decision.facts == {"quantity": 2, "country": "US"}


def test_it_can_be_read_back_from_its_record() -> None:
    decision = ungoverned("no_policy", {"quantity": 2})

    assert msgspec.json.decode(decision.canonical, type=Decision) == decision
