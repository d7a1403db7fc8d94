"""Each policy of a chain lies on its base as the base is on that day, bound by all beneath it."""

from collections.abc import Callable, Mapping

import pytest

from engine.dates import parse_day
from engine.errors import PolicyFaults
from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault
from engine.publishing.readiness import faults_before_publishing
from engine.publishing.suite import run_suite

Loaded = Callable[[str, Mapping[str, str]], PolicyFile]
Refused = Callable[..., list[Fault]]

MIDDLE = """\
policy: acme/middle
version: 1
extends: acme/base@4
for: {retailer: shop}
effective: {from: 2024-01-01}
"""
TOP = """\
policy: acme/top
version: 1
extends: acme/middle@1
for: {retailer: shop, programme: club}
effective: {from: 2024-06-01}
"""
DECEMBER = "effective: {from: 2024-12-01, until: 2024-12-31}"
GIVEN = (
    "given: {ordered: 2024-07-01, delivered: 2024-07-02, requested: 2024-07-05, item_price: "
    "USD 100.00, final_sale: false, reason: change_of_mind, category: %s}"
)


def edits(*said: str) -> str:
    return "changes:\n" + "".join(f"  - {{{each}, why: agreed}}\n" for each in said)


def days(file: PolicyFile) -> dict[str, str]:
    """The window of other goods than hats, on the first day of each month that matters."""
    found = {}
    for day in ("2024-07-01", "2024-12-01"):
        body = file.on(parse_day(day)).deadlines[0].rows[1].body
        found[day] = str(body.within)  # type: ignore[union-attr]
    return found


def chain(loaded: Loaded, base: str, middle: str, top: str) -> PolicyFile:
    bases = {"acme/base@4": base, "acme/middle@1": MIDDLE + middle}
    return loaded(TOP + top, bases)


def faults(loaded: Loaded, base: str, middle: str, top: str) -> list[Fault]:
    try:
        chain(loaded, base, middle, top)
    except PolicyFaults as error:
        return list(error.faults)
    return []


# --- days -----------------------------------------------------------------------------------------


def test_a_child_changes_its_base_as_the_base_is_on_that_day(loaded: Loaded, base: str) -> None:
    middle = edits(f"set: window.W-BASE.days, to: 60, {DECEMBER}")

    only_hats = chain(loaded, base, middle, edits("set: window.W-HATS.days, to: 20"))
    always = chain(loaded, base, middle, edits("set: window.W-BASE.days, to: 45"))

    assert days(only_hats) == {"2024-07-01": "30 days", "2024-12-01": "60 days"}
    assert days(always) == {"2024-07-01": "45 days", "2024-12-01": "45 days"}


def test_an_edit_of_a_base_may_be_over_before_the_child_begins(loaded: Loaded, base: str) -> None:
    middle = edits(
        "set: window.W-BASE.days, to: 60, effective: {from: 2024-02-01, until: 2024-03-01}"
    )

    assert faults(loaded, base, middle, "") == []


def test_a_dated_edit_may_build_on_another_of_the_same_days(loaded: Loaded, base: str) -> None:
    row = "add: {id: W-NEW, when: {category: shoes}, days: 50}, into: window"
    top = edits(f"{row}, {DECEMBER}", f"set: window.W-NEW.days, to: 55, {DECEMBER}")

    rows = chain(loaded, base, "", top).on(parse_day("2024-12-01")).deadlines[0].rows

    assert [row.id for row in rows] == ["W-HATS", "W-NEW", "W-BASE"]


def test_an_edit_that_builds_on_a_row_of_other_days_is_refused(loaded: Loaded, base: str) -> None:
    row = "add: {id: W-NEW, when: {category: shoes}, days: 50}, into: window"

    found = faults(loaded, base, "", edits(f"{row}, {DECEMBER}", "set: window.W-NEW.days, to: 55"))

    assert {fault.code for fault in found} == {"unknown_path"}


def test_an_edit_that_only_matters_on_some_days_has_an_effect(loaded: Loaded, base: str) -> None:
    same = edits("set: window.W-BASE.days, to: 30")
    december = edits(f"set: window.W-BASE.days, to: 60, {DECEMBER}")

    assert [fault.code for fault in faults(loaded, base, "", same)] == ["no_effect"]
    assert faults(loaded, base, december, same) == []


def test_a_dated_edit_that_says_what_holds_already_is_refused(loaded: Loaded, base: str) -> None:
    found = faults(loaded, base, "", edits(f"set: window.W-BASE.days, to: 30, {DECEMBER}"))

    assert [fault.code for fault in found] == ["no_effect"]


# --- permissions ----------------------------------------------------------------------------------


def test_a_programme_may_do_only_what_both_levels_above_permit(loaded: Loaded, base: str) -> None:
    base += "partners_may: {window.days: {at_least: 15, at_most: 60}, fees: lower_only}\n"
    middle = "partners_may: {window.days: {at_least: 30, at_most: 90}}\n"

    def said(top: str) -> list[str]:
        return [fault.sentence for fault in faults(loaded, base, middle, edits(top))]

    assert said("set: window.W-BASE.days, to: 45") == []
    assert "at least 30" in said("set: window.W-BASE.days, to: 20")[0]
    assert "at most 60" in said("set: window.W-BASE.days, to: 90")[0]
    assert "permits `window.days`" in said("set: fees.F-STD.fee, to: none")[0]


def test_a_level_that_permits_nothing_of_its_own_passes_on_what_is_permitted(
    loaded: Loaded, base: str
) -> None:
    base += "partners_may: {fees: lower_only}\n"
    lower, higher = (edits(f"set: fees.F-STD.fee, to: {each}% of item_price") for each in (5, 20))

    assert faults(loaded, base, "", lower) == []
    assert [fault.code for fault in faults(loaded, base, "", higher)] == ["not_permitted"]


def test_what_is_permitted_must_hold_on_every_day(loaded: Loaded, base: str) -> None:
    base += "partners_may: {fees: lower_only}\n"
    middle = edits(f"set: fees.F-STD.fee, to: 5% of item_price, {DECEMBER}")
    top = edits("set: fees.F-STD.fee, to: 10% of item_price")

    assert faults(loaded, base, "", top) == []
    assert [fault.code for fault in faults(loaded, base, middle, top)] == ["not_permitted"]


def test_what_the_root_locks_stays_locked_for_a_grandchild(loaded: Loaded, base: str) -> None:
    base = base.replace("fee: none}", "fee: none, locked: true}")

    found = faults(loaded, base, "", edits("drop: fees.F-FAULT"))

    assert [fault.code for fault in found] == ["locked"]
    assert "`F-FAULT` is locked" in found[0].sentence


@pytest.mark.parametrize("why", ["''", "' '", "null", "12", "[contract]"])
def test_an_edit_says_why_in_words(loaded: Loaded, base: str, why: str) -> None:
    edit = f"changes: [{{set: window.W-BASE.days, to: 45, why: {why}}}]\n"

    found = faults(loaded, base, edit, "")

    assert [(fault.code, fault.source.file) for fault in found] == [("wrong_type", "acme/middle@1")]


def test_an_edit_cannot_widen_the_bounds_of_an_agreed_value(loaded: Loaded, base: str) -> None:
    base += "agreed: {rate: {type: percent, default: 15%, at_most: 25%}}\n"
    narrower, wider = (edits(f"set: agreed.rate.at_most, to: {each}%") for each in (20, 90))

    assert faults(loaded, base, narrower, "") == []
    assert [fault.code for fault in faults(loaded, base, wider, "")] == ["out_of_bounds"]


# --- tests ----------------------------------------------------------------------------------------


def case(name: str, with_: str, expect: str = "{publish: accepted}") -> str:
    said = f"{{name: {name}, with: [{{{with_}}}], expect: {expect}}}"
    return f"tests: {{cases: [{said}]}}\n"


def failing(file: PolicyFile) -> list[str]:
    return [each.name for each in run_suite(file, native=False).cases if not each.passed]


def test_permissions_for_others_do_not_bind_the_tests_of_who_gives_them(
    loaded: Loaded, base: str
) -> None:
    base += "partners_may: {window: anything, fees: lower_only}\n"
    lower, longer = "set: fees.F-STD.fee, to: none", "set: window.W-BASE.days, to: 45"
    closed = "partners_may: {window: anything}\n"

    own = loaded(MIDDLE + closed + case("mine", lower), {"acme/base@4": base})
    forbidden = loaded(
        MIDDLE + closed + case("mine", "set: remedy.give, to: refund"), {"acme/base@4": base}
    )
    inherited = chain(loaded, base, closed + case("mine", lower), edits(longer))
    grandchild = chain(loaded, base, closed, case("ours", lower))

    assert failing(own) == []
    assert failing(forbidden) == ["mine"]
    assert failing(inherited) == []
    assert failing(grandchild) == ["ours"]


def test_a_test_cannot_touch_what_a_base_locks(loaded: Loaded, base: str) -> None:
    base = base.replace("fee: none}", "fee: none, locked: true}")
    drop = "drop: fees.F-FAULT"
    refused = case("locked", drop, "{publish: refused, code: locked}")

    assert failing(loaded(base + case("mine to change", drop), {})) == []
    assert failing(loaded(MIDDLE + refused, {"acme/base@4": base})) == []
    assert failing(chain(loaded, base, "", refused)) == []


def test_a_test_lies_on_top_of_dated_edits(loaded: Loaded, base: str) -> None:
    dated = edits(f"set: window.W-BASE.days, to: 60, {DECEMBER}")
    given = "{ordered: 2024-12-01, delivered: 2024-12-02, requested: 2024-12-05, category: shoes}"
    tests = (
        f"tests: {{cases: [{{name: t, given: {given}, with: [{{set: window.W-BASE.days, to: 10}}], "
        "expect: {length: 10 days}}]}\n"
    )

    assert failing(loaded(MIDDLE + dated + tests, {"acme/base@4": base})) == []


def test_tests_are_inherited_at_every_level_and_a_failure_names_both_files(
    loaded: Loaded, base: str
) -> None:
    def tests(name: str, category: str, last_day: str) -> str:
        said = f"{{name: {name}, {GIVEN % category}, expect: {{last_day: {last_day}}}}}"
        return f"tests:\n  cases:\n    - {said}\n"

    base += tests("a hat", "hats", "2024-08-06")
    middle = tests("a shoe", "shoes", "2024-08-01")
    top = edits("set: window.W-BASE.days, to: 45")

    file = chain(loaded, base, middle, top)
    found = [fault for fault in faults_before_publishing(file) if fault.code == "test_failed"]

    assert failing(file) == ["a shoe", "a hat"]
    assert [(str(fault.source)) for fault in found] == ["acme.yaml:3:1", "acme.yaml:3:1"]
    assert "`a shoe` of the base `acme/middle@1` (line 8)" in found[0].sentence
    assert "`a hat` of the base `acme/base@4` (line 27)" in found[1].sentence
    assert failing(chain(loaded, base, middle, "")) == []


def test_every_row_knows_the_file_and_line_that_it_came_from(loaded: Loaded, base: str) -> None:
    middle = edits("set: window.W-BASE.days, to: 45")
    top = edits("add: {id: W-NEW, when: {category: shoes}, days: 50}, into: window")

    rows = chain(loaded, base, middle, top).policy.deadlines[0].rows

    assert [(row.id, row.source.file, row.source.line) for row in rows] == [
        ("W-HATS", "acme/base@4", 12),
        ("W-NEW", "acme.yaml", 7),
        ("W-BASE", "acme/base@4", 13),
    ]
