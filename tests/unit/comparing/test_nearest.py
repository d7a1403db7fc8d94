"""The least that would have made a policy accept, held against trying every single change."""

from __future__ import annotations

import pytest

from engine.comparing.nearest import MOST_SHOWN, would_accept
from engine.dates import day_text, parse_day
from engine.decision.decide import Decider
from engine.errors import RequestFault
from engine.policy.editions import load
from engine.policy.model import Policy
from engine.policy.vocabulary import SCOPE, FactType
from tests.policies.judged import FILES, base, name
from tests.properties.meaning.drawing import Draw, Given

HEAD = "policy: acme/test\nversion: 1\neffective: {from: 2024-01-01}\ncurrency: USD\n"
WINDOW = "window: {days: 30, counted_from: delivered}\n"
GIVEN: Given = {
    "ordered": "2024-03-01",
    "delivered": "2024-03-05",
    "requested": "2024-04-06",
    "item_price": "USD 40.00",
}


def changes(topics: str, **given: object) -> list[str]:
    decider = Decider(load(HEAD + topics, "test.yaml").policy, native=False)
    return [each.change for each in would_accept(decider, {**GIVEN, **given})]


def test_a_late_request_would_have_been_accepted_so_many_days_earlier() -> None:
    assert changes(WINDOW) == [
        "delivered 2 days later (2024-03-07)",
        "requested 2 days earlier (2024-04-04)",
    ]


def test_a_date_that_was_sent_with_its_time_keeps_it_where_it_moves() -> None:
    window = "window: {within: 30 clock days, counted_from: delivered}\n"

    assert changes(window, delivered="2024-03-05T10:00:00Z", requested="2024-04-06T09:00:00Z") == [
        "delivered 2 days later (2024-03-07)",
        "requested 2 days earlier (2024-04-04)",
    ]


def test_a_change_is_found_while_another_fact_is_not_known() -> None:
    goods = "goods: {rows: [{id: G, when: {brand: x}, do: keep}, {id: H, otherwise: true}]}\n"

    assert changes(WINDOW + goods)[0] == "delivered 2 days later (2024-03-07)"


def test_two_reasons_need_two_changes() -> None:
    topics = WINDOW + (
        "values: {label_used: [ours, theirs]}\neligibility:\n  rows:\n"
        "    - {id: E, when: {label_used: theirs}, answer: refuse, code: not_entitled}\n"
        "    - {id: L, when: {deadlines: late}, answer: refuse, code: from_deadline}\n"
    )

    assert changes(topics, label_used="theirs", requested="2024-04-05")[0] == (
        "delivered 1 day later (2024-03-06) and label_used ours (now theirs)"
    )


def test_prices_and_what_chooses_the_policy_stay() -> None:
    topics = (
        "values: {category: [hats, shoes]}\neligibility:\n  rows:\n"
        "    - {id: H, when: {category: hats}, answer: refuse, code: excluded_category}\n"
        "    - {id: P, when: {item_price: {over: USD 50.00}}, answer: refuse, code: value_limit}\n"
    )

    assert changes(topics, category="hats") == []
    assert changes(topics, category="shoes", item_price="USD 60.00") == []


@pytest.mark.parametrize("path", FILES[::5], ids=name)
def test_no_single_change_that_would_do_is_overlooked(path) -> None:  # type: ignore[no-untyped-def]
    policy = load(path.read_text("utf-8"), name(path), base).policy
    decider, draw = Decider(policy, native=False), Draw(policy, 9, missing=0.05, null=0.0)
    drawn = [draw.one() for _ in range(60)]
    refused = [given for given in drawn if _answer(decider, given) == "refuse"]

    for given in refused[:3]:
        single = _single_changes(decider, policy, given)
        found = would_accept(decider, given)
        one = [each for each in found if len(_differing(given, each.given)) == 1]
        changed = {name for each in one for name in _differing(given, each.given)}
        assert single <= changed or len(found) == MOST_SHOWN, (given, single)


def _answer(decider: Decider, given: Given) -> str | None:
    try:
        return decider.decide(given).answer
    except RequestFault:
        return None


def _differing(one: Given, other: Given) -> set[str]:
    return {name for name in other if one.get(name) != other.get(name)}


def _single_changes(decider: Decider, policy: Policy, given: Given) -> set[str]:
    """Facts of which some other value alone would make the policy accept."""
    found = set()
    for fact in (policy.facts[each] for each in given):
        if fact.name in SCOPE or fact.name in (policy.applies_by, "now"):
            continue
        for value in _others(policy, fact.name, given[fact.name]):
            if _answer(decider, {**given, fact.name: value}) == "accept":
                found.add(fact.name)
                break
    return found


def _others(policy: Policy, fact: str, now: object) -> list[object]:
    kind, words = policy.facts[fact].type, policy.facts[fact].words or ()
    if kind is FactType.YES_NO:
        return [not now]
    if kind is FactType.WORD:
        return [word for word in words if word != now]
    if kind is FactType.SET and isinstance(now, list):
        return [[w for w in now if w != word] for word in now]
    if kind is FactType.DATE:
        day, rest = parse_day(str(now)[:10]), str(now)[10:]
        near = [*range(1, 60), *range(60, 500, 7)]
        return [f"{day_text(day + sign * n)}{rest}" for n in near for sign in (-1, 1)]
    return []
