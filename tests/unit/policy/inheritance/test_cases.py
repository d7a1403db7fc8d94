"""A partner's policy runs the cases of its base too, but for what it says differs."""

from collections.abc import Callable

import pytest

from engine.policy.faults import Fault
from engine.policy.model import Policy
from engine.policy.text import to_data

Changed = Callable[..., Policy]
Refused = Callable[..., list[Fault]]

TESTS = """\
tests:
  usual: {category: hats}
  cases:
    - {name: a hat, expect: {answer: accept, net: USD 5.00}}
    - {name: a shoe, given: {category: shoes}, expect: {answer: refuse}}
"""
OWN = """\
tests:
  inherit:
    a hat: {net: USD 6.00}
  usual: {category: gloves}
  cases:
    - {name: a glove, expect: {answer: accept}}
"""


def test_cases_are_inherited_each_with_its_own_usual_facts(changed: Changed, base: str) -> None:
    cases = changed(base=base + TESTS, more=OWN).cases

    assert {case.name: to_data(case.given) for case in cases} == {
        "a glove": {"category": "gloves"},
        "a hat": {"category": "hats"},
        "a shoe": {"category": "shoes"},
    }


def test_an_inherited_case_expects_what_the_partner_says_differs(
    changed: Changed, base: str
) -> None:
    hat = next(case for case in changed(base=base + TESTS, more=OWN).cases if case.name == "a hat")

    assert to_data(hat.expect) == {"answer": "accept", "net": "USD 6.00"}


def test_without_own_tests_those_of_the_base_run(changed: Changed, base: str) -> None:
    assert [case.name for case in changed(base=base + TESTS).cases] == ["a hat", "a shoe"]


def test_only_a_case_of_the_base_can_be_inherited(refused: Refused, base: str) -> None:
    (fault,) = refused(base=base + TESTS, more=OWN.replace("a hat:", "a hatt:"))

    assert fault.code == "unknown_case"
    assert "Did you mean `a hat`?" in fault.sentence


@pytest.mark.parametrize(
    "tests",
    [
        "null",
        "{usual: 5}",
        "{inherit: [a hat]}",
        "{inherit: {a hat: 5}}",
        "{cases: {}}",
        "{cases: [5]}",
    ],
)
def test_own_tests_of_a_wrong_shape_are_refused(refused: Refused, base: str, tests: str) -> None:
    found = refused(base=base + TESTS, more=f"tests: {tests}\n")

    assert {fault.code for fault in found} == {"wrong_shape"}


def test_nothing_can_be_inherited_from_a_base_without_tests(refused: Refused) -> None:
    assert [fault.code for fault in refused(more=OWN)] == ["unknown_case"]
