"""Embedded cases are read with what is usual filled in; running them is the suite's job."""

from collections.abc import Callable

import pytest

from engine.policy.faults import Fault
from engine.policy.model import Policy
from engine.policy.text import to_data

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]

TESTS = """\
tests:
  usual: {ordered: 2024-05-01, category: hats}
  cases:
    - name: usual
      expect: {answer: accept}
    - name: other
      given: {category: shoes, ordered: not_sent, agreed: {rate: 5%}, lines: [{sku: a}, {sku: b}]}
      with: [{drop: fees.a, why: none}]
      expect: {answer: refuse}
"""


def test_a_case_has_what_is_usual_unless_it_says_otherwise(read: Read) -> None:
    usual, other = read(TESTS).cases

    assert to_data(usual.given) == {"ordered": "2024-05-01", "category": "hats"}
    assert to_data(other.given) == {"category": "shoes"}


def test_a_case_may_have_lines_agreed_values_and_edits(read: Read) -> None:
    other = read(TESTS).cases[1]

    assert [to_data(line) for line in other.lines] == [{"sku": "a"}, {"sku": "b"}]
    assert other.agreed is not None
    assert to_data(other.agreed) == {"rate": "5%"}
    assert [edit.text_of("drop") for edit in other.edits] == ["fees.a"]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("name: other", "name: usual", "written_twice"),
        ("      expect: {answer: refuse}\n", "", "missing_key"),
        ("expect: {answer: refuse}", "expect: refuse", "wrong_shape"),
        ("name: other", "nam: other", "unknown_key"),
        ("expect: {answer: accept}", "given: [a]\n      expect: {}", "wrong_shape"),
        ("  cases:\n", "  cases: {}\n  case:\n", "unknown_key"),
    ],
)
def test_a_case_that_cannot_be_run(faults: Faults, before: str, after: str, code: str) -> None:
    found = faults(TESTS.replace(before, after))

    assert code in [fault.code for fault in found]


def test_cases_are_not_copied_without_end(faults: Faults) -> None:
    usual = ", ".join(f"k{number}: 1" for number in range(301))

    found = faults(f"tests: {{usual: {{{usual}}}, cases: [{{name: a, expect: {{}}}}]}}\n")

    assert [fault.code for fault in found] == ["too_large"]
