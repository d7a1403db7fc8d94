"""Tests that speak of what there is not are found without being run."""

from engine.policy.editions import load
from engine.policy.faults import Fault
from engine.publishing.structure import structure_faults

HEADER = """\
policy: acme/standard
version: 1
effective: {from: 2025-01-01}
currency: USD
window: {days: 30, counted_from: delivered}
"""


def faults(tests: str) -> list[Fault]:
    return list(structure_faults(load(HEADER + tests, "p.yaml")))


def test_a_misspelt_field_is_named_at_its_place() -> None:
    (fault,) = faults("tests:\n  cases:\n    - {name: a, expect: {anser: accept}}\n")

    assert (fault.code, fault.source.line, fault.source.column) == ("unknown_field", 8, 26)
    assert fault.sentence == "`anser` is not a field of an outcome. Did you mean `answer`?"


def test_a_misspelt_fact_is_named_once_even_if_it_is_usual() -> None:
    cases = "    - {name: a, expect: {answer: ask}}\n    - {name: b, expect: {answer: ask}}\n"

    (fault,) = faults(f"tests:\n  usual: {{ordred: 2025-01-01}}\n  cases:\n{cases}")

    assert (fault.code, fault.source.line) == ("unknown_fact", 7)
    assert "Did you mean `ordered`?" in fault.sentence


def test_lines_of_a_return_are_looked_at() -> None:
    case = "{name: a, given: {lines: [{ski: X}]}, expect: {lines: [{anser: accept}]}}"

    found = faults(f"tests:\n  cases:\n    - {case}\n")

    assert [fault.code for fault in found] == ["unknown_field", "unknown_fact"]


def test_parts_of_an_outcome_are_fields() -> None:
    expect = (
        "{last_day: none, request.state: late, arrival.days_left: 1, quota.left: 2, "
        "remedies.retailer.give: refund, fees.restocking: none, publish: refused, "
        "eligible: false, lines: []}"
    )

    assert faults(f"tests:\n  cases:\n    - {{name: a, expect: {expect}}}\n") == []


def test_a_case_that_changes_the_policy_may_give_what_it_declares() -> None:
    change = "[{set: window.days, to: 3}]"
    case = f"{{name: a, given: {{colour: red}}, with: {change}, expect: {{answer: ask}}}}"

    assert faults(f"tests:\n  cases:\n    - {case}\n") == []
