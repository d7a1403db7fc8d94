"""Eligibility is decided by rows, deadlines, silence, and the readings of a text."""

import pytest

from engine.decision.record import Decision
from tests.unit.decision.building import NOT_SENT, because, decide, fees, opened

WINDOW = "window: {days: 30, counted_from: delivered}\n"


# --- rows -----------------------------------------------------------------------------------------


def test_the_first_row_that_applies_decides() -> None:
    topics = """
eligibility:
  rows:
    - {id: E-1, when: {reason: defective}, answer: accept, because: Faulty goods come back.}
    - {id: E-2, when: {tags: {has: custom}}, answer: refuse, code: excluded_category}
"""
    both = decide(topics, reason="defective", tags=["custom"])

    assert (both.answer, both.decided_by, both.sentence) == (
        "accept",
        ("E-1",),
        "Faulty goods come back.",
    )
    assert [(each.row, each.lost_to) for each in both.also_true] == [("E-2", "E-1")]
    assert decide(topics, reason="overstock", tags=["custom"]).code == "excluded_category"
    assert decide(topics, reason="overstock").decided_by == ("E-YES",)


@pytest.mark.parametrize(
    ("row", "answer", "code"),
    [
        ("answer: review, to_settle: the deduction", "review", "discretionary"),
        ("answer: ask, missing: [receipt]", "ask", "missing_evidence"),
        ("answer: refuse, code: final_sale", "refuse", "final_sale"),
        ("answer: accept", "accept", "ok"),
    ],
)
def test_each_answer_has_its_own_code(row: str, answer: str, code: str) -> None:
    decision = decide(f"eligibility: {{rows: [{{id: E, when: {{quantity: 1}}, {row}}}]}}")

    assert (decision.answer, decision.code) == (answer, code)


def test_a_row_says_what_is_to_settle_to_mend_and_whose_claim_it_is() -> None:
    decision = decide("""
eligibility:
  rows:
    - {id: E, when: {reason: damaged_in_transit}, answer: refuse, code: claim_with_carrier,
       belongs_to: carrier, curable: true, because: The carrier answers., for_agent: Send form 7.}
""", reason="damaged_in_transit")  # fmt: skip

    assert (decision.belongs_to, decision.curable) == ("carrier", True)
    assert (decision.sentence, decision.for_agent) == ("The carrier answers.", "Send form 7.")


# --- deadlines ------------------------------------------------------------------------------------


def test_a_late_request_is_refused_with_the_code_and_sentence_of_its_deadline() -> None:
    late = WINDOW.replace("delivered}", "delivered, if_late: claim_late}")
    decision = decide(late, requested="2024-06-10")

    assert (decision.answer, decision.code) == ("refuse", "claim_late")
    assert decision.decided_by == ("E-LATE", "REQUEST")
    assert "2024-06-09" in decision.sentence


def test_a_deadline_that_goes_on_refuses_nothing() -> None:
    go_on = WINDOW.replace("delivered}", "delivered, if_late: go_on}")

    assert decide(go_on, requested="2025-06-10").answer == "accept"


def test_an_early_request_is_refused_as_early() -> None:
    opens = "deadlines: {request: {opens: {after: 1 month, counted_from: delivered}}}"

    assert decide(opens).code == "too_early"


def test_the_first_deadline_that_is_late_gives_the_code() -> None:
    two = """
deadlines:
  claim: {within: 5 days, counted_from: delivered, if_late: claim_late}
  request: {within: 7 days, counted_from: delivered}
"""
    assert decide(two).code == "claim_late"
    assert decide(two, requested="2024-05-16").code == "claim_late"
    assert decide(two, requested="2024-05-15").answer == "accept"


@pytest.mark.parametrize(
    ("if_silent", "answer"),
    [("accept", "accept"), ("settle", "accept"), ("refuse", "refuse"), ("send_back", "refuse"),
     ("close", "refuse"), ("go_on", "accept")],
)  # fmt: skip
def test_the_silence_of_a_party_has_the_result_that_was_declared(
    if_silent: str, answer: str
) -> None:
    silence = "deadlines: {reply: {event: seller_acted, by: supplier, within: 5 days, " \
              f"counted_from: request_sent, if_silent: {if_silent}}}}}"  # fmt: skip

    decision = decide(silence, now="2024-06-20")

    assert decision.answer == answer
    assert decision.on_silence == (None if if_silent == "go_on" else if_silent)
    assert decide(silence, now="2024-05-25").on_silence is None
    assert decide(silence, now="2024-06-20", seller_acted="2024-05-22").on_silence is None


# --- readings of a text ---------------------------------------------------------------------------

TWO = """
fees: {restocking: {fee: 10% of item_price}}
eligibility:
  rows:
    - id: E-TWO
      when: {reason: not_satisfied}
      answer: two_readings
      readings:
        - {id: A, answer: refuse, code: not_entitled, because: Only faults count., clause: c1}
        - {id: B, answer: accept, because: Any reason counts., clause: c2,
           sets: {fees.restocking: 15% of item_price, return_paid_by: supplier, percent: 50%,
                  goods: keep, remedy: store_credit, outbound_shipping: full}}
"""


def two(take: str, **given: object) -> Decision:
    why = "" if take == "none" else "\n      why: the owner said so"
    return decide(f"{TWO}      we_take: {take}{why}", reason="not_satisfied", **given)


def test_a_text_that_contradicts_itself_is_shown_in_both_readings() -> None:
    decision = two("none", outbound_paid="USD 7.00")
    refused, accepted = decision.readings

    assert (decision.answer, decision.code) == ("two_readings", "conflict_in_text")
    assert (refused.answer, refused.net, refused.sentence) == ("refuse", None, "Only faults count.")
    assert (accepted.answer, str(accepted.net)) == ("accept", "USD 42.00")
    assert (accepted.remedy, accepted.goods) == ("store_credit", "keep")
    assert accepted.return_paid_by == "supplier"
    assert [str(fee.amount) for fee in accepted.fees] == ["USD 15.00"]


def test_the_reading_that_the_owner_takes_decides_and_stays_unsettled() -> None:
    decision = two("B", outbound_paid="USD 7.00")

    assert (decision.answer, decision.code, decision.unsettled) == ("accept", "ok", "E-TWO")
    assert (fees(decision), str(decision.net)) == ({"restocking": "USD 15.00"}, "USD 42.00")
    assert (decision.remedy, decision.goods, decision.percent) == ("store_credit", "keep", "50%")
    assert decision.sentence == "Any reason counts."


def test_a_reading_that_refuses_refuses() -> None:
    decision = two("A")

    assert (decision.answer, decision.code, decision.unsettled) == (
        "refuse",
        "not_entitled",
        "E-TWO",
    )


MORE = """
fees:
  restocking: {fee: 10% of item_price}
  more: {rows: [{id: F, when: {fees.restocking: {at_least: USD 15.00}}, fee: USD 1.00}]}
"""


def test_a_fee_that_a_reading_sets_is_known_to_later_rows() -> None:
    topics = MORE + TWO.replace("fees: {restocking: {fee: 10% of item_price}}", "")
    taken = topics + "      we_take: B\n      why: the owner said so"
    decision = decide(taken, reason="not_satisfied", outbound_paid="USD 0.00")

    assert fees(decision) == {"restocking": "USD 15.00", "more": "USD 1.00"}


def test_a_fee_that_a_reading_sets_and_is_not_known_is_open() -> None:
    topics = TWO.replace("15% of item_price", "label_cost")
    decision = decide(topics + "      we_take: B\n      why: x", reason="not_satisfied",
                      outbound_paid="USD 0.00")  # fmt: skip

    assert (decision.net, opened(decision)) == (None, {"fees.restocking": "label_cost"})


CLOCKS = """
deadlines:
  request:
    readings:
      - {id: A, within: 30 days, counted_from: ordered, because: From the order., clause: c1}
      - {id: B, within: 30 days, counted_from: delivered, because: From delivery., clause: c2}
    we_take: TAKEN
"""


@pytest.mark.parametrize(
    ("requested", "answer"),
    [("2024-05-31", "accept"), ("2024-06-01", "two_readings"), ("2024-06-09", "two_readings"),
     ("2024-06-10", "refuse")],
)  # fmt: skip
def test_a_clock_with_two_readings_is_disputed_only_where_they_differ(
    requested: str, answer: str
) -> None:
    decision = decide(CLOCKS.replace("TAKEN", "none"), requested=requested)

    assert decision.answer == answer
    if answer == "two_readings":
        assert [each.answer for each in decision.readings] == ["refuse", "accept"]


@pytest.mark.parametrize("requested", ["2024-05-31", "2024-06-05"])
def test_a_reading_of_which_the_start_is_not_known_is_not_accepted(requested: str) -> None:
    topics = CLOCKS.replace("TAKEN", "none")

    decision = decide(topics, requested=requested, delivered=NOT_SENT)

    assert (decision.answer, decision.missing) == ("ask", ("delivered",))
    assert decide(topics, requested=requested, delivered=None).answer != "ask"


@pytest.mark.parametrize(("taken", "answer"), [("A", "refuse"), ("B", "accept")])
def test_a_reading_of_a_clock_that_is_taken_decides(taken: str, answer: str) -> None:
    decision = decide(CLOCKS.replace("TAKEN", taken), requested="2024-06-05")

    assert decision.answer == answer


def test_a_row_shows_the_values_that_it_saw() -> None:
    decision = decide("""
eligibility:
  rows: [{id: E, when: {tags: {has: custom}, quantity: {over: 1}, condition: {worse_than: used}},
          answer: refuse, code: excluded_category, clause: c5}]
""", tags=["custom"], quantity=2, condition="worn")  # fmt: skip
    (row,) = because(decision, "eligibility")

    assert (row.row, row.clause, row.file, row.built_in) == ("E", "c5", "test.yaml", False)
    assert [(each.fact, each.test, each.value, each.holds) for each in row.seen] == [
        ("tags", "has custom", "has custom", True),
        ("quantity", "over 1", "2", True),
        ("condition", "worse than used", "worn", True),
    ]
