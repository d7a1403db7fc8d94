"""An eligibility row says all that its answer needs beside it."""

from collections.abc import Callable

import pytest

from engine.policy.faults import Fault
from engine.policy.model import Policy, Row, Verdict

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]

TWO = """\
eligibility:
  rows:
    - id: DAY-8
      when: {reason: defective}
      answer: two_readings
      code: conflict_in_text
      readings:
        - {id: A, answer: refuse, because: It is late.}
        - {id: B, answer: accept, sets: {fees.restocking: 15% of item_price, goods: keep}}
      we_take: none
"""


def rule(fields: str) -> str:
    return f"eligibility: {{rows: [{{id: A, when: {{reason: defective}}, {fields}}}]}}\n"


@pytest.mark.parametrize(
    "fields",
    [
        "answer: accept",
        "eligible: true",
        "answer: refuse, code: final_sale",
        "eligible: false, code: final_sale",
        "answer: review, to_settle: who pays",
        "answer: ask, missing: [photos]",
    ],
)
def test_an_answer_with_all_that_it_needs(faults: Faults, fields: str) -> None:
    assert faults(rule(fields)) == []


@pytest.mark.parametrize(
    ("fields", "code", "said"),
    [
        ("code: final_sale", "missing_key", "needs an `answer`"),
        ("answer: refuse", "missing_key", "needs a `code`"),
        ("eligible: false", "missing_key", "needs a `code`"),
        ("answer: review", "missing_key", "needs `to_settle`"),
        ("answer: ask", "missing_key", "needs `missing`"),
        ("answer: two_readings", "missing_key", "needs `readings`"),
        ("answer: deny", "unknown_word", "is not an answer"),
        ("answer: refuse, code: final_sal", "unknown_word", "Did you mean `final_sale`?"),
        ("answer: accept, belongs_to: carier", "unknown_word", "Did you mean `carrier`?"),
        (
            "answer: accept, we_take: none, "
            "readings: [{id: A, answer: accept}, {id: B, answer: refuse}]",
            "two_readings",
            "go with",
        ),
    ],
)
def test_an_answer_without_what_it_needs(faults: Faults, fields: str, code: str, said: str) -> None:
    (fault,) = faults(rule(fields))

    assert fault.code == code
    assert said in fault.sentence


def test_two_readings_hold_what_each_would_set(
    read: Read, row: Callable[[Policy, str], Row]
) -> None:
    body = row(read(TWO), "DAY-8").body

    assert isinstance(body, Verdict)
    assert [(each.id, each.answer) for each in body.readings] == [("A", "refuse"), ("B", "accept")]
    assert dict(body.readings[1].sets)["goods"] == "keep"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("      we_take: none\n", "", "two_readings"),
        ("we_take: none", "we_take: C", "two_readings"),
        ("we_take: none", "we_take: B", "missing_key"),
        ("id: B", "id: A", "two_readings"),
        ("answer: refuse, ", "", "missing_key"),
        ("goods: keep", "godds: keep", "unknown_key"),
        ("goods: keep", "goods: kep", "unknown_word"),
    ],
)
def test_two_readings_that_are_not_two(faults: Faults, before: str, after: str, code: str) -> None:
    assert code in [fault.code for fault in faults(TWO.replace(before, after))]


def test_only_a_deadline_gives_its_code_to_eligibility(faults: Faults) -> None:
    window = "window: {days: 30, counted_from: delivered}\n"
    good = window + rule("answer: refuse, code: from_deadline")
    bad = window + "fees: {a: {fee: none, code: from_deadline}}\n"

    assert faults(good) == []
    assert [fault.code for fault in faults(bad)] == ["unknown_word"]
