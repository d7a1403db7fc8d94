"""`agreed.NAME` stands for what was settled with a partner, wherever a value of its type may."""

from collections.abc import Callable

import pytest

from engine.errors import PolicyFaults
from engine.policy.editions import load
from engine.policy.faults import Fault, Source
from engine.policy.model import Policy
from engine.policy.text import Map, from_data

Faults = Callable[..., list[Fault]]

TEXT = """\
policy: acme/agreed
version: 1
effective: {from: 2024-01-01}
currency: USD
agreed:
  rate: {type: percent, default: 15%, at_most: 25%}
  days: {type: length, default: 30 days}
  cap: {type: money, default: USD 50.00}
  payer: {type: word, of: [supplier, retailer], default: retailer}
  seasons:
    type: rows
    default:
      - {id: W-X, when: {quantity: 2}, within: 60 days}
      - {id: W-Z, otherwise: true, within: 3 days}
window: {within: agreed.days, counted_from: delivered}
fees: {restocking: {fee: {lesser_of: [agreed.rate of item_price, agreed.cap]}}}
shipping: {return_paid_by: agreed.payer}
"""


def agreed(**values: object) -> Map:
    node = from_data(values, Source("terms", 1, 1))
    assert isinstance(node, Map)
    return node


def policy(text: str = TEXT, **values: object) -> Policy:
    return load(text, "acme.yaml", agreed=agreed(**values)).policy


def said(found: Policy) -> tuple[str, str, str]:
    window, fee = found.deadlines[0].rows[0].body, found.fees[0].rows[0].body
    return str(window.within), str(fee.fee), found.return_shipping.rows[0].body.paid_by  # type: ignore


def test_the_default_holds_until_something_is_agreed() -> None:
    window, fee, payer = said(policy())

    assert (window, payer) == ("30 days", "retailer")
    assert "millionths=150000" in fee
    assert "minor=5000" in fee


def test_what_is_agreed_takes_its_place() -> None:
    found = policy(rate="20%", days="6 weeks", cap="USD 9.00", payer="supplier")

    window, fee, payer = said(found)

    assert (window, payer) == ("6 weeks", "supplier")
    assert "millionths=200000" in fee
    assert "minor=900" in fee
    assert found.digest != policy().digest


def test_rows_may_be_agreed() -> None:
    text = TEXT.replace("{within: agreed.days,", "{rows: agreed.seasons,")

    assert [row.id for row in policy(text).deadlines[0].rows] == ["W-X", "W-Z"]


def test_other_terms_are_filled_into_a_file_that_was_read() -> None:
    file = load(TEXT, "acme.yaml")

    other = file.with_terms(agreed(days="45 days"))

    assert said(file.policy)[0] == "30 days"
    assert said(other.policy)[0] == "45 days"


def test_further_edits_are_applied_to_a_file_that_was_read() -> None:
    edit = from_data({"set": "window.within", "to": "9 days"}, Source("test", 1, 1))
    assert isinstance(edit, Map)

    other = load(TEXT, "acme.yaml").with_terms(None, (edit,))

    assert said(other.policy)[0] == "9 days"


@pytest.mark.parametrize(
    ("values", "code", "hint"),
    [
        ({"rat": "5%"}, "unknown_agreed", "Did you mean `rate`?"),
        ({"rate": "26%"}, "out_of_bounds", "at most `25%`"),
        ({"rate": "USD 5.00"}, "wrong_type", "not a percentage"),
        ({"payer": "consumer"}, "unknown_word", "may be agreed"),
        ({"payer": ["supplier"]}, "unknown_word", "may be agreed"),
        ({"days": 30}, "bare_number", "`30 days`"),
        ({"seasons": "winter"}, "wrong_type", "a list of rows"),
    ],
)
def test_a_value_that_cannot_be_agreed(values: dict[str, object], code: str, hint: str) -> None:
    with pytest.raises(PolicyFaults) as caught:
        policy(**values)

    fault = caught.value.faults[0]
    assert fault.code == code
    assert hint in fault.sentence


@pytest.mark.parametrize(
    ("before", "after", "hint"),
    [
        ("agreed.days", "agreed.day", "Did you mean `days`?"),
        ("agreed.rate of", "agreed.quota of", "is not declared"),
        ("default: 30 days", "at_least: 1 day", "has no default and was not given"),
    ],
)
def test_a_name_that_stands_for_nothing(before: str, after: str, hint: str) -> None:
    with pytest.raises(PolicyFaults) as caught:
        policy(TEXT.replace(before, after))

    fault = caught.value.faults[0]
    assert fault.code == "unknown_agreed"
    assert hint in fault.sentence


def test_what_is_agreed_cannot_blow_a_policy_up(faults: Faults) -> None:
    rows = ", ".join(["{id: a}"] * 1500)
    long = "y" * 300
    parts = "".join(f"  f{number}: {{rows: agreed.many}}\n" for number in range(50))

    grown = faults(f"agreed: {{many: {{type: rows, default: [{rows}]}}}}\nfees:\n{parts}")
    text = faults(f"agreed: {{x: {{type: set, default: [{long}]}}}}\ntitle: About agreed.x\n")

    assert "too_large" in [fault.code for fault in grown]
    assert "wrong_type" in [fault.code for fault in text]
