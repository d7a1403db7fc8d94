"""An error names each value that cannot be right; a word that is unknown is asked back."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.decision.record import Decision
from engine.errors import RequestFault
from engine.money import Money
from tests.unit.decision.building import NOT_SENT, decide, decider, facts

OWN = """
values: {brand: {words: [x, y], open: true}}
facts:
  marks: {type: set, of: [a, b]}
  level: {type: number}
  rate: {type: percent}
  loyal: {type: yes_no, if_not_sent: true}
"""


def fault(**given: object) -> RequestFault:
    with pytest.raises(RequestFault) as caught:
        decide(OWN, **given)
    return caught.value


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"item_price": "USD -0.01"}, "negative_money", "item_price"),
        ({"item_price": "EUR 5.00"}, "other_currency", "item_price"),
        ({"item_price": "XXX 5.00"}, "wrong_money", "item_price"),
        ({"item_price": "USD 5.001"}, "wrong_money", "item_price"),
        ({"item_price": "USD NaN"}, "wrong_money", "item_price"),
        ({"item_price": 5}, "wrong_money", "item_price"),
        ({"item_price": float("nan")}, "wrong_money", "item_price"),
        ({"item_price": True}, "wrong_money", "item_price"),
        ({"item_price": "USD 999999999999999"}, "wrong_money", "item_price"),
        ({"item_price": Money(10**16, "USD")}, "wrong_money", "item_price"),
        ({"item_price": Money(-1, "USD")}, "negative_money", "item_price"),
        ({"delivered": "2024-04-30"}, "dates_reversed", "delivered"),
        ({"requested": "2024-04-30"}, "dates_reversed", "requested"),
        ({"delivered": "2024-02-30"}, "wrong_date", "delivered"),
        ({"delivered": "yesterday"}, "wrong_date", "delivered"),
        ({"delivered": "2024-05-10T10:00:00"}, "wrong_date", "delivered"),
        ({"delivered": "0001-01-01"}, "wrong_date", "delivered"),
        ({"delivered": "99999-01-01"}, "wrong_date", "delivered"),
        ({"delivered": datetime(2024, 5, 10)}, "wrong_date", "delivered"),  # noqa: DTZ001
        ({"delivered": 20240510}, "wrong_date", "delivered"),
        ({"delivered": ["2024-05-10"]}, "wrong_type", "delivered"),
        ({"quantity": 0}, "wrong_number", "quantity"),
        ({"quantity": -1}, "wrong_number", "quantity"),
        ({"quantity": 1.0}, "wrong_number", "quantity"),
        ({"quantity": True}, "wrong_number", "quantity"),
        ({"quantity": 10**13}, "wrong_number", "quantity"),
        ({"quantity": 3, "quantity_ordered": 2}, "too_many_units", "quantity"),
        ({"level": float("nan")}, "wrong_number", "level"),
        ({"level": float("inf")}, "wrong_number", "level"),
        ({"level": 1e300}, "wrong_number", "level"),
        ({"level": 1e-7}, "wrong_number", "level"),
        ({"level": "1e3"}, "wrong_number", "level"),
        ({"level": "15%"}, "wrong_number", "level"),
        ({"level": True}, "wrong_number", "level"),
        ({"level": 10**13}, "wrong_number", "level"),
        ({"rate": "a lot"}, "wrong_number", "rate"),
        ({"loyal": "yes"}, "wrong_type", "loyal"),
        ({"loyal": 1}, "wrong_type", "loyal"),
        ({"reason": "d" * 10_000}, "wrong_type", "reason"),
        ({"reason": ""}, "wrong_type", "reason"),
        ({"reason": ["defective"]}, "wrong_type", "reason"),
        ({"reason": {"a": 1}}, "wrong_type", "reason"),
        ({"brand": float("nan")}, "wrong_type", "brand"),
        ({"marks": "a"}, "wrong_type", "marks"),
        ({"marks": {"a": 1}}, "wrong_type", "marks"),
        ({"marks": [["a"]]}, "wrong_type", "marks"),
        ({"marks": [None]}, "wrong_type", "marks"),
        ({"marks": ["a"] * 201}, "too_many_words", "marks"),
        ({"evidence": ["photos"], "lacking": ["photos"]}, "contradiction", "lacking"),
        ({"lacking": ["photos"], "evidence": ["photos"]}, "contradiction", "lacking"),
    ],
)
def test_a_wrong_value_is_named(given: dict[str, object], code: str, path: str) -> None:
    found = fault(**given)

    assert (found.code, found.path) == (code, path)
    assert len(found.message) < 200


def test_a_price_of_too_many_units_is_too_large() -> None:
    huge = {"unit_price": "USD 9999999999999.00", "quantity": 10**12, "item_price": NOT_SENT}

    assert (fault(**huge).code, fault(**huge).path) == ("wrong_money", "unit_price")


def test_an_unknown_fact_is_named_with_the_nearest() -> None:
    found = fault(delivred="2024-05-10")

    assert (found.code, found.path) == ("unknown_fact", "delivred")
    assert found.message.endswith("Did you mean `delivered`?")


@pytest.mark.parametrize(
    "name",
    ["orenalpo", "id", "sid", "$and", "m", "__class__", "", "a" * 10_000, 'x"}', "@0", "delivered@",
     "evidence#photos", "answer", "request.days_left"],
)  # fmt: skip
def test_a_hostile_name_changes_nothing_and_is_unknown(name: str) -> None:
    final = "eligibility: {rows: [{id: E, when: {final_sale: true}, answer: refuse, " \
            "code: final_sale}]}"  # fmt: skip
    with pytest.raises(RequestFault) as caught:
        decide(final, **{name: True, "final_sale": False})

    assert caught.value.code == "unknown_fact"
    assert len(caught.value.path) <= 60
    assert decide(final, final_sale=False).answer == "accept"


def test_a_name_that_is_no_text_is_unknown() -> None:
    with pytest.raises(RequestFault) as caught:
        decider("").decide({7: "x"})  # type: ignore[dict-item]

    assert (caught.value.code, caught.value.path) == ("unknown_fact", "7")


@pytest.mark.parametrize("name", ["category", "reason", "tags", "visits", "rating", "delivered"])
@pytest.mark.parametrize("value", [10**5_000, -(10**5_000), 1e300], ids=["huge", "low", "float"])
def test_a_number_too_large_to_be_written_is_refused_for_every_type(
    name: str, value: object
) -> None:
    own = "facts: {visits: {type: count}, rating: {type: number}}"
    with pytest.raises(RequestFault) as caught:
        decide(own, **{name: [value] if name == "tags" else value})

    assert caught.value.path == name
    assert "sys." not in caught.value.message


@pytest.mark.parametrize("name", ["category", "brand", "tags", "delivered", "item_price"])
def test_half_a_character_is_refused_in_words_that_can_be_sent(name: str) -> None:
    with pytest.raises(RequestFault) as caught:
        decide("", **{name: ["\ud800"] if name == "tags" else "\ud800"})

    caught.value.message.encode()


def test_a_name_of_half_a_character_is_told_by_its_number() -> None:
    with pytest.raises(RequestFault) as caught:
        decide("", **{"\ud800": 1})

    assert caught.value.path == "\\ud800"


# --- words ----------------------------------------------------------------------------------------


def test_an_unknown_word_is_a_question_with_the_nearest_word() -> None:
    decision = decide("", reason="defectiv")

    assert (decision.answer, decision.code) == ("ask", "unknown_word")
    assert decision.missing == ("reason",)
    assert decision.curable
    assert decision.sentence == (
        "`defectiv` is not a word of `reason` here. Did you mean `defective`?"
    )
    assert (decision.net, decision.net_certainty) == (None, "open")


def test_an_unknown_word_of_a_set_is_a_question_too() -> None:
    assert decide(OWN, marks=["a", "c"]).missing == ("marks",)
    assert decide("", evidence=["fotos"]).missing == ("evidence",)


def test_an_open_list_takes_any_word() -> None:
    assert decide(OWN, brand="something else").answer == "accept"


def test_unknown_words_come_in_the_same_order_whatever_was_sent_first() -> None:
    one = decide("", reason="x1", condition="x2", evidence=["x3"])
    other = decide("", evidence=["x3"], condition="x2", reason="x1")

    assert one == other
    assert one.missing == ("condition", "evidence", "reason")


# --- what is right --------------------------------------------------------------------------------


def keeping(when: str) -> str:
    return OWN + f"goods: {{rows: [{{id: G, when: {when}, do: keep}}, {{id: H, otherwise: true}}]}}"


SAME: list[tuple[str, list[object]]] = [
    ("{delivered: {at_most: 2024-05-10}}",
     ["2024-05-10", date(2024, 5, 10), datetime(2024, 5, 10, 9, tzinfo=UTC),
      "2024-05-10T23:59:59Z"]),
    ("{quantity: 2}", [2, "2"]),
    ("{level: 1.5}", [1.5, "1.5", Decimal("1.50"), "1.500000"]),
    ("{rate: 15%}", ["15%", 15, "15", Decimal(15)]),
    ("{loyal: false}", [False, "false"]),
    ("{marks: {has: a, lacks: b}}", [["a"], ("a",), {"a"}, frozenset({"a"})]),
    ("{item_price: USD 5.00}", ["USD 5.00", "USD 5", Money(500, "USD"), " USD 5.0 "]),
]  # fmt: skip


@pytest.mark.parametrize(("when", "values"), SAME)
def test_a_value_may_be_written_in_several_ways(when: str, values: list[object]) -> None:
    fact = when[1:].partition(":")[0]

    found = [decide(keeping(when), **{fact: value}).goods for value in values]

    assert found == ["keep"] * len(values)


def test_a_fact_is_absent_unknown_or_what_is_taken_for_it() -> None:
    assert decide(keeping("{shipped: null}"), shipped=None).goods == "keep"
    assert decide(keeping("{shipped: unknown}")).goods == "keep"
    assert decide(keeping("{shipped: known}"), shipped=None).goods == "ship_back"
    assert decide(keeping("{loyal: true}")).goods == "keep"
    assert decide(keeping("{loyal: true}"), loyal=None).goods == "ship_back"


def test_days_are_those_of_the_time_zone() -> None:
    late = {"time_zone": "America/New_York"}
    found = decider(keeping("{delivered: 2024-05-10}"), **late)

    assert found.decide(facts(delivered="2024-05-11T03:59:59Z")).goods == "keep"
    assert found.decide(facts(delivered="2024-05-11T04:00:00Z")).goods == "ship_back"


@pytest.mark.parametrize(
    ("given", "when"),
    [
        ({"unit_price": "USD 5.00", "quantity": 2, "item_price": NOT_SENT}, "{item_price: USD 10}"),
        ({"item_price": "USD 7.00"}, "{return_value: USD 7.00}"),
        ({"requested": "2024-05-20"}, "{now: 2024-05-20}"),
        ({"requested": "2024-05-20"}, "{request_sent: 2024-05-20}"),
        ({"delivered": "2024-05-10", "requested": "2024-05-20"}, "{days_since.delivered: 10}"),
        ({}, "{quantity: 1}"),
    ],
)  # fmt: skip
def test_what_follows_from_facts_need_not_be_sent(given: dict[str, object], when: str) -> None:
    assert decide(keeping(when), **given).goods == "keep"


def test_what_is_sent_goes_before_what_would_follow() -> None:
    given = {"unit_price": "USD 2.50", "quantity": 4, "item_price": "USD 9.00"}

    assert decide(keeping("{item_price: USD 9.00}"), **given).goods == "keep"


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"evidence": ["photos"]}, "met"),
        ({"evidence": ["receipt"]}, "failed"),
        ({"evidence": []}, "failed"),
        ({"lacking": ["photos"]}, "failed"),
        ({}, "open"),
        ({"lacking": ["receipt"]}, "open"),
        ({"evidence": ["receipt"], "lacking": ["rma"]}, "open"),
        ({"lacking": ["rma"], "evidence": ["receipt"]}, "open"),
        ({"evidence": ["photos"], "lacking": ["rma"]}, "met"),
    ],
)
def test_evidence_is_there_lacking_or_open(given: dict[str, object], state: str) -> None:
    decision = decide("demands: {rows: [{id: D, need: [photos]}]}", **given)

    found = {"ask": "failed", "accept": "open" if decision.open else "met"}[decision.answer]
    assert found == state


PLAIN: list[Callable[[Decision], bool]] = [
    lambda found: found.facts["item_price"] == "USD 5.00",
    lambda found: found.facts["delivered"] == "2024-05-10",
    lambda found: found.facts["tags"] == ["a", "b"],
]


def test_the_record_keeps_what_was_sent_as_plain_data() -> None:
    decision = decide(
        "", item_price=Money(500, "USD"), delivered=date(2024, 5, 10), tags={"b", "a"}
    )

    assert all(check(decision) for check in PLAIN)


def test_facts_that_nothing_looks_at_are_named_as_ignored() -> None:
    assert decide("", brand="x", reason="defective").inputs_ignored == ("brand", "reason")
    assert decide(keeping("{brand: x}"), brand="x").inputs_ignored == ()


@pytest.mark.parametrize(
    "place", ["id: brand", "id: G, because: \"No 'brand' counts.\"", "id: G, code: brand"]
)
def test_a_row_that_is_called_like_a_fact_does_not_look_at_it(place: str) -> None:
    policy = OWN + (
        f"codes: {{brand: A brand.}}\n"
        f"eligibility: {{rows: [{{{place}, when: {{reason: defective}}, answer: accept}}, "
        "{id: H, otherwise: true, answer: accept}]}"
    )

    assert decide(policy, brand="x", reason="defective").inputs_ignored == ("brand",)
