"""A partner edits what the base lets partners edit, and no further."""

from collections.abc import Callable
from itertools import product
from random import Random

import pytest

from engine.decision.decide import Decider
from engine.errors import PolicyFaults
from engine.policy.faults import Fault
from engine.policy.model import Policy
from tests.unit.policy.inheritance.conftest import BASE

GIVEN = {
    "ordered": "2024-04-01",
    "delivered": "2024-04-05",
    "requested": "2024-04-10",
    "reason": "change_of_mind",
    "final_sale": False,
    "quantity": 1,
}
Refused = Callable[..., list[Fault]]

DAYS = "set: window.W-BASE.days, to: 45"
FEE = "set: fees.F-STD.fee, to: %s"
ADD_FEE = "add: {id: F-NEW, when: {category: hats}, fee: %s}, into: fees.restocking"


@pytest.mark.parametrize(
    ("rule", "edit"),
    [
        ("window: anything", DAYS),
        ("window.days: {at_least: 15}", DAYS),
        ("window.W-BASE.days: {at_least: 15 days, at_most: 2 months}", DAYS),
        ("window.days: {at_least: 45, at_most: 45}", DAYS),
        ("window: longer_only", DAYS),
        ("deadlines: longer_only", "set: window.W-BASE.within, to: 2 months"),
        ("window: longer_only", "set: window.W-BASE, to: {otherwise: true, no_limit: true}"),
        ("window: longer_only", "add: {id: W-X, when: {category: shoes}, days: 3}, into: window"),
        ("window: loosen_only", DAYS),
        ("fees: lower_only", FEE % "10% of item_price"),
        ("fees: lower_only", FEE % "none"),
        ("fees: lower_only", "set: fees.handling.fee, to: USD 4.99"),
        ("fees: lower_only", "set: fees.handling, to: {fee: USD 4.00}"),
        ("fees: lower_only", FEE % "{lesser_of: [15% of item_price, USD 2.00]}"),
        ("fees: lower_only", FEE % "{amount: 15% of item_price, at_most: USD 2.00}"),
        ("fees: lower_only", ADD_FEE % "none"),
        ("fees: lower_only", ADD_FEE % "10% of item_price"),
        ("fees: lower_only", f"{ADD_FEE % '10% of item_price'}, after: F-FAULT"),
        ("fees: loosen_only", FEE % "10% of item_price"),
        (
            "shipping.return_paid_by: [supplier, nobody]",
            "set: shipping.return_paid_by, to: supplier",
        ),
        ("eligibility: loosen_only", "drop: eligibility.E-FINAL"),
        ("eligibility: loosen_only", "set: eligibility.E-FINAL.answer, to: accept"),
        ("{fees: never, fees.handling: anything}", "set: fees.handling.fee, to: USD 9.00"),
        ("groups.our_fault: anything", "set: groups.our_fault, to: {reason: defective}"),
        ("fees: never", "add: {id: M, outcome: {net: {at_least: USD 0.00}}}, into: must"),
    ],
)
def test_what_the_base_permits(refused: Refused, base: str, rule: str, edit: str) -> None:
    rules = rule if rule.startswith("{") else f"{{{rule}}}"

    assert refused(edit, base=f"{base}partners_may: {rules}\n") == []


@pytest.mark.parametrize(
    ("rule", "edit", "said"),
    [
        ("fees: anything", DAYS, "it permits `fees`"),
        ("window: never", DAYS, "it may never change"),
        ("window.days: {at_least: 15}", "set: window.W-BASE.days, to: 14", "at least 15"),
        ("window.days: {at_most: 40 days}", DAYS, "at most 40 days"),
        ("window.days: {at_least: 15}", "set: window.W-BASE.no_limit, to: true", "does not permit"),
        ("window.days: {at_least: 15}", "set: window.counted_from, to: ordered", "does not permit"),
        ("window: longer_only", "set: window.W-BASE.days, to: 29", "only become longer"),
        ("window: longer_only", "set: window.W-BASE.within, to: 1 month", "only become longer"),
        ("window: longer_only", "set: window.W-BASE.until, to: 2030-01-01", "only become longer"),
        ("window: longer_only", "drop: window.W-HATS", "only become longer"),
        ("window: longer_only", "set: window.decide, to: first", "only become longer"),
        ("window: longer_only", "set: window.W-HATS.when, to: {category: shoes}", "longer"),
        ("fees: lower_only", FEE % "16% of item_price", "only become lower"),
        ("fees: lower_only", FEE % "10% of retail_price", "only become lower"),
        ("fees: lower_only", FEE % "USD 1.00", "only become lower"),
        ("fees: lower_only", FEE % "some_fact", "only become lower"),
        ("fees: lower_only", "drop: fees.restocking.F-FAULT", "only become lower"),
        ("fees: lower_only", "set: fees.F-FAULT.when, to: {category: hats}", "only become lower"),
        ("fees: lower_only", "set: fees.handling.per, to: unit", "only become lower"),
        ("fees: lower_only", "set: fees.handling, to: {fee: USD 4.00, per: unit}", "lower"),
        ("fees: lower_only", FEE % "{greater_of: [5% of item_price, USD 2.00]}", "lower"),
        ("fees: lower_only", FEE % "{amount: 5% of item_price, at_least: USD 2.00}", "lower"),
        ("fees: lower_only", ADD_FEE % "16% of item_price", "only become lower"),
        ("fees: lower_only", f"{ADD_FEE % '10% of item_price'}, before: F-FAULT", "become lower"),
        ("fees: lower_only", "add: {fee: USD 1.00}, into: fees.extra", "only become lower"),
        (
            "shipping.return_paid_by: [supplier]",
            "set: shipping.return_paid_by, to: nobody",
            "only become `supplier`",
        ),
        (
            "shipping.return_paid_by: [supplier]",
            "set: shipping.label_by, to: supplier",
            "does not permit",
        ),
        ("eligibility: loosen_only", "set: eligibility.E-ASK.answer, to: refuse", "loosened"),
        ("eligibility: loosen_only", "drop: eligibility.E-ASK", "loosened"),
        ("eligibility: loosen_only", "drop: eligibility.E-FINAL.code", "loosened"),
        (
            "eligibility: loosen_only",
            "set: eligibility.E-FINAL.when, to: {category: hats}",
            "loosened",
        ),
        (
            "eligibility: loosen_only",
            "add: {id: E, when: {quantity: 2}, answer: refuse, code: no_policy}, into: eligibility",
            "loosened",
        ),
        ("fees: anything", "set: groups.our_fault, to: {reason: defective}", "does not permit"),
    ],
)
def test_what_the_base_does_not_permit(
    refused: Refused, base: str, rule: str, edit: str, said: str
) -> None:
    found = refused(edit, base=f"{base}partners_may: {{{rule}}}\n")

    assert "not_permitted" in [fault.code for fault in found]
    assert any(said in fault.sentence for fault in found)
    assert found[0].source.line == 7


def test_an_added_row_needs_the_permission_of_every_field_that_it_sets(
    refused: Refused, base: str
) -> None:
    table = base.replace(
        "shipping: {return_paid_by: consumer}",
        "shipping: {rows: [{id: S, otherwise: true, return_paid_by: consumer}]}",
    )
    rule = "partners_may: {shipping.return_paid_by: [supplier, retailer]}\n"
    row = "add: {id: S-NEW, when: {category: hats}, return_paid_by: retailer%s}, into: shipping"

    assert refused(row % "", base=table + rule) == []
    assert refused(row % ", label_by: supplier", base=table + rule)[0].code == "not_permitted"


@pytest.mark.parametrize(
    ("table", "permitted"),
    [
        ("rows: [{id: F, otherwise: true, fee: 15% of item_price}]", True),
        ("rows: [{id: F, when: {category: shoes}, fee: 15% of item_price}]", False),
        ("decide: add_up, rows: [{id: F, otherwise: true, fee: 15% of item_price}]", False),
    ],
)
def test_a_new_lower_fee_must_take_the_place_of_a_higher_one(
    refused: Refused, base: str, table: str, permitted: bool
) -> None:
    before = base.partition("fees:")[0]
    other = f"{before}fees: {{a: {{{table}}}}}\npartners_may: {{fees: lower_only}}\n"
    edit = "add: {id: F-NEW, when: {category: hats}, fee: 10% of item_price}, into: fees.a"

    found = refused(edit, base=other)

    assert [fault.code for fault in found] == ([] if permitted else ["not_permitted"])


def test_a_grandchild_is_held_to_every_base_above_it(
    loaded: Callable[..., object], base: str
) -> None:
    child = (
        "policy: acme/child\nversion: 1\nextends: acme/base@4\neffective: {from: 2024-02-01}\n"
        "partners_may: {fees: anything}\n"
    )
    grandchild = (
        "policy: acme/third\nversion: 1\nextends: acme/child@1\neffective: {from: 2024-03-01}\n"
        "changes: [{set: fees.F-STD.fee, to: 90% of item_price, why: greed}]\n"
    )
    bases = {"acme/base@4": base + "partners_may: {fees: lower_only}\n", "acme/child@1": child}

    with pytest.raises(Exception, match="may only become lower"):
        loaded(grandchild, bases)


@pytest.mark.parametrize(
    ("rules", "code", "said"),
    [
        ("fees: lower_onl", "unknown_word", "Did you mean `lower_only`?"),
        ("fes: lower_only", "unknown_path", "Did you mean `fees`?"),
        ("handling: anything", "unknown_path", "names nothing"),
        ("fees.F-STF: anything", "unknown_path", "Did you mean `F-STD`?"),
        ("window.days: {minimum: 3}", "unknown_key", "`at_least`"),
        ("window.days: {at_least: soon}", "wrong_type", "A bound is"),
        ("window.days: {at_least: 9, at_most: 5}", "reversed", "above `at_most`"),
        ("window.days: {at_least: 9 days, at_most: 1 week}", "reversed", "above `at_most`"),
    ],
)
def test_permissions_that_cannot_be_meant(
    loaded: Callable[..., object], base: str, rules: str, code: str, said: str
) -> None:
    with pytest.raises(Exception, match=code) as caught:
        loaded(f"{base}partners_may: {{{rules}}}\n")

    assert said in str(caught.value)


WORDS = ("hats", "shoes")
FEES = ("none", "5% of item_price", "10% of item_price", "USD 2.00", "USD 4.00")


def fee_row(name: str, chance: Random) -> str:
    return f"{{id: {name}, when: {{category: {chance.choice(WORDS)}}}, fee: {chance.choice(FEES)}}}"


@pytest.mark.parametrize(
    ("decide", "least"), [("first", 15), ("highest", 15), ("lowest", 15), ("add_up", 3)]
)
def test_a_row_that_may_be_added_under_lower_only_raises_no_fee(
    changed: Callable[..., Policy], decide: str, least: int
) -> None:
    chance, permitted = Random(decide), 0
    for _ in range(80):
        rows = ", ".join(fee_row(f"F-{n}", chance) for n in range(3))
        rest = f"{{id: F-REST, otherwise: true, fee: {chance.choice(FEES)}}}"
        base = BASE.partition("fees:")[0] + (
            f"fees: {{restocking: {{decide: {decide}, rows: [{rows}, {rest}]}}}}\n"
            "partners_may: {fees: lower_only}\n"
        )
        place = f"{chance.choice(('before', 'after'))}: F-{chance.randint(0, 2)}"
        added = f"add: {fee_row('F-NEW', chance)}, into: fees.restocking, {place}"
        try:
            after = Decider(changed(added, base=base), native=False)
        except PolicyFaults:
            continue
        permitted += 1
        before = Decider(changed(base=base), native=False)
        for category, price in product((*WORDS, "socks"), ("USD 1.00", "USD 30.00", "USD 50.00")):
            given = {**GIVEN, "category": category, "item_price": price}
            one, other = before.decide(given).fee_total, after.decide(given).fee_total
            assert one is not None
            assert other is not None
            assert other.minor <= one.minor, (base, added, given)
    assert permitted >= least
