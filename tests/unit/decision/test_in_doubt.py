"""An exact amount, also of a reading or a set, is the same in every case of unknown facts."""

from collections import Counter

import pytest

from engine.decision.evaluation import MOST_OF_A_REQUEST
from engine.decision.evaluator import Evaluator
from tests.unit.decision.building import NOT_SENT, decide, decide_return, opened

# --- pauses ---------------------------------------------------------------------------------------

PAUSED = """
deadlines:
  request:
    within: 10 days
    counted_from: delivered
    event: received_back
    pauses: {from: repair_asked, to: repair_done}
"""
LATE = {"delivered": "2024-05-10", "received_back": "2024-05-25", "requested": NOT_SENT}


def test_a_pause_that_goes_on_until_nobody_knows_when_refuses_nothing() -> None:
    decision = decide(PAUSED, **LATE, repair_asked="2024-05-12")

    assert (decision.answer, decision.missing) == ("ask", ("requested",))
    assert (decision.deadlines[0].state, decision.last_day) == ("pending", None)


def test_what_arrived_before_the_pause_could_matter_is_in_time() -> None:
    decision = decide(PAUSED, **LATE | {"received_back": "2024-05-20"}, repair_asked="2024-05-12")

    assert (decision.answer, decision.deadlines[0].state) == ("accept", "in_time")
    assert (decision.last_day, decision.deadlines[0].days_left) == (None, None)


@pytest.mark.parametrize("more", [{"requested": "2024-06-20"}, {"repair_done": "2024-06-20"}])
def test_a_pause_ends_on_the_day_that_is_known(more: dict[str, object]) -> None:
    decision = decide(PAUSED, **LATE | {"repair_asked": "2024-05-12"} | more)

    assert (decision.answer, decision.last_day) == ("accept", "2024-06-28")


def test_under_the_longest_a_pause_that_goes_on_leaves_open_which_clock_counts() -> None:
    topics = """
deadlines:
  request:
    decide: longest
    event: received_back
    counted_from: delivered
    rows:
      - {id: W-1, when: {brand: x}, within: 10 days, pauses: {from: repair_asked, to: repair_done}}
      - {id: W-2, otherwise: true, within: 20 days}
"""
    given = LATE | {"received_back": "2024-06-15", "repair_asked": "2024-05-12", "brand": "x"}

    decision = decide(topics, **given)

    assert (decision.answer, decision.missing) == ("ask", ("requested",))


def test_days_left_are_not_known_before_the_day_is() -> None:
    topics = """
deadlines:
  request: {within: 30 days, counted_from: delivered, event: received_back, if_late: go_on}
fees: {late: {rows: [{id: F-LATE, when: {request.days_left: {under: 5}}, fee: USD 5.00}]}}
"""
    decision = decide(topics, delivered="2024-05-10", requested=NOT_SENT)

    assert (decision.answer, decision.missing) == ("ask", ("requested",))


def test_a_demand_that_refuses_by_what_was_sent_does_so_before_the_day_is_known() -> None:
    topics = """
deadlines: {request: {within: 30 days, counted_from: delivered}}
eligibility: {rows: [{id: E-1, when: {request.days_left: 0}, answer: review, to_settle: whether}]}
demands: {rows: [{id: D-1, must: {brand: x}, if_not: refuse, code: not_entitled}]}
"""
    decision = decide(topics, requested=NOT_SENT, brand="y")

    assert (decision.answer, decision.code) == ("refuse", "not_entitled")


# --- amounts that are open ------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["highest", "lowest"])
def test_an_amount_that_is_open_may_be_the_highest_and_the_lowest(way: str) -> None:
    least = "{id: F-1, when: {brand: x}, fee: USD 5.00}"
    label = "{id: F-2, otherwise: true, fee: label_cost}"
    fee = f"fees: {{label: {{decide: {way}, rows: [{least}, {label}]}}}}"

    decision = decide(fee, brand="x")

    assert (decision.net, decision.net_certainty) == (None, "open")
    assert opened(decision)["fees.label"] == "label_cost"
    assert decide(fee).missing == ("brand",), "which amounts are weighed is known, or asked"


def test_of_fees_of_other_lines_one_that_is_open_may_be_the_highest() -> None:
    label = "{id: F-1, when: {brand: x}, fee: label_cost}"
    rows = f"[{label}, {{id: F-2, otherwise: true, fee: USD 5.00}}]"
    fee = f"fees: {{label: {{per: return, rows: {rows}}}}}"

    whole = decide_return(fee, {"brand": "x"}, {"brand": "y"})

    assert ([each.row for each in whole.fees], whole.net) == (["F-1"], None)


# --- readings and sets ----------------------------------------------------------------------------

READ = """
eligibility:
  rows:
    - id: E-1
      when: {item_price: {over: USD 1.00}}
      answer: two_readings
      code: conflict_in_text
      readings: [{id: A, answer: accept}, {id: B, answer: refuse, code: final_sale}]
      we_take: none
goods: {rows: [{id: G-1, when: {brand: x}, do: keep}, {id: G-2, otherwise: true, do: ship_back}]}
return_shipping:
  rows:
    - {id: S-1, when: {place: home}, paid_by: supplier}
    - {id: S-2, otherwise: true, paid_by: retailer}
"""


def test_a_reading_shows_what_it_gives_in_every_case() -> None:
    reading = decide(READ, place="home").readings[0]

    assert (reading.goods, reading.return_paid_by) == (None, "supplier")


def test_a_reading_of_which_the_amount_hangs_on_a_fact_has_none() -> None:
    fee = "fees: {wear: {rows: [{id: F-1, when: {condition: worn, code: ok}, fee: USD 5.00}]}}\n"

    decision = decide(READ + fee, place="home", brand="x")

    assert (decision.answer, decision.net, decision.net_certainty) == ("two_readings", None, "open")
    assert (decision.readings[0].net, decision.readings[0].fees) == (None, ())
    sent = decide(READ + fee, place="home", brand="x", condition="worn")
    assert str(sent.readings[0].net) == "USD 95.00"


def test_units_whose_answer_a_set_gives_ask_for_what_their_amount_hangs_on() -> None:
    topics = """
groups: {table: {category: table}}
eligibility: {rows: [{id: E-1, when: {sku: A}, answer: refuse, code: final_sale}]}
fees: {wear: {rows: [{id: F-1, when: {condition: worn, code: quantity_rule}, fee: USD 5.00}]}}
whole_return: {sets: {all_of: table, else: review, code: quantity_rule}}
"""
    lines = [{"category": "table", "sku": "A"}, {"category": "table", "sku": "B"}]

    whole = decide_return(topics, *lines)

    assert [each.answer for each in whole.lines] == ["refuse", "ask"]
    assert whole.lines[1].missing == ("condition",)


def test_units_of_which_it_hangs_on_a_fact_whether_they_are_of_a_set_ask_for_it() -> None:
    topics = """
groups: {table: {category: table}}
eligibility: {rows: [{id: E-1, when: {sku: A}, answer: refuse, code: final_sale}]}
whole_return: {sets: {all_of: table, else: refuse, code: quantity_rule}}
"""
    refused = {"category": "table", "sku": "A"}

    whole = decide_return(topics, refused, {"sku": "B"})
    complete = decide_return(topics, {"category": "table", "sku": "C"}, {"sku": "B"})

    assert [each.answer for each in whole.lines] == ["refuse", "ask"]
    assert (whole.lines[1].missing, whole.net) == (("category",), None)
    assert complete.answer == "accept"


def test_a_return_of_which_a_waiver_hangs_on_a_fact_asks_for_it() -> None:
    topics = """
fees: {label: {fee: USD 7.00, per: return, when: {brand: x}}}
whole_return: {rows: [{id: T-WEB, when: {channel: web}, waive: [fees.label]}]}
"""
    whole = decide_return(topics, {}, {}, brand="x")

    assert (whole.answer, whole.net) == ("ask", None)
    assert {each.missing for each in whole.lines} == {("channel",)}
    assert str(decide_return(topics, {}, {}, brand="x", channel="web").net) == "USD 200.00"
    assert str(decide_return(topics, {}, {}, brand="y").net) == "USD 200.00", "no fee, no question"


# --- how much is looked at ------------------------------------------------------------------------


def test_a_return_has_one_budget_of_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    fees = ", ".join(f"f{n}: {{fee: USD 0.00, when: {{marks: {{has: w{n}}}}}}}" for n in range(8))
    topics = f"facts: {{marks: {{type: set}}}}\nfees: {{{fees}}}"
    count: Counter[str] = Counter()
    cases = Evaluator.cases

    def counted(
        evaluator: Evaluator, slot: int, start: list[int], values: list[int], every: list[int]
    ) -> object:
        count["cases"] += len(values)
        return cases(evaluator, slot, start, values, every)

    monkeypatch.setattr(Evaluator, "cases", counted)
    lines: list[dict[str, object]] = [{} for _ in range(20)]
    whole = decide_return(topics, *lines)

    once_more = 2 * len(lines)  # the cases of a fact are worked out together
    assert MOST_OF_A_REQUEST <= count["cases"] <= MOST_OF_A_REQUEST + once_more
    assert whole.lines[0].sentence == "The outcome depends on `marks`."
    assert whole.lines[-1].missing == ("marks",)
    assert whole.lines[-1].sentence == (
        "The outcome may depend on `marks`: there are more than 4,096 cases in the request."
    )
