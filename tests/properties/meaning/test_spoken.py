"""The words for a change hold for exactly the returns that two policies decide differently."""

from __future__ import annotations

import re
from random import Random

import pytest

from engine.comparing.policies import FieldCompared, PoliciesCompared, compare_policies
from engine.comparing.wording import name_of
from engine.dates import day_text, parse_day
from engine.decision.decide import Decider
from engine.policy.editions import load
from engine.policy.model import Policy
from tests.properties.meaning.spoken import Given, holds
from tests.properties.meaning.test_equality import outcome_of

HEAD = """
policy: acme/spoken
version: 1
effective: {from: 2025-01-01}
currency: USD
facts:
  prior: {type: count, counter: trials, per: household, over: lifetime, told_by: supplier}
"""
_KINDS = [f"k{number}" for number in range(9)]
_NUMBER = re.compile(r"(?<=[ :])(\d+)(?= days|%|\.00)")


def amount(chance: Random, depth: int = 2) -> str:
    """What a fee may be."""
    kind = chance.choice(("share", "share", "fixed", "fact", "greater", "lesser", "floor", "cap"))
    if depth == 0 or kind in ("share", "fixed", "fact"):
        fixed, part = f"USD {chance.randint(1, 40)}.00", f"{chance.randint(1, 60)}% of item_price"
        return {"fixed": fixed, "fact": "outbound_freight"}.get(kind, part)
    one, other = (amount(chance, depth - 1) for _ in range(2))
    if kind in ("greater", "lesser"):
        return f"{{{kind}_of: [{one}, {other}]}}"
    edge = f"{'at_least' if kind == 'floor' else 'at_most'}: USD {chance.randint(1, 90)}.00"
    return f"{{amount: {chance.randint(1, 60)}% of item_price, {edge}}}"


def text_of(chance: Random) -> str:
    """A policy of a deadline by word, price or count, and of fees that bind each other."""
    words = chance.sample(_KINDS, chance.randint(1, 9))
    when = chance.choice(
        (
            f"category: [{', '.join(words)}]",
            f"item_price: {{over: USD {chance.randint(1, 90)}.00}}",
            f"prior: {{at_least: {chance.randint(0, 2)}}}",
            f"opened: true, category: [{', '.join(words)}]",
        )
    )
    ends = chance.randint(5, 60), chance.randint(5, 60)
    decide = chance.choice(("highest", "lowest", "add_up", "first"))
    late = f"days_since.delivered: {{over: {chance.randint(1, 30)}}}"
    rows = [
        f"{{id: F-LATE, when: {{{late}}}, fee: {amount(chance)}}}",
        f"{{id: F-OPEN, when: {{opened: true}}, fee: {amount(chance)}}}",
        f"{{id: F-ELSE, otherwise: true, fee: {amount(chance)}}}",
    ]
    must = f"{{fees.restocking: {{at_most: {chance.randint(20, 60)}% of item_price}}}}"
    promise = f"must: [{{id: M-CAP, when: {{opened: false}}, outcome: {must}}}]\n"
    return (
        f"{HEAD}window:\n  rows:\n"
        f"    - {{id: W-ONE, when: {{{when}}}, within: {ends[0]} days, counted_from: delivered}}\n"
        f"    - {{id: W-ELSE, otherwise: true, within: {ends[1]} days, counted_from: delivered}}\n"
        f"fees:\n  restocking:\n    decide: {decide}\n    rows:\n"
        + "".join(f"      - {row}\n" for row in rows)
        + (promise if chance.random() < 0.4 else "")
    )


def changed(text: str, chance: Random) -> str:
    """The text with one of its numbers changed."""
    spot = chance.choice(list(_NUMBER.finditer(text)))
    more = int(spot[1]) + chance.choice((-3, -1, 1, 5, 12))
    return f"{text[: spot.start()]}{max(1, more)}{text[spot.end() :]}"


def returns(found: PoliciesCompared, text: str, chance: Random) -> list[Given]:
    """Returns that lie beside the numbers of a policy, and of what is said of its changes."""
    said = text + str([change.where for change in found.changes])
    days = [int(each) for each in re.findall(r"(\d+)(?= days| to \d+ days)", said)]
    prices = [int(one) * 100 + int(two) for one, two in re.findall(r"USD (\d+)\.(\d\d)", said)]
    made = []
    for _ in range(120):
        ordered = parse_day("2025-03-01") + chance.randint(0, 300)
        delivered = ordered + chance.randint(0, 9)
        near = chance.choice((-1, 0, 1))
        later = max(ordered, delivered + chance.choice([*days, chance.randint(0, 70)]) + near)
        price = max(0, chance.choice([*prices, chance.randint(0, 20_000)]) + near)
        freight = max(0, chance.choice([*prices, price, chance.randint(0, 3_000)]) - near)
        given = {
            "ordered": day_text(ordered),
            "delivered": day_text(delivered),
            "requested": day_text(later),
            "item_price": _money(price),
            "outbound_freight": _money(freight),
            "category": chance.choice([*_KINDS, "another"]),
            "opened": chance.random() < 0.5,
            "prior": chance.randint(0, 3),
        }
        made.append({name: value for name, value in given.items() if name in found.facts})
    return made


def _money(cents: int) -> str:
    return f"USD {cents // 100}.{cents % 100:02d}"


def _read(text: str) -> Policy:
    return load(text, "spoken.yaml", lambda *_: None).policy


def _told(
    field: FieldCompared, given: Given, differs: bool, policies: tuple[Policy, Policy]
) -> int | None:
    """Returns in how many changes a return lies by their words; None if one of them says "some"."""
    itself = f"the two do not come to the same {name_of(field.field)}"
    each = [
        [differs if phrase == itself else holds(phrase, given, policies) for phrase in change.where]
        for change in field.changes
    ]
    if any(None in said and False not in said for said in each):
        return None
    return sum(all(said) for said in each)


@pytest.mark.parametrize("seed", range(60))
def test_words_hold_for_exactly_the_returns_that_differ(seed: int) -> None:
    chance = Random(seed)
    text = text_of(chance)
    before, after = _read(text), _read(changed(text, chance))
    found = compare_policies(before, after, native=False)
    deciders = [Decider(policy, native=False) for policy in (before, after)]

    for given in returns(found, text, chance):
        one, other = (outcome_of(decider.decide(dict(given))) for decider in deciders)
        for field in (each for each in found.fields if each.complete):
            name = field.field
            if name == "code" and one["answer"] != other["answer"]:
                continue
            if name not in ("answer", "code", "last_day") and "refuse" in (
                one["answer"],
                other["answer"],
            ):
                continue
            differs = one[name] != other[name]
            told = _told(field, given, differs, (before, after))
            assert told is None or told == differs, (name, field, given, text)


def test_what_is_called_proven_is_shown_by_a_return_each() -> None:
    shown = changes = 0
    for seed in range(60):
        chance = Random(seed)
        text = text_of(chance)
        found = compare_policies(_read(text), _read(changed(text, chance)), native=False)
        changes += len(found.changes)
        shown += sum(change.example is not None for change in found.changes)
        for field in found.fields:
            assert not field.proven or all(change.example for change in field.changes)

    assert changes > 60
    assert shown >= changes * 0.98
