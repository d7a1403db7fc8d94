"""A difference says where it is, what was there, and what is there now."""

import pytest

from engine.replay.differences import differences, version_differences, without_later_fields

USD_30 = {"minor": 3_000, "currency": "USD"}
USD_20 = {"minor": 2_000, "currency": "USD"}


def said(was: object, now: object) -> list[str]:
    return [str(each) for each in differences(was, now)]


def test_the_same_has_no_differences() -> None:
    assert said({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}) == []


@pytest.mark.parametrize(
    ("was", "now", "shown"),
    [
        ({"answer": "accept"}, {"answer": "refuse"}, "answer: accept → refuse"),
        ({"net": USD_30}, {"net": None}, "net: USD 30.00 → none"),
        ({"net": USD_30}, {"net": USD_20}, "net: USD 30.00 → USD 20.00"),
        ({"curable": False}, {"curable": 0}, "curable: false → 0"),
        ({"because": [{"row": "A"}]}, {"because": [{"row": "B"}]}, "because[0].row: A → B"),
        ({"creates": ["a"]}, {"creates": ["a", "b"]}, "creates[1]: absent → b"),
        ({"proof": ["a", "b"]}, {"proof": ["a"]}, "proof[1]: b → absent"),
        ({"alarm": None}, {}, "alarm: none → absent"),
        ({"policy": None}, {"policy": {"id": "a"}}, 'policy: none → {"id":"a"}'),
        ("no json", {"a": 1}, 'record: no json → {"a":1}'),
    ],
)
def test_a_difference_is_named_with_both_values(was: object, now: object, shown: str) -> None:
    assert said(was, now) == [shown]


def test_fees_deadlines_and_remedies_are_called_by_their_names() -> None:
    was = {
        "fees": [{"kind": "restocking", "amount": USD_30, "row": "F-1"}],
        "deadlines": [{"name": "request", "last_day": "2025-01-01"}],
        "remedies": [{"party": "retailer", "give": "refund"}],
    }
    now = {
        "fees": [
            {"kind": "label", "amount": None, "row": "F-3"},
            {"kind": "restocking", "amount": USD_20, "row": "F-2"},
        ],
        "deadlines": [{"name": "request", "last_day": "2025-01-02"}],
        "remedies": [{"party": "retailer", "give": "exchange"}],
    }

    assert said(was, now) == [
        "fees.restocking: USD 30.00 → USD 20.00",
        "fees.restocking.row: F-1 → F-2",
        'fees.label: absent → {"kind":"label","amount":null,"row":"F-3"}',
        "deadlines.request.last_day: 2025-01-01 → 2025-01-02",
        "remedies.retailer.give: refund → exchange",
    ]


def test_lines_of_a_return_are_numbered_and_their_fees_still_named() -> None:
    was = {"lines": [{"fees": []}, {"fees": [{"kind": "a", "amount": USD_30}]}]}
    now = {"lines": [{"fees": []}, {"fees": [{"kind": "a", "amount": USD_20}]}]}

    assert said(was, now) == ["lines[1].fees.a: USD 30.00 → USD 20.00"]


def test_names_that_come_twice_are_numbered() -> None:
    twice = [{"kind": "a", "row": "1"}, {"kind": "a", "row": "2"}]
    other = [{"kind": "a", "row": "1"}, {"kind": "a", "row": "3"}]

    assert said({"fees": twice}, {"fees": other}) == ["fees[1].row: 2 → 3"]


def test_another_order_of_names_is_a_difference() -> None:
    one, other = {"kind": "a"}, {"kind": "b"}

    assert said({"fees": [one, other]}, {"fees": [other, one]}) == ["fees, in order: a, b → b, a"]


def test_a_long_value_is_cut() -> None:
    (difference,) = differences({"sentence": "x" * 500}, {"sentence": ""})

    assert len(difference.was) == 160
    assert difference.was.endswith("x…")


def test_versions_are_compared_by_name() -> None:
    found = version_differences("engine 1a, durable-rules 2.0.28", "engine 2b, tzdata 2026.1")

    assert [str(each) for each in found] == [
        "engine: 1a → 2b",
        "durable-rules: 2.0.28 → none",
        "tzdata: unknown → 2026.1",
    ]


def test_a_later_field_that_says_nothing_is_left_out() -> None:
    was = {"a": 1, "lines": [{"b": 2}], "facts": {}}

    assert without_later_fields(was, {"a": 1, "lines": [{"b": 2, "c": None}], "facts": {}}) == was
    assert without_later_fields(was, {**was, "later": []}) == was
    assert without_later_fields(was, {**was, "later": "x"}) != was
    assert without_later_fields(was, {**was, "later": False}) != was
