"""A fact that was not sent is asked for only if the answer or an amount depends on it."""

import pytest

from engine.decision.cases import MOST_CASES
from tests.timing import within
from tests.unit.decision.building import NOT_SENT, decide, decide_return, fees, opened, rows

WINDOW = "window: {days: 30, counted_from: delivered}\n"
WORN = """
fees: {wear: {rows: [{id: F-WORN, when: {condition: worn}, fee: USD 5.00}]}}
"""
BY_REASON = """
window:
  counted_from: delivered
  rows:
    - {id: W-FAULT, when: {reason: defective}, days: 90}
    - {id: W-ELSE, otherwise: true, days: 30}
"""


def refusing(when: str) -> str:
    return (
        f"eligibility: {{rows: [{{id: E-NO, when: {when}, answer: refuse, code: not_entitled}}]}}"
    )


def test_a_fact_on_which_an_amount_hangs_is_asked_for() -> None:
    decision = decide(WORN)

    assert (decision.answer, decision.code) == ("ask", "fact_missing")
    assert decision.missing == ("condition",)
    assert decision.sentence == "The outcome depends on `condition`."


def test_a_fact_on_which_the_answer_hangs_is_asked_for() -> None:
    decision = decide(refusing("{category: custom}"))

    assert (decision.answer, decision.missing) == ("ask", ("category",))


def test_a_fact_on_which_nothing_hangs_is_not_needed() -> None:
    decision = decide("goods: {rows: [{id: G-1, when: {brand: x}, do: keep}, {id: G-2, "
                      "otherwise: true, do: keep}]}")  # fmt: skip

    assert (decision.answer, decision.not_needed) == ("accept", ("brand",))
    assert decision.goods == "keep"
    assert str(decision.net) == "USD 100.00"


def test_only_the_facts_that_matter_are_named() -> None:
    decision = decide(WORN + refusing("{category: custom, country: FR}"), category="plain")

    assert decision.missing == ("condition",)


def test_every_fact_that_matters_is_named() -> None:
    decision = decide(WORN + refusing("{category: custom, country: FR}"))

    assert set(decision.missing) == {"category", "country", "condition"}


def test_a_fact_that_only_a_supposition_brings_up_is_named_too() -> None:
    decision = decide(
        "eligibility: {rows: ["
        "{id: E-1, when: {category: a}, answer: refuse, code: not_entitled},"
        "{id: E-2, when: {category: b}, answer: accept, stands: true}]}\n"
        "demands: {rows: [{id: D, when: {answer: accept, brand: x}, need: [photos]}]}",
        evidence=[],
    )

    assert set(decision.missing) == {"category", "brand"}


def test_a_fact_is_named_beside_a_paper_that_is_missing() -> None:
    decision = decide(WORN + "demands: {rows: [{id: D, need: [photos]}]}", evidence=[])

    assert (decision.answer, decision.code) == ("ask", "missing_evidence")
    assert decision.missing == ("photos", "condition")


def test_what_differs_beside_answer_and_amounts_is_open() -> None:
    decision = decide("""
goods: {rows: [{id: G, when: {condition: worn}, do: keep}, {id: H, otherwise: true, to: partner}]}
return_shipping: {rows: [{id: S, when: {condition: worn}, paid_by: supplier},
                         {id: R, otherwise: true, paid_by: retailer}]}
""")

    assert (decision.answer, decision.not_needed) == ("accept", ())
    assert (decision.goods, decision.goods_to, decision.return_paid_by) == (None, None, None)
    assert opened(decision) == dict.fromkeys(("goods", "goods_to", "return_paid_by"), "condition")


def test_a_remedy_that_differs_is_open_and_no_other_party_s() -> None:
    decision = decide("""
remedies:
  retailer:
    rows:
      - {id: R-1, when: {payment_method: card}, give: refund}
      - {id: R-2, otherwise: true, give: store_credit}
  consumer: {give: gift_card}
""")

    assert (decision.answer, decision.not_needed) == ("accept", ())
    assert decision.remedy is None
    assert opened(decision)["remedies.retailer"] == "payment_method"
    assert [(leg.party, leg.give) for leg in decision.remedies] == [
        ("retailer", None),
        ("consumer", "gift_card"),
    ]


# --- refusals -------------------------------------------------------------------------------------


def test_a_refusal_that_is_certain_stays_one() -> None:
    decision = decide(WINDOW + WORN, requested="2024-07-01")

    assert (decision.answer, decision.code) == ("refuse", "outside_window")
    assert decision.missing == ()


def test_rows_that_all_refuse_refuse() -> None:
    decision = decide("""
eligibility:
  rows:
    - {id: E-1, when: {category: custom}, answer: refuse, code: excluded_category}
    - {id: E-2, otherwise: true, answer: refuse, code: not_entitled}
""")

    assert decision.answer == "refuse"


def test_a_refusal_for_lateness_is_not_certain_where_the_deadline_hangs_on_the_fact() -> None:
    decision = decide(BY_REASON, requested="2024-07-01")

    assert (decision.answer, decision.missing) == ("ask", ("reason",))
    assert (decision.net, decision.goods, decision.deadlines) == (None, None, ())
    assert opened(decision) == {"net": "reason", "deadlines.request": "reason"}


def test_a_line_that_every_deadline_refuses_is_refused_without_the_fact() -> None:
    decision = decide(BY_REASON, requested="2024-12-01")

    assert (decision.answer, decision.code) == ("refuse", "outside_window")
    assert opened(decision) == {"deadlines.request": "reason"}
    assert (decision.last_day, decision.not_needed) == (None, ())


def test_a_line_that_every_deadline_allows_is_accepted_without_a_last_day() -> None:
    decision = decide(BY_REASON)

    assert (decision.answer, decision.not_needed) == ("accept", ())
    assert decision.last_day is None
    assert opened(decision) == {"deadlines.request": "reason"}


def test_a_refusal_by_a_limit_is_not_certain_where_the_limit_hangs_on_the_fact() -> None:
    limit = """
limits:
  size:
    rows:
      - {id: L-1, when: {membership: plus}, adds: return_value, at_most: USD 500.00}
      - {id: L-2, when: {reason: {not: defective}}, adds: return_value, at_most: USD 50.00}
"""

    assert decide(limit, reason="wrong_item").missing == ("membership",)


# --- a question guesses nothing -------------------------------------------------------------------


def test_a_question_shows_no_net_that_hangs_on_the_answer_to_it() -> None:
    decision = decide(WORN)

    assert (decision.net, decision.net_certainty, decision.fee_total) == (None, "open", None)
    assert opened(decision)["net"] == "condition"
    assert "net" not in [step.label for step in decision.steps]


def test_no_value_is_shown_as_seen_that_was_not_sent() -> None:
    decision = decide("goods: {rows: [{id: G, when: {any_of: [{condition: worn}, {quantity: 1}]}, "
                      "do: keep}]}\n" + refusing("{condition: [worn, consumed], quantity: 9}"),
                      quantity=1)  # fmt: skip

    seen = {each.fact: each.value for row in decision.because for each in row.seen}
    assert seen["condition"] == "not sent"


def test_no_row_is_shown_that_only_a_supposition_makes_true() -> None:
    decision = decide("""
goods: {rows: [{id: G-1, when: {condition: worn}, do: keep}, {id: G-2, otherwise: true, do: keep}]}
""")

    assert rows(decision, "goods") == []
    assert decision.also_true == ()


# --- rows that ask whether a fact is known --------------------------------------------------------

BY_WEAR = (
    "goods: {rows: [{id: G-1, when: {condition: worn}, do: keep}, {id: G-2, otherwise: true}]}"
)
"""Depends on `condition`, but gives the same answer and amounts for all its values."""


def reviewing(when: str) -> str:
    return f"eligibility: {{rows: [{{id: E, when: {when}, answer: review, to_settle: why}}]}}\n"


def test_a_row_for_an_unknown_fact_holds_while_values_of_it_are_supposed() -> None:
    decision = decide(reviewing("{condition: unknown}") + BY_WEAR)

    assert (decision.answer, decision.decided_by) == ("review", ("E",))
    assert opened(decision)["goods"] == "condition"


def test_a_row_for_a_known_fact_does_not_hold_while_values_of_it_are_supposed() -> None:
    decision = decide(reviewing("{condition: known}") + BY_WEAR)

    assert decision.answer == "accept"


def test_a_fact_that_makes_a_row_for_an_unknown_one_matter_is_asked_for() -> None:
    decision = decide(reviewing("{brand: x, condition: unknown}") + BY_WEAR)

    assert (decision.answer, decision.missing) == ("ask", ("brand",))
    assert decide(reviewing("{brand: x, condition: unknown}") + BY_WEAR, brand="x").answer == (
        "review"
    )


def test_nothing_is_asked_of_a_fact_that_rows_only_ask_to_be_known() -> None:
    decision = decide(reviewing("{brand: x, condition: unknown}"))

    assert decision.missing == ("brand",)


def test_a_fact_is_not_called_needless_where_sending_it_would_change_the_outcome() -> None:
    topics = reviewing("{condition: unknown}") + BY_WEAR

    assert decide(topics).not_needed == ()
    assert decide(topics, condition="worn").answer == "accept"


def test_a_fact_from_which_another_would_be_known_is_not_called_needless() -> None:
    loose = reviewing("{loose_units: unknown}")
    by_pack = BY_WEAR.replace("condition: worn", "case_pack: 6")
    since = reviewing("{days_since.shipped: unknown}") + BY_WEAR.replace(
        "condition: worn", "shipped: {over: 2024-01-01}"
    )

    assert decide(loose + by_pack).not_needed == ()
    assert decide(loose + by_pack, case_pack=6).answer == "accept"
    assert decide(since).not_needed == ()
    assert decide(since, shipped="2024-05-02").answer == "accept"


def test_what_the_lines_of_a_return_share_is_known_to_each() -> None:
    topics = reviewing("{return_value: unknown}")

    assert decide(topics, item_price=NOT_SENT).answer == "review"
    assert decide_return(topics, {}, {}).lines[0].answer == "accept"
    assert decide_return(topics, {}, {}, item_price=NOT_SENT).lines[0].answer == "review"


# --- the values that are tried --------------------------------------------------------------------


def test_words_that_a_set_must_have_together_are_supposed_together() -> None:
    decision = decide("facts: {marks: {type: set}}\n" + refusing("{marks: {has_all: [a, b]}}"))

    assert (decision.answer, decision.missing) == ("ask", ("marks",))


def test_a_fact_that_may_be_absent_is_supposed_absent() -> None:
    decision = decide(refusing("{shipped: null}"))

    assert (decision.answer, decision.missing) == ("ask", ("shipped",))


def test_both_sides_of_a_bound_are_supposed() -> None:
    for test in ("under: 3", "over: 3", "at_least: 3", "at_most: 3", "between: [3, 3]"):
        assert decide(refusing(f"{{trial_night: {{{test}}}}}")).missing == ("trial_night",)


def test_grades_beside_the_one_that_is_named_are_supposed() -> None:
    for test in ("worse_than: worn", "no_worse_than: worn", "better_than: worn"):
        assert decide(refusing(f"{{condition: {{{test}}}}}")).missing == ("condition",)


def test_a_word_that_no_row_names_is_supposed() -> None:
    assert decide(refusing("{brand: {not: [x, y]}}")).missing == ("brand",)
    assert decide(refusing("{condition: {not: [worn, used]}}")).missing == ("condition",)


def test_the_many_words_of_two_closed_lists_are_few_cells() -> None:
    decision = decide("goods: {rows: [{id: G-1, when: {reason: defective, condition: worn}, "
                      "do: keep}, {id: G-2, otherwise: true, do: keep}]}")  # fmt: skip

    assert (decision.answer, set(decision.not_needed)) == ("accept", {"reason", "condition"})


def test_a_date_that_a_clock_counts_from_is_asked_for_whatever_its_season() -> None:
    seasons = """
deadlines:
  request:
    rows:
      - {id: W-X, when: {ordered: {between: [2024-11-15, 2024-12-24]}}, until: 2025-01-31}
      - {id: W-E, otherwise: true, within: 30 days, counted_from: ordered}
"""
    decision = decide(seasons, ordered=NOT_SENT, delivered=NOT_SENT, requested="2024-12-01")

    assert (decision.answer, decision.missing) == ("ask", ("ordered",))


def test_an_amount_that_a_fee_comes_of_leaves_it_open_and_asks_nothing() -> None:
    fee = "fees: {label: {fee: {lesser_of: [USD 5.00, label_cost]}}}\n"
    row = "goods: {rows: [{id: G, when: {label_cost: {over: USD 9.00}}, do: keep}, " \
          "{id: H, otherwise: true}]}"  # fmt: skip

    decision = decide(fee + row)

    assert (decision.answer, decision.missing, decision.net) == ("accept", (), None)
    assert opened(decision) == {"fees.label": "label_cost", "goods": "label_cost"}


def test_goods_that_test_an_unsent_price_stay_open() -> None:
    decision = decide("goods: {rows: [{id: G, when: {item_price: {under: USD 9.00}}, do: keep}, "
                      "{id: H, otherwise: true}]}", item_price=NOT_SENT)  # fmt: skip

    assert (decision.answer, decision.goods, decision.net) == ("accept", None, None)
    assert opened(decision) == {"net": "item_price", "goods": "item_price"}


def test_a_fee_that_a_row_takes_of_an_unsent_price_is_asked_for() -> None:
    decision = decide("fees: {f: {rows: [{id: F, when: {item_price: {over: USD 9.00}}, "
                      "fee: 10% of item_price}]}}", item_price=NOT_SENT)  # fmt: skip

    assert decision.missing == ("item_price",)


def test_days_since_a_date_ask_for_the_date() -> None:
    decision = decide(refusing("{days_since.shipped: {over: 10}}"))

    assert decision.missing == ("shipped",)


def test_days_since_a_known_date_ask_for_the_request() -> None:
    decision = decide(refusing("{days_since.delivered: {over: 10}}"), requested=NOT_SENT)

    assert decision.missing == ("requested",)


def test_facts_of_one_row_are_as_many_cases_as_there_are_facts() -> None:
    names = ["brand", "label", "place", "channel", "membership", "programme", "sku", "label_used"]
    when = ", ".join(f"{name}: x" for name in names)

    decision = decide(
        f"goods: {{rows: [{{id: G, when: {{{when}}}, do: keep}}, {{id: H, otherwise: true}}]}}"
    )

    assert (decision.answer, decision.not_needed) == ("accept", ())
    assert opened(decision)["goods"] == ", ".join(names)


def test_more_cases_than_are_looked_at_are_asked_for_and_that_is_said() -> None:
    names = [f"w{number}" for number in range(10)]
    fees = ", ".join(
        f"{name}: {{fee: USD 0.00, when: {{marks: {{has: {name}}}}}}}" for name in names
    )

    decision = decide(f"facts: {{marks: {{type: set}}}}\nfees: {{{fees}}}")

    assert 2 ** len(names) > MOST_CASES
    assert (decision.answer, decision.missing, decision.net) == ("ask", ("marks",), None)
    assert decision.sentence == (
        "The outcome may depend on `marks`: there are more than 512 cases."
    )


def test_a_set_of_which_hundreds_of_words_matter_is_asked_for() -> None:
    each = "{{id: R-{0}, when: {{marks: {{has: w{0}}}}}, answer: refuse, code: not_entitled}}"
    listed = ", ".join(each.format(number) for number in range(600))

    decision = decide(f"facts: {{marks: {{type: set}}}}\neligibility: {{rows: [{listed}]}}")

    assert (decision.answer, decision.missing) == ("ask", ("marks",))
    assert decision.sentence == (
        "The outcome may depend on `marks`: more than 200 facts are in doubt."
    )


def test_cases_that_come_to_the_same_count_too() -> None:
    pairs = ", ".join(f"{{marks: {{has: w{n}}}, flags: {{has: w{n}}}}}" for n in range(14))
    credit = "give: account_credit}"
    topics = (
        "facts: {marks: {type: set}, flags: {type: set}}\n"
        f"remedy: {{rows: [{{id: R, when: {{any_of: [{pairs}]}}, {credit}, "
        f"{{id: S, otherwise: true, {credit}]}}"
    )

    decision = within(1.0, lambda _: decide(topics))

    assert (decision.answer, decision.missing) == ("ask", ("marks", "flags"))


# --- what is only supposed proves nothing ---------------------------------------------------------

OFFER = "remedy: {choice: [refund, store_credit], chosen_by: claimant}\n"


def test_a_wish_that_is_only_supposed_meets_no_demand() -> None:
    topics = OFFER + "demands: {rows: [{id: D, must: {wanted: refund}, if_not: refuse}]}\n"
    fee = "goods: {rows: [{id: G, when: {remedy: refund}, do: keep}, {id: H, otherwise: true}]}"

    decision = decide(topics + fee)

    assert (decision.answer, decision.goods) == ("accept", None)
    assert opened(decision)["demands.D"] == "wanted"
    assert decision.choice == ("refund", "store_credit")


def test_a_demand_that_a_remedy_row_asks_about_too_stays_open() -> None:
    decision = decide("""
demands: {rows: [{id: D, need: [photos], if_not: refuse}]}
remedy:
  rows:
    - {id: R, when: {evidence: {has: photos}}, give: refund}
    - {id: S, otherwise: true, give: store_credit}
""")

    assert (decision.answer, decision.remedy) == ("accept", None)
    assert opened(decision)["demands.D"] == "photos"


@pytest.mark.parametrize("wish", [{}, {"wanted": None}, {"wanted": "gift_card"}])
def test_a_fee_on_a_choice_that_is_open_asks_for_the_wish(wish: dict[str, object]) -> None:
    fee = "fees: {f: {when: {remedy: refund}, fee: USD 5.00}}"

    decision = decide(OFFER + fee, **wish)

    assert (decision.answer, decision.missing, decision.net) == ("ask", ("wanted",), None)
    assert decision.choice == ("refund", "store_credit")


def test_a_fee_that_two_rows_give_alike_stays_among_the_fees_of_a_return() -> None:
    fee = (
        "fees: {f: {per: return, rows: [{id: F-1, when: {brand: x}, fee: USD 5.00}, "
        "{id: F-2, otherwise: true, fee: USD 5.00}]}}"
    )

    whole = decide_return(fee, {}, {})

    assert (fees(whole), str(whole.net)) == ({"f": "USD 5.00"}, "USD 195.00")


def test_a_refusal_calls_no_date_needless_that_a_clock_reads() -> None:
    decision = decide("""
deadlines:
  request: {within: 30 days, counted_from: delivered}
  sent: {within: 9 days, counted_from: shipped, event: shipped_back, if_late: go_on}
eligibility:
  rows:
    - {id: E-1, when: {days_since.shipped: {over: 4}}, answer: refuse, code: not_entitled}
    - {id: E-2, otherwise: true, answer: refuse, code: final_sale}
""")

    assert (decision.answer, decision.not_needed) == ("refuse", ())
