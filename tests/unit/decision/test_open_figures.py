"""A row that tests an amount or a limit that is open is in doubt."""

from __future__ import annotations

import pytest

from tests.unit.decision.building import decide, decide_return

LIMIT = "limits: {size: {adds: item_price, at_most: label_cost}}\n"
FEE = "fee: USD 5.00"


@pytest.mark.parametrize(
    "topics",
    [
        f"fees: {{a: {{fee: label_cost, taken: billed}}, b: {{when: {{fees.a: known}}, {FEE}}}, "
        f"c: {{when: {{fees.a: {{over: USD 2.00}}}}, {FEE}}}}}",
        f"fees: {{a: {{fee: label_cost, certainty: may, to_settle: q}}, "
        f"b: {{when: {{fees.a: {{over: USD 2.00}}}}, {FEE}}}}}",
        "fees: {a: {fee: label_cost, taken: billed}}\noutbound_shipping: {rows: ["
        "{id: O, when: {fees.a: {over: USD 2.00}}, refund: full}, "
        "{id: P, otherwise: true, refund: none}]}",
        f"{LIMIT}fees: {{b: {{when: {{size: inside}}, {FEE}}}}}",
        f"{LIMIT}fees: {{b: {{when: {{size: {{not: over}}}}, {FEE}}}}}",
        f"{LIMIT}fees: {{b: {{when: {{size.left: {{over: USD 1.00}}}}, {FEE}}}}}",
    ],
)
def test_a_fact_of_which_a_tested_figure_is_made_is_asked_for(topics: str) -> None:
    found = decide(topics)

    assert (found.answer, found.missing, found.net) == ("ask", ("label_cost",), None)


def test_a_figure_for_which_nothing_can_be_sent_leaves_the_net_open() -> None:
    tests = f"b: {{when: {{fees.a: {{over: USD 2.00}}}}, {FEE}}}"
    assessed = decide(f"fees: {{a: {{fee: to_be_assessed, taken: billed}}, {tests}}}")
    absent = decide(f"fees: {{a: {{fee: label_cost, taken: billed}}, {tests}}}", label_cost=None)

    for found in (assessed, absent):
        assert (found.answer, found.net, found.net_certainty) == ("accept", None, "open")
        assert {"fees.a", "fees.b", "net"} == {each.name for each in found.open}


@pytest.mark.parametrize(
    ("test", "charged"), [("open", 1), ("[open, over]", 1), ("{not: open}", 0)]
)
def test_a_row_may_test_that_a_limit_is_open(test: str, charged: int) -> None:
    found = decide(f"{LIMIT}fees: {{b: {{when: {{size: {test}}}, {FEE}}}}}")

    assert (found.answer, len(found.fees), found.net_certainty) == ("accept", charged, "exact")


@pytest.mark.parametrize("per", ["return", "order"])
def test_a_label_cost_of_one_line_is_that_of_the_return(per: str) -> None:
    topics = f"fees: {{label: {{fee: label_cost, per: {per}}}}}"
    one = decide_return(topics, {"label_cost": "USD 5.00"}, {})
    other = decide_return(topics, {}, {"label_cost": "USD 5.00"})
    nobody = decide_return(topics, {}, {})

    assert [str(each.net) for each in (one, other, nobody)] == ["USD 195.00", "USD 195.00", "None"]
