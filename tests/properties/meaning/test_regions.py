"""A comparison misses no difference, invents none, and shows each by a return."""

from itertools import product

import pytest

from engine.comparing.policies import compare_policies
from engine.dates import FIRST_DAY, LAST_DAY
from engine.meaning.comparison import Pair, compare
from engine.meaning.difference import Budget
from engine.meaning.regions import FAR
from engine.meaning.values import ABSENT, UNKNOWN
from engine.meaning.witness import Finder
from engine.policy.model import Policy
from engine.policy.vocabulary import FactType
from tests.policies.judged import FILES
from tests.properties.meaning.pairs import BENCH, changed, edited, read, text_of, unlike
from tests.properties.meaning.regions import Held

EDITED = list(edited())
UNLIKE = list(unlike(1))
WIDE = (
    "03-ups-healthcare-return-goods 22-ups-equipment-stock-rotation",
    "07-bigbuy-dropship 62-eu-withdrawal-right",
    "11-cj-dropshipping-disputes 55-home-depot-consumer",
    "19-faire-wholesale-marketplace 22-ups-equipment-stock-rotation",
    "22-ups-equipment-stock-rotation 25-beauty-fashion-sales-boutiques",
)
"""Policies whose rows ask many words and sets of each other's returns."""


@pytest.mark.parametrize(
    ("called", "before", "after"), EDITED[::3], ids=[e[0] for e in EDITED[::3]]
)
def test_regions_hold_every_difference_of_an_edited_policy(
    called: str, before: Policy, after: Policy
) -> None:
    held = Held(before, after)

    found = held.holds(120, seed=5)

    assert found["returns"] > 20


@pytest.mark.parametrize(
    ("called", "before", "after"), UNLIKE[::6], ids=[e[0] for e in UNLIKE[::6]]
)
def test_regions_hold_every_difference_of_two_policies(
    called: str, before: Policy, after: Policy
) -> None:
    held = Held(before, after)

    found = held.holds(120, seed=6)

    assert found["returns"] > 20
    assert found["differ"] > 20


@pytest.mark.parametrize("names", WIDE)
def test_unlike_policies_are_not_too_much_to_compare(names: str) -> None:
    texts = [text_of(path) for name in names.split() for path in FILES if path.stem == name]
    before, after = (read(text, "one") for text in texts)
    assert before is not None
    assert after is not None

    held = Held(before, after)
    found = held.holds(120, seed=7)

    assert held.compared.proven
    assert found["differ"] > 20


@pytest.mark.parametrize(("called", "before", "after"), UNLIKE, ids=[each[0] for each in UNLIKE])
def test_no_shipped_policy_is_too_much_to_compare_with_another(
    called: str, before: Policy, after: Policy
) -> None:
    fields = ("answer", "code")

    assert compare(before, after, fields).proven


@pytest.mark.parametrize(
    ("called", "before", "after"), UNLIKE[::9], ids=[e[0] for e in UNLIKE[::9]]
)
def test_a_field_that_is_compared_after_others_changes_where_it_does_alone(
    called: str, before: Policy, after: Policy
) -> None:
    for field in compare(before, after).changed:
        (alone,) = compare(before, after, fields=(field.field,)).changed

        assert alone.proven == field.proven
        assert {repr(each) for each in alone.regions} == {repr(each) for each in field.regions}


def test_every_region_is_shown_by_a_return_that_both_decide() -> None:
    shown = none = 0
    for _, before, after in EDITED[::5]:
        for change in compare_policies(before, after, native=True).changes:
            shown += change.example is not None
            none += change.example is None

    assert shown > 20
    assert none <= shown * 0.02


def test_a_region_beyond_the_calendar_is_shown_by_no_return() -> None:
    policy = next(before for called, before, _ in EDITED if called == "statutory/eu-consumer.yaml")
    pair = Pair(policy, policy)
    later, ordered = pair.graph.fact("last_delivered"), pair.graph.fact("ordered")
    beyond = ((pair.graph.sub(later, ordered), ((10**7, FAR),)),)
    within = ((pair.graph.sub(later, ordered), ((100, 100),)),)

    finder = Finder(pair)

    assert "last_delivered" in pair.facts
    assert finder.meeting(within, lambda _: True) is not None
    assert finder.meeting(beyond, lambda _: True) is None


def test_every_date_of_a_return_that_is_found_is_in_the_calendar() -> None:
    seconds, cells = 86_400, (-(10**11), -(10**9), -1, 0, 10**9, 10**11)
    for _, before, after in EDITED[::4]:
        pair = Pair(before, after)
        graph, finder = pair.graph, Finder(pair)
        dates = [name for name in pair.facts if pair.fact(name).type is FactType.DATE]
        later = [graph.mul(graph.fact(name), graph.const(seconds)) for name in dates]
        for instant, end in product(later, cells):
            for span in ((-FAR, end), (end, FAR)):
                found = finder.meeting(((instant, (span,)),), lambda _: True)
                for name in dates if found else ():
                    day = found[name] if found else 0
                    assert day in (UNKNOWN, ABSENT) or FIRST_DAY <= day <= LAST_DAY, (name, span)


def test_a_policy_is_proven_to_be_what_it_is() -> None:
    text = text_of(BENCH / "rows_25.yaml")
    before, after = read(text, "one"), read(text.replace("title: ", "title: The same "), "two")
    assert before is not None
    assert after is not None

    found = compare_policies(before, after, native=False)

    assert found.proven
    assert found.changes == ()


def test_what_was_not_looked_at_is_not_called_the_same() -> None:
    text = text_of(BENCH / "rows_25.yaml")
    before, after = read(text, "one"), read(changed(text, 1, every=True), "two")
    assert before is not None
    assert after is not None

    found = compare_policies(before, after, native=False, budget=Budget(cases=2))

    assert not found.proven
    assert [each.field for each in found.fields if not each.proven]
