# ruff: noqa: E501 - rows read best in one line
"""A policy is told what it does that its base does not, with a return that both decided."""

import pytest

from engine.decision.decide import Decider
from engine.policy.editions import PolicyFile, load
from engine.publishing.differences import BaseDifference, difference_findings, differences
from engine.publishing.meaning import surveys_of

BASE = """\
policy: acme/base
version: 1
effective: {from: 2024-01-01}
currency: USD
window: {days: 30, counted_from: delivered}
eligibility: {rows: [{id: E-FINAL, when: {final_sale: true}, answer: refuse, code: final_sale}]}
fees:
  restocking: {rows: [{id: F-BIG, when: {item_price: {over: USD 500.00}}, fee: 20% of item_price}, {id: F-STD, otherwise: true, fee: 10% of item_price}]}
return_shipping: {paid_by: consumer}
tests:
  usual: {ordered: 2024-05-01, delivered: 2024-05-04, requested: 2024-05-20, item_price: USD 100.00, final_sale: false}
  cases: [{name: usual, expect: {answer: accept}}]
"""


def child(*edits: str) -> PolicyFile:
    changes = "".join(f"  - {{{edit}, why: so}}\n" for edit in edits)
    text = (
        "policy: acme/child\nversion: 1\nextends: acme/base@1\neffective: {from: 2024-01-01}\n"
        f"changes:\n{changes}"
    )
    return load(text, "child.yaml", lambda _name, _version: BASE)


def found(file: PolicyFile) -> dict[str, BaseDifference]:
    base = file.base_of(file.policy)
    assert base is not None
    return {each.direction: each for each in differences(file.policy, base)}


@pytest.mark.parametrize(
    ("edit", "kinds"),
    [
        ("set: window.days, to: 45", {"last_day: later": "looser", "eligible: no to yes": "looser"}),
        ("set: window.days, to: 14", {"last_day: earlier": "tighter", "eligible: yes to no": "tighter"}),
        ("set: fees.restocking.F-BIG.fee, to: 15% of item_price", {"fee: lower": "looser"}),
        ("set: fees.restocking.F-STD.fee, to: 12% of item_price", {"fee: higher": "tighter"}),
        ("set: return_shipping.paid_by, to: supplier", {"return_paid_by: consumer to supplier": "other"}),
        ("drop: eligibility.E-FINAL", {"eligible: no to yes": "looser"}),
    ],
)  # fmt: skip
def test_each_direction_is_found_and_named(edit: str, kinds: dict[str, str]) -> None:
    file = child(edit)

    assert {name: each.kind for name, each in found(file).items()} == kinds


def test_a_remedy_that_is_to_be_chosen_is_told_as_a_choice() -> None:
    file = child("add: {choice: [repair, replacement], chosen_by: owner}, into: remedies.claimant")

    assert "remedy: refund to a choice of repair or replacement" in found(file)


def test_the_example_is_decided_otherwise_by_both() -> None:
    file = child("set: fees.restocking.F-BIG.fee, to: 15% of item_price")
    example = found(file)["fee: lower"].example.given
    base = file.base_of(file.policy)
    assert base is not None
    before, after = (Decider(each, native=False).decide(example) for each in (base, file.policy))

    assert before.fee_total is not None
    assert after.fee_total is not None
    assert before.fee_total.minor > after.fee_total.minor


def test_a_note_shows_a_return_that_both_decided() -> None:
    file = child("set: window.days, to: 45")
    notes = list(difference_findings(file, surveys_of(*file.editions)))

    assert {(each.code, each.level) for each in notes} == {("differs_from_base", "note")}
    assert notes[0].sentence.startswith("Looser than `acme/base@1`: `last_day: later`, from 20")
    assert " for a return with ordered 20" in notes[0].sentence
    assert str(notes[0].source) == "child.yaml:3:1"


def test_a_policy_without_a_base_differs_from_nothing() -> None:
    file = load(BASE, "base.yaml")

    assert list(difference_findings(file, surveys_of(*file.editions))) == []


def test_each_edition_is_held_against_the_base_of_its_day() -> None:
    file = child("set: window.days, to: 45, effective: {from: 2024-06-01}")
    notes = list(difference_findings(file, surveys_of(*file.editions)))

    assert len(file.editions) == 2
    assert notes
    assert all(str(each.example and each.example["ordered"]) >= "2024-06-01" for each in notes)


def test_a_change_that_no_test_comes_near_is_found() -> None:
    narrow = (
        "add: {id: F-ONE, when: {brand: x, item_price: {between: [USD 71.13, USD 71.13]}}, "
        "fee: USD 71.00}, into: fees.restocking, before: F-STD"
    )

    assert list(found(child(narrow))) == ["fee: higher"]


def test_what_lies_after_the_end_of_an_edition_is_none_of_its_differences() -> None:
    late = "set: window.days, to: 45, effective: {from: 2024-06-01, until: 2024-06-30}"
    notes = list(difference_findings(file := child(late), surveys_of(*file.editions)))

    assert notes
    assert {str(each.example and each.example["ordered"])[:7] for each in notes} == {"2024-06"}
