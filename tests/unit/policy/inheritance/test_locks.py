"""What a base locks stays as it is, with all that its meaning hangs on."""

from collections.abc import Callable

import pytest

from engine.policy.faults import Fault

Refused = Callable[..., list[Fault]]

MUST = "must: [{id: M-CAP, when: {is: our_fault}, outcome: {fees.restocking: none}}]\n"


def locked(base: str, row: str) -> str:
    return base.replace(f"{{id: {row},", f"{{id: {row}, locked: true,")


@pytest.mark.parametrize(
    "edit",
    [
        "set: fees.F-FAULT.fee, to: USD 1.00",
        "set: fees.F-FAULT, to: {when: {category: hats}, fee: none}",
        "drop: fees.restocking.F-FAULT",
        "drop: fees.F-FAULT.locked",
        "drop: fees.restocking",
        "drop: fees",
        "set: fees.restocking.rows, to: []",
        "set: fees.restocking.when, to: {category: hats}",
        "set: fees.restocking.decide, to: highest",
        "set: fees.restocking.per, to: unit",
        "add: {id: F-X, when: {category: hats}, fee: none}, into: fees.restocking, before: F-FAULT",
        "set: groups.our_fault, to: {reason: defective}",
        "set: groups.our_fault.reason, to: defective",
    ],
)
def test_a_locked_row_is_not_touched_nor_overtaken(refused: Refused, base: str, edit: str) -> None:
    found = refused(edit, base=locked(base, "F-FAULT"))

    assert [fault.code for fault in found] == ["locked"]
    assert "`F-FAULT` is locked in the base" in found[0].sentence
    assert found[0].source.line == 7


@pytest.mark.parametrize(
    "edit",
    [
        "set: fees.F-STD.fee, to: 10% of item_price",
        "add: {id: F-X, when: {category: hats}, fee: none}, into: fees.restocking, after: F-FAULT",
        "drop: fees.handling",
        "set: window.W-BASE.days, to: 45",
    ],
)
def test_what_stands_elsewhere_may_change(refused: Refused, base: str, edit: str) -> None:
    assert refused(edit, base=locked(base, "F-FAULT")) == []


def test_the_edit_that_breaks_a_lock_is_the_one_named(refused: Refused, base: str) -> None:
    found = refused(
        "set: window.W-BASE.days, to: 45",
        "set: fees.F-FAULT.fee, to: USD 1.00",
        base=locked(base, "F-FAULT"),
    )

    assert [(fault.code, fault.source.line) for fault in found] == [("locked", 8)]


def test_a_dated_edit_breaks_a_lock_too(refused: Refused, base: str) -> None:
    edit = "set: fees.F-FAULT.fee, to: USD 1.00, effective: {from: 2025-01-01}"

    assert [fault.code for fault in refused(edit, base=locked(base, "F-FAULT"))] == ["locked"]


def test_a_locked_line_stays(refused: Refused, base: str) -> None:
    line = base.replace("{return_paid_by: consumer}", "{return_paid_by: consumer, locked: true}")

    assert [fault.code for fault in refused("set: shipping.label_by, to: supplier", base=line)] == [
        "locked"
    ]


@pytest.mark.parametrize(
    "edit",
    [
        "drop: must",
        "drop: must.M-CAP",
        "drop: must.M-CAP.when",
        "set: must.M-CAP.when, to: {category: hats}",
        "set: groups.our_fault, to: {reason: defective}",
    ],
)
def test_no_promise_of_a_base_is_touched(refused: Refused, base: str, edit: str) -> None:
    assert [fault.code for fault in refused(edit, base=base + MUST)] == ["locked"]


def test_promises_may_be_added_to_those_of_a_base(refused: Refused, base: str) -> None:
    edit = "add: {id: M-NEW, outcome: {net: {at_least: USD 0.00}}}, into: must, before: M-CAP"

    assert refused(edit, base=base + MUST) == []
