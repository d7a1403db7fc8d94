"""A limit adds the new return to what was used, and is judged only if both are known."""

import pytest

from tests.unit.decision.building import NOT_SENT, decide, opened

YEARLY = """
facts: {used_allowance: {type: money, counter: authorised value, per: retailer, over: year}}
limits: {share: {used: used_allowance, adds: return_value, at_most: 3% of prior_12m_purchases}}
"""
COUNT = """
facts: {past_remakes: {type: count}}
limits: {remakes: {used: past_remakes, adds: 1, BOUND}}
"""


@pytest.mark.parametrize(
    ("used", "left", "answer"),
    [
        ("USD 200.00", "USD 0.00", "accept"),
        ("USD 200.01", "USD -0.01", "refuse"),
        ("USD 0.00", "USD 200.00", "accept"),
    ],
)
def test_a_limit_on_money(used: str, left: str, answer: str) -> None:
    decision = decide(YEARLY, used_allowance=used, prior_12m_purchases="USD 10000.00")

    assert (decision.answer, decision.limits[0][2]) == (answer, left)
    assert decision.code == ("ok" if answer == "accept" else "value_limit")


@pytest.mark.parametrize(
    ("bound", "used", "answer"),
    [
        ("at_most: 4", 3, "accept"),
        ("at_most: 4", 4, "refuse"),
        ("under: 4", 2, "accept"),
        ("under: 4", 3, "refuse"),
        ("at_least: 2", 1, "accept"),
        ("at_least: 2", 0, "refuse"),
    ],
)
def test_a_limit_on_a_number(bound: str, used: int, answer: str) -> None:
    decision = decide(COUNT.replace("BOUND", bound), past_remakes=used)

    assert decision.answer == answer
    assert decision.code == ("ok" if answer == "accept" else "count_limit")


@pytest.mark.parametrize(
    ("given", "waits"),
    [
        ({"used_allowance": "USD 1.00"}, "prior_12m_purchases"),
        ({"prior_12m_purchases": "USD 1.00"}, "used_allowance"),
        (
            {
                "used_allowance": "USD 1.00",
                "prior_12m_purchases": "USD 1.00",
                "item_price": NOT_SENT,
            },
            "return_value",
        ),
    ],
)
def test_a_limit_that_cannot_be_judged_is_open(given: dict[str, object], waits: str) -> None:
    decision = decide(YEARLY, **given)

    assert decision.answer == "accept"
    assert opened(decision)["limits.share"] == waits
    assert decision.limits == (("share", "open", None),)


@pytest.mark.parametrize(
    ("decide_by", "left"), [("lowest", "USD -50.00"), ("highest", "USD 900.00")]
)
def test_of_several_limits_the_strictest_or_the_widest_counts(decide_by: str, left: str) -> None:
    several = f"""
limits:
  size:
    decide: {decide_by}
    adds: return_value
    rows:
      - {{id: L-1, when: {{quantity: 1}}, at_most: USD 1000.00}}
      - {{id: L-2, when: {{quantity: 1}}, at_most: USD 50.00}}
"""
    assert decide(several).limits[0][2] == left


def test_one_limit_that_is_open_leaves_the_strictest_open() -> None:
    several = """
limits:
  size:
    decide: lowest
    rows:
      - {id: L-1, when: {quantity: 1}, adds: return_value, at_most: USD 1000.00}
      - {id: L-2, when: {quantity: 1}, adds: job_value, at_most: USD 50.00}
"""
    assert opened(decide(several)) == {"limits.size": "job_value"}


@pytest.mark.parametrize(
    ("if_over", "answer"),
    [("refuse", "refuse"), ("review, to_settle: the excess", "review"), ("ask", "ask")],
)
def test_a_broken_limit_refuses_or_goes_to_a_person(if_over: str, answer: str) -> None:
    limit = f"limits: {{size: {{adds: return_value, at_most: USD 50.00, if_over: {if_over}}}}}"

    assert decide(limit).answer == answer


def test_a_limit_without_a_row_that_applies_is_none() -> None:
    topics = """
limits: {size: {rows: [{id: L, when: {channel: online}, adds: return_value, at_most: USD 5.00}]}}
goods: {rows: [{id: G, when: {size: none}, do: keep}, {id: H, otherwise: true}]}
"""
    assert decide(topics, channel="store").goods == "keep"
    assert decide(topics, channel="online").code == "value_limit"


def test_what_is_left_is_known_to_later_rows_and_asked_for_where_it_is_not() -> None:
    topics = """
limits: {size: {adds: job_value, at_most: USD 50.00}}
goods: {rows: [{id: G, when: {size.left: {under: USD 10.00}}, do: keep}, {id: H, otherwise: true}]}
"""
    assert decide(topics, job_value="USD 45.00").goods == "keep"
    assert decide(topics, job_value="USD 40.00").goods == "ship_back"
    assert [each.waits_for for each in decide(topics).open] == ["job_value", "job_value"]
    assert decide(topics).goods is None
    fee = "fees: {a: {fee: USD 5.00, when: {size.left: {under: USD 10.00}}}}\n"
    assert decide(topics + fee).missing == ("job_value",)
