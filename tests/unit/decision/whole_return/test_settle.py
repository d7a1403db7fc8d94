"""A return of several lines: fees once, waivers, sets, and shares that never fall below zero."""

import logging

import pytest

from engine.decision.decide import MOST_LINES, Decider
from engine.errors import RequestFault
from tests.unit.decision.building import decide, decide_return, facts, fees, policy_of

ONCE = "fees: {label: {fee: USD 5.00, per: return}}\n"
NO_FAULT = """
fees:
  label:
    rows:
      - {id: F-FAULT, when: {reason: defective}, fee: none}
      - {id: F-ELSE, otherwise: true, fee: USD 5.00, per: return}
"""
REFUSING = """
eligibility: {rows: [{id: E-NO, when: {category: custom}, answer: refuse, code: excluded_category}]}
"""


def line(price: str, **given: object) -> dict[str, object]:
    return {"item_price": f"USD {price}", **given}


# --- fees once ------------------------------------------------------------------------------------


def test_a_fee_per_return_is_taken_once() -> None:
    whole = decide_return(ONCE, line("10.00"), line("20.00"))

    assert [str(each.net) for each in whole.lines] == ["USD 10.00", "USD 20.00"]
    assert (fees(whole), str(whole.net)) == ({"label": "USD 5.00"}, "USD 25.00")


def test_a_line_alone_pays_the_fee_per_return_itself() -> None:
    assert str(decide(ONCE).net) == "USD 95.00"


def test_the_last_line_takes_the_odd_cent() -> None:
    whole = decide_return(ONCE, line("10.00"), line("10.00"), line("10.00"))

    assert [str(each) for each in whole.shares] == ["USD 8.34", "USD 8.34", "USD 8.32"]


def test_a_last_line_worth_nothing_pays_no_odd_cent() -> None:
    whole = decide_return(ONCE, *[line("10.00")] * 3, line("0.00"))

    shares = ["USD 8.34", "USD 8.34", "USD 8.32", "USD 0.00"]
    assert [str(each) for each in whole.shares] == shares


def test_a_fee_above_the_whole_leaves_nothing_and_no_line_below() -> None:
    whole = decide_return(ONCE, line("0.01"), line("0.01"), line("0.01"))

    assert [str(each) for each in (whole.net, *whole.shares)] == ["USD 0.00"] * 4


def test_a_line_free_of_a_fee_is_free_of_it_in_a_return() -> None:
    given = line("10.00", reason="defective")

    assert str(decide(NO_FAULT, **given).net) == "USD 10.00"
    assert str(decide_return(NO_FAULT, given).net) == "USD 10.00"


@pytest.mark.parametrize("reasons", [["defective", "wrong_item"], ["wrong_item", "defective"]])
def test_the_order_of_lines_does_not_change_a_fee(reasons: list[str]) -> None:
    whole = decide_return(NO_FAULT, *(line("10.00", reason=reason) for reason in reasons))

    assert (fees(whole), str(whole.net)) == ({"label": "USD 5.00"}, "USD 15.00")


def test_a_share_once_is_of_the_lines_that_have_the_fee() -> None:
    share = NO_FAULT.replace("USD 5.00", "10% of item_price")
    whole = decide_return(
        share,
        line("100.00", reason="defective"),
        line("50.00", reason="wrong_item"),
        line("30.00", reason="overstock"),
    )

    assert fees(whole) == {"label": "USD 8.00"}


@pytest.mark.parametrize("categories", [["a", "b"], ["b", "a"]])
def test_of_different_fees_per_return_the_highest_is_taken(categories: list[str]) -> None:
    two = """
fees:
  label:
    per: return
    rows: [{id: F-A, when: {category: a}, fee: USD 5.00}, {id: F-B, otherwise: true, fee: USD 7.00}]
"""
    whole = decide_return(two, *(line("10.00", category=each) for each in categories))

    assert fees(whole) == {"label": "USD 7.00"}


def test_fees_that_add_up_are_each_taken_once() -> None:
    both = """
fees:
  label:
    decide: add_up
    per: return
    rows: [{id: F-A, when: {quantity: 1}, fee: USD 5.00}, {id: F-B, otherwise: true, fee: USD 1.00}]
"""
    whole = decide_return(both, line("10.00"), line("10.00"))

    assert [str(fee.amount) for fee in whole.fees] == ["USD 5.00", "USD 1.00"]
    assert str(whole.net) == "USD 14.00"


@pytest.mark.parametrize("costs", [["USD 4.00", "USD 6.00"], ["USD 6.00", "USD 4.00"]])
def test_a_label_for_the_return_costs_the_most_that_a_line_names(costs: list[str]) -> None:
    label = "fees: {label: {fee: label_cost, per: return}}"
    whole = decide_return(label, *(line("10.00", label_cost=cost) for cost in costs))

    assert fees(whole) == {"label": "USD 6.00"}


def test_a_fee_that_is_billed_lessens_no_net() -> None:
    billed = "fees: {label: {fee: USD 5.00, per: return, taken: billed}}"

    assert str(decide_return(billed, line("10.00")).net) == "USD 10.00"


# --- refused lines --------------------------------------------------------------------------------


def test_a_refused_line_pays_nothing_and_refuses_no_other() -> None:
    whole = decide_return(
        ONCE + REFUSING, line("10.00", category="custom"), line("20.00", category="plain")
    )

    assert (whole.answer, str(whole.net)) == ("accept", "USD 15.00")
    assert [str(each) for each in whole.shares] == ["None", "USD 15.00"]


def test_a_return_whose_every_line_is_refused_is_refused_without_fees() -> None:
    whole = decide_return(ONCE + REFUSING, *[line("10.00", category="custom")] * 2)

    assert (whole.answer, whole.code) == ("refuse", "excluded_category")
    assert (whole.net, whole.fees) == (None, ())


def test_an_open_line_leaves_the_net_open() -> None:
    whole = decide_return("", line("10.00"), {"item_price": None})

    assert (whole.net, whole.shares) == (None, (None, None))


def test_a_line_replaced_in_kind_leaves_the_money_of_the_others() -> None:
    kind = """
remedies: {retailer: {rows: [{id: R-1, when: {category: a}, give: replacement},
                             {id: R-2, otherwise: true, give: refund}]}}
"""
    whole = decide_return(kind, line("10.00", category="a"), line("20.00", category="b"))

    assert str(whole.net) == "USD 20.00"
    assert [str(each) for each in whole.shares] == ["None", "USD 20.00"]


# --- waivers --------------------------------------------------------------------------------------

FREE = """
whole_return:
  rows: [{id: T-FREE, when: {return_value: {at_least: USD 30.00}}, waive: [fees.wear]}]
"""
WEAR = "fees: {wear: {fee: USD 10.00}}\n"


def test_a_waived_fee_is_given_back_to_its_line() -> None:
    whole = decide_return(WEAR + FREE, line("10.00"), line("20.00"))

    assert (whole.waived, str(whole.net)) == (("fees.wear",), "USD 30.00")
    assert [(each.fees, str(each.fee_total)) for each in whole.lines] == [((), "USD 0.00")] * 2
    assert [str(each.remedies[0].amount) for each in whole.lines] == ["USD 10.00", "USD 20.00"]


def test_below_the_threshold_nothing_is_waived() -> None:
    whole = decide_return(WEAR + FREE, line("10.00"), line("19.99"))

    assert (whole.waived, str(whole.net)) == ((), "USD 9.99")


def test_a_waiver_gives_back_no_more_than_the_goods_were_worth() -> None:
    whole = decide_return(WEAR + FREE, line("5.00"), line("25.00"))

    assert [str(each.net) for each in whole.lines] == ["USD 5.00", "USD 25.00"]


def test_a_waiver_pays_nothing_for_a_remedy_worth_nothing() -> None:
    nothing = "remedy: {give: covered_by_allowance}\n"

    assert str(decide_return(WEAR + FREE + nothing, line("50.00")).net) == "USD 0.00"


def test_a_waived_fee_that_was_open_closes_the_net() -> None:
    assessed = WEAR.replace("USD 10.00", "label_cost")
    whole = decide_return(assessed + FREE, line("40.00"))

    assert (str(whole.net), whole.lines[0].open) == ("USD 40.00", ())
    assert whole.lines[0].net_certainty == "exact"


def test_a_fee_per_return_is_waived_too() -> None:
    whole = decide_return(ONCE + FREE.replace("fees.wear", "fees"), line("30.00"))

    assert (whole.fees, str(whole.net)) == ((), "USD 30.00")


def test_a_line_alone_is_a_whole_return() -> None:
    assert str(decide(WEAR + FREE).net) == "USD 100.00"
    assert str(decide(WEAR + FREE, item_price="USD 29.99").net) == "USD 19.99"


# --- sets -----------------------------------------------------------------------------------------

SETS = (
    """
groups: {furniture: {tags: {has: furniture}}}
whole_return: {sets: {all_of: furniture, else: refuse, code: quantity_rule}}
"""
    + REFUSING
)


def test_one_refused_line_of_a_set_refuses_the_set_and_nothing_else() -> None:
    whole = decide_return(
        SETS,
        line("10.00", category="custom", tags=["furniture"]),
        line("20.00", category="plain", tags=["furniture"]),
        line("40.00", category="plain"),
    )

    assert [each.code for each in whole.lines] == ["excluded_category", "quantity_rule", "ok"]
    assert str(whole.net) == "USD 40.00"


def test_a_line_waits_for_the_facts_that_another_line_of_its_set_is_asked_for() -> None:
    whole = decide_return(
        SETS,
        line("10.00", tags=["furniture"]),
        line("20.00", category="plain", tags=["furniture"]),
        line("40.00", category="plain"),
    )

    assert [each.answer for each in whole.lines] == ["ask", "ask", "accept"]
    assert [each.missing for each in whole.lines] == [("category",), ("category",), ()]
    assert whole.lines[1].net is None


def test_a_line_that_its_set_refuses_gives_nothing() -> None:
    whole = decide_return(
        SETS,
        line("10.00", category="custom", tags=["furniture"]),
        line("20.00", category="plain", tags=["furniture"]),
    )
    refused = whole.lines[1]

    assert (refused.remedy, refused.remedies, refused.net, refused.base) == (None, (), None, None)


def test_a_set_without_a_refusal_comes_back() -> None:
    whole = decide_return(SETS, *[line("10.00", category="plain", tags=["furniture"])] * 2)

    assert (whole.answer, str(whole.net)) == ("accept", "USD 20.00")


# --- what all lines share -------------------------------------------------------------------------


def test_every_line_knows_the_value_of_the_return() -> None:
    keep = "goods: {rows: [{id: G, when: {return_value: {at_least: USD 30.00}}, do: keep}]}"
    whole = decide_return(keep, line("10.00"), line("20.00"))

    assert [each.goods for each in whole.lines] == ["keep", "keep"]


def test_the_value_of_a_return_with_a_price_that_is_not_known_is_open() -> None:
    limit = "limits: {size: {adds: return_value, at_most: USD 50.00}}"
    whole = decide_return(limit, line("10.00"), {"item_price": None})

    assert [each.limits for each in whole.lines] == [(("size", "open", None),)] * 2


def test_a_wrong_line_is_named_by_its_place() -> None:
    with pytest.raises(RequestFault) as fault:
        decide_return("", line("10.00"), line("-1.00"))

    assert (fault.value.code, fault.value.path) == ("negative_money", "lines[1].item_price")


@pytest.mark.parametrize("count", [0, MOST_LINES + 1])
def test_a_return_has_a_line_and_not_too_many(count: int) -> None:
    with pytest.raises(RequestFault) as fault:
        decide_return("", *[line("1.00")] * count)

    assert fault.value.code == "wrong_lines"


def test_a_disagreement_about_the_whole_goes_to_a_person(caplog: pytest.LogCaptureFixture) -> None:
    decider = Decider(policy_of(WEAR + FREE))
    at_rest = decider.engines.at_rest
    right = at_rest.work_out
    flipped = decider.engines.compiled.whole_return.mask
    at_rest.work_out = lambda values: (right(values)[0] ^ flipped, *right(values)[1:])

    with caplog.at_level(logging.CRITICAL, "takeback.decision"):
        found = decider.decide_return(facts(), [line("40.00")])

    assert (found.answer, found.code, found.net) == ("review", "engine_disagreement", None)
    assert len(caplog.records) == 1


@pytest.mark.parametrize("per", ["return", "order"])
@pytest.mark.parametrize(
    ("when", "mine", "other"),
    [
        ("{category: tv}", {"category": "tv"}, {"category": "lamp"}),
        ("{return_paid_by: consumer}", {"category": "tv"}, {"category": "lamp"}),
        ("{item_price: {under: USD 50.00}}", {"item_price": "USD 30.00"}, {}),
        ("{opened: true}", {"opened": True}, {"opened": False}),
    ],
)
def test_a_fee_taken_once_is_explained_by_a_line_that_it_is_taken_for(
    per: str, when: str, mine: dict[str, object], other: dict[str, object]
) -> None:
    """The values of the first line were shown, also if the fee is none of its own."""
    topics = (
        f"fees: {{label: {{when: {when}, fee: USD 1.00, per: {per}}}}}\n"
        "return_shipping: {rows: [{id: S-1, when: {category: lamp}, paid_by: supplier}, "
        "{id: S-2, otherwise: true, paid_by: consumer}]}\n"
    )
    usual = {"category": "sofa", "item_price": "USD 60.00", "opened": False}
    lines = [usual | mine, usual | other]

    told = [decide_return(topics, *each).because for each in (lines, lines[::-1])]

    assert told[0] == told[1]
    (fee,), (own,) = told[0], decide_return(topics, lines[0]).because
    assert fee.seen == own.seen
