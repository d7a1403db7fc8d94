"""The overview, whose numbers lead to their lists, and the report of a period."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest

from dashboard.address import Address
from dashboard.overview.figures import cards, outcomes, reasons, summed
from dashboard.overview.period import period_of
from dashboard.overview.report import rows
from dashboard.overview.waiting import tasks
from dashboard.writing.sheets import cell
from tests.dashboard import making
from tests.dashboard.reading import read
from tests.dashboard.world import EVERYBODY, OTHER, RETAILER, SUPPLIER, Who, World

TODAY = date(2026, 11, 29)
LINKS = re.compile(r'href="(/(?:returns|payments|stock|orders)[^"]*)"')


@pytest.mark.parametrize("who", EVERYBODY, ids=lambda each: f"{each[0]}-{each[1]}")
def test_every_number_leads_to_a_list_that_is_there(world: World, who: Who) -> None:
    person = world.person(who)
    found = {each.replace("&amp;", "&") for each in LINKS.findall(person.get("/overview").text)}

    answers = {each: person.get(each).status_code for each in found}

    assert set(answers.values()) == {200}, answers


def test_what_waits_for_one_side_is_told_to_the_other_as_such(world: World) -> None:
    supplier, other = (world.person(each).get("/overview").text for each in (SUPPLIER, OTHER))
    retailer = world.person(RETAILER).get("/overview").text

    assert "1 to settle" in supplier or "stuck payments" in supplier
    assert "Waiting for your retailers" in other
    assert "1 to send back" in other
    assert retailer.index("Waiting for you") < retailer.index("1 to send back")


def test_the_start_page_is_the_overview(world: World) -> None:
    assert world.person(SUPPLIER).get("/").headers["location"] == "/overview"


def test_one_of_a_thing_is_written_as_one(world: World) -> None:
    text = world.person(SUPPLIER).get("/overview").text

    assert not re.search(r">1 (settlements|return lines)<", text)


def test_a_period_without_returns_says_so_and_counts_none(world: World) -> None:
    text = world.person(SUPPLIER).get("/overview?from=2020-01-01&to=2020-01-31").text

    assert "No returns were requested in this period." in text
    assert "1 Jan 2020 to 31 Jan 2020" in text


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ({}, "2026-10-31", "2026-11-29"),
        ({"from": "2026-11-01"}, "2026-11-01", "2026-11-29"),
        ({"from": "2026-01-01", "to": "2026-01-31"}, "2026-01-01", "2026-01-31"),
        ({"from": "2026-12-24"}, "2026-10-31", "2026-11-29"),
        ({"from": "0001-01-01", "to": "9999-12-31"}, "2026-10-31", "2026-11-29"),
        ({"from": "1990-01-01"}, "2026-10-31", "2026-11-29"),
        ({"from": "20260101", "to": "soon"}, "2026-10-31", "2026-11-29"),
    ],
)
def test_a_period_that_makes_no_sense_is_the_usual_one(
    said: dict[str, str], first: str, last: str
) -> None:
    found = period_of(Address("/overview", said), TODAY)

    assert (str(found.first), str(found.last)) == (first, last)


@pytest.mark.parametrize("said", [{"from": "31.12.2026"}, {"to": "soon"}, {"from": "2026-13-01"}])
def test_days_that_cannot_be_read_are_told(said: dict[str, str]) -> None:
    assert period_of(Address("/report", said), TODAY).instead
    assert not period_of(Address("/report", {}), TODAY).instead


@pytest.mark.parametrize(
    ("days", "by"), [("2026-11-01", "DAY"), ("2026-07-01", "WEEK"), ("2025-12-01", "MONTH")]
)
def test_a_chart_has_columns_that_can_be_told_apart(days: str, by: str) -> None:
    assert period_of(Address("/overview", {"from": days}), TODAY).by == by


def amount(text: str, currency: str = "USD") -> dict[str, str]:
    return {"amount": text, "currency": currency}


def moved(way: str, state: str, text: str, count: int = 1) -> dict[str, object]:
    return {"way": way, "state": state, "count": count, "amount": amount(text)}


def test_sums_are_exact_and_currencies_stay_apart() -> None:
    found = summed([amount("0.10"), amount("0.20"), amount("5", "JPY")])

    assert found == [amount("5", "JPY"), amount("0.30")]


def test_each_settlement_is_counted_in_one_sum_of_its_state() -> None:
    figures = {
        "moved": [
            moved("REFUND", "SUCCEEDED", "10.00", 2),
            moved("OWN_CREDIT", "SUCCEEDED", "3.00"),
            moved("BALANCE_CREDIT", "PLANNED", "1.00"),
            moved("REFUND", "NEEDS_ATTENTION", "7.00"),
            moved("REFUND", "CANCELLED", "99.00"),
        ],
        "kept": [{"lines": 3, "amount": amount("2.50")}],
    }

    found = {each["title"]: (each["count"], each["amounts"]) for each in cards(figures)}

    assert found == {
        "Refunded": (2, [amount("10.00")]),
        "Credited": (1, [amount("3.00")]),
        "Pending": (1, [amount("1.00")]),
        "Stuck": (1, [amount("7.00")]),
        "Fees kept": (3, [amount("2.50")]),
    }


def test_a_chart_has_a_row_for_each_time_and_a_number_for_each_answer() -> None:
    given = [
        {"begins": "2026-11-02", "answer": "REFUSE", "lines": 1},
        {"begins": "2026-11-01", "answer": "ACCEPT", "lines": 4},
        {"begins": "2026-11-02", "answer": "ACCEPT", "lines": 2},
    ]

    assert outcomes({"outcomes": given}) == (
        ["ACCEPT", "REFUSE"],
        [("2026-11-01", [4, 0]), ("2026-11-02", [2, 1])],
    )


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\uff1d1+1",
        "\ufe621",
        "\uff0d1",
        "\uff20SUM(A1)",
    ],
)
def test_no_text_of_a_report_is_a_formula(text: str) -> None:
    figures = {
        "outcomes": [],
        "reasons": [{"what": text, "lines": 1, "units": 1}],
        "skus": [{"what": text, "lines": 1, "units": 1}],
        "partners": [{"what": "shop", "lines": 1, "units": 1}],
        "moved": [],
        "kept": [],
    }

    cells = [cell(each) for row in rows(figures, {"shop": text}) for each in row]

    assert cells.count(f"'{text}") == 3
    assert not [each for each in cells if each.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


def test_a_report_is_a_file_that_says_what_the_page_does(world: World) -> None:
    person = world.person(SUPPLIER)

    answer = person.get("/report.csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="returns-20')
    head, *found = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head[:5] == ["section", "what", "state", "lines", "units"]
    assert ["SKU", "TENT-2P", "", "1", "1"] in [row[:5] for row in found]
    assert "TENT-2P" in person.get("/report").text


@pytest.mark.parametrize("page", ["/overview", "/report"])
def test_days_that_make_no_sense_are_told_and_not_only_exchanged(world: World, page: str) -> None:
    person = world.person(SUPPLIER)
    wrong = person.get(page, params={"from": "2026-11-20", "to": "2026-11-10"}).text
    right = person.get(page, params={"from": "2026-11-10", "to": "2026-11-20"}).text

    assert "Showing 12 Oct 2026 to 10 Nov 2026 instead" in wrong
    assert "instead" not in right.partition("<main")[2]


@pytest.mark.parametrize("supplier", [True, False])
@pytest.mark.parametrize("scopes", [["RESOLVE_SETTLEMENTS"], []], ids=["resolves", "looks"])
def test_each_thing_that_waits_is_counted_in_good_english(
    supplier: bool, scopes: list[str]
) -> None:
    one = {"totalCount": 1, "nodes": [{"number": "R-1"}]}
    names = ("partly", "asked", "undecided", "settling", "stuck", "owed", "proposed")
    sync = {"parked": 1, "behind": 1, "error": "No connection."}
    channel = {"id": "c", "sync": sync, "retailer": {"name": "Northwind"}}
    waits = dict.fromkeys(("approve", "place", "ship", "receive", "inspect", "settle"), 2)
    found = {
        **dict.fromkeys(names, one),
        "channels": {"nodes": [channel]},
        "figures": {"waiting": waits},
        "me": {"scopes": scopes},
    }

    mine, theirs = tasks(found, lambda name, **_: f"/{name}", supplier=supplier)

    said = [f"<p>{each.count} {each.text}, {each.more}</p>" for each in (*mine, *theirs)]
    assert read("".join(said)).clumsy == []
    stuck = [each for each in mine if each.text == "stuck payment"]
    assert bool(stuck) == (bool(scopes) or not supplier)


def test_lines_without_a_reason_are_among_the_reasons(busy: World) -> None:
    line = {"orderLine": making.order(busy)["lines"][0]["id"], "quantity": 1}
    said = {"lines": [line], "idempotencyKey": making.new_key()}
    making.asked(busy, RETAILER, making.REQUEST, input=said)
    query = "{ figures { reasons { what lines } outcomes { lines } } }"
    found = making.asked(busy, RETAILER, query)["figures"]

    assert "" in [each["what"] for each in found["reasons"]]
    counts = {name: sum(each["lines"] for each in found[name]) for name in found}
    assert counts["reasons"] == counts["outcomes"]
    person = busy.person(RETAILER)
    assert "No reason given" in person.get("/overview").text
    assert "No reason given" in person.get("/report").text
    assert "Reason,No reason given," in person.get("/report.csv").text


def test_the_rows_of_reasons_count_all_lines() -> None:
    given = [{"what": f"r{each}", "lines": each, "units": 2 * each} for each in range(9, 0, -1)]

    found = reasons({"reasons": given}, 6)

    assert [each["label"] for each in found[-2:]] == ["R4", "All other reasons"]
    assert sum(each["lines"] for each in found) == 45
    assert reasons({"reasons": given}, 8) == reasons({"reasons": given})
