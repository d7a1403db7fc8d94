"""An edit that is not permitted is shown by a return that it would decide otherwise."""

import pytest

from engine.dates import day_text, parse_day
from engine.errors import PolicyFaults
from engine.policy.editions import load
from engine.policy.faults import Fault
from engine.publishing.differences import with_examples

BASE = """\
policy: acme/base
version: 1
effective: {from: 2024-01-01}
currency: USD
window: {days: 30, counted_from: delivered}
fees: {restocking: {fee: 15% of item_price}}
partners_may: {window.days: {at_least: 20}, fees: lower_only}
tests:
  usual: {ordered: 2024-03-01, delivered: 2024-03-05, requested: 2024-03-10, item_price: USD 100.00}
  cases: [{name: usual, expect: {answer: accept}}]
"""
CHILD = """\
policy: acme/child
version: 1
extends: acme/base@1
effective: {from: 2024-02-01}
changes:
"""


def refused(*edits: str) -> tuple[Fault, ...]:
    text = CHILD + "".join(f"  - {{{edit}, why: terms}}\n" for edit in edits)

    def find(_name: str, _version: int) -> str:
        return BASE

    with pytest.raises(PolicyFaults) as caught:
        load(text, "child.yaml", find)
    return with_examples(caught.value.faults, text, "child.yaml", find)


def test_a_shorter_window_is_shown_by_its_last_day() -> None:
    (fault,) = refused("set: window.days, to: 10")

    assert fault.example is not None
    ordered, delivered, requested = (
        str(fault.example[name]) for name in ("ordered", "delivered", "requested")
    )
    before, after = (day_text(parse_day(delivered) + days) for days in (30, 10))
    assert fault.sentence.endswith(
        f"It would change `last_day` from {before} to {after} for a return with ordered "
        f"{ordered}, delivered {delivered}, requested {requested}."
    )


def test_of_several_edits_each_is_shown_alone() -> None:
    window, fee = refused(
        "set: window.days, to: 10", "set: fees.restocking.fee, to: 20% of item_price"
    )

    assert " It would change `last_day` from " in window.sentence
    assert " It would change `fee` from USD 15.00 to USD 20.00 for " in fee.sentence


def test_an_edit_that_changes_no_outcome_is_told_without_a_return() -> None:
    (fault,) = refused("set: window.because, to: Thirty days.")

    assert fault.example is None
    assert "It would change" not in fault.sentence


def test_an_edit_that_cannot_be_read_either_is_told_as_it_was() -> None:
    (fault,) = refused("set: window.dayz, to: 9")

    assert fault.code == "not_permitted"
    assert fault.example is None


def test_other_faults_are_left_as_they_are() -> None:
    (fault,) = refused("set: window.days, to: soon")

    assert fault.example is None
