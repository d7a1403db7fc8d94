"""What is prepared from a row once is shared by all decisions, and never changes."""

from pathlib import Path

import pytest

from engine.decision.compiled import CompiledPolicy, compile_policy
from engine.policy.editions import load
from tests.policies.judged import FILES, base, name
from tests.unit.decision.building import because, decide, decider, facts, policy_of

ROWS = """
window: {days: 30, counted_from: delivered}
eligibility: {rows: [{id: E-LATE, when: {deadlines: late}, answer: refuse, code: from_deadline},
                     {id: E-SAYS, otherwise: true, answer: accept, because: Until <last_day>.}]}
goods: {rows: [{id: G-X, when: {brand: x}, do: keep, because: It may stay.},
               {id: G-ELSE, otherwise: true, do: ship_back}]}
fees: {a: {fee: 10% of item_price}}
"""


def shared(compiled: CompiledPolicy) -> list[object]:
    """Returns all that decisions share."""
    return [
        each for row in compiled.rows for each in (row.prepared, row.because, row.always, row.place)
    ]


@pytest.mark.parametrize("path", FILES, ids=name)
def test_what_decisions_share_cannot_be_changed(path: Path) -> None:
    compiled = compile_policy(load(path.read_text("utf-8"), name(path), base).policy)

    assert all(isinstance(hash(each), int) for each in shared(compiled))


def test_a_row_that_always_says_the_same_is_explained_once() -> None:
    said = {row.row.id: row.because for row in compile_policy(policy_of(ROWS)).rows}

    assert (said["G-X"] and said["G-X"].sentence) == "It may stay."
    assert (said["G-ELSE"] and said["G-ELSE"].sentence) == "The goods are shipped back."
    assert said["E-LATE"] is said["E-SAYS"] is said["REQUEST"] is None


def test_what_hangs_on_what_was_sent_is_said_anew() -> None:
    using = decider(ROWS)
    first = using.decide(facts(delivered="2024-05-10"))
    second = using.decide(facts(delivered="2024-05-12"))

    assert [each.sentence for each in because(first, "eligibility")] == ["Until 2024-06-09."]
    assert [each.sentence for each in because(second, "eligibility")] == ["Until 2024-06-11."]
    assert because(first, "value")[0] is because(second, "value")[0]


def test_a_fee_and_a_leg_get_their_amount_in_a_copy() -> None:
    decision = decide(ROWS, item_price="USD 50.00")

    assert [str(fee.amount) for fee in decision.fees] == ["USD 5.00"]
    assert [str(leg.amount) for leg in decision.remedies] == ["USD 45.00"]
    assert {row.prepared.amount for row in compile_policy(policy_of(ROWS)).fees[0].rows} == {None}
