"""A row without a test is told with a test that reaches it; pasted, the test passes."""

import re

import pytest

from engine.meaning import asking
from engine.policy.editions import PolicyFile, load
from engine.policy.faults import Fault
from engine.policy.text import parse, to_data
from engine.publishing.meaning import dead_rows, meaning_of, surveys_of
from engine.publishing.readiness import findings_before_publishing
from engine.publishing.suite import run_suite
from engine.publishing.untested import LIFE, suggested_tests, untested_findings

POLICY = """\
policy: acme/test
version: 1
effective: {from: 2024-01-01}
currency: USD
window: {days: 30, counted_from: delivered}
eligibility:
  rows:
    - {id: E-SOLD, when: {tags: {has: clearance}, condition: {worse_than: used}}, answer: refuse, code: final_sale}
    - {id: E-SEASON, when: {ordered: {between: [2024-12-01, 2024-12-24]}, request: late}, answer: review, to_settle: whether}
demands: {rows: [{id: D-RMA, need: [rma], if_not: refuse, code: missing_authorization}, {id: D-BOX, when: {brand: x}, must: {packaging: none}}]}
remedy: {choice: [refund, exchange], chosen_by: claimant}
fees:
  restocking:
    rows:
      - {id: F-SWAP, when: {remedy: exchange}, fee: none}
      - {id: F-DEAR, when: {item_price: {over: USD 500.00}, days_since.delivered: {at_least: 10}}, fee: 10% of item_price}
      - {id: F-STD, otherwise: true, fee: USD 5.00}
after_refusal: {rows: [{id: A-RMA, when: {missing: {has: rma}}, do: sent_back_to_sender}]}
tests:
  usual: {ordered: 2024-05-01, delivered: 2024-05-04, requested: 2024-05-10, item_price: USD 40.00, evidence: [rma], wanted: refund, packaging: none, condition: new_unused, brand: y, note: "12"}
  cases:
    - {name: plain, expect: {answer: accept, decided_by: [F-STD, D-RMA]}}
facts: {note: {type: word}}
"""  # noqa: E501


def untested(file: PolicyFile) -> dict[str, Fault]:
    found = [each for each in findings_before_publishing(file) if each.code == "row_untested"]
    return {str(each.sentence).split("`")[1]: each for each in found}


def pasted(fault: Fault) -> str:
    found = re.search(r"This test does: `(.*)`\.\Z", fault.sentence)
    assert found
    return f"    - {found[1]}\n"


def test_every_row_without_a_test_gets_one_that_reaches_it_and_passes() -> None:
    found = untested(load(POLICY, "test.yaml"))
    cases = "".join(map(pasted, found.values()))
    file = load(POLICY.replace("facts: {note", f"{cases}facts: {{note"), "test.yaml")

    assert list(found) == ["E-SOLD", "E-SEASON", "D-BOX", "F-SWAP", "F-DEAR", "A-RMA"]
    assert run_suite(file, native=False).failed == 0
    assert untested(file) == {}


def test_a_test_that_is_told_differs_little_from_what_is_usual() -> None:
    found = untested(load(POLICY, "test.yaml"))

    assert "given: {wanted: exchange}, expect: {answer: accept, decided_by: F-SWAP}" in (
        found["F-SWAP"].sentence
    )
    assert "given: {evidence: []}, expect: {answer: refuse, code: missing_authorization" in (
        found["A-RMA"].sentence
    )


SEASONS = """\
policy: acme/seasons
version: 1
effective: {from: 2024-01-01}
currency: USD
window:
  counted_from: delivered
  decide: longest
  rows:
    - {id: W-AUTUMN, when: {ordered: {between: [2024-09-01, 2024-09-30]}}, until: 2024-12-31}
    - {id: W-NOW, when: {ordered: {between: [2024-01-01, 2024-02-01]}}, until: 2024-06-30}
    - {id: W-SPRING, when: {delivered: {between: [2024-04-01, 2024-04-09]}}, days: 90}
    - {id: W-ELSE, otherwise: true, days: 30}
eligibility:
  rows:
    - {id: E-SOON, when: {days_since.delivered: {at_most: 2}}, answer: review, to_settle: whether}
    - {id: E-OLD, when: {days_since.ordered: {at_least: 300}}, answer: review, to_settle: whether}
tests:
  usual: {ordered: 2024-03-01, shipped: 2024-03-02, delivered: 2024-03-05, requested: 2024-03-20}
  cases: []
"""


@pytest.mark.parametrize("text", [POLICY, SEASONS], ids=["plain", "seasons"])
def test_nothing_is_asked_for_before_it_came_in_a_test_that_is_told(text: str) -> None:
    file = load(text, "test.yaml")
    surveys = surveys_of(*file.editions)
    dead = dead_rows(meaning_of(surveys), surveys)
    usual = to_data(parse(text, "test.yaml").get("tests"))["usual"]

    told = [*suggested_tests(file, run_suite(file, native=False), surveys, dead)]

    assert len(told) >= 6
    for each in told:
        assert each.case is not None, each.row
        given = {**usual, **each.case.get("given", {})}
        days = [given[name] for name in LIFE if given.get(name, "not_sent") != "not_sent"]
        assert days == sorted(days), (each.row, given)


def test_a_row_is_looked_for_where_no_row_before_it_decides() -> None:
    before = [f"{{id: G-{n}, when: {{quantity: {n}}}, do: keep}}" for n in range(1, 60) if n != 23]
    before += ["{id: G-X, when: {quantity: 23, brand: {not: x7}}, do: keep}"]
    rows = ", ".join([*before, "{id: G-LEFT, when: {quantity: {under: 60}}, do: donate}"])
    topics = f"goods: {{rows: [{rows}, {{id: G-ELSE, otherwise: true}}]}}\n"
    file = load("\n".join([*POLICY.splitlines()[:4], topics]), "test.yaml")
    surveys = surveys_of(*file.editions)
    dead = dead_rows(meaning_of(surveys), surveys)
    tried = surveys[0].bench.tries
    told = list(untested_findings(file, run_suite(file, native=False), surveys, dead))

    left = next(each for each in told if "`G-LEFT`" in each.sentence)
    assert left.example is not None
    assert left.example | {"quantity": 23, "brand": "x7"} == left.example
    assert surveys[0].bench.tries - tried <= 8 * len(told)


def test_a_row_that_can_never_decide_is_not_also_told_to_have_no_test() -> None:
    dead = POLICY.replace("{worse_than: used}", "{worse_than: used, better_than: used}")

    assert "E-SOLD" not in untested(load(dead, "test.yaml"))


def test_what_a_base_leaves_untested_is_only_a_warning_to_its_child() -> None:
    child = (
        "policy: acme/child\nversion: 1\nextends: acme/test@1\neffective: {from: 2024-01-01}\n"
        "changes: [{add: {id: F-NEW, when: {brand: q}, fee: none}, "
        "into: fees.restocking, before: F-SWAP, why: so}]\n"
    )
    found = untested(load(child, "child.yaml", lambda _name, _version: POLICY))

    assert (found["F-NEW"].level, found["F-DEAR"].level) == ("error", "warning")


def test_a_row_that_no_return_was_found_for_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_WAYS", 0)
    found = untested(load(POLICY, "test.yaml"))

    assert "No return was found that does" in found["F-SWAP"].sentence


def test_a_row_of_which_it_is_proven_that_none_does_is_told_that_instead() -> None:
    odd = "{id: F-ODD, when: {days_since.shipped: {between: [1, 2]}, shipped: null}, fee: none}"
    text = POLICY.replace("{id: F-STD,", f"{odd}\n      - {{id: F-STD,")

    assert "F-ODD" not in untested(load(text, "test.yaml"))


NATURAL = """\
policy: acme/test
version: 1
effective: {from: 2024-01-01}
currency: USD
values: {category: [lamp, sofa, tv]}
eligibility: {rows: [{id: E-MADE, when: {tags: {has_any: [made, cut, worn]}}, answer: refuse, code: final_sale}]}
window: {counted_from: invoiced, rows: [
  {id: W-FAULT, when: {reason: wrong_item}, within: 10 days},
  {id: W-ELSE, otherwise: true, within: 90 days}]}
return_shipping: {rows: [
  {id: S-LAMP, when: {category: [lamp, sofa]}, paid_by: nobody},
  {id: S-FAULT, when: {reason: wrong_item}, paid_by: supplier},
  {id: S-ELSE, otherwise: true, paid_by: retailer}]}
tests:
  usual: {ordered: 2024-05-01, invoiced: 2024-05-02, requested: 2024-07-20, category: lamp, reason: overstock}
  cases: [{name: plain, expect: {decided_by: [S-LAMP, W-ELSE]}}]
"""  # noqa: E501


def test_a_test_that_is_told_is_of_a_return_as_there_may_be_one() -> None:
    """It was invoiced before it comes back, its category is a word, and no tag is too much."""
    found = untested(load(NATURAL, "test.yaml"))

    assert sorted(found) == ["E-MADE", "S-ELSE", "S-FAULT", "W-FAULT"]
    assert len((found["E-MADE"].example or {})["tags"]) == 1  # type: ignore[arg-type]
    for fault in found.values():
        assert fault.example is not None
        assert fault.example["invoiced"] <= fault.example["requested"]  # type: ignore[operator]
        assert fault.example["category"] in ("lamp", "tv")
