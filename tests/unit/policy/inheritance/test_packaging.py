"""Packaging rules are demands: one line, or a table whose rows require first."""

from collections.abc import Callable

import pytest

from engine.policy.faults import Fault
from engine.policy.model import Demand, Policy

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]


def test_a_line_is_one_demand_before_the_others(read: Read) -> None:
    policy = read("packaging: {original_required: true}\ndemands: {rows: [{id: D, need: [rma]}]}\n")

    assert [row.id for row in policy.demands.rows] == ["PACKAGING", "D"]
    assert policy.demands.rows[0].code == "packaging_not_met"


def test_a_row_that_falls_away_is_spelt_right_too(faults: Faults) -> None:
    row = "{id: P, otherwise: true, original_required: false, becuase: No box is needed}"

    assert [fault.code for fault in faults(f"packaging: {{rows: [{row}]}}\n")] == ["unknown_key"]


def test_what_requires_nothing_demands_nothing(read: Read) -> None:
    body = read("packaging: {original_required: false}\n").demands.rows[0].body

    assert isinstance(body, Demand)
    assert body.must is None


def test_rows_that_require_are_demands_of_their_own(read: Read) -> None:
    policy = read("""
packaging:
  decide: first
  rows:
    - {id: P-HATS, when: {category: hats}, original_required: true}
    - {id: P-ELSE, otherwise: true, original_required: false}
""")

    assert [row.id for row in policy.demands.rows] == ["P-HATS"]


@pytest.mark.parametrize(
    "packaging",
    [
        "packaging: original\n",
        "packaging: {code: packaging_not_met}\n",
        "packaging: {rows: [{id: A, otherwise: true, need: [rma]}]}\n",
        "packaging: {rows: [{id: A, when: {category: a}, original_required: false}, "
        "{id: B, otherwise: true, original_required: true}]}\n",
        "packaging: {clause: c1, rows: []}\n",
    ],
)
def test_any_other_rule_belongs_to_demands(faults: Faults, packaging: str) -> None:
    (fault,) = faults(packaging)

    assert fault.code == "wrong_shape"
    assert "under `demands`" in fault.sentence
