"""`takeback compare` says what changes between two policies, and what it does not know."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]
Write = Callable[[str, str], Path]


@pytest.fixture
def draft(policy: str, write: Write) -> str:
    """The typical policy with ten days more and a fee."""
    text = Path(policy).read_text(encoding="utf-8").partition("tests:")[0]
    write("draft.yaml", text.replace("days: 30", "days: 40") + "fees: {fee: USD 5.00}\n")
    return "draft.yaml"


def test_each_change_is_said_with_a_return_that_shows_it(run: Run, policy: str, draft: str) -> None:
    result = run("compare", policy, draft)

    assert result.exit_code == 1
    assert "answer: 1 change\n  refuse → accept\n" in result.stdout
    assert "where requested is 31 to 40 days after delivered" in result.stdout
    assert (
        "net: 1 change\n  USD 100.00 → USD 95.00 (for example)\n"
        "    where item_price is at least USD 0.01\n" in result.stdout
    )
    assert "4 changes, 4 shown by a return that both decided." in result.stdout
    assert "Proven complete: answer, code, last day, fees, net" in result.stdout


def test_the_same_policy_is_proven_to_change_nothing(run: Run, policy: str) -> None:
    result = run("compare", policy, policy)

    assert result.exit_code == 0
    assert "No return of this kind is decided otherwise: this is proven." in result.stdout


def test_programs_get_every_change(run: Run, policy: str, draft: str) -> None:
    result = run("compare", policy, draft, "--format", "json")

    found = json.loads(result.stdout)
    fields = {each["field"]: each["changes"] for each in found["fields"]}
    assert found["proven"] is True
    assert [name for name, changes in fields.items() if changes] == [
        "answer",
        "last_day",
        "fee",
        "net",
    ]
    (change,) = fields["answer"]
    assert (change["before"], change["after"]) == ("refuse", "accept")
    assert change["where"] == ["requested is 31 to 40 days after delivered"]
    assert (change["example"]["before"], change["example"]["after"]) == ("refuse", "accept")


def test_a_pull_request_gets_tables(run: Run, policy: str, draft: str) -> None:
    result = run("compare", policy, draft, "--format", "markdown")

    assert result.stdout.startswith("## From `acme/standard@1` to `acme/standard@1`\n")
    assert "### Answer: 1 change" in result.stdout
    assert (
        "| refuse → accept | requested is 31 to 40 days after delivered | as for" in result.stdout
    )


def test_an_override_is_compared_with_its_base(run: Run, policy: str, write: Write) -> None:
    text = Path(policy).read_text(encoding="utf-8").partition("tests:")[0]
    write(policy, f"{text}partners_may: {{deadlines: anything}}\n")
    write(
        "theirs.yaml",
        "policy: acme/theirs\nversion: 1\nextends: acme/standard@1\n"
        "effective: {from: 2025-06-01}\nfor: {retailer: them}\n"
        "changes:\n  - {set: window.days, to: 45, why: contract}\n",
    )

    result = run("compare", "theirs.yaml")

    assert "requested is 31 to 45 days after delivered" in result.stdout
    assert result.exit_code == 1


def test_without_a_day_the_days_that_are_compared_are_named(
    run: Run, policy: str, write: Write
) -> None:
    text = Path(policy).read_text(encoding="utf-8").partition("tests:")[0]
    write(policy, f"{text}partners_may: {{deadlines: anything}}\n")
    write(
        "theirs.yaml",
        "policy: acme/theirs\nversion: 1\nextends: acme/standard@1\n"
        "effective: {from: 2025-06-01}\nfor: {retailer: them}\n"
        "changes:\n  - {set: window.days, to: 45, why: contract, "
        "effective: {from: 2025-07-01, until: 2025-08-31}}\n",
    )

    last, within = (
        run("compare", "theirs.yaml"),
        run("compare", "theirs.yaml", "--on", "2025-07-15"),
    )

    assert last.exit_code == 0
    assert "compared is what it says from 2025-09-01 on." in " ".join(last.stderr.split())
    assert within.exit_code == 1
    assert "compared is" not in within.stderr


def test_policies_of_two_currencies_are_not_compared(run: Run, policy: str, write: Write) -> None:
    text = Path(policy).read_text(encoding="utf-8").partition("tests:")[0]
    write("euro.yaml", text.replace("currency: USD", "currency: EUR"))

    result = run("compare", policy, "euro.yaml")

    assert result.exit_code == 2
    assert "pays in USD" in result.stderr
    assert result.stdout == ""


def test_a_count_is_a_number_and_a_cap_is_shown_where_it_binds(run: Run, write: Write) -> None:
    text = (
        "policy: acme/counted\nversion: 1\neffective: {from: 2025-01-01}\ncurrency: USD\n"
        "facts:\n  prior: {type: count, counter: trials, per: household, over: lifetime, "
        "told_by: supplier}\nwindow: {within: 30 days, counted_from: delivered}\n"
        "limits: {once: {used: prior, adds: 1, at_most: 1}}\n"
        "fees: {restocking: {fee: {amount: 20% of item_price, at_most: USD 50.00}}}\n"
    )
    write("counted.yaml", text)
    write("more.yaml", text.replace("30 days", "60 days").replace("50.00", "60.00"))

    result = run("compare", "counted.yaml", "more.yaml")

    assert "where prior is 0; requested is 31 to 60 days after delivered" in result.stdout
    assert "where prior is at least 1; requested is 31 to 60 days after delivered" in result.stdout
    assert ", prior 0" in result.stdout
    assert ", prior 1" in result.stdout
    assert "where item_price is at least USD 250.03" in result.stdout
    assert "fees, net, who pays the way back" in result.stdout.partition("Proven complete: ")[2]


def test_other_words_are_named_where_any_word_may_come(run: Run, write: Write) -> None:
    kinds = ", ".join(f"c{number}" for number in range(1, 9))
    text = (
        "policy: acme/words\nversion: 1\neffective: {from: 2025-01-01}\ncurrency: USD\nwindow:\n"
        f"  rows:\n    - {{id: W-90, when: {{category: [{kinds}]}}, within: 90 days, "
        "counted_from: delivered}\n    - {id: W-ANY, otherwise: true, no_limit: true}\n"
    )
    write("words.yaml", text)
    write("fewer.yaml", text.replace("90 days", "60 days"))

    result = run("compare", "words.yaml", "fewer.yaml")

    assert "category is c1, c2, c3, c4, c5, c6, c7 or c8; requested is 61 to 90" in result.stdout
    assert "None" not in result.stdout


def test_of_a_first_edition_it_is_said_that_there_was_none_before(run: Run, policy: str) -> None:
    result = run("compare", policy)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert "`acme/standard@1` extends nothing, and there was no edition of it before." in " ".join(
        result.stderr.split()
    )


def test_a_file_is_compared_with_the_version_before_that_lies_beside_it(
    run: Run, policy: str, write: Write
) -> None:
    text = Path(policy).read_text(encoding="utf-8").partition("tests:")[0]
    later = text.replace("version: 1", "version: 2").replace("days: 30", "days: 40")
    write("later.yaml", later)

    result = run("compare", "later.yaml")

    assert result.stdout.startswith("From acme/standard@1 to acme/standard@2\n")
    assert "where requested is 31 to 40 days after delivered" in result.stdout


def test_partners_with_other_terms_are_not_called_unchanged(run: Run, write: Write) -> None:
    text = """\
policy: acme/terms
version: 1
effective: {from: 2025-01-01}
currency: USD
agreed:
  days: {type: length, default: 30 days}
  label: {type: money, default: USD 5.00}
window: {within: agreed.days, counted_from: delivered}
fees: {label: {fee: agreed.label}}
"""
    write("terms.yaml", text)
    write("fixed.yaml", text.replace("within: agreed.days", "within: 30 days"))

    fixed, same = run("compare", "terms.yaml", "fixed.yaml"), run("compare", *2 * ("terms.yaml",))

    assert (fixed.exit_code, same.exit_code) == (2, 0)
    assert "something else (`days` 30 days, `label` USD 5.00). For partners" in fixed.stdout
    assert "other terms" not in same.stdout


def test_a_draft_is_compared_with_what_is_in_force_on_its_first_day(
    run: Run, policy: str, write: Write
) -> None:
    text = Path(policy).read_text(encoding="utf-8").partition("tests:")[0]

    def version(number: int, first: str, days: int) -> str:
        name = f"v{number}.yaml"
        said = re.sub(r"version: \d+", f"version: {number}", text)
        said = re.sub(r"effective: {from: [\d-]+}", f"effective: {{from: {first}}}", said)
        write(name, said.replace("days: 30", f"days: {days}"))
        return name

    for name in (version(1, "2091-01-01", 30), version(2, "2091-06-01", 20)):
        done = run("publish", name, "--owner", "acme", "--database", "sqlite:///to-come.sqlite")
        assert done.exit_code == 0, done.output
    draft = version(3, "2091-03-01", 25)

    result = run("compare", draft, "--database", "sqlite:///to-come.sqlite")

    assert result.exit_code == 1, result.output
    assert result.stdout.startswith("From acme/standard@1 to acme/standard@3")
