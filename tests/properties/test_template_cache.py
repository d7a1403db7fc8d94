"""The cache of earlier lines never shows: a record equals that of a new decider."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision.decide import Decider
from engine.decision.evaluation import EvaluatedLine
from engine.decision.standing import Standing, Units
from engine.decision.template_cache import Key, TemplateCache
from engine.decision.unknown_cache import UnknownCache
from engine.errors import RequestFault
from engine.policy.editions import load
from engine.policy.model import Policy
from engine.policy.vocabulary import FactType
from tests.policies.judged import FILES, base, name
from tests.properties.alone.wider import WiderMaker
from tests.properties.making import facts
from tests.properties.meaning.drawing import Draw, Given
from tests.unit.decision.building import NOT_SENT, USUAL, policy_of

Asked = Given | list[Given]
"""One line, or the lines of a return."""

TWO = (
    "fees: {a: {fee: 10% of item_price}}\n"
    "eligibility: {rows: [{id: E, when: {packaging: none}, answer: two_readings, we_take: TAKEN,"
    " readings: ["
    "{id: A, answer: refuse, code: not_entitled, because: Only faults count., clause: c1},"
    "{id: B, answer: accept, because: Any reason counts., clause: c2,"
    " sets: {fees.a: 15% of item_price, percent: 50%, goods: keep}}]}]}"
)
CLOCKS = (
    "deadlines: {request: {we_take: TAKEN, readings: ["
    "{id: A, within: 5 days, counted_from: ordered, because: From the order., clause: c1},"
    "{id: B, within: 5 days, counted_from: delivered, because: From delivery., clause: c2}]}}"
)
EXAMPLES = (
    "demands: {rows: [{id: D, must: {condition: used_clean, packaging: sealed_original}}]}",
    "limits: {size: {adds: return_value, at_most: USD 50.00}}",
    "fees: {a: {fee: 10% of item_price}}\nmust: [{id: M, outcome: {fees: {at_most: USD 5.00}}}]",
    "fees: {a: {fee: 10% of item_price}}\n"
    "must: [{id: M, when: {packaging: none}, outcome: {fees: {at_most: USD 5.00}}}]",
    "fees: {a: {decide: highest, rows: [{id: F, when: {condition: worn}, fee: USD 8.00},"
    " {id: G, otherwise: true, fee: 10% of item_price}]}}",
    "goods: {rows: [{id: G, when: {condition: worn}, do: destroy}, {id: H, otherwise: true}]}",
    *(CLOCKS.replace("TAKEN", taken) for taken in ("none", "B")),
    *(TWO.replace("TAKEN", taken) for taken in ("none", "B, why: It says so.")),
)
"""Policies that depend on amounts, on readings, and on what is not known."""

VALUES = {
    "condition": (NOT_SENT, "used_clean", "worn"),
    "packaging": (NOT_SENT, "sealed_original", "none"),
    "item_price": (NOT_SENT, "USD 10.00", "USD 100.00", "USD 70.00"),
    "delivered": (NOT_SENT, "2024-05-02", "2024-05-05"),
    "requested": ("2024-05-05", "2024-05-08", "2024-05-20"),
}

CHOICE = "remedy: {choice: [replacement, refund], chosen_by: retailer}"
TWO_CLOCKS = (
    "deadlines: {claim: {within: 7 days, counted_from: delivered, if_late: claim_late},"
    " request: {within: 5 days, counted_from: delivered}}"
)
PAUSED = (
    "deadlines: {request: {decide: longest, event: received_back, counted_from: delivered, rows: ["
    "{id: W-1, when: {brand: x}, within: 30 days, pauses: {from: repair_asked, to: repair_done}},"
    "{id: W-2, otherwise: true, within: 20 days}]}}"
)
BY_BRAND = (
    "deadlines: {request: {counted_from: delivered, rows: ["
    "{id: W-1, when: {brand: x}, within: 30 days}, {id: W-2, otherwise: true, within: 20 days}]}}"
)
LONGEST = (
    "deadlines: {request: {decide: longest, counted_from: delivered, rows: ["
    "{id: W-1, when: {brand: x}, within: 30 days}, {id: W-2, when: {condition: worn},"
    " within: 10 days}, {id: W-3, otherwise: true, within: 5 days}]}}\n"
    "goods: {rows: [{id: G-1, when: {brand: x}, do: keep}, {id: G-2, when: {packaging: none},"
    " do: destroy}, {id: G-3, otherwise: true}]}"
)
BACK = {"requested": NOT_SENT, "received_back": "2024-05-20", "brand": "x"}
PAPERS = "demands: {rows: [{id: D, need: [photos, receipt], if_not: go_on}]}"
BOX = "demands: {rows: [{id: D, must: {packaging: sealed_original}}]}"

PARTS: dict[str, tuple[str, Given, Given, Callable[[Key, int], Key]]] = {
    "alone": ("fees: {a: {fee: USD 5.00, per: return}}", {}, {}, lambda key, _: key[1:]),
    "clock": (BY_BRAND, {"brand": "x"}, {"brand": "y"}, lambda key, _: without(key, 0)),
    "state": (
        TWO_CLOCKS,
        {"requested": "2024-05-16"},
        {"requested": "2024-05-19"},
        lambda key, _: without(key, 1),
    ),
    "missing": (
        "deadlines: {request: {within: 30 days, counted_from: delivered}}",
        {"delivered": None},
        {"delivered": NOT_SENT},
        lambda key, _: without(key, 2),
    ),
    "pause": (
        PAUSED,
        BACK,
        BACK | {"repair_asked": "2024-05-12"},
        lambda key, _: without(key, 3),
    ),
    "rows": (
        "fees: {a: {decide: add_up, rows: [{id: F, when: {brand: x}, fee: USD 1.00}]}}",
        {"brand": "x"},
        {"brand": "y"},
        lambda key, _: (*key[:2], *key[3:]),
    ),
    "first": (
        "goods: {rows: [{id: G, when: {brand: x}, do: keep}, {id: H, otherwise: true}]}",
        {"brand": "x"},
        {"brand": "y"},
        lambda key, _: key[:3],
    ),
    "wanted": (CHOICE, {"wanted": "refund"}, {"wanted": "replacement"}, lambda key, _: key[:-1]),
    "papers": (PAPERS, {"lacking": ["photos"]}, {"lacking": ["receipt"]}, lambda key, _: key[:-2]),
    "maybe": (BOX, {"packaging": "none"}, {"packaging": NOT_SENT}, lambda key, size: key[:size]),
    "open": (
        LONGEST,
        {"brand": "x", "condition": "worn", "packaging": NOT_SENT},
        {"brand": "x", "condition": NOT_SENT, "packaging": "none"},
        lambda key, size: (*key[: size + 1], *key[size + 2 :]),
    ),
    "unknown": (
        EXAMPLES[0],
        {"condition": NOT_SENT, "packaging": "sealed_original"},
        {"packaging": NOT_SENT, "condition": "used_clean"},
        lambda key, size: key[: size + 2],
    ),
}
"""For each part of a key: a policy, two lines that only it tells apart, and a key without it."""

some = settings(max_examples=20, deadline=None, database=None)


def beside(given: Given, other: Given, policy: Policy, random: Random) -> Given:
    """Returns a variant that differs in a fact or two: what a key leaves out shows there first."""
    found = dict(given)
    for fact in random.sample(sorted({*given, *other}), random.choice((1, 1, 2))):
        how = random.random()
        if how < 0.25:
            found.pop(fact, None)
        elif how < 0.4:
            found[fact] = None
        elif how < 0.5 and policy.facts[fact].type is FactType.WORD:
            found[fact] = f"word {random.randint(0, 9)}"
        elif fact in other:
            found[fact] = other[fact]
    papers = sorted({word for row in policy.demands.rows for word in getattr(row.body, "need", ())})
    if papers and random.random() < 0.3:
        found[random.choice(("evidence", "lacking"))] = random.sample(papers, 1)
    return found


def asked(policy: Policy, random: Random, ones: Iterator[Given], count: int) -> Iterator[Asked]:
    """Lines beside one another and returns of them, some of them asked again."""
    before: list[Given] = []
    for _ in range(count):
        one = next(ones)
        if before and random.random() < 0.8:
            one = beside(random.choice(before[-4:]), one, policy, random)
        before.append(one)
        if random.random() < 0.15:
            yield [random.choice(before) for _ in range(random.randint(1, 3))]
        else:
            yield random.choice((one, one, one, random.choice(before)))


def record(decider: Decider, sent: Asked) -> bytes:
    try:
        if not isinstance(sent, list):
            return decider.decide(sent).canonical
        halves = Standing(
            units=tuple(Units(line=at, units=1, settled=at % 2 == 0) for at in range(len(sent)))
        )
        standing = halves if len(sent) == 2 else None
        return decider.decide_return({}, sent, standing).canonical
    except RequestFault as fault:
        return f"{fault.code} {fault.path}".encode()


def made_anew(policy: Policy, sent: Asked, *, native: bool = True) -> bytes:
    decider = Decider(policy, native=native)
    found = record(decider, sent)
    decider.close()
    return found


def keeping(policy: Policy, most: int) -> Decider:
    """Returns a decider that caches at most so many templates."""
    decider = Decider(policy, native=False)
    decider._templates = TemplateCache(decider.engines.compiled, most)
    decider._unknown_cache = UnknownCache(decider.engines.compiled, decider._templates, most)
    return decider


def drawn(policy: Policy, seed: int) -> Iterator[Given]:
    draws = [Draw(policy, seed + at, missing=missing) for at, missing in enumerate((0, 0.1))]
    while True:
        yield draws[0].one()
        yield draws[1].one()


def made(random: Random) -> Iterator[Given]:
    while True:
        yield facts(random)


def shipped(path: Path) -> Policy:
    return load(path.read_text("utf-8"), name(path), base).policy


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_shipped_policy_decides_as_if_it_were_the_first_time(path: Path) -> None:
    policy, random = shipped(path), Random(path.stem)
    decider = Decider(policy)
    for sent in asked(policy, random, drawn(policy, 5), 12):
        record(decider, sent)
        assert record(decider, sent) == made_anew(policy, sent), sent


@pytest.mark.parametrize("path", FILES, ids=name)
def test_what_a_shipped_policy_keeps_never_shows(path: Path) -> None:
    policy, random = shipped(path), Random(path.stem)
    known = list(asked(policy, random, drawn(policy, 11), 120))
    never_shows(policy, [*known, *random.sample(known, 40)])


@pytest.mark.parametrize("topics", EXAMPLES)
def test_what_a_small_policy_keeps_never_shows(topics: str) -> None:
    each = [dict(zip(VALUES, values, strict=True)) for values in product(*VALUES.values())]
    sent = [{n: v for n, v in (USUAL | one).items() if v is not NOT_SENT} for one in each]
    never_shows(policy_of(topics), sent)


@some
@given(st.integers(0, 2**48))
def test_what_a_policy_keeps_never_shows(seed: int) -> None:
    random = Random(seed)
    policy = load(WiderMaker(random).text(), "random.yaml").policy
    known = list(asked(policy, random, made(random), 60))
    never_shows(policy, [*known, *random.sample(known, 20)], threads=False)


@pytest.mark.parametrize("part", PARTS)
def test_lines_that_one_part_of_a_key_tells_apart_are_told_apart(part: str) -> None:
    topics, *lines, _ = PARTS[part]
    first, second = (sent_of(line) for line in lines)
    again = [second] if part == "alone" else second
    decider = Decider(policy_of(topics), native=False)

    record(decider, first)

    assert record(decider, again) == made_anew(policy_of(topics), again, native=False)


@pytest.mark.parametrize("part", PARTS)
def test_a_key_that_lacks_one_part_takes_one_line_for_another(part: str) -> None:
    topics, *lines, forget = PARTS[part]
    first, second = (sent_of(line) for line in lines)
    again = [second] if part == "alone" else second
    decider = Decider(policy_of(topics), native=False)
    templates = decider._templates
    whole = templates.key

    def key(line: EvaluatedLine, *, alone: bool) -> Key:
        size = len(templates.chosen(line.true, line.facts.values, line.states, alone))
        return forget(whole(line, alone=alone), size)

    templates.key = key  # type: ignore[method-assign]

    record(decider, first)

    assert record(decider, again) != made_anew(policy_of(topics), again, native=False)


def sent_of(line: Given) -> Given:
    return {name: value for name, value in (USUAL | line).items() if value is not NOT_SENT}


def without(key: Key, place: int) -> Key:
    """Returns a key that omits one part of the first deadline's state."""
    states = key[1]
    assert isinstance(states, tuple)
    return (key[0], states[:place] + states[place + 1 :], *key[2:])


def never_shows(policy: Policy, sent: Sequence[Asked], *, threads: bool = True) -> None:
    """Records are the same whatever was decided before, for every cache size and in `threads`."""
    forgets, few, keeps = keeping(policy, 0), keeping(policy, 3), Decider(policy, native=False)
    expected = [record(forgets, each) for each in sent]
    for decider in (few, keeps):
        assert [record(decider, each) for each in sent] == expected
    if threads:
        beside_another(Decider(policy, native=False), sent, expected)


def beside_another(shared: Decider, sent: Sequence[Asked], expected: Sequence[bytes]) -> None:
    """Records are the same in a thread that asks forwards and one that asks backwards."""
    with ThreadPoolExecutor(2) as threads:
        found = threads.map(lambda order: [record(shared, sent[at]) for at in order], orders(sent))
        for order, each in zip(orders(sent), found, strict=True):
            assert each == [expected[at] for at in order]


def orders(sent: Sequence[Asked]) -> tuple[list[int], list[int]]:
    return [*range(len(sent))], [*reversed(range(len(sent)))]
