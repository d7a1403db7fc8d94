"""A remedy is one thing, a choice or a sequence; goods and shipping have their own words."""

from collections.abc import Callable

import pytest

from engine.policy.faults import Fault
from engine.policy.model import AfterRefusal, Goods, Policy, Remedy

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]


def remedy(fields: str) -> str:
    return f"remedies: {{retailer: {{{fields}}}}}\n"


def test_the_claimant_is_refunded_unless_said_otherwise(read: Read) -> None:
    (leg,) = read("").remedies

    body = leg.rows[0].body
    assert isinstance(body, Remedy)
    assert (leg.part, leg.rows[0].id, body.give) == ("retailer", "RETAILER", "refund")


@pytest.mark.parametrize(
    "fields",
    [
        "give: credit_memo",
        "give: exchange, exchange: {same_product: true, price_difference: settled}",
        "choice: [replacement, refund], chosen_by: retailer",
        "first: [repair], then: refund, after: {quantity: {at_least: 2}}",
        "give: refund, pay_within: {within: 14 days, counted_from: requested}",
        "give: refund, of: retail_price, percent: 50%, bonus: USD 5.00, timing: after_receipt",
    ],
)
def test_a_remedy_in_each_form(faults: Faults, fields: str) -> None:
    assert faults(remedy(fields)) == []


@pytest.mark.parametrize(
    ("fields", "code", "said"),
    [
        ("timing: after_receipt", "wrong_shape", "exactly one of `give`"),
        ("give: refund, choice: [refund], chosen_by: retailer", "wrong_shape", "exactly one of"),
        ("choice: [], chosen_by: retailer", "empty", "is empty"),
        ("choice: [refund, repair]", "missing_key", "who chooses?"),
        ("first: [repair], then: refund", "missing_key", "`after`"),
        ("give: refnd", "unknown_word", "Did you mean `refund`?"),
        ("give: refund, pay_within: {within: 14 days}", "missing_key", "`counted_from`"),
        ("give: refund, percent: 0.5", "bare_number", "`0.5%`"),
        ("give: refund, exchange: {same: true}", "unknown_key", "`same_product`"),
    ],
)
def test_a_remedy_that_cannot_be_meant(faults: Faults, fields: str, code: str, said: str) -> None:
    (fault,) = faults(remedy(fields))

    assert fault.code == code
    assert said in fault.sentence


def test_a_leg_is_named_by_its_party_or_its_role(read: Read, faults: Faults) -> None:
    parts = [table.part for table in read("remedies: {claimant: {give: refund}}\n").remedies]

    assert parts == ["retailer"]
    assert "Did you mean `retailer`?" in faults("remedies: {retailr: {give: refund}}\n")[0].sentence
    twice = faults("remedies: {claimant: {give: refund}, retailer: {give: repair}}\n")
    assert [fault.code for fault in twice] == ["written_twice"]


@pytest.mark.parametrize(
    ("topics", "code", "said"),
    [
        ("goods: {do: kep}\n", "unknown_word", "Did you mean `keep`?"),
        ("goods: {to: moon}\n", "unknown_word", "`country XX`"),
        ("goods: {to: country us}\n", "unknown_word", "`country XX`"),
        ("goods: {choice: [keep, donate]}\n", "missing_key", "who chooses?"),
        ("goods: {do: keep, choice: [donate], chosen_by: owner}\n", "wrong_shape", "not both"),
        ("shipping: {return_paid_by: nobdy}\n", "unknown_word", "Did you mean `nobody`?"),
        ("after_refusal: {remedies: {retailer: {give: refnd}}}\n", "unknown_word", "`refund`"),
        ("after_refusal: {remedies: {shop: {give: refund}}}\n", "unknown_word", "not a party"),
    ],
)
def test_words_for_goods_and_shipping_are_known(
    faults: Faults, topics: str, code: str, said: str
) -> None:
    (fault,) = faults(topics)

    assert fault.code == code
    assert said in fault.sentence


def test_goods_go_to_own_places_and_to_countries(read: Read) -> None:
    own = read("values: {place: [dock_9]}\ngoods: {to: dock_9}\n").goods.rows[0].body
    abroad = read("goods: {do: donate, to: country US}\n").goods.rows[0].body

    assert own == Goods(do="ship_back", to="dock_9")
    assert abroad == Goods(do="donate", to="country US")


def test_a_refusal_may_still_move_goods_and_money(read: Read) -> None:
    policy = read(
        "after_refusal: {do: sent_back_to_sender, paid_by: retailer, "
        "remedies: {retailer: {give: store_credit, percent: 50%}}}\n"
    )

    body = policy.after_refusal.rows[0].body
    assert isinstance(body, AfterRefusal)
    assert body.goods.do == "sent_back_to_sender"
    assert body.shipping.paid_by == "retailer"
    assert [(party, leg.give) for party, leg in body.remedies] == [("retailer", "store_credit")]
