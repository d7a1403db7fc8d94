"""What a decision shows beside what is exact holds for every value of unknown facts."""

import pytest

from tests.unit.decision.building import NOT_SENT, decide, decide_return

LATE = {"requested": "2024-09-01"}
WINDOWS = (
    "deadlines: {request: {rows: [{id: W-A, when: {condition: worn}, within: 9 days,"
    " counted_from: delivered}, {id: W-B, otherwise: true, within: 30 days,"
    " counted_from: delivered}]}}\n"
)
REFUSALS = (
    "eligibility: {rows: [{id: E-A, when: {category: hats}, answer: refuse, code: final_sale},"
    "{id: E-B, when: {deadlines: late}, answer: refuse, code: from_deadline}]}\n"
)


def opened(topics: str, **given: object) -> dict[str, str]:
    return {each.name: each.waits_for for each in decide(topics, **given).open}


def test_a_refusal_shows_no_clock_that_an_unknown_fact_moves() -> None:
    decision = decide(WINDOWS, **LATE)

    assert (decision.answer, decision.last_day, decision.deadlines) == ("refuse", None, ())
    assert opened(WINDOWS, **LATE) == {"deadlines.request": "condition"}
    assert decide(WINDOWS, **LATE, condition="worn").last_day == "2024-05-19"


def test_a_refusal_shows_the_clock_that_stands_alike_in_every_case() -> None:
    rows = WINDOWS.replace("9 days", "30 days").replace("{condition: worn}", "{category: hats}")

    assert opened(rows + REFUSALS, **LATE) == {"deadlines.request": "category", "code": "category"}
    assert decide("window: {days: 9, counted_from: delivered}\n" + REFUSALS, **LATE).last_day


def test_the_code_of_a_refusal_is_open_if_an_unknown_fact_can_change_it() -> None:
    window = "window: {days: 9, counted_from: delivered}\n"

    assert opened(window + REFUSALS, **LATE) == {"code": "category"}
    assert opened(window + REFUSALS.replace("final_sale", "outside_window"), **LATE) == {}


def test_a_field_waits_only_for_the_facts_that_move_it() -> None:
    topics = (
        "goods: {rows: [{id: G, when: {condition: worn}, do: destroy}, {id: H, otherwise: true}]}\n"
        "return_shipping: {rows: [{id: S, when: {packaging: none}, paid_by: supplier},"
        "{id: T, otherwise: true, paid_by: consumer}]}\n"
        "outbound_shipping: {rows: [{id: O, when: {opened: true}, refund: none},"
        "{id: P, otherwise: true, refund: none}]}\n"
    )
    decision = decide(topics)

    assert opened(topics) == {"goods": "condition", "return_paid_by": "packaging"}
    assert decision.not_needed == ("opened",)


def test_two_facts_that_matter_only_together_are_both_asked_for() -> None:
    rows = (
        "fees: {a: {rows: [{id: F, fee: USD 5.00, when: {any_of: [{opened: true, final_sale: true},"
        " {opened: false, final_sale: false}]}}, {id: G, otherwise: true, fee: none}]}}\n"
    )

    assert set(decide(rows).missing) == {"opened", "final_sale"}


@pytest.mark.parametrize("event", ["requested", "received_back"])
def test_no_day_is_asked_for_if_nothing_is_ever_late(event: str) -> None:
    window = f"deadlines: {{request: {{no_limit: true, event: {event}}}}}\n"

    assert decide(window, requested=NOT_SENT).answer == "accept"
    opens = window.replace("true", "true, opens: {after: 1 day, counted_from: delivered}")
    assert decide(opens, requested=NOT_SENT).missing == ("requested",)


LIMIT = (
    "limits: {size: {adds: item_price, at_most: retail_price, if_over: review,"
    " to_settle: whether}}\ngoods: {rows: [{id: G, when: {size: inside}, do: keep},"
    "{id: H, otherwise: true, do: ship_back}]}\n"
)


@pytest.mark.parametrize("alone", [True, False])
def test_goods_that_hang_on_an_open_limit_are_open_and_nothing_is_asked_for(alone: bool) -> None:
    decision = decide(LIMIT) if alone else decide_return(LIMIT, {}, {}).lines[1]

    assert (decision.answer, decision.net_certainty, decision.goods) == ("accept", "exact", None)
    assert {each.name: each.waits_for for each in decision.open} == {
        "limits.size": "retail_price",
        "goods": "retail_price",
    }


@pytest.mark.parametrize(
    "more",
    [
        "fees: {a: {rows: [{id: F, when: {goods: keep}, fee: USD 5.00},"
        "{id: N, otherwise: true, fee: none}]}}\n",
        "must: [{id: M, outcome: {goods: {not: keep}}}]\n",
        "value: {rows: [{id: V, when: {size: inside}, percent: 50%}, {id: U, otherwise: true}]}\n",
    ],
)
def test_what_an_open_limit_is_made_of_is_asked_for_if_an_amount_hangs_on_it(more: str) -> None:
    assert decide(LIMIT + more).missing == ("retail_price",)


def test_the_net_of_a_reading_is_empty_while_a_choice_is_open() -> None:
    topics = (
        "eligibility: {rows: [{id: E, answer: two_readings, we_take: none, when: {category: hats},"
        " readings: [{id: A, answer: accept, because: Yes.}, {id: B, answer: accept, because: No.,"
        " sets: {return_paid_by: supplier}}]}]}\n"
        "remedies: {retailer: {choice: [refund, exchange], chosen_by: consumer}}\n"
    )
    nets = {
        wanted: [each.net for each in decide(topics, category="hats", wanted=wanted).readings]
        for wanted in ("refund", "exchange", NOT_SENT)
    }

    assert nets["exchange"] == nets[NOT_SENT] == [None, None]
    assert [str(each) for each in nets["refund"]] == ["USD 100.00", "USD 100.00"]


OPENS = (
    "window: {within: 30 days, counted_from: delivered,"
    " opens: {after: 1 day, counted_from: shipped}}\n"
)


def test_the_start_of_a_clock_that_never_opens_is_asked_for() -> None:
    assert decide(OPENS, shipped=None, delivered=NOT_SENT).missing == ("delivered",)
    assert decide(OPENS, shipped=None, **LATE).answer == "refuse"


def test_a_late_clock_is_open_if_it_may_open_later() -> None:
    late = decide(OPENS, **LATE)

    assert (late.answer, late.deadlines) == ("refuse", ())
    assert opened(OPENS, **LATE) == {"code": "shipped", "deadlines.request": "shipped"}
    assert decide(OPENS, **LATE, shipped="2024-10-01").deadlines[0].state == "early"
    assert decide(OPENS, **LATE, shipped="2024-05-02").deadlines[0].state == "late"


TOLD_APART = (
    "deadlines: {request: {within: 3 days, counted_from: delivered,"
    " opens: {after: 1 day, counted_from: installed}}}\n"
    "eligibility: {rows: [{id: E-LATE, when: {request: late}, answer: review, to_settle: whether},"
    " {id: E-EARLY, when: {request: early}, answer: refuse, code: too_early}]}\n"
)


def test_the_opening_of_a_clock_is_asked_for_if_rows_tell_early_from_late() -> None:
    found = {each: decide(TOLD_APART, **LATE, installed=each) for each in ("2024-05-02", None)}

    assert {each.answer for each in found.values()} == {"review"}
    assert decide(TOLD_APART, **LATE, installed="2030-01-01").answer == "refuse"
    unsent = decide(TOLD_APART, **LATE)
    assert (unsent.answer, unsent.missing) == ("ask", ("installed",))


def test_the_first_day_of_a_clock_that_may_open_later_is_not_known() -> None:
    fee = "fees: {a: {rows: [{id: F, when: {request.first_day: null}, fee: USD 5.00},"
    fee += " {id: G, otherwise: true, fee: none}]}}\n"
    accepts = TOLD_APART.partition("eligibility")[0] + (
        "eligibility: {rows: [{id: E, when: {request: [early, late]}, answer: accept}]}\n"
    )

    assert decide(accepts, **LATE).answer == "accept"
    assert decide(accepts + fee, **LATE).missing == ("installed",)


COMPARED = (
    "deadlines: {request: {decide: DECIDE, rows: ["
    "{id: W-FIT, within: 30 days, counted_from: installed, when: {category: hats},"
    " opens: {after: 40 days, counted_from: delivered}},"
    " {id: W-ALL, otherwise: true, within: 30 days, counted_from: delivered}]}}\n"
)


@pytest.mark.parametrize("way", ["longest", "shortest"])
def test_an_early_clock_whose_end_is_open_leaves_open_which_one_is_taken(way: str) -> None:
    policy = COMPARED.replace("DECIDE", way)
    given = {"category": "hats", "delivered": "2024-05-01", "requested": "2024-05-20"}

    answers = {
        each: decide(policy, **given, installed=each).answer for each in ("2024-04-01", None)
    }

    assert answers == {"2024-04-01": "accept" if way == "longest" else "refuse", None: "accept"}
    unsent = decide(policy, **given)
    assert (unsent.answer, unsent.missing) == ("ask", ("installed",))
    assert decide(policy, **given | {"category": "other"}).answer == "accept"


SHORTEST = (
    "deadlines: {request: {decide: shortest, rows: ["
    "{id: W-FIT, within: 5 days, counted_from: installed, when: {category: hats}},"
    " {id: W-ALL, otherwise: true, within: 30 days, counted_from: delivered}]}}\n"
)


def test_the_start_of_a_clock_that_may_end_first_is_asked_for() -> None:
    asked = decide(SHORTEST, category="hats", delivered="2024-05-01", requested="2024-05-20")
    late = decide(SHORTEST, **LATE, category="hats")
    other = decide(SHORTEST.replace("request:", "claim:"), category="hats")

    assert (asked.answer, asked.missing) == ("ask", ("installed",))
    assert (late.answer, late.deadlines, late.code) == ("refuse", (), "outside_window")
    assert other.answer == "accept"


def test_today_is_asked_for_if_a_clock_may_be_too_early_though_lateness_goes_on() -> None:
    clock = (
        "deadlines: {claim: {event: received_back, within: 30 days, counted_from: delivered,"
        " if_late: go_on, opens: {after: 9 days, counted_from: delivered}}}\n"
    )

    assert decide(clock, requested=NOT_SENT).missing == ("requested",)
