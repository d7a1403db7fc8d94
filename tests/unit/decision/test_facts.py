"""Facts are integers by slot; what was sent is kept unchanged beside them."""

from datetime import UTC, date, datetime

import pytest

from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.facts import Facts, plain
from engine.decision.slots import Slots
from engine.money import Money
from tests.unit.decision.building import policy_of

TOPICS = """
values: {category: [a, b], brand: {words: [x], open: true}}
goods: {rows: [{id: G, when: {category: b, brand: [y, x], tags: {has: t}}, do: keep},
               {id: H, otherwise: true}]}
return_shipping: {rows: [{id: S, when: {goods: keep}, paid_by: nobody}, {id: R, otherwise: true}]}
"""


@pytest.fixture
def slots() -> Slots:
    made = Slots(policy_of(TOPICS))
    for row in (*policy_of(TOPICS).goods.rows, *policy_of(TOPICS).return_shipping.rows):
        for leaf in getattr(row.when, "parts", (row.when,)):
            made.leaf(leaf)
    return made


def facts(slots: Slots) -> Facts:
    return Facts([UNKNOWN] * len(slots.numbers), {}, slots)


def test_a_fact_is_unknown_absent_or_a_number(slots: Slots) -> None:
    found = facts(slots)

    assert (found.value("quantity"), found.was_sent("quantity")) == (UNKNOWN, False)
    found.write("quantity", ABSENT)
    assert found.was_sent("quantity")
    found.write("quantity", 2)
    assert found.value("quantity") == 2


def test_what_nothing_looks_at_has_no_slot_and_is_not_written(slots: Slots) -> None:
    found = facts(slots)

    found.write("evidence#photos", 1)
    assert found.value("evidence#photos") == UNKNOWN


def test_words_have_numbers_and_0_is_any_other(slots: Slots) -> None:
    assert slots.codes("goods")["keep"] == slots.code("goods", "keep") > 0
    assert slots.word("goods", 0) == "another word"


def test_declared_words_are_numbered_in_their_order(slots: Slots) -> None:
    assert [slots.code("category", word) for word in ("a", "b")] == [1, 2]
    assert slots.code("condition", "new_unused") < slots.code("condition", "worn")
    assert slots.word("category", 2) == "b"


def test_a_set_has_a_slot_for_each_word_that_a_row_names(slots: Slots) -> None:
    assert [name for name, _ in slots.starting("tags#")] == ["t"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Money(500, "USD"), "USD 5.00"),
        (date(2024, 5, 1), "2024-05-01"),
        (datetime(2024, 5, 1, 9, tzinfo=UTC), "2024-05-01T09:00:00+00:00"),
        ({"b", "a"}, ["a", "b"]),
        (("b", "a"), ["b", "a"]),
        ("text", "text"),
    ],
)
def test_a_value_as_plain_data(value: object, said: object) -> None:
    assert plain(value) == said
