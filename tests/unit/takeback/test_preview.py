"""`takeback preview` shows scenarios side by side, and what a draft would change."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from tests.unit.takeback.conftest import standard

Run = Callable[..., Result]
Write = Callable[[str, str], Path]

FACTS = "ordered: 2025-01-01\ndelivered: 2025-01-05\nitem_price: USD 40.00\n"


@pytest.fixture
def draft(policy: str, write: Write) -> str:
    """The typical policy with ten days more and a fee."""
    text = Path(policy).read_text(encoding="utf-8")
    write("draft.yaml", text.replace("days: 30", "days: 40") + "fees: {fee: USD 5.00}\n")
    return "draft.yaml"


def test_the_tests_of_the_policy_are_its_scenarios(run: Run, policy: str) -> None:
    result = run("preview", policy)

    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0].split() == ["scenario", "answer", "code", "last", "day", "fees", "net", "payer"]
    assert lines[1].startswith("the last day of the window still counts  accept  ok  ")
    assert lines[1].endswith("2025-02-04  -     USD 40.00  consumer")
    assert lines[2].endswith("outside_window  2025-02-04  -     -          -")
    assert lines[3] == "2 scenarios, by acme/standard@1 (returns.yaml)"


def test_a_file_is_one_scenario_or_many(run: Run, policy: str, write: Write) -> None:
    write("one.yaml", FACTS + "requested: 2025-01-20\n")
    usual = "".join(f"  {line}\n" for line in FACTS.splitlines())
    cases = (
        "cases:\n  - {name: soon, given: {requested: 2025-01-06}}\n  - {requested: 2025-03-01}\n"
    )
    write("many.yaml", f"usual:\n{usual}{cases}")
    write("list.json", '[{"ordered": "2025-01-01", "delivered": null, "requested": "2025-01-02"}]')

    result = run(
        "preview", policy, "--scenario", "one.yaml", "--scenario", "many.yaml",
        "--scenario", "list.json", "--format", "json",
    )  # fmt: skip

    found = json.loads(result.stdout)["scenarios"]
    assert [(each["name"], each["answer"]) for each in found] == [
        ("one", "accept"),
        ("soon", "accept"),
        ("case 2", "refuse"),
        ("case 1", "accept"),
    ]


def test_a_table_has_a_row_for_each_scenario(run: Run, policy: str, write: Write) -> None:
    head = "name,ordered,delivered,requested,item_price\n"
    rows = "late,2025-01-01,2025-01-02,2025-03-01,USD 9.00\n,2025-01-01,2025-01-02,2025-01-03,\n"
    write("cases.csv", head + rows)

    result = run("preview", policy, "--cases", "cases.csv", "--given", "item_price=USD 7.00")

    late, second = result.stdout.splitlines()[1:3]
    assert late.split()[:3] == ["late", "refuse", "outside_window"]
    assert second.startswith("row 2")
    assert "USD 7.00" in second


def test_a_return_of_several_lines_shows_where_they_differ(
    run: Run, policy: str, write: Write
) -> None:
    lines = "lines: [{delivered: 2025-01-05}, {delivered: 2024-12-01}]\n"
    write("two.yaml", f"ordered: 2024-11-01\nrequested: 2025-01-20\nitem_price: USD 40.00\n{lines}")

    result = run("preview", policy, "--scenario", "two.yaml", "--format", "json")

    (found,) = json.loads(result.stdout)["scenarios"]
    assert found["last_day"] == "2025-02-04 / 2024-12-31"
    assert found["net"] == "USD 40.00"


def test_what_a_test_decides_is_decided_here(run: Run, write: Write) -> None:
    """A line may lack a fact of the others; a return is no more certain than its lines."""
    write(
        "lines.yaml",
        """\
policy: acme/lines
version: 1
effective: {from: 2025-01-01}
currency: USD
remedy:
  rows:
    - {id: R-SWAP, when: {reason: wrong_size}, give: exchange}
    - {id: R-ELSE, otherwise: true, give: refund}
fees: {handling: {when: {reason: defective}, fee: USD 1.00, certainty: at_least}}
tests:
  usual: {ordered: 2025-03-01, requested: 2025-03-10, item_price: USD 9.00, label_cost: USD 1.00}
  cases:
    - name: swapped
      given: {reason: wrong_size, lines: [{}, {label_cost: not_sent}]}
      expect: {answer: accept, net_certainty: no_money}
    - name: at most
      given: {lines: [{reason: wrong_size}, {reason: defective}]}
      expect: {net: USD 8.00, net_certainty: at_most}
    - name: exact
      given: {lines: [{reason: wrong_size}, {reason: wrong_item}]}
      expect: {net: USD 9.00, net_certainty: exact}
""",
    )

    tested, shown = run("test", "lines.yaml"), run("preview", "lines.yaml", "--format", "json")

    assert "3 passed" in tested.stdout
    assert [each["net"] for each in json.loads(shown.stdout)["scenarios"]] == [
        "", "at most USD 8.00", "USD 9.00",
    ]  # fmt: skip
    told = run("explain", "lines.yaml", "--case", "swapped").stdout
    assert "Net      no money\n  By line  no money, no money" in told


def test_a_draft_is_held_against_a_file(run: Run, policy: str, draft: str) -> None:
    result = run("preview", draft, "--against", policy)

    lines = result.stdout.splitlines()
    assert lines[1].startswith("*  the last day")
    assert "2025-02-04 → 2025-02-14" in lines[1]
    assert "- → fee USD 5.00" in lines[1]
    assert "USD 40.00 → USD 35.00" in lines[1]
    assert "refuse → accept" in lines[2]
    assert lines[3].startswith("2 scenarios, 2 would change from acme/standard@1 (returns.yaml) to")


def test_a_draft_is_held_against_a_version(run: Run, policy: str, draft: str, write: Write) -> None:
    text = Path(draft).read_text(encoding="utf-8")
    write(draft, text.replace("version: 1", "version: 2"))

    result = run("preview", draft, "--against", "acme/standard@1", "--format", "json")

    data = json.loads(result.stdout)
    assert (data["policy"], data["against"]) == ("acme/standard@2", "acme/standard@1")
    assert data["scenarios"][1]["changed"] == ["answer", "code", "last_day", "fees", "net", "payer"]
    assert data["scenarios"][1]["before"]["answer"] == "refuse"
    missing = run("preview", draft, "--against", "acme/standard@7")
    assert missing.exit_code == 2
    assert "There is no `acme/standard@7` beside" in missing.stderr


def test_only_changes_are_shown_if_asked_for(run: Run, policy: str) -> None:
    result = run("preview", policy, "--against", policy, "--changes")

    assert result.stdout.splitlines() == [
        "2 scenarios, none would change from acme/standard@1 (returns.yaml) to "
        "acme/standard@1 (returns.yaml)"
    ]


def test_what_cannot_be_decided_is_said_beside_the_others(
    run: Run, policy: str, write: Write
) -> None:
    write("cases.csv", "ordered,requested\n2025-33-01,2025-01-03\n2025-01-01,2025-01-03\n")

    result = run("preview", policy, "--cases", "cases.csv")

    assert result.exit_code == 2
    assert "not decided  ordered: `2025-33-01` is not a day" in result.stdout
    assert result.stdout.splitlines()[2].startswith("row 2     ask")


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("--scenario", "a: [", "not_yaml"),
        ("--scenario", "cases: 3", "`cases` is a list"),
        ("--scenario", "cases: [3]", "is a map of facts"),
        ("--cases", "ordered\n1,2\n", "more cells than"),
        ("--cases", 'ordered\n"2025', "is not CSV"),
    ],
)
def test_a_wrong_file_of_scenarios_is_a_usage_error(
    run: Run, write: Write, option: str, text: str, said: str
) -> None:
    write("p.yaml", standard())
    write("x.yaml", text)

    result = run("preview", "p.yaml", option, "x.yaml", env={"COLUMNS": "200"})

    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


def test_no_scenarios_are_no_success(run: Run, policy: str, write: Write) -> None:
    write(policy, Path(policy).read_text(encoding="utf-8").partition("tests:")[0])

    result = run("preview", policy)

    assert result.exit_code == 2
    assert "has no tests to take scenarios from" in result.stderr
    assert run("preview", policy, "--given", "ordered=2025-01-01").exit_code == 0


def test_a_table_by_semicolons_is_told_as_such(run: Run, policy: str, write: Write) -> None:
    write("cases.csv", "ordered;requested\n2025-01-01;2025-01-03\n")

    result = run("preview", policy, "--cases", "cases.csv")

    assert result.exit_code == 2
    assert "separated by commas here" in " ".join(result.output.replace("│", " ").split())


def test_a_column_that_is_no_fact_is_refused_whatever_its_cells_hold(
    run: Run, policy: str, write: Write
) -> None:
    table = write("cases.csv", "name,deliverd,reason\na,,change_of_mind\n")

    done = run("preview", policy, "--cases", str(table))

    assert done.exit_code == 2
    assert "`deliverd`" in done.output
    assert "`delivered`" in done.output
