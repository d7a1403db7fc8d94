# ruff: noqa: E501 - rows read best in one line
"""What deciding returns shows: broken promises, fees above the price, last days that are off."""

import pytest

from engine.meaning.difference import Budget
from engine.policy.faults import Fault
from engine.publishing.checks import asked
from engine.publishing.meaning import surveys_of, tried_of
from tests.unit.decision.building import decider, policy_of


def found(topics: str) -> list[Fault]:
    return list(tried_of(surveys_of(policy_of(topics))))


# --- promises -------------------------------------------------------------------------------------

FEES = "fees: {restocking: {rows: [{id: F-X, when: {brand: x}, fee: FEE}, {id: F-N, otherwise: true, fee: none}]}}\n"
CAP = (
    "must: [{id: M-CAP, outcome: {fees.restocking: {at_most: 10% of item_price}}, clause: s. 4}]\n"
)


@pytest.mark.parametrize("fee", ["11% of item_price", "USD 15.00", "label_cost"])
def test_a_broken_promise_is_told_with_its_clause_and_a_return_that_breaks_it(fee: str) -> None:
    topics = FEES.replace("FEE", fee) + CAP
    (fault, *_) = found(topics)
    decision = decider(topics).decide(fault.example or {})

    assert (fault.code, fault.level) == ("promise_broken", "error")
    assert "`M-CAP` (s. 4) promises fees.restocking at most 10% of item_price" in fault.sentence
    assert "by `F-X`" in fault.sentence
    assert (decision.answer, decision.code) == ("review", "policy_breach")


@pytest.mark.parametrize(
    "fee",
    [
        "none",
        "10% of item_price",
        "{lesser_of: [USD 15.00, 10% of item_price]}",
        "{amount: label_cost, at_most: 10% of item_price}",
    ],
)
def test_a_promise_that_no_return_can_break_is_proved_and_nothing_is_said(fee: str) -> None:
    assert found(FEES.replace("FEE", fee) + CAP) == []


def test_a_promise_of_which_not_every_case_could_be_looked_at_is_not_known_to_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asked, "BUDGET", Budget(cases=0))
    monkeypatch.setattr(asked, "OF_MONEY", Budget(cases=0))
    promise, fees = found(FEES.replace("FEE", "10% of item_price") + CAP)

    assert (promise.code, promise.level) == ("promise_tried", "note")
    assert "It is not known whether a return breaks `M-CAP` (s. 4)" in promise.sentence
    assert (fees.code, fees.level) == ("fee_above_price", "note")
    assert "It is not known whether fees can take more" in fees.sentence


@pytest.mark.parametrize(
    "demand", ["must: {seal_intact: true}", "must: {seal_intact: true}, if_not: refuse"]
)
def test_a_demand_hides_no_broken_promise(demand: str) -> None:
    demands = f"demands: {{rows: [{{id: D-SEAL, {demand}, code: excluded_condition}}]}}\n"
    (fault,) = found(demands + FEES.replace("FEE", "11% of item_price") + CAP)

    assert fault.code == "promise_broken"
    assert "by `F-X`" in fault.sentence


def test_a_promise_about_days_is_proved_over_all_rows() -> None:
    window = "window: {counted_from: delivered, rows: [{id: A, when: {brand: x, ordered: {over: 2024-01-01}}, days: DAYS}, {id: B, otherwise: true, days: 30}]}\n"
    promise = "must: [{id: M-14, outcome: {request.days_allowed: {at_least: 14}}}]\n"

    assert found(window.replace("DAYS", "14") + promise) == []
    assert [each.code for each in found(window.replace("DAYS", "13") + promise)] == ["promise_broken"]  # fmt: skip


def test_a_promise_that_hangs_on_many_facts_is_proved() -> None:
    facts = ("brand", "label", "sku", "channel", "place", "programme", "membership", "country")
    rows = ", ".join(
        f"{{id: G-{fact}{n}, when: {{{fact}: x{n}}}, do: keep}}" for fact in facts for n in range(3)
    )
    promise = "must: [{id: M, outcome: {goods: {not: WORD}}}]\n"
    topics = f"goods: {{rows: [{rows}, {{id: G-ELSE, otherwise: true}}]}}\n{promise}"

    assert found(topics.replace("WORD", "destroy")) == []
    assert [each.code for each in found(topics.replace("WORD", "keep"))] == ["promise_broken"]


def test_a_promise_of_days_holds_for_every_month_and_every_weekend() -> None:
    window = "window: {within: 1 month, counted_from: delivered}\n"
    promise = "must: [{id: M-28, outcome: {request.days_allowed: {at_least: DAYS}}}]\n"

    assert found(window + promise.replace("DAYS", "28")) == []
    (fault,) = found(window + promise.replace("DAYS", "31"))
    assert fault.code == "promise_broken"


# --- money ----------------------------------------------------------------------------------------


def test_fees_above_the_price_are_shown_with_the_dearest_line_that_they_eat_up() -> None:
    topics = "fees: {a: {fee: USD 5.00}, b: {fee: 10% of item_price}}\n"
    (fault,) = found(topics)
    decision = decider(topics).decide(fault.example or {})

    assert (fault.code, fault.level) == ("fee_above_price", "warning")
    assert decision.fee_total is not None
    assert decision.base is not None
    assert decision.fee_total.minor > decision.base.minor
    assert decision.net is not None
    assert decision.net.minor == 0


IN_KIND = "remedy: {rows: [{id: R-KIND, when: {brand: x}, GIVES}, {id: R-ELSE, otherwise: true, give: refund}]}\n"


@pytest.mark.parametrize(
    "gives", ["give: exchange", "choice: [repair, replacement], chosen_by: owner"]
)
@pytest.mark.parametrize(
    "fee", ["USD 5.00", "10% of item_price", "label_cost", "{each: USD 1.00, per: unit}"]
)
def test_a_fee_that_is_deducted_where_no_money_moves_is_named(gives: str, fee: str) -> None:
    topics = IN_KIND.replace("GIVES", gives) + f"fees: {{a: {{fee: {fee}}}}}\n"
    fault = next(each for each in found(topics) if each.code == "fee_not_taken")
    decision = decider(topics).decide(fault.example or {})

    assert fault.sentence.startswith("`A` deducts a USD")
    assert (decision.net, decision.net_certainty) == (None, "no_money")
    assert decision.fees[0].amount is not None
    assert decision.fees[0].amount.minor > 0


@pytest.mark.parametrize(
    "fee",
    [
        "{rows: [{id: F-NO, when: {brand: x}, fee: none}, {id: F-FEE, otherwise: true, fee: USD 0.01}]}",
        "{fee: USD 5.00, taken: billed}",
        "{fee: USD 5.00, certainty: may, to_settle: whether it is charged}",
        "{when: {remedy: refund}, fee: 10% of item_price}",
    ],
)
def test_a_fee_that_is_billed_or_of_other_remedies_is_not_named(fee: str) -> None:
    topics = IN_KIND.replace("GIVES", "give: exchange") + f"fees: {{a: {fee}}}\n"

    assert [each for each in found(topics) if each.code == "fee_not_taken"] == []


def test_fees_of_goods_that_are_exchanged_exceed_nothing() -> None:
    topics = "remedy: {give: exchange}\nfees: {a: {fee: USD 5.00}, b: {fee: none}}\n"

    assert [each.code for each in found(topics)] == ["fee_not_taken"]
    assert "`A` can take" in found("fees: {a: {fee: USD 5.00}, b: {fee: none}}\n")[0].sentence


@pytest.mark.parametrize("decide", ["first", "add_up"])
def test_fees_of_many_hundred_rows_are_asked_about_as_those_of_a_few(decide: str) -> None:
    row = "{{id: F-{0}, when: {{item_price: {{over: USD {0}.00}}}}, fee: 1% of item_price}}"
    many = ", ".join(row.format(number) for number in range(600, 0, -1))
    last = "{id: F-LOW, when: {item_price: {at_most: USD 1.00}}, fee: USD 2.00}"

    (fault,) = found(f"fees: {{a: {{decide: {decide}, rows: [{many}, {last}]}}}}\n")

    assert fault.code == "fee_above_price"
    assert "`F-LOW`" in fault.sentence


@pytest.mark.parametrize(
    "fees",
    [
        "{a: {fee: 50% of item_price}, b: {fee: 50% of item_price}}",
        "{a: {fee: 15% of item_price}, b: {fee: 10% of item_price}}",
        "{a: {fee: {lesser_of: [USD 5.00, item_price]}}}",
        "{a: {fee: USD 5.00, taken: billed}}",
        "{a: {fee: USD 5.00, certainty: may, to_settle: whether}}",
    ],
)
def test_fees_that_leave_the_net_alone_or_are_capped_are_fine(fees: str) -> None:
    assert found(f"fees: {fees}\n") == []


# --- days -----------------------------------------------------------------------------------------

LATE = "window: {days: 30, counted_from: delivered}\neligibility: {rows: [{id: E-LATE, when: {WHEN}, answer: refuse, code: outside_window}, {id: E-YES2, otherwise: true, answer: accept}]}\n"


@pytest.mark.parametrize(
    ("when", "day", "said"),
    [
        ("days_left: {at_most: 0}", 30, "is refused already"),
        ("days_since.delivered: {at_least: 30}", 30, "is refused already"),
        ("days_since.delivered: {over: 31}", 31, "is still accepted"),
        ("request: late, days_since.delivered: {over: 31}", 31, "is still accepted"),
    ],
)
def test_a_row_that_refuses_on_another_day_than_its_clock_says_is_off_by_one(
    when: str, day: int, said: str
) -> None:
    asks = "deadlines: [early, silent, disputed]"
    late = f"{{any_of: [{{{when}}}, {{{asks}}}]}}" if "request" not in when else f"{{{when}}}"
    topics = LATE.replace("{WHEN}", late)
    off = [each for each in found(topics) if each.code == "off_by_one"]

    assert len(off) == 1
    assert off[0].level == "error"
    assert said in off[0].sentence
    decision = decider(topics).decide(off[0].example or {})
    assert (decision.answer == "refuse") == (said == "is refused already")
    assert decision.deadlines[0].days_left == 30 - day


@pytest.mark.parametrize("when", ["days_left: {under: 0}", "request: late", "days_since.delivered: {over: 50}"])  # fmt: skip
def test_a_row_that_refuses_from_the_day_after_is_right(when: str) -> None:
    late = f"{{any_of: [{{{when}}}, {{deadlines: [early, silent, disputed]}}]}}"

    assert found(LATE.replace("{WHEN}", late)) == []
