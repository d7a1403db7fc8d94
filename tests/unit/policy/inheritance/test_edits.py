"""An edit names what it sets, adds or drops; all else stays as the base has it."""

from collections.abc import Callable

import pytest

from engine.dates import parse_day
from engine.policy.faults import Fault
from engine.policy.model import Clock, Fee, Fixed, Policy, Row, Shipping

Changed = Callable[..., Policy]
Refused = Callable[..., list[Fault]]
FindRow = Callable[[Policy, str], Row]


def ids(policy: Policy, name: str) -> list[str]:
    return [row.id for table in policy.tables() if table.name == name for row in table.rows]


@pytest.mark.parametrize(
    "path",
    ["window.W-BASE.days", "window.W-BASE.within", "deadlines.request.W-BASE.within"],
)
def test_a_field_of_a_row_is_set_by_a_short_or_a_full_path(
    changed: Changed, row: FindRow, path: str
) -> None:
    days = "45" if path.endswith("days") else "45 days"

    body = row(changed(f"set: {path}, to: {days}"), "W-BASE").body

    assert isinstance(body, Clock)
    assert str(body.within) == "45 days"


def test_a_new_end_takes_the_place_of_the_old_one(changed: Changed, row: FindRow) -> None:
    body = row(changed("set: window.W-BASE.until, to: 2025-01-31"), "W-BASE").body

    assert isinstance(body, Clock)
    assert (body.within, body.until) == (None, parse_day("2025-01-31"))


def test_a_whole_row_is_set_but_for_its_id(changed: Changed, row: FindRow) -> None:
    policy = changed("set: fees.restocking.F-STD, to: {id: X, otherwise: true, fee: USD 9.00}")

    body = row(policy, "F-STD").body
    assert isinstance(body, Fee)
    assert isinstance(body.fee, Fixed)
    assert body.fee.money.minor == 900


def test_a_line_is_edited_by_its_fields(changed: Changed) -> None:
    policy = changed("set: shipping.return_paid_by, to: supplier")

    assert policy.return_shipping.rows[0].body == Shipping(paid_by="supplier")


def test_header_maps_are_edited_too(changed: Changed) -> None:
    policy = changed("set: values.category, to: [hats, shoes, gloves]")

    assert policy.facts["category"].words == ("hats", "shoes", "gloves")


@pytest.mark.parametrize(
    ("place", "order"),
    [
        ("", ["W-HATS", "W-NEW", "W-BASE"]),
        (", before: W-HATS", ["W-NEW", "W-HATS", "W-BASE"]),
        (", after: W-HATS", ["W-HATS", "W-NEW", "W-BASE"]),
        (", before: W-BASE", ["W-HATS", "W-NEW", "W-BASE"]),
    ],
)
def test_a_row_is_added_beside_another_or_last_before_otherwise(
    changed: Changed, place: str, order: list[str]
) -> None:
    new = "add: {id: W-NEW, when: {category: shoes}, days: 60}, into: window"

    assert ids(changed(new + place), "deadlines.request") == order


def test_a_part_is_added_to_a_plural_topic(changed: Changed) -> None:
    policy = changed("add: {fee: USD 1.00}, into: fees.insurance")

    assert ids(policy, "fees.insurance") == ["INSURANCE"]


def test_a_promise_is_added(changed: Changed) -> None:
    policy = changed("add: {id: M, outcome: {net: {at_least: USD 0.00}}}, into: must")

    assert [promise.id for promise in policy.must] == ["M"]


def test_a_row_a_field_and_a_part_are_dropped(changed: Changed, row: FindRow) -> None:
    policy = changed(
        "drop: window.W-HATS",
        "drop: eligibility.E-ASK.missing",
        "drop: fees.handling",
        "set: eligibility.E-ASK.answer, to: accept",
    )

    assert ids(policy, "deadlines.request") == ["W-BASE"]
    assert row(policy, "E-ASK").body.answer == "accept"  # type: ignore[union-attr]
    assert [table.part for table in policy.fees] == ["restocking"]


@pytest.mark.parametrize(
    ("edit", "code", "said"),
    [
        ("set: window.W-BSAE.days, to: 45", "unknown_path", "Did you mean `W-BASE`?"),
        ("set: windw.W-BASE.days, to: 45", "unknown_path", "topic.part.row.field"),
        ("set: policy, to: other", "unknown_path", "is not in the policy"),
        ("set: window.W-BASE.days.more, to: 45", "unknown_path", "is not in the policy"),
        ("set: '', to: 45", "unknown_path", "is not in the policy"),
        ("set: a..b, to: 45", "unknown_path", "is not in the policy"),
        ("set: " + ".".join("a" * 5000) + ", to: 45", "unknown_path", "is not in the policy"),
        ("set: window.W-BASE, to: 45", "wrong_shape", "the fields of the row"),
        ("drop: fees.F-STF", "unknown_path", "Did you mean `F-STD`?"),
        ("drop: fees.F-STD.per", "unknown_path", "is not in the policy"),
        ("add: {id: X, do: keep}, into: goods", "unknown_path", "must name a table"),
        ("add: 5, into: window", "unknown_path", "must name a table"),
        (
            "add: {id: X, when: {category: shoes}, days: 3}, into: window, before: W-HAT",
            "unknown_row",
            "Did you mean `W-HATS`?",
        ),
        ("set: window.W-BASE.days", "wrong_shape", "An edit is"),
        ("set: a.b, to: 1, drop: a.b", "wrong_shape", "An edit is"),
        ("change: window, to: 3", "unknown_key", "an edit"),
        ("set: window.W-BASE.days, to: many", "wrong_type", "is not a length"),
        (
            "add: {id: F-STD, when: {category: hats}, fee: none}, into: fees.restocking",
            "id_reused",
            "F-STD",
        ),
    ],
)
def test_an_edit_that_cannot_be_made(refused: Refused, edit: str, code: str, said: str) -> None:
    found = refused(edit)

    assert code in [fault.code for fault in found]
    assert any(said in fault.sentence for fault in found)
    assert found[0].source.file in ("shop.yaml", "acme/base@4")


def test_an_edit_says_why_and_changes_something(refused: Refused) -> None:
    same = refused("set: window.W-BASE.days, to: 30")
    why = refused(more="changes: [{drop: window.W-HATS}]\n")

    assert [fault.code for fault in same] == ["no_effect"]
    assert [fault.code for fault in why] == ["missing_key"]


def test_only_so_many_edits_are_read(refused: Refused) -> None:
    found = refused(*(f"set: window.W-BASE.days, to: {days}" for days in range(400)))

    assert [fault.code for fault in found] == ["too_large"]
