# ruff: noqa: E501 - rows read best in one line
"""Rows that cannot matter are named, with the rows that beat them and a return that shows it."""

import pytest

from engine.meaning.difference import Budget
from engine.policy.editions import load
from engine.policy.faults import Fault, Level
from engine.publishing.checks import asked
from tests.meanings import meaning_findings
from tests.unit.decision.building import decider, policy_of, rows


def found(topics: str, **header: str) -> list[Fault]:
    return list(meaning_findings(policy_of(topics, **header)))


def goods(*rows: str) -> str:
    return f"goods: {{rows: [{', '.join(rows)}, {{id: G-ELSE, otherwise: true}}]}}\n"


def row(name: str, when: str, do: str = "keep") -> str:
    return f"{{id: {name}, when: {when}, do: {do}}}"


# --- always beaten --------------------------------------------------------------------------------


def test_a_row_is_beaten_by_a_wider_one_before_it() -> None:
    topics = goods(row("G-WIDE", "{brand: x}"), row("G-BOTH", "{brand: x, quantity: 2}", "donate"))
    (fault,) = found(topics)

    assert (fault.code, fault.level) == ("unreachable", Level.ERROR)
    assert "`G-BOTH` never decides: wherever it holds, `G-WIDE` is asked before it." in str(fault)
    assert fault.example is not None
    assert fault.example | {"brand": "x", "quantity": 2} == fault.example
    assert rows(decider(topics).decide(fault.example), "goods") == ["G-WIDE"]


def test_several_rows_together_beat_one() -> None:
    low, high = row("G-LOW", "{quantity: {under: 5}}"), row("G-HIGH", "{quantity: {at_least: 5}}")
    null = row("G-NULL", "{quantity: null}", "donate")
    lost, last = found(goods(low, high, null, row("G-X", "{brand: x}", "destroy")))

    assert "`G-LOW`, `G-HIGH` and `G-NULL` are asked before it" in lost.sentence
    assert "`G-ELSE` never decides" in last.sentence
    assert (lost.level, last.level) == (Level.ERROR, Level.WARNING)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{quantity: {under: 5}}", "{quantity: {at_most: 5}}"),
        ("{brand: {not: x}}", "{brand: x, label: y}"),
        ("{brand: x}", "{label: x}"),
        ("{tags: {has: a}}", "{tags: {has: b}}"),
        ("{shipped: unknown}", "{shipped: {under: 2024-01-01}}"),
    ],
)
def test_a_row_with_a_return_of_its_own_is_not_called_beaten(first: str, second: str) -> None:
    assert found(goods(row("G-1", first), row("G-2", second, "donate"))) == []


def test_a_row_that_only_unknown_facts_could_reach_is_beaten() -> None:
    (fault,) = found(goods(row("G-1", "{quantity: {at_least: 1}}"), row("G-2", "{quantity: 3}", "donate")))  # fmt: skip

    assert fault.code == "unreachable"


WINDOW = "window: {{decide: {decide}, counted_from: delivered, rows: [{rows}]}}\n"


@pytest.mark.parametrize(
    ("decide", "rows", "lost"),
    [
        ("longest", "{id: A, when: {brand: x}, days: 14}, {id: B, otherwise: true, days: 30}", "A"),
        ("longest", "{id: A, when: {brand: x}, days: 30}, {id: B, otherwise: true, days: 14}", ""),
        ("shortest", "{id: A, when: {brand: x}, days: 45}, {id: B, otherwise: true, days: 30}", "A"),
        ("longest", "{id: A, when: {brand: x}, days: 30}, {id: B, otherwise: true, days: 30}", ""),
        ("longest", "{id: A, when: {brand: x}, within: 1 month}, {id: B, otherwise: true, days: 32}", "A"),
        ("longest", "{id: A, when: {brand: x}, until: 2024-05-01}, {id: B, otherwise: true, days: 31}", ""),
        ("longest", "{id: A, when: {brand: x}, until: 2024-05-01}, {id: B, otherwise: true, until: 2024-06-01}", "A"),
    ],
)  # fmt: skip
def test_a_clock_that_another_always_outlasts_never_decides(decide: str, rows: str, lost: str) -> None:  # fmt: skip
    faults = found(WINDOW.format(decide=decide, rows=rows))

    assert [each.sentence.split("`")[1] for each in faults] == [lost] * bool(lost)


@pytest.mark.parametrize(
    ("decide", "fee", "lost"),
    [
        ("highest", "5% of item_price", True),
        ("highest", "25% of item_price", False),
        ("highest", "5% of base", False),
        ("lowest", "25% of item_price", True),
        ("lowest", "none", False),
        ("highest", "none", True),
    ],
)
def test_a_fee_that_another_always_outweighs_never_decides(
    decide: str, fee: str, lost: bool
) -> None:
    topics = (
        f"fees: {{a: {{decide: {decide}, rows: ["
        "{id: F-ALL, when: {quantity: {at_least: 1}}, fee: 10% of item_price}, "
        f"{{id: F-X, when: {{quantity: 2}}, fee: {fee}}}]}}}}\n"
    )

    assert [each.code for each in found(topics)] == ["unreachable"] * lost


# --- never true -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("{quantity: {over: 3}, is: few}", "`quantity` over 3 and `quantity` at most 2 cannot both be"),
        ("{answer: refuse}", "`answer` is never refuse"),
        ("{remedy: exchange}", "`remedy` is never exchange"),
        ("{request: early}", "`request.state` is never early"),
        ("{failed: {has: D-NONE}}", "`failed` is never has D-NONE"),
        ("{delivered: {under: 2024-01-01}, ordered: {over: 2024-02-01}}", "`delivered` under 2024-01-01 and `ordered` over 2024-02-01 cannot both be"),
        ("{days_since.ordered: {under: 0}}", "`days_since.ordered` is never under 0"),
        ("{request: in_time, days_left: {under: 0}}", "`request.days_left` is never under 0"),
        ("{item_price: {under: USD 0.00}}", "`item_price` is never under USD 0.00"),
    ],
)  # fmt: skip
def test_a_row_that_holds_for_no_return_is_told_why(when: str, why: str) -> None:
    head = "groups: {few: {quantity: {at_most: 2}}}\nwindow: {days: 30, counted_from: delivered}\n"
    faults = found(head + goods(row("G-1", when)))

    assert [each.code for each in faults] == ["never_true"]
    assert why in faults[0].sentence


def test_a_season_outside_the_days_of_the_policy_is_never_true() -> None:
    season = goods(row("G-XMAS", "{ordered: {between: [2025-12-01, 2025-12-24]}}"))
    (fault,) = found(season, effective="{from: 2024-01-01, until: 2025-11-30}")

    assert fault.code == "never_true"
    assert "in force for what was ordered from 2024-01-01 to 2025-11-30" in fault.sentence
    assert "`G-ELSE` decides" in fault.sentence
    assert found(season, effective="{from: 2024-01-01, until: 2025-12-01}") == []


def test_the_date_that_picks_the_edition_is_the_one_that_is_bound() -> None:
    season = goods(row("G-XMAS", "{ordered: {under: 2024-01-01}}"))

    assert found(season, effective="{from: 2024-01-01}", applies_by="requested") == []


def test_a_row_that_one_edition_of_a_file_needs_is_left_alone() -> None:
    base = "policy: acme/base\nversion: 1\neffective: {from: 2024-01-01}\ncurrency: USD\n" + goods(
        row("G-JUNE", "{ordered: {between: [2024-06-01, 2024-06-30]}}")
    )
    child = (
        "policy: acme/child\nversion: 1\nextends: acme/base@1\neffective: {from: 2024-01-01}\n"
        "changes: [{set: goods.G-ELSE.do, to: keep, why: so, effective: {from: 2024-03-01}}]\n"
    )
    file = load(child, "child.yaml", lambda _name, _version: base)

    assert len(file.editions) == 2
    assert not [each for each in meaning_findings(*file.editions) if each.code == "never_true"]


def test_what_comes_from_a_base_is_only_a_warning_to_the_child() -> None:
    base = "policy: acme/base\nversion: 1\neffective: {from: 2024-01-01}\ncurrency: USD\n" + goods(
        row("G-JUNE", "{ordered: {between: [2024-06-01, 2024-06-30]}}", "donate")
    )
    child = "policy: acme/child\nversion: 1\nextends: acme/base@1\neffective: {from: 2025-01-01}\n"
    file = load(child, "child.yaml", lambda _name, _version: base)
    (fault,) = meaning_findings(*file.editions)

    assert (fault.code, fault.level) == ("never_true", Level.WARNING)
    assert fault.source.file == "acme/base@1"
    assert fault.sentence.startswith("In `acme/child@1`: `G-JUNE` never holds: ")


# --- one row too many -----------------------------------------------------------------------------


def test_neighbours_that_meet_and_give_the_same_are_one_row_too_many() -> None:
    (fault,) = found(goods(row("G-1", "{brand: x}"), row("G-2", "{label: x}")))

    assert (fault.code, fault.level) == ("same_outcome", Level.WARNING)
    assert "`G-1` and `G-2`" in fault.sentence
    assert "For a return with label x, brand x, `G-1` decides." in fault.sentence
    assert fault.example is not None
    assert fault.example | {"brand": "x", "label": "x"} == fault.example


def test_neighbours_that_meet_only_where_an_earlier_row_decides_may_give_the_same() -> None:
    first = row("G-BOTH", "{brand: x, label: x}", "donate")

    assert found(goods(first, row("G-1", "{brand: x}"), row("G-2", "{label: x}"))) == []


def test_rows_that_hold_on_other_days_cannot_be_one() -> None:
    dated = row("G-1", "{brand: x}").replace("when:", "effective: {from: 2024-06-01}, when:")

    assert found(goods(dated, row("G-2", "{label: x}"))) == []


def test_neighbours_that_never_meet_may_give_the_same() -> None:
    assert found(goods(row("G-1", "{brand: x}"), row("G-2", "{brand: y}"))) == []


def of_a_child(*changes: str) -> list[Fault]:
    """What is said of a child whose base has two rows that meet and give what differs."""
    base = "policy: acme/base\nversion: 1\neffective: {from: 2024-01-01}\ncurrency: USD\n" + goods(
        row("G-1", "{brand: x}"), row("G-2", "{label: x}", "donate")
    )
    child = (
        "policy: acme/child\nversion: 1\nextends: acme/base@1\neffective: {from: 2024-01-01}\n"
        f"changes: [{', '.join(changes)}]\n"
    )
    file = load(child, "child.yaml", lambda _name, _version: base)
    return list(meaning_findings(*file.editions))


def test_two_rows_of_a_base_are_not_called_one_too_many_in_a_child() -> None:
    assert of_a_child("{set: goods.G-2.do, to: keep, why: terms}") == []


def test_a_row_of_a_child_that_says_what_its_base_says_is_one_too_many() -> None:
    (fault,) = of_a_child(
        "{add: {id: G-3, when: {tags: {has: m}}, do: keep}, into: goods, before: G-1, why: terms}"
    )

    assert fault.sentence.startswith("`G-3` and `G-1` give the same")
    assert str(fault.source) == "child.yaml:5:17"


# --- more than is worked through ------------------------------------------------------------------


def test_what_is_too_much_to_work_through_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "BUDGET", Budget(cases=0))
    faults = found(goods(row("G-X", "{brand: x}")))

    assert {(each.code, each.level) for each in faults} == {("not_proved", Level.WARNING)}


def test_rows_that_overlap_are_worked_through_however_many_they_are() -> None:
    wide = [
        row(
            f"G-{n}",
            f"{{quantity: {{between: [{n + 1}, {n + 40}]}}, item_price: {{between: "
            f"[USD {n}.00, USD {3 * n + 30}.00]}}, brand: {{not: b{n % 7}}}}}",
            f"{'donate' if n % 2 else 'destroy'}",
        )
        for n in range(101)
    ]

    assert found(goods(*wide, row("G-X", "{brand: x}"))) == []
