"""Each phrase about two policies holds for exactly the returns whose number lies in its ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

import pytest

from engine.comparing.returns import given_of
from engine.comparing.wording import Wording
from engine.meaning.comparison import Compared, compare
from engine.meaning.ground import facts_below
from engine.meaning.regions import FAR, Place
from engine.meaning.spans import covers
from engine.meaning.values import ABSENT
from engine.meaning.witness import Finder
from engine.policy.model import Policy
from tests.properties.meaning.pairs import edited, read, unlike
from tests.properties.meaning.spoken import holds

SHIPPED = [*unlike(2), *edited()]
HEAD = """
policy: acme/{name}
version: 1
effective: {{from: 2025-01-01}}
currency: USD
time_zone: {zone}
business_days: {{weekend: [{weekend}]}}
"""
ENDS = (
    "window: {within: 5 business days, counted_from: delivered}",
    "window: {within: 6 months, counted_from: delivered}",
    "window: {within: 48 hours, counted_from: delivered}",
    "window: {within: 3 business days, counted_from: delivered, counting: start_day_is_first}",
    "window: {within: 30 days, counted_from: delivered, roll: next_business_day}",
    "window: {until: 2026-01-31}",
    "window: {within: 20 days, counted_from: ordered, pauses: {from: shipped, to: shipped_back}}",
)


def numbers_beside(place: Place, numbers: tuple[int, ...] | None) -> Iterator[int]:
    """All numbers of a variable, or those at the ends of its ranges and beyond them."""
    yield from numbers or ()
    for low, high in () if numbers else place[1]:
        yield from (low - 1, low) if low > -FAR else (high - 400,)
        yield from (high, high + 1) if high < FAR else (low + 400,)


def _is_null(place: Place, numbers: dict[str, int]) -> bool:
    """Whether a fact of a variable has no number: nothing is said of it then."""
    return any(numbers.get(name, ABSENT) == ABSENT for name in facts_below([place[0]]))


def places_of(compared: Compared) -> list[tuple[str, Place]]:
    """Each variable with its ranges, once."""
    found: dict[Place, str] = {}
    for each in compared.changed:
        for place in chain.from_iterable(region.path for region in each.regions):
            if not place[0].truth or place[0].op == "absent":
                found.setdefault(place, each.field)
    return [(field, place) for place, field in found.items()]


def check(before: Policy, after: Policy) -> int:
    """Reads every phrase back for returns at the ends of its ranges; returns how many it tried."""
    compared = compare(before, after)
    finder, wording = Finder(compared.ground), Wording(compared)
    tried = 0
    for field, place in places_of(compared):
        (phrase,) = wording.where(field, (place,))
        domain = compared.ground.domain(place[0])
        known = domain.numbers
        for number in dict.fromkeys(numbers_beside(place, known)):
            if not known and not domain.low <= number <= domain.high:
                continue
            one = ((place[0], ((number, number),)),)
            numbers = finder.meeting(one, lambda _: True, draws=1)
            if numbers is None or (not known and _is_null(place, numbers)):
                continue
            first, second = given_of(numbers, compared.ground)
            said = holds(phrase, {**first, **second}, (before, after))
            assert said in (None, covers(place[1], number)), (phrase, number, {**first, **second})
            tried += 1
    return tried


@pytest.mark.parametrize("called", [called for called, _, _ in SHIPPED])
def test_words_of_shipped_policies_are_read_back(called: str) -> None:
    before, after = next((one, other) for name, one, other in SHIPPED if name == called)

    assert check(before, after) or before == after


@pytest.mark.parametrize("one", range(len(ENDS)))
def test_words_of_dates_are_read_back_under_two_calendars(one: int) -> None:
    texts = (
        HEAD.format(name="one", zone="America/Chicago", weekend="saturday, sunday") + ENDS[one],
        *(HEAD.format(name="other", zone="UTC", weekend="friday, saturday") + end for end in ENDS),
    )
    before, *others = (read(text, "ends.yaml") for text in texts)
    assert before is not None

    for other in others:
        assert other is not None
        check(before, other)


def test_no_words_hold_a_raw_number_of_a_day() -> None:
    for _, before, after in SHIPPED:
        compared = compare(before, after)
        wording = Wording(compared)
        for each in compared.changed:
            for region in each.regions:
                said = [*wording.where(each.field, region.path)]
                said += wording.change(each.field, region) or ()
                assert not [text for text in said if re.search(r"\d{6} day|-\d+ day|\d{12}", text)]
