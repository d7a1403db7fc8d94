"""A policy is compiled once: a slot for every fact, a bit for every condition."""

from engine.decision.compiled import AnyRow, compile_policy
from engine.decision.engines import Engines
from engine.policy.conditions import leaves
from tests.unit.decision.building import policy_of

TOPICS = """
deadlines:
  claim: {within: 5 days, counted_from: delivered}
  request: {when: {claim: in_time}, within: 30 days, counted_from: delivered}
limits: {size: {adds: return_value, at_most: USD 50.00}}
demands: {rows: [{id: D, need: [photos], must: {condition: used}}]}
remedy: {first: [repair], then: refund, after: {quantity: {at_least: 2}}}
goods: {rows: [{id: G, when: {brand: x}, do: keep}, {id: H, otherwise: true}]}
fees: {a: {rows: [{id: F, when: {goods: keep, size: over}, fee: USD 1.00}]}}
must: [{id: M, when: {brand: x}, outcome: {answer: accept}}]
"""


def test_every_row_and_every_condition_inside_has_a_bit_of_its_own() -> None:
    compiled = compile_policy(policy_of(TOPICS))

    assert [each.bit for each in compiled.asked] == list(range(len(compiled.asked)))
    assert len({each.mask for each in compiled.asked}) == len(compiled.asked)
    assert compiled.demands.rows[0].inner is not None
    assert compiled.remedies[0].rows[0].inner is not None
    assert compiled.goods.rows[0].inner is None


def test_limits_and_demands_ask_for_the_answer_that_eligibility_gave() -> None:
    compiled = compile_policy(
        policy_of(
            "demands: {rows: [{id: D, when: {answer: accept}, need: [photos]}]}\n"
            "goods: {rows: [{id: G, when: {answer: accept}, do: keep}]}"
        )
    )

    def tested(row: AnyRow) -> str:
        return leaves(row.asked.condition)[0].fact

    assert tested(compiled.demands.rows[0]) == "eligibility.answer"  # type: ignore[arg-type]
    assert tested(compiled.goods.rows[0]) == "answer"  # type: ignore[arg-type]


def test_a_topic_of_one_line_needs_no_choice() -> None:
    compiled = compile_policy(policy_of(TOPICS))

    assert compiled.value.only is compiled.value.rows[0]
    assert compiled.goods.only is None
    assert compiled.demands.only is None


def test_the_moment_of_a_date_stands_after_its_day() -> None:
    numbers = compile_policy(policy_of(TOPICS)).slots.numbers

    assert numbers["delivered@"] == numbers["delivered"] + 1


def test_slots_of_the_same_policy_are_the_same() -> None:
    one, other = Engines(policy_of(TOPICS), native=False), Engines(policy_of(TOPICS), native=False)

    assert one.compiled.slots.numbers == other.compiled.slots.numbers
    assert one.compiled.slots.words == other.compiled.slots.words


def test_the_facts_that_a_policy_looks_at_are_known() -> None:
    used = compile_policy(policy_of(TOPICS)).used

    assert {"brand", "condition", "delivered", "evidence", "return_value", "requested"} <= used
    assert not {"country", "tags", "installed"} & used
