"""`takeback explain` decides one scenario and tells the whole story."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]
Write = Callable[[str, str], Path]

DATES = ("--given", "ordered=2025-03-01", "--given", "delivered=2025-03-05")
IN_TIME = (*DATES, "--given", "requested=2025-04-04")
LATE = (*DATES, "--given", "requested=2025-04-05")
PRICE = ("--given", "item_price=USD 40.00")


@pytest.fixture
def rich_policy(policy: str, write: Write) -> str:
    """The typical policy with a final sale, a fee, and a rate that partners agree on."""
    text = Path(policy).read_text(encoding="utf-8").partition("tests:")[0]
    more = """\
agreed:
  rate: {type: percent, default: 10%, at_most: 25%}
eligibility:
  rows:
    - {id: E-FINAL, when: {tags: {has: final_sale}}, answer: refuse, code: final_sale}
fees:
  restocking: {fee: agreed.rate of item_price}
"""
    write("rich.yaml", text + more)
    return "rich.yaml"


def test_the_answer_comes_first_and_the_rest_follows(run: Run, policy: str) -> None:
    result = run("explain", policy, *IN_TIME, *PRICE)

    assert result.exit_code == 0
    assert result.stdout.startswith("Accepted (ok): The return is accepted.\n")
    assert "account credit of USD 40.00" in result.stdout
    assert "deadlines.request  REQUEST  returns.yaml:12\n" in result.stdout
    assert "request  in time, last day 2025-04-04 (0 days left)" in result.stdout
    assert "30 days from delivered on 2025-03-05" in result.stdout


def test_a_refusal_says_what_would_have_helped(run: Run, policy: str) -> None:
    result = run("explain", policy, *LATE)

    assert result.stdout.startswith("Refused (outside_window): The last day was 2025-04-04;")
    assert "Rows that nearly held\n  deadlines.request: REQUEST (line 12), with" in result.stdout
    assert result.stdout.partition("Would be accepted with\n")[2].startswith(
        "  delivered 1 day later (2025-03-06)\n  requested 1 day earlier (2025-04-04)\n"
    )


def test_a_refusal_that_nothing_near_would_help_says_so(run: Run, policy: str) -> None:
    text = Path(policy).read_text(encoding="utf-8").partition("tests:")[0]
    row = "{id: E-ALL, otherwise: true, answer: refuse, code: final_sale}"
    Path(policy).write_text(f"{text}eligibility:\n  rows: [{row}]\n", encoding="utf-8")

    result = run("explain", policy, *IN_TIME)
    data = json.loads(run("explain", policy, *IN_TIME, "--format", "json").stdout)

    assert "Would be accepted with\n  no change of up to 3 facts\n" in result.stdout
    assert data["would_accept"] == {"changes": [], "complete": True}


def test_what_moved_the_last_day_is_told(run: Run, policy: str) -> None:
    text = Path(policy).read_text(encoding="utf-8").partition("tests:")[0]
    clock = (
        "within: 1 month, extended_by: 1 month, counted_from: {first_known: [{date: delivered, "
        "plus: 4 days}]}, pauses: {from: repair_asked, to: repair_done}"
    )
    old = next(line for line in text.splitlines() if line.startswith("window:"))
    Path(policy).write_text(text.replace(old, f"window: {{{clock}}}"), encoding="utf-8")
    days = ("--given", "repair_asked=2025-03-20", "--given", "repair_done=2025-03-25")

    told = " ".join(run("explain", policy, *IN_TIME, *days).stdout.split())

    assert "1 month extended by 1 month from 2025-03-09, 4 days after delivered" in told
    assert "from repair_asked on 2025-03-20 to repair_done on 2025-03-25 do not count" in told


@pytest.mark.parametrize(("taken", "asked"), [("none", "2025-05-20"), ("A", "2025-05-20")])
def test_what_moved_the_last_day_of_a_reading_is_told(
    run: Run, policy: str, taken: str, asked: str
) -> None:
    text = Path(policy).read_text(encoding="utf-8").partition("tests:")[0]
    old = next(line for line in text.splitlines() if line.startswith("window:"))
    clock = (
        f"deadlines:\n  request:\n    we_take: {taken}\n    code: anchor_not_stated\n"
        "    readings:\n"
        "      - {id: A, within: 60 days, extended_by: 1 month, counted_from: ordered, "
        "because: A., pauses: {from: repair_asked, to: repair_done}}\n"
        "      - {id: B, within: 60 days, counted_from: delivered, roll: next_business_day, "
        "because: B.}\n"
    )
    Path(policy).write_text(text.replace(old, clock), encoding="utf-8")
    days = ("--given", "repair_asked=2025-03-20", "--given", "repair_done=2025-03-25")

    result = run("explain", policy, *IN_TIME, *days, "--given", f"requested={asked}")
    told = " ".join(result.stdout.split())

    assert "60 days extended by 1 month from ordered on 2025-03-01" in told
    assert "from repair_asked on 2025-03-20 to repair_done on 2025-03-25 do not count" in told
    rolled = "B: 60 days from delivered on 2025-03-05; an end on a day of rest moves on"
    assert (rolled in told) is (taken == "none")


def test_what_made_the_money_was_asked_for(run: Run, policy: str) -> None:
    text = Path(policy).read_text(encoding="utf-8").partition("tests:")[0]
    Path(policy).write_text(f"{text}outbound_shipping: {{refund: full}}\n", encoding="utf-8")
    more = (*PRICE, "--given", "outbound_paid=USD 5.00", "--given", "brand=x")

    told = run("explain", policy, *IN_TIME, *more).stdout

    assert "Sent, but no row asks for it\n  brand\n" in told


def test_lists_and_agreed_values_are_read(run: Run, rich_policy: str) -> None:
    refused = run("explain", rich_policy, *IN_TIME, "--given", "tags=[final_sale]")
    accepted = run("explain", rich_policy, *IN_TIME, *PRICE, "--agreed", "rate=25%")

    assert refused.stdout.startswith("Refused (final_sale)")
    assert "value 40.00 - fees 10.00" in accepted.stdout


def test_an_agreed_value_out_of_bounds_is_a_fault(run: Run, rich_policy: str) -> None:
    result = run("explain", rich_policy, "--agreed", "rate=30%")

    assert result.exit_code == 1
    assert "out_of_bounds" in result.stderr


def test_a_case_gives_the_scenario_and_given_changes_it(run: Run, policy: str) -> None:
    name = "the last day of the window still counts"

    as_tested = run("explain", policy, "--case", name)
    later = run("explain", policy, "--case", name, "--given", "requested=2025-03-01")

    assert as_tested.stdout.startswith("Accepted")
    assert later.stdout.startswith("Refused")


def test_a_fact_can_be_taken_away(run: Run, policy: str) -> None:
    result = run("explain", policy, *IN_TIME, *PRICE, "--given", "item_price=not_sent")

    assert "net waits for item_price" in result.stdout


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("facts.yaml", "delivered: 2025-03-05\nrequested: 2025-04-05\n"),
        ("facts.json", '{"delivered": "2025-03-05", "requested": "2025-04-05"}'),
    ],
)
def test_facts_come_from_a_file(run: Run, policy: str, write: Write, name: str, text: str) -> None:
    write(name, text)

    result = run("explain", policy, "--given-file", name)

    assert result.stdout.startswith("Refused (outside_window)")


def test_several_lines_are_a_whole_return(run: Run, policy: str) -> None:
    lines = ("--line", "item_price=USD 40.00", "--line", "{item_price: USD 2.00, quantity: 2}")

    result = run("explain", policy, *IN_TIME, *lines)

    assert result.stdout.startswith("Accepted (ok): 2 lines: 2 accepted.")
    assert "By line  USD 40.00, USD 2.00" in result.stdout
    assert "Line 2 of 2" in result.stdout


def test_json_is_the_whole_record(run: Run, policy: str) -> None:
    found = json.loads(run("explain", policy, *LATE, "--format", "json").stdout)

    assert (found["answer"], found["code"]) == ("refuse", "outside_window")
    assert found["policy"]["id"] == "acme/standard"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--given", "ordered"), "is not `name=value`"),
        (("--given", "tags=[a"), "is not a list"),
        (("--given", "dlivered=2025-01-01"), "Did you mean `delivered`?"),
        (("--given", "ordered=yesterday"), "is not a date"),
        (("--case", "one day latr is too late"), "Did you mean `one day later is too late`?"),
        (("--given-file", "none.yaml"), "There is no file"),
    ],
)
def test_wrong_input_is_one_sentence_and_exit_code_2(
    run: Run, policy: str, arguments: tuple[str, ...], said: str
) -> None:
    result = run("explain", policy, *arguments)

    words = " ".join(result.stderr.replace("│", " ").split())
    assert result.exit_code == 2
    assert said in words
    assert "Traceback" not in result.stderr


def test_an_order_before_the_first_day_is_mentioned(run: Run, policy: str) -> None:
    result = run("explain", policy, "--given", "ordered=2024-12-31")

    assert "acme/standard@1 is not in force on the day it was ordered." in result.stderr


def test_lines_stay_within_80_columns_and_without_colour(run: Run, rich_policy: str) -> None:
    result = run("explain", rich_policy, *IN_TIME, *PRICE, "--given", "tags=[a, b, c, d, e]")

    assert "\x1b" not in result.stdout
    assert all(len(line) <= 80 and line == line.rstrip() for line in result.stdout.splitlines())


def test_a_count_of_one_is_not_shown_as_a_yes(run: Run, policy: str) -> None:
    asked = (*IN_TIME, *PRICE, "--given", "quantity=1", "--given", "line_count=0")

    result = run("explain", policy, *asked, "--given", "opened=true")

    told = " ".join(result.stdout.partition("Facts sent")[2].split())
    assert "quantity 1; line_count 0; opened true" in told
