"""Rows have ids of their own, conditions, sentences whose placeholders are known, and defaults."""

from collections.abc import Callable

import pytest

from engine.dates import parse_day
from engine.policy.conditions import leaves
from engine.policy.faults import Fault
from engine.policy.model import Clock, Fee, Op, Policy, Row

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]
FindRow = Callable[[Policy, str], Row]

WINDOW = "window: {days: 30, counted_from: delivered}\n"


def fees(*rows: str, beside: str = "") -> str:
    listed = "".join(f"    - {{{row}}}\n" for row in rows)
    return f"fees:\n  a:\n{beside}    rows:\n{listed}"


@pytest.mark.parametrize(
    ("rows", "code", "said"),
    [
        (["when: {reason: expired}, fee: none"], "missing_key", "no `id`"),
        (["id: A B, otherwise: true, fee: none"], "wrong_type", "A row id is letters"),
        (["id: A, fee: none"], "wrong_shape", "either `when` or `otherwise: true`"),
        (["id: A, when: {reason: expired}, otherwise: true, fee: none"], "wrong_shape", "either"),
        (["id: A, otherwise: false, fee: none"], "wrong_shape", "the key is left out"),
        (["id: A, otherwise: yes, fee: none"], "wrong_type", "write `true`"),
        (["id: A, otherwise: true, fee: none, notes: x"], "unknown_key", "a row of `fees`"),
        (["id: A, otherwise: true, fee: none, code: nope"], "unknown_word", "a known code"),
        (
            ["id: A, otherwise: true, fee: none", "id: B, when: {reason: expired}, fee: none"],
            "unreachable",
            "`B` stands after the `otherwise` row `A`",
        ),
        (
            ["id: A, when: {reason: expired}, fee: none", "id: A, otherwise: true, fee: none"],
            "id_reused",
            "taken by the row in line 8",
        ),
    ],
)
def test_a_row_that_cannot_be_meant(faults: Faults, rows: list[str], code: str, said: str) -> None:
    found = faults(fees(*rows))

    assert code in [fault.code for fault in found]
    assert any(said in fault.sentence for fault in found)


def test_ids_are_unique_in_the_whole_policy(faults: Faults) -> None:
    promise = "must: [{id: A, outcome: {net: {at_least: USD 0.00}}}]\n"

    (fault,) = faults(fees("id: A, otherwise: true, fee: none") + promise)

    assert (fault.code, fault.source.line) == ("id_reused", 9)


def test_the_id_of_a_line_keeps_clear_of_written_ids(read: Read) -> None:
    policy = read(
        "deadlines: {late: {no_limit: true}}\n"
        "fees: {late: {fee: none}, b: {rows: [{id: LATE, otherwise: true, fee: none}]}}\n"
    )

    ids = [row.id for table in (*policy.deadlines, *policy.fees) for row in table.rows]

    assert ids == ["LATE-2", "LATE-3", "LATE"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Until <last_day>, or <request.last_moment>.",
        "Counted from <counted_from>, <days_left> days are left of <request.days_left>.",
        "You bought <category> for <item_price> and get <net>.",
        "Less than <5 kg> or a < b > c.",
    ],
)
def test_a_sentence_may_name_what_the_policy_knows(faults: Faults, sentence: str) -> None:
    row = f'id: A, otherwise: true, answer: accept, because: "{sentence}"'

    assert faults(WINDOW + f"eligibility: {{rows: [{{{row}}}]}}\n") == []


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Until <lastday>.", "Did you mean `last_day`?"),
        ("Until <Last_day>.", "Did you mean `last_day`?"),
        ("Until <reqest.last_day>.", "Did you mean `request.last_day`?"),
        ("Your <answer>.", "`<answer>` stands for nothing"),
    ],
)
def test_a_placeholder_that_stands_for_nothing(faults: Faults, sentence: str, said: str) -> None:
    row = f"id: A, when: {{reason: expired}}, answer: accept, for_agent: {sentence}"

    (fault,) = faults(WINDOW + f"eligibility: {{rows: [{{{row}}}]}}\n")

    assert fault.code == "unknown_placeholder"
    assert said in fault.sentence


def test_without_deadlines_there_is_no_last_day_to_name(faults: Faults) -> None:
    row = "id: A, otherwise: true, answer: accept, because: Until <last_day>."

    (fault,) = faults(f"eligibility: {{rows: [{{{row}}}]}}\n")

    assert fault.code == "unknown_placeholder"


def test_what_is_written_beside_rows_holds_for_each_of_them(read: Read, row: FindRow) -> None:
    policy = read(
        fees(
            "id: A, when: {reason: expired}, fee: none",
            "id: B, otherwise: true, fee: USD 5.00, per: line, clause: c7",
            beside="    per: return\n    clause: c1\n    when: {final_sale: true}\n",
        )
    )

    a, b = row(policy, "A"), row(policy, "B")

    assert isinstance(a.body, Fee)
    assert isinstance(b.body, Fee)
    assert (a.body.per, a.clause) == ("return", "c1")
    assert (b.body.per, b.clause) == ("line", "c7")
    assert [leaf.fact for leaf in leaves(a.when)] == ["final_sale", "reason"]
    assert [leaf.fact for leaf in leaves(b.when)] == ["final_sale"]


def test_a_row_with_another_end_replaces_the_end_beside_the_rows(read: Read, row: FindRow) -> None:
    policy = read("""
window:
  within: 30 days
  counted_from: delivered
  rows:
    - {id: A, when: {reason: expired}, until: 2025-01-31}
    - {id: B, otherwise: true}
""")

    a, b = row(policy, "A").body, row(policy, "B").body

    assert isinstance(a, Clock)
    assert isinstance(b, Clock)
    assert (a.within, a.until) == (None, parse_day("2025-01-31"))
    assert (str(b.within), b.until) == ("30 days", None)


def test_a_code_beside_rows_says_why_they_refuse(read: Read, row: FindRow) -> None:
    policy = read("""
eligibility:
  code: final_sale
  rows:
    - {id: A, when: {final_sale: true}, answer: refuse}
    - {id: B, otherwise: true, answer: accept}
""")

    assert (row(policy, "A").code, row(policy, "B").code) == ("final_sale", None)


def test_a_row_with_days_tests_the_date_that_picks_editions(read: Read, row: FindRow) -> None:
    policy = read(
        fees("id: A, otherwise: true, fee: none, effective: {from: 2024-05-01, until: 2024-05-31}")
    )

    found = leaves(row(policy, "A").when)

    days = [parse_day("2024-05-01"), parse_day("2024-05-31")]
    assert [(leaf.fact, leaf.op) for leaf in found] == [
        ("ordered", Op.AT_LEAST),
        ("ordered", Op.AT_MOST),
    ]
    assert [leaf.number for leaf in found] == days


def test_defaults_and_groups_cannot_blow_a_policy_up(faults: Faults) -> None:
    many = ", ".join(["{reason: expired}"] * 300)
    rows = [f"id: D-{number}, when: {{is: many}}, fee: none" for number in range(300)]

    found = faults(f"groups: {{many: {{any_of: [{many}]}}}}\n" + fees(*rows))

    assert [fault.code for fault in found] == ["too_large"]
