"""A rule of `compare.never` is proven, shown to be broken by a return, or reported as unproven."""

import re

import pytest

from engine.comparing import guards
from engine.meaning.difference import Budget
from engine.policy.editions import PolicyFile, load
from engine.publishing.comparison import Standing, comparison_faults, guards_of
from engine.stopping import stopping

BASE = """
policy: acme/base
version: 1
effective: {from: 2025-01-01}
currency: USD
values: {category: [hats, shoes, books]}
window: {days: 30, counted_from: delivered}
fees:
  restocking:
    rows:
      - {id: F-HATS, when: {category: hats}, fee: 10% of item_price}
      - {id: F-NONE, otherwise: true, fee: none}
partners_may: {fees: anything, deadlines: anything, eligibility: anything}
"""
OVERRIDE = """
policy: acme/theirs
version: 1
extends: acme/base@1
effective: {from: 2025-01-01}
changes:
  - {CHANGE, why: contract}
compare: {never: [GUARD]}
tests:
  usual: {ordered: 2025-03-01, delivered: 2025-03-02, requested: 2025-03-03, item_price: USD 40.00}
  cases:
    - {name: books, given: {category: books}, expect: {answer: accept}}
"""


def override(change: str, guard: str) -> PolicyFile:
    text = OVERRIDE.replace("CHANGE", change).replace("GUARD", guard)
    return load(text, "theirs.yaml", lambda *_: BASE)


NARROW = (
    "add: {id: F-ONE, when: {category: shoes, item_price: {between: [USD 71.13, USD 71.13]}, "
    "opened: true, seal_intact: false, reason: wrong_size}, fee: USD 9.00}, "
    "into: fees.restocking, before: F-NONE"
)


def test_a_return_that_breaks_a_guard_is_found_however_narrow() -> None:
    (fault,) = comparison_faults(override(NARROW, "{fee: higher}"))

    assert fault.code == "worse_than_base"
    assert "fee goes from USD 0.00 to USD 9.00" in fault.sentence
    assert "item_price USD 71.13" in fault.sentence


@pytest.mark.parametrize(
    ("first", "last"),
    [("2025-06-01", None), ("2025-06-01", "2025-12-31"), ("2025-01-01", "2025-02-28")],
)
def test_a_guard_holds_on_every_day_of_dated_edits(first: str, last: str | None) -> None:
    days = f"{{from: {first}{f', until: {last}' if last else ''}}}"
    change = f"set: fees.restocking.F-HATS.fee, to: 20% of item_price, effective: {days}"
    (fault,) = comparison_faults(override(change, "{fee: higher}"))
    (guard,) = guards_of(override(change, "{fee: lower}"))
    ordered = re.search(r"ordered (\S+),", fault.sentence)

    assert fault.code == "worse_than_base"
    assert ordered
    assert first <= ordered[1] <= (last or "9000-12-31")
    assert guard.standing is Standing.HOLDS


def test_a_return_that_breaks_a_guard_by_a_date_that_it_has_not_is_found() -> None:
    change = "add: {id: F-ONE, when: {shipped: null}, fee: USD 9.00}, into: fees.restocking"
    (fault,) = comparison_faults(override(change, "{fee: higher}"))

    assert fault.code == "worse_than_base"
    assert "shipped null" in fault.sentence


@pytest.mark.parametrize("guard", ["fee: higher", "net: changed", "remedy: changed"])
def test_what_is_given_is_compared_only_where_neither_refuses(guard: str) -> None:
    longer = override("set: window.days, to: 60", f"{{{guard}}}")
    late = "{name: late, given: {category: hats, requested: 2025-04-10}, expect: {answer: accept}}"
    text = OVERRIDE.replace("CHANGE", "set: window.days, to: 60").replace("GUARD", f"{{{guard}}}")
    text += f"    - {late}\n"
    tested = load(text, "theirs.yaml", lambda *_: BASE)

    assert [each.standing for each in guards_of(longer)] == [Standing.HOLDS]
    assert comparison_faults(tested) == []


def test_a_guard_that_holds_is_proven() -> None:
    change = "set: fees.restocking.F-HATS.fee, to: 5% of item_price"

    assert comparison_faults(override(change, "{fee: higher}, {eligible: from yes to no}")) == []


def test_what_is_not_proven_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "_BUDGET", Budget(cases=0))
    change = "set: fees.restocking.F-HATS.fee, to: 5% of item_price"

    (fault,) = comparison_faults(override(change, "{fee: higher}"))

    assert (fault.code, fault.level) == ("not_proved", "warning")
    assert "is not proven" in fault.sentence


def test_equal_rules_are_looked_at_once_and_too_many_not_at_all() -> None:
    once = comparison_faults(
        override("set: fees.restocking.F-HATS.fee, to: 20% of item_price", "{fee: higher}")
    )
    twice = comparison_faults(
        override(
            "set: fees.restocking.F-HATS.fee, to: 20% of item_price", "{fee: higher}, {fee: higher}"
        )
    )
    many = ", ".join(f"{{code: from a{number} to b}}" for number in range(101))

    assert [each.code for each in twice] == [each.code for each in once] == ["worse_than_base"]
    (fault,) = comparison_faults(
        override("set: fees.restocking.F-HATS.fee, to: 5% of item_price", many)
    )
    assert (fault.code, "at most 100" in fault.sentence) == ("too_large", True)


def test_rules_that_nobody_waits_for_are_not_proven() -> None:
    file = override("set: fees.restocking.F-HATS.fee, to: 5% of item_price", "{fee: higher}")
    assert [each.standing for each in guards_of(file)] == [Standing.HOLDS]

    with stopping(lambda: True):
        assert [each.standing for each in guards_of(file)] == [Standing.UNPROVEN]
