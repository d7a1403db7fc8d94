"""An explanation lists rows, places, sentences with values, also-true rows and near misses."""

import pytest

from tests.unit.decision.building import because, decide, decider, facts, rows

WINDOW = "window: {days: 30, counted_from: delivered}\n"


def test_every_topic_names_the_row_that_decided_in_order() -> None:
    decision = decide(WINDOW + "fees: {a: {fee: USD 1.00}}")

    assert [each.topic for each in decision.because] == [
        "deadlines.request",
        "eligibility",
        "remedies.retailer",
        "goods",
        "return_shipping",
        "value",
        "fees.a",
        "outbound_shipping",
    ]


def test_a_row_names_its_file_and_line_and_whether_it_is_built_in() -> None:
    (window,) = because(decide(WINDOW), "deadlines.request")
    (built_in,) = because(decide(WINDOW), "eligibility")

    assert (window.file, window.line, window.built_in) == ("test.yaml", 5, False)
    assert (built_in.row, built_in.built_in) == ("E-YES", True)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("The last day was <last_day>.", "The last day was 2024-06-09."),
        ("<request.last_day> / <request.days_left>", "2024-06-09 / -11"),
        ("Asked on <requested> of <delivered>.", "Asked on 2024-06-20 of 2024-05-10."),
        ("Counted from <counted_from>.", "Counted from delivered."),
        ("Paid <item_price>.", "Paid USD 100.00."),
        ("Tags <tags>.", "Tags a, b."),
        ("It was <condition>.", "It was <condition>."),
    ],
)
def test_a_sentence_is_filled_with_the_values_of_the_line(sentence: str, said: str) -> None:
    row = (
        "eligibility: {rows: [{id: E, when: {deadlines: late}, answer: refuse, "
        f"code: from_deadline, because: '{sentence}', for_agent: 'Agent: {sentence}'}}]}}"
    )
    decision = decide(WINDOW + row, requested="2024-06-20", tags=["a", "b"])

    assert (decision.sentence, decision.for_agent) == (said, f"Agent: {said}")
    assert because(decision, "eligibility")[0].sentence == said


def test_money_can_be_said_in_a_sentence() -> None:
    topics = (
        "fees: {a: {fee: USD 5.00, because: 'Of <base> there are <fee_total> taken, <net> left.'}}"
    )
    (row,) = because(decide(topics), "fees.a")

    assert row.sentence == "Of USD 100.00 there are USD 5.00 taken, USD 95.00 left."


def test_an_explanation_is_kept_only_for_the_values_that_it_saw() -> None:
    topics = """
goods:
  rows:
    - {id: G, when: {brand: {not: x}, item_price: {over: USD 1.00}}, do: keep}
    - {id: H, otherwise: true}
"""
    used = decider(topics)

    def seen(**given: object) -> list[str]:
        (row,) = because(used.decide(facts(**given)), "goods")
        return [each.value for each in row.seen]

    assert seen(brand="y") == ["y", "USD 100.00"]
    assert seen(brand="z") == ["z", "USD 100.00"]
    assert seen(brand="z", item_price="USD 7.00") == ["z", "USD 7.00"]
    assert seen(brand=None) == ["absent", "USD 100.00"]


def test_or_shows_which_side_held() -> None:
    topics = "goods: {rows: [{id: G, when: {any_of: [{brand: x}, {quantity: 1}]}, do: keep}]}"
    (row,) = because(decide(topics, brand="y"), "goods")

    assert [(each.fact, each.holds) for each in row.seen] == [("brand", False), ("quantity", True)]


def test_rows_that_held_and_lost_name_the_winner_but_not_otherwise() -> None:
    topics = """
goods:
  rows:
    - {id: G-1, when: {quantity: 1}, do: keep}
    - {id: G-2, when: {quantity: {under: 5}}, do: donate}
    - {id: G-3, otherwise: true}
"""
    (lost,) = decide(topics).also_true

    assert (lost.topic, lost.row, lost.lost_to, lost.line) == ("goods", "G-2", "G-1", 9)


def test_rows_that_add_up_have_no_losers() -> None:
    both = """
fees:
  a:
    decide: add_up
    rows: [{id: F-1, when: {quantity: 1}, fee: USD 1.00}, {id: F-2, when: {quantity: 1},
            fee: USD 2.00}]
"""
    assert decide(both).also_true == ()
    assert rows(decide(both), "fees.a") == ["F-1", "F-2"]


# --- what nearly held -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("requested", "change"),
    [
        ("2024-06-10", "requested 1 day earlier"),
        ("2024-06-11", "requested 2 days earlier"),
        ("2024-07-10", "requested 31 days earlier"),
    ],
)
def test_a_late_line_says_by_how_much(requested: str, change: str) -> None:
    assert [each.change for each in decide(WINDOW, requested=requested).nearly] == [change]


def test_a_line_that_is_much_too_late_was_not_near() -> None:
    assert decide(WINDOW, requested="2024-07-11").nearly == ()


def test_a_row_that_one_other_value_would_have_made_hold_is_near() -> None:
    topics = """
eligibility:
  rows:
    - {id: E-1, when: {reason: defective, condition: worn}, answer: accept}
    - {id: E-2, otherwise: true, answer: refuse, code: not_entitled}
"""
    (near,) = decide(topics, reason="defective", condition="used").nearly

    assert (near.topic, near.row, near.change) == (
        "eligibility",
        "E-1",
        "condition worn (now used)",
    )
    assert decide(topics, reason="overstock", condition="used").nearly == ()


def test_an_accepted_line_says_nothing_of_what_was_near() -> None:
    assert decide(WINDOW).nearly == ()


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("adds: return_value, at_most: USD 500.00", "return value may come to at most USD 500.00."),
        (
            "used: used_value, adds: return_value, under: 3% of item_price",
            "used value and return value may come to under 3% of item price.",
        ),
        ("adds: quantity, at_most: 4", "quantity may come to at most 4."),
        ("adds: quantity, at_most: 5% of sold", "quantity may come to at most 5% of sold."),
    ],
)
def test_a_limit_says_what_is_counted_and_how_far(limit: str, said: str) -> None:
    own = "facts: {used_value: {type: money}, sold: {type: count}}\n"
    given = {"quantity": 1, "sold": 100, "used_value": "USD 0.00"}

    (found,) = because(decide(f"{own}limits: {{quota: {{{limit}}}}}\n", **given), "limits.quota")

    assert found.sentence == f"The limit `quota`: {said}"


@pytest.mark.parametrize("per", ["unit", "return", "order"])
def test_a_fee_says_what_it_is_taken_for(per: str) -> None:
    (fee,) = because(decide(f"fees: {{label: {{fee: USD 5.00, per: {per}}}}}"), "fees.label")

    assert fee.sentence == f"The fee for label is USD 5.00 per {per}."


def test_a_sentence_says_yes_and_no_as_a_policy_does() -> None:
    row = "{id: E-OLD, otherwise: true, answer: refuse, code: final_sale, because: Opened <opened>}"

    decision = decide(f"eligibility: {{rows: [{row}]}}", opened=True)

    assert decision.sentence == "Opened true"
