"""An accepted line is settled leg by leg and fee by fee; a refusal has its own outcome."""

import pytest

from tests.unit.decision.building import NOT_SENT, decide, fees, opened

# --- value and net --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "net"),
    [
        ("{}", "USD 100.00"),
        ("{percent: 50%}", "USD 50.00"),
        ("{percent: 0%}", "USD 0.00"),
        ("{of: retail_price}", "USD 120.00"),
        ("{of: {lesser_of: [item_price, current_price]}}", "USD 80.00"),
        ("{of: core_charge, percent: 33.333%}", "USD 10.00"),
    ],
)
def test_the_value_is_a_share_of_a_base(value: str, net: str) -> None:
    given = {
        "retail_price": "USD 120.00",
        "current_price": "USD 80.00",
        "core_charge": "USD 30.00",
    }
    decision = decide(f"value: {value}" if value != "{}" else "", **given)

    assert (str(decision.net), decision.net_certainty) == (net, "exact")


def test_an_amount_that_was_not_sent_leaves_the_net_open_and_never_zero() -> None:
    decision = decide("", item_price=NOT_SENT)

    assert (decision.answer, decision.net, decision.net_certainty) == ("accept", None, "open")
    assert opened(decision) == {"net": "item_price"}


def test_the_net_adds_up_and_shows_its_steps() -> None:
    decision = decide(
        """
remedies: {retailer: {give: refund, bonus: USD 5.00}}
fees: {a: {fee: USD 10.00}, b: {fee: 5% of item_price, taken: billed}}
outbound_shipping: {refund: standard_part}
""",
        outbound_paid="USD 9.00",
        outbound_standard="USD 4.00",
    )

    assert (str(decision.net), str(decision.fee_total)) == ("USD 99.00", "USD 10.00")
    assert str(decision.outbound_refunded) == "USD 4.00"
    assert [(step.label, str(step.amount)) for step in decision.steps] == [
        ("value", "USD 100.00"),
        ("bonus", "USD 5.00"),
        ("fee a", "USD 10.00"),
        ("fee b", "USD 5.00"),
        ("outbound shipping", "USD 4.00"),
        ("net", "USD 99.00"),
    ]


def test_fees_above_the_value_leave_nothing() -> None:
    assert str(decide("fees: {a: {fee: USD 100.01}}").net) == "USD 0.00"


@pytest.mark.parametrize(
    ("rule", "given", "amount"),
    [
        ("none", {"outbound_paid": "USD 9.00"}, "USD 0.00"),
        ("full", {"outbound_paid": "USD 9.00"}, "USD 9.00"),
        ("standard_part", {"outbound_paid": "USD 9.00"}, "USD 9.00"),
        (
            "standard_part",
            {"outbound_paid": "USD 3.00", "outbound_standard": "USD 4.00"},
            "USD 3.00",
        ),
        ("full", {}, "None"),
    ],
)
def test_outbound_shipping_comes_back(rule: str, given: dict[str, object], amount: str) -> None:
    decision = decide(f"outbound_shipping: {{refund: {rule}}}", **given)

    assert str(decision.outbound_refunded) == amount
    assert (decision.net is None) == (amount == "None")


# --- fees -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("first", ["USD 5.00"]),
        ("highest", ["USD 10.00"]),
        ("lowest", ["USD 5.00"]),
        ("add_up", ["USD 5.00", "USD 10.00"]),
    ],
)
def test_fees_of_one_kind_are_tied(by: str, expected: list[str]) -> None:
    decision = decide(f"""
fees:
  a:
    decide: {by}
    rows: [{{id: F-1, when: {{quantity: 1}}, fee: USD 5.00}},
           {{id: F-2, otherwise: true, fee: 10% of item_price}}]
""")

    assert [str(fee.amount) for fee in decision.fees] == expected


@pytest.mark.parametrize(
    ("fee", "amount"),
    [
        ("fee: USD 2.00, per: unit", "USD 6.00"),
        ("fee: {each: USD 2.00, per: unit}", "USD 6.00"),
        ("fee: 15% of item_price", "USD 15.00"),
        ("fee: {greater_of: [25% of item_price, USD 5.00]}", "USD 25.00"),
        ("fee: {lesser_of: [25% of item_price, USD 5.00]}", "USD 5.00"),
        ("fee: {amount: 1% of item_price, at_least: USD 2.00, at_most: USD 9.00}", "USD 2.00"),
        ("fee: {amount: 50% of item_price, at_least: USD 2.00, at_most: USD 9.00}", "USD 9.00"),
        ("fee: 10% of base", "USD 10.00"),
        ("fee: label_cost", "USD 7.50"),
    ],
)
def test_a_fee_is_any_amount(fee: str, amount: str) -> None:
    assert fees(decide(f"fees: {{a: {{{fee}}}}}", quantity=3, label_cost="USD 7.50")) == {
        "a": amount
    }


def test_a_standard_part_of_which_the_price_is_not_known_is_at_most_what_was_paid() -> None:
    topics = "outbound_shipping: {refund: standard_part}"

    decision = decide(topics, outbound_paid="USD 9.00")
    known = decide(topics, outbound_paid="USD 9.00", outbound_standard=None)

    assert (str(decision.net), decision.net_certainty) == ("USD 109.00", "at_most")
    assert (str(known.net), known.net_certainty) == ("USD 109.00", "exact")


def test_a_fee_that_may_be_charged_is_shown_and_not_deducted() -> None:
    decision = decide("fees: {a: {fee: USD 5.00, certainty: may, to_settle: whether it is dirty}}")

    assert (str(decision.net), str(decision.fee_total)) == ("USD 100.00", "USD 0.00")
    assert decision.to_settle == ("whether it is dirty",)


def test_a_fee_that_may_be_charged_shows_the_net_with_it_and_without_it() -> None:
    decision = decide("fees: {a: {fee: USD 5.00, certainty: may, to_settle: whether it is dirty}}")

    nets = {step.label: str(step.amount) for step in decision.steps if step.label.startswith("net")}
    assert nets == {"net": "USD 100.00", "net if charged": "USD 95.00"}


def test_a_fee_that_may_be_charged_and_is_not_known_says_so() -> None:
    decision = decide("fees: {a: {fee: label_cost, certainty: may, to_settle: whether it is}}")

    assert (str(decision.net), decision.steps[-1].amount) == ("USD 100.00", None)


def test_a_billed_fee_that_is_not_known_leaves_the_net_alone() -> None:
    decision = decide("fees: {a: {fee: label_cost, taken: billed}}")

    assert (str(decision.net), decision.net_certainty) == ("USD 100.00", "exact")


def test_a_fee_of_at_least_makes_the_net_at_most() -> None:
    decision = decide("fees: {a: {fee: USD 5.00, certainty: at_least}}")

    assert (str(decision.net), decision.net_certainty) == ("USD 95.00", "at_most")


@pytest.mark.parametrize("fee", ["label_cost", "{lesser_of: [USD 5.00, label_cost]}"])
def test_a_fee_that_is_not_known_leaves_the_net_open(fee: str) -> None:
    decision = decide(f"fees: {{a: {{fee: {fee}}}}}")

    assert (decision.net, decision.fee_total, decision.net_certainty) == (None, None, "open")
    assert opened(decision) == {"fees.a": "label_cost"}


def test_a_fee_names_who_owes_it_to_whom() -> None:
    (fee,) = decide("fees: {a: {fee: 15% of item_price, owed_by: consumer, owed_to: carrier}}").fees
    (usual,) = decide("fees: {a: {fee: 15% of item_price}}").fees

    assert (fee.owed_by, fee.owed_to, fee.rate) == ("consumer", "carrier", "15%")
    assert (usual.owed_by, usual.owed_to) == ("retailer", "supplier")


@pytest.mark.parametrize(
    ("rounding", "fee"), [("half_up", "USD 0.13"), ("half_even", "USD 0.12"), ("down", "USD 0.12")]
)
def test_each_amount_is_rounded_once_as_declared(rounding: str, fee: str) -> None:
    topics = f"rounding: {rounding}\nfees: {{a: {{fee: 12.5% of item_price}}}}"

    assert fees(decide(topics, item_price="USD 1.00")) == {"a": fee}


# --- remedies -------------------------------------------------------------------------------------


def test_each_party_has_a_leg_of_its_own() -> None:
    decision = decide(
        """
remedies:
  retailer: {give: credit_memo, from: supplier, timing: after_receipt}
  consumer: {give: refund, from: retailer, of: retail_price, percent: 90%, creates: [new_order]}
fees: {a: {fee: USD 10.00}}
""",
        retail_price="USD 150.00",
    )
    retailer, consumer = decision.remedies

    assert (retailer.give, str(retailer.amount), retailer.timing) == (
        "credit_memo",
        "USD 90.00",
        "after_receipt",
    )
    assert (consumer.give, str(consumer.amount), consumer.creates) == (
        "refund",
        "USD 135.00",
        ("new_order",),
    )
    assert (decision.remedy, decision.timing) == ("credit_memo", "after_receipt")


@pytest.mark.parametrize(
    ("wanted", "remedy"), [("replacement", "replacement"), ("refund", "refund"), (None, None)]
)
def test_a_wish_picks_among_the_choices(wanted: str | None, remedy: str | None) -> None:
    choice = "remedy: {choice: [replacement, refund], chosen_by: retailer}"
    decision = decide(choice, wanted=wanted or NOT_SENT)

    assert (decision.remedy, decision.choice) == (remedy, ("replacement", "refund"))
    assert decision.chosen_by == "retailer"


def test_a_wish_that_is_not_offered_picks_nothing() -> None:
    choice = "remedy: {choice: [replacement, refund], chosen_by: retailer}"

    assert decide(choice, wanted="gift_card").remedy is None


@pytest.mark.parametrize(("repairs", "remedy"), [(1, "repair"), (2, "refund")])
def test_a_sequence_goes_on_when_its_condition_holds(repairs: int, remedy: str) -> None:
    sequence = """
facts: {repairs_done: {type: count}}
remedy: {first: [repair], then: refund, after: {repairs_done: {at_least: 2}}}
"""
    assert decide(sequence, repairs_done=repairs).remedy == remedy


@pytest.mark.parametrize(
    ("give", "net", "certainty"),
    [
        ("replacement", "None", "no_money"),
        ("repair", "None", "no_money"),
        ("nothing", "USD 0.00", "exact"),
        ("covered_by_allowance", "USD 0.00", "exact"),
        ("store_credit", "USD 100.00", "exact"),
    ],
)
def test_a_remedy_in_kind_moves_no_money(give: str, net: str, certainty: str) -> None:
    decision = decide(f"remedy: {{give: {give}}}")

    assert (str(decision.net), decision.net_certainty) == (net, certainty)


@pytest.mark.parametrize(
    ("choice", "net", "certainty"),
    [
        ("repair, replacement", "None", "no_money"),
        ("repair, nothing", "None", "no_money"),
        ("nothing, covered_by_allowance", "USD 0.00", "exact"),
        ("refund, repair", "USD 100.00", "at_most"),
        ("refund, nothing", "USD 100.00", "at_most"),
        ("refund, store_credit", "USD 100.00", "exact"),
    ],
)
def test_a_choice_promises_no_more_than_what_may_be_chosen(
    choice: str, net: str, certainty: str
) -> None:
    decision = decide(f"remedy: {{choice: [{choice}], chosen_by: owner}}")

    assert (str(decision.net), decision.net_certainty) == (net, certainty)


def test_another_party_has_no_amount_of_a_choice_in_kind() -> None:
    theirs = "consumer: {choice: [repair, replacement], chosen_by: consumer, of: item_price}"
    decision = decide(f"remedies: {{retailer: {{give: credit_memo}}, {theirs}}}")

    assert [leg.amount for leg in decision.remedies if leg.party == "consumer"] == [None]


def test_a_payment_has_its_last_day() -> None:
    paying = "remedy: {give: refund, pay_within: {within: 14 days, counted_from: requested}}"

    assert decide(paying).remedies[0].pay_by == "2024-06-03"


# --- goods and shipping ---------------------------------------------------------------------------


def test_goods_go_where_the_row_says_and_shipping_sees_them() -> None:
    topics = """
goods:
  rows:
    - {id: G-KEEP, when: {item_price: {under: USD 15.00}}, do: keep}
    - {id: G-BURN, when: {condition: soiled}, do: destroy, proof: [photos]}
    - {id: G-BACK, otherwise: true, do: ship_back, to: supplier_warehouse}
return_shipping:
  rows:
    - {id: S-KEEP, when: {goods: keep}, paid_by: nobody}
    - {id: S-ELSE, otherwise: true, paid_by: owner, label_by: supplier,
       reshipment_paid_by: retailer}
"""
    kept = decide(topics, item_price="USD 14.99", condition="used")
    back = decide(topics, condition="used")

    assert (kept.goods, kept.return_paid_by, kept.label_by) == ("keep", "nobody", None)
    assert (back.goods, back.goods_to) == ("ship_back", "supplier_warehouse")
    assert (back.return_paid_by, back.label_by, back.reshipment_paid_by) == (
        "supplier",
        "supplier",
        "retailer",
    )
    assert decide(topics, condition="soiled").proof == ("photos",)


def test_without_a_word_goods_are_shipped_back_at_the_cost_of_the_claimant() -> None:
    decision = decide("")

    assert (decision.goods, decision.goods_to) == ("ship_back", None)
    assert (decision.return_paid_by, decision.remedy) == ("retailer", "refund")


# --- after a refusal ------------------------------------------------------------------------------

REFUSED = """
window: {days: 30, counted_from: delivered}
fees: {a: {fee: USD 10.00}}
after_refusal:
  rows:
    - {id: A-1, when: {code: outside_window}, do: sent_back_to_sender, paid_by: retailer,
       reshipment_paid_by: retailer}
    - {id: A-2, otherwise: true, do: dispose, remedies: {consumer: {give: gift_card}}}
"""


def test_a_refused_line_has_no_money_and_only_what_follows_a_refusal() -> None:
    decision = decide(REFUSED, requested="2024-09-01")

    assert (decision.answer, decision.goods) == ("refuse", "sent_back_to_sender")
    assert (decision.return_paid_by, decision.reshipment_paid_by) == ("retailer", "retailer")
    assert (decision.net, decision.base, decision.fees, decision.remedy) == (None, None, (), None)


def test_without_a_word_nothing_follows_a_refusal() -> None:
    decision = decide("window: {days: 30, counted_from: delivered}", requested="2024-09-01")

    assert (decision.goods, decision.return_paid_by, decision.remedies) == (None, None, ())


def test_something_else_may_be_given_after_a_refusal() -> None:
    custom = "eligibility: {rows: [{id: E, when: {tags: {has: custom}}, answer: refuse, " \
             "code: excluded_category}]}"  # fmt: skip
    decision = decide(REFUSED + custom, tags=["custom"])

    assert [(leg.party, leg.give) for leg in decision.remedies] == [("consumer", "gift_card")]
