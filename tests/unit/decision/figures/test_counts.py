"""Each line of a return adds to the counters of the lines after it, exactly once."""

import pytest

from tests.unit.decision.building import decide, decide_return

COUNTED = """
facts: {used: {type: TYPE, counter: {of: OF, per: PER, over: lifetime}}}
limits: {most: {used: used, adds: ADDS, at_most: MOST}}
eligibility: {rows: [{id: E-1, when: {condition: worn}, answer: refuse, code: excluded_condition}]}
"""
BEFORE = {"counted": "USD 0.00", "for": "northwind", "since": None}


def policy(
    adds: str = "item_price", most: str = "USD 100.00", of: str = "returned_value", per: str = "sku"
) -> str:
    type_ = "money" if of == "returned_value" else "count"
    found = COUNTED.replace("TYPE", type_).replace("OF", of).replace("PER", per)
    return found.replace("ADDS", adds).replace("MOST", most)


def costs(*prices: int, **more: object) -> list[dict[str, object]]:
    return [{"item_price": f"USD {price}.00", "condition": "used", **more} for price in prices]


@pytest.mark.parametrize(
    ("adds", "prices", "answers"),
    [
        ("item_price", (40, 60, 1), "accept accept refuse"),
        ("item_price", (80, 80, 20), "accept refuse accept"),
        ("return_value", (40, 60), "accept accept"),
        ("return_value", (40, 61), "refuse refuse"),
        ("{lesser_of: [return_value, USD 90.00]}", (80, 80), "accept accept"),
    ],
)
def test_lines_are_judged_one_by_one_or_as_a_whole(
    adds: str, prices: tuple[int, ...], answers: str
) -> None:
    found = decide_return(policy(adds), *costs(*prices), used=BEFORE)

    assert [line.answer for line in found.lines] == answers.split()


def test_a_refused_line_adds_nothing() -> None:
    lines = [*costs(80, condition="worn"), *costs(80)]

    found = decide_return(policy(), *lines, used=BEFORE)

    assert [line.answer for line in found.lines] == ["refuse", "accept"]
    assert found.lines[1].facts["used"] == {**BEFORE, "ahead": "USD 0.00"}


def test_what_was_decided_once_stays_as_it_was_seen() -> None:
    lines = [
        {**line, "used": {**BEFORE, "ahead": ahead}}
        for line, ahead in zip(costs(60, 60), ("USD 0.00", "USD 30.00"), strict=True)
    ]

    found = decide_return(policy(), *lines)

    assert [line.answer for line in found.lines] == ["accept", "accept"]
    assert [line.limits[0][2] for line in found.lines] == ["USD 40.00", "USD 10.00"]


@pytest.mark.parametrize(
    ("per", "same", "others", "answers"),
    [
        ("sku", {"sku": "A"}, {"sku": "A"}, "accept refuse"),
        ("sku", {"sku": "A"}, {"sku": "B"}, "accept accept"),
        ("line", {"sku": "A"}, {"sku": "A"}, "accept accept"),
        ("order", {"sku": "A"}, {"sku": "B"}, "accept refuse"),
    ],
)
def test_a_supposed_number_grows_for_whom_it_counts(
    per: str, same: dict[str, object], others: dict[str, object], answers: str
) -> None:
    lines = [*costs(80, **same), *costs(80, **others)]

    found = decide_return(policy(per=per), *lines, used="USD 0.00")

    assert [line.answer for line in found.lines] == answers.split()


@pytest.mark.parametrize(
    ("of", "adds", "counted"),
    [("returned_units", "quantity", 2), ("returns", "1", 0), ("exchanges", "1", 0)],
)
def test_what_a_line_adds(of: str, adds: str, counted: int) -> None:
    text = policy(adds, "9", of, "retailer")

    found = decide_return(text, *costs(80, 80, quantity=2), used={"counted": 0, "for": "n"})

    assert [line.facts["used"]["ahead"] for line in found.lines] == [0, counted]


def test_a_row_sees_what_the_lines_before_add() -> None:
    text = policy().replace("{condition: worn}", "{used: {over: USD 70.00}}")

    found = decide_return(text, *costs(80, 10), used=BEFORE)

    assert [line.code for line in found.lines] == ["ok", "excluded_condition"]
    assert found.lines[1].because[0].seen[0].value == "USD 80.00"


def test_a_sentence_names_the_number_and_not_where_it_is_from() -> None:
    text = policy().replace(
        "code: excluded_condition", "code: excluded_condition, because: You had <used> before."
    )
    text = text.replace("{condition: worn}", "{used: {over: USD 70.00}}")

    decision = decide(text, used={**BEFORE, "counted": "USD 80.00"})

    assert decision.sentence == "You had USD 80.00 before."
