"""The cache for lines in doubt never shows, neither in a record nor in an outcome alone."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision import engines, unknown_cache
from engine.decision.decide import Decider
from engine.decision.outcome import recorded_outcome
from engine.decision.unknown_cache import UnknownCache
from engine.errors import RequestFault
from engine.policy.editions import load
from engine.policy.model import Policy
from tests.policies.judged import FILES, base, name
from tests.properties.alone.wider import FailedMaker, WiderMaker
from tests.properties.making import facts
from tests.properties.meaning.drawing import Draw, Given
from tests.properties.test_template_cache import beside
from tests.unit.decision.building import NOT_SENT, USUAL, policy_of

MOST_UNSENT = 3

DEADLINES = (
    "deadlines: {request: {decide: DECIDE, rows: ["
    "{id: W-A, when: {condition: worn}, within: 9 days, counted_from: ordered},"
    "{id: W-B, when: {packaging: none}, within: 6 days, counted_from: delivered},"
    "{id: W-C, otherwise: true, within: 7 days, counted_from: delivered}]}}\n"
)
FEES = (
    "fees: {a: {rows: [{id: F-A, when: {condition: worn}, fee: 10% of item_price},"
    "{id: F-B, when: {packaging: none}, fee: USD 7.00}, {id: F-C, otherwise: true, fee: none}]}}\n"
)
GOODS = (
    "goods: {rows: [{id: G-A, when: {condition: worn}, do: destroy}, {id: G-B, otherwise: true}]}\n"
    "return_shipping: {rows: [{id: S-A, when: {packaging: none}, paid_by: supplier},"
    "{id: S-B, otherwise: true, paid_by: consumer}]}\n"
)
REFUSED = (
    "eligibility: {rows: [{id: E-A, when: {item_price: {over: USD 50.00}}, answer: refuse,"
    " code: final_sale}, {id: E-B, when: {ordered: {over: 2024-05-01}}, answer: refuse,"
    " code: not_entitled}, {id: E-C, otherwise: true, answer: accept}]}\n"
    "after_refusal: {rows: [{id: A, when: {condition: worn}, do: sent_back_to_sender}]}\n"
)
PAUSED = (
    "deadlines: {request: {decide: shortest, rows: [{id: W-A, when: {packaging: none},"
    " within: 10 days, counted_from: delivered, pauses: {from: repair_asked, to: repair_done}},"
    "{id: W-B, otherwise: true, within: 7 days, counted_from: delivered}]}}\n"
)
EXAMPLES = (
    *(DEADLINES.replace("DECIDE", decide) for decide in ("longest", "shortest", "first")),
    DEADLINES.replace("DECIDE", "longest") + FEES,
    DEADLINES.replace("DECIDE", "first")
    + "fees: {a: {rows: [{id: F, when: {days_left: {under: 3}}, fee: USD 5.00}]}}\n",
    FEES,
    FEES + GOODS,
    GOODS + "eligibility: {rows: [{id: E-A, when: {condition: worn, packaging: none},"
    " answer: refuse, code: not_entitled}, {id: E-B, otherwise: true, answer: accept}]}\n",
    REFUSED + FEES,
    REFUSED + PAUSED,
    "eligibility: {rows: [{id: E-A, when: {any_of: [{evidence: {has: photos}},"
    " {evidence: {has: receipt}}]}, answer: accept}, {id: E-B, otherwise: true, answer: accept}]}\n"
    "goods: {rows: [{id: G-A, when: {evidence: {has_all: [photos, receipt]}}, do: destroy},"
    " {id: G-B, otherwise: true}]}\n",
    GOODS + "demands: {rows: [{id: D, must: {packaging: sealed_original}}]}",
    "remedies: {retailer: {rows: [{id: R-A, when: {condition: worn}, give: store_credit},"
    "{id: R-B, otherwise: true, give: refund}]}}\n",
    "remedies: {retailer: {give: refund}, consumer: {give: gift_card, of: item_price}}\n" + FEES,
)
"""Policies that depend on facts which are often not sent, with amounts that are sometimes equal and
clocks of which sometimes one ends last, sometimes the other."""

ALIKE = (
    "facts: {first: {type: word}, second: {type: yes_no}, third: {type: word},"
    " fourth: {type: yes_no}, sent: {type: yes_no}}\n"
    "fees: {a: {rows: [{id: F, fee: USD 5.00, when: {any_of: [{first: a, second: true},"
    " {first: b, any_of: [{third: x}, {third: {not: x}, sent: true}]}, {first: c, fourth: true}]}},"
    "{id: G, otherwise: true, fee: none}]}}\n"
)
"""If `first` is `b`, every case is like an earlier one: all like the same one, or like two."""

SINCE = (
    "eligibility: {rows: [{id: E-A, when: {days_since.shipped: {over: 5}}, answer: review,"
    " to_settle: whether}, {id: E-B, otherwise: true, answer: accept}]}\n"
)
"""What hangs on two dates, of which the one that was not sent is asked for."""

FOLLOWING = (
    "eligibility: {rows: [{id: E-A, when: {whole_order_back: true, loose_units: {over: 0}},"
    " answer: review, to_settle: whether}, {id: E-B, otherwise: true, answer: accept}]}\n"
)
"""What hangs on facts that follow from others, and are not known where these are `null`."""

COUNTED = (
    "facts: {first: {type: word}, second: {type: word}, sent: {type: yes_no}}\n"
    "goods: {rows: [{id: G-A, do: keep,"
    " when: {any_of: [{first: a, second: [x, z]}, {first: [b, c, d]}]}},"
    "{id: G-B, otherwise: true, do: ship_back}]}\n"
    "return_shipping: {rows: ["
    "{id: S-A, when: {goods: donate, sent: false, first: d}, paid_by: supplier},"
    "{id: S-B, otherwise: true, paid_by: consumer}]}\n"
    "fees: {a: {rows: [{id: F-A, fee: USD 5.00, taken: billed, when: {goods: keep, any_of:"
    " [{sent: true, first: a, second: z}, {sent: false, first: b}]}},"
    "{id: F-B, otherwise: true, fee: none}]}}\n"
)
"""Where it was sent `second` is split in three, and what comes of `z` is not what comes of it where
it was not sent, but of `first: b`: in their order the cases take the same rows. `S-A`, which never
holds, sets `first: d` apart there."""

LIKE = (
    "facts: {first: {type: word}, second: {type: word}, sent: {type: yes_no}}\n"
    "goods: {rows: [{id: G-A, do: keep, when: {any_of: [{first: a, second: [x, z]},"
    " {first: [b, c, d]}, {first: e, second: [x, z]}, {first: [f, g, h]}]}},"
    "{id: G-B, otherwise: true, do: ship_back}]}\n"
    "return_shipping: {rows: ["
    "{id: S-A, when: {goods: donate, second: z}, paid_by: supplier},"
    "{id: S-B, when: {goods: donate, sent: false, first: d}, paid_by: supplier},"
    "{id: S-C, when: {goods: donate, sent: true, first: h}, paid_by: supplier},"
    "{id: S-D, paid_by: retailer, when: {goods: keep, any_of:"
    " [{sent: true, first: f}, {sent: false, first: e, second: z}]}},"
    "{id: S-E, otherwise: true, paid_by: consumer}]}\n"
    "fees: {a: {rows: [{id: F-A, fee: USD 5.00, taken: billed, when: {goods: keep, any_of:"
    " [{sent: true, first: a, second: z}, {sent: false, first: b}]}},"
    "{id: F-B, otherwise: true, fee: none}]}}\n"
)
"""Where it was sent, `second: z` is a case of its own beside `first: a`, and like `x` beside `e`;
else the other way round. But for that all cases in their order take the same rows."""

WITHIN = (
    "facts: {first: {type: word}, sent: {type: yes_no}}\n"
    "goods: {rows: [{id: G-A, when: {first: a}, do: keep},"
    "{id: G-B, otherwise: true, do: ship_back}]}\n"
    "fees: {a: {rows: [{id: F-A, when: {goods: keep, sent: true}, fee: USD 5.00, taken: billed},"
    "{id: F-B, otherwise: true, fee: none}]}}\n"
)
"""What only a case takes, where goods are kept."""

SWAPPED = (
    "facts: {first: {type: word}, second: {type: word}, sent: {type: yes_no}}\n"
    "fees: {a: {rows: [{id: F-A, fee: USD 5.00, when: {any_of: [{first: {not: b}, second: y},"
    " {sent: true, first: b, second: y}, {sent: false, first: b, second: x}]}},"
    "{id: F-B, otherwise: true, fee: none}]}}\n"
)
"""Where `sent` is false, `first` matters: `b` swaps what comes of `x` and of `y`. In their order
the cases of `second` take the same rows, but for how often."""

REASONED = "after_refusal: {rows: [{id: A, when: {reason: defective}, do: sent_back_to_sender}]}\n"
"""What is not known and nothing hangs on."""

ORDERED = {"ordered": "2024-04-30", "item_price": "USD 10.00"}
COMING = ORDERED | {"requested": "2024-05-20", "quantity": 3}

SENT = (USUAL | {"sent": True}, USUAL | {"sent": False})

APART: dict[str, tuple[str, Given, Given]] = {
    "what was sent": (
        SINCE,
        ORDERED | {"requested": "2024-05-20"},
        ORDERED | {"shipped": "2024-05-02"},
    ),
    "what is not known": (
        FOLLOWING,
        COMING | {"order_lines": None, "case_pack": 2},
        COMING | {"order_lines": 1, "case_pack": None},
    ),
    "how many values there are": (COUNTED, *SENT),
    "which value is of which case": (SWAPPED, *SENT),
    "which cases of a fact are alike": (LIKE, *SENT),
    "what a case takes": (WITHIN, *SENT),
    "what a case takes of which more is not known": (WITHIN + REASONED, *SENT),
}
"""Each with two lines that only this part of the key tells apart."""

VALUES = {
    "condition": (NOT_SENT, "used_clean", "worn"),
    "packaging": (NOT_SENT, "sealed_original", "none"),
    "item_price": (NOT_SENT, "USD 10.00", "USD 70.00"),
    "ordered": ("2024-04-30", "2024-05-02"),
    "delivered": (NOT_SENT, None, "2024-05-02", "2024-05-05"),
    "evidence": (NOT_SENT, ["photos"], ["receipt"]),
    "lacking": (NOT_SENT, []),
    "repair_asked": (NOT_SENT, "2024-05-06"),
    "requested": ("2024-05-06", "2024-05-11", "2024-05-20"),
}


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What otherwise comes after many lines comes with the second: one question for all cases, and
    functions that work out a line with its cases."""
    monkeypatch.setattr(engines, "MOST_ASKED_APART", 0)
    monkeypatch.setattr(unknown_cache, "MOST_ASKED_APART", 0)


def forgetting(policy: Policy) -> Decider:
    """Returns a decider that works out the cases of each line as if it were the first."""
    decider = Decider(policy, native=False)
    decider._unknown_cache = UnknownCache(decider.engines.compiled, decider._templates, 0)
    return decider


def held(policy: Policy, lines: Iterator[Given], times: int = 2) -> int:
    """Compares a caching decider with one that forgets; returns how many lines hit the cache."""
    keeps, forgets = Decider(policy, native=False), forgetting(policy)
    hits = 0
    for sent in lines:
        for _ in range(times):
            try:
                expected = forgets.decide(sent)
            except RequestFault:
                break
            before = len(keeps._unknown_cache._kept)
            assert keeps.outcome(sent) == recorded_outcome(expected), sent
            assert keeps.decide(sent).canonical == expected.canonical, sent
            hits += 0 < before == len(keeps._unknown_cache._kept)
    return hits


def unsent(given: Given, random: Random) -> Given:
    """A line without some of its facts."""
    left_out = random.sample(list(given), min(random.randint(0, MOST_UNSENT), len(given)))
    return {name: value for name, value in given.items() if name not in left_out}


def neighbours(
    policy: Policy, random: Random, ones: Iterator[Given], count: int
) -> Iterator[Given]:
    """Lines in doubt, many of them but for a fact like one before."""
    before: list[Given] = []
    for _ in range(count):
        one = unsent(next(ones), random)
        if before and random.random() < 0.7:
            one = beside(random.choice(before[-3:]), one, policy, random)
        before.append(one)
        yield one


def drawn(policy: Policy, seed: int) -> Iterator[Given]:
    draw = Draw(policy, seed, missing=0.0)
    while True:
        yield draw.one()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_what_a_shipped_policy_keeps_of_lines_in_doubt_never_shows(path: Path) -> None:
    policy = load(path.read_text("utf-8"), name(path), base).policy
    random = Random(path.stem)

    held(policy, neighbours(policy, random, drawn(policy, 23), 60))


@pytest.mark.parametrize("path", FILES[::4], ids=name)
def test_the_network_confirms_all_cases_of_a_line_at_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = load(path.read_text("utf-8"), name(path), base).policy
    random, at_once, apart = Random(path.stem), Decider(policy), Decider(policy)
    monkeypatch.setattr(
        apart.engines,
        "confirm_cases",
        lambda cases, _, alone: [apart.engines.confirm(*case[:2]) for case in cases],
    )

    for line in neighbours(policy, random, drawn(policy, 29), 40):
        with suppress(RequestFault):
            assert at_once.decide(line).canonical == apart.decide(line).canonical, line
    at_once.close()
    apart.close()


def test_a_case_that_the_network_finds_otherwise_goes_to_a_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = {fact: value for fact, value in USUAL.items() if fact != "condition"}
    decider = Decider(policy_of(GOODS))
    assert decider.decide(line).answer == "accept"
    (question,) = decider.engines._case_questions.values()

    monkeypatch.setattr(question, "_always", -1)

    assert decider.decide(line).answer == "review"


@pytest.mark.parametrize("topics", EXAMPLES)
def test_what_a_small_policy_keeps_of_lines_in_doubt_never_shows(topics: str) -> None:
    assert held(policy_of(topics), some_lines()) > 100


def test_a_line_is_worked_out_with_its_cases_once_such_lines_are_in_doubt() -> None:
    policy = policy_of(FEES + GOODS)
    keeps = Decider(policy, native=False)
    line = USUAL | {"packaging": "none"}

    told = {keeps.decide(line).canonical for _ in range(5)}

    assert keeps._unknown_cache.expected(line, alone=True) is not None
    assert told == {forgetting(policy).decide(line).canonical}


def test_a_case_like_an_earlier_one_is_told_by_which_it_is_like() -> None:
    lines: list[Given] = [USUAL | {"sent": sent} for sent in (True, False)]

    assert held(policy_of(ALIKE), iter(lines)) == len(lines)


@pytest.mark.parametrize("part", APART)
def test_each_part_of_the_key_tells_lines_apart(part: str) -> None:
    topics, *lines = APART[part]

    assert held(policy_of(topics), iter(lines)) == len(lines)


def some_lines() -> Iterator[Given]:
    """Yields lines of a few values, each rarely similar to the one before."""
    each = [dict(zip(VALUES, values, strict=True)) for values in product(*VALUES.values())]
    for one in Random(0).sample(each, 160):
        yield {name: value for name, value in (USUAL | one).items() if value is not NOT_SENT}


@settings(max_examples=15, deadline=None, database=None)
@given(st.integers(0, 2**48))
def test_what_a_policy_keeps_of_lines_in_doubt_never_shows(seed: int) -> None:
    random = Random(seed)
    policy = load(random.choice((WiderMaker, FailedMaker))(random).text(), "random.yaml").policy
    ones = iter(lambda: facts(random), None)

    held(policy, neighbours(policy, random, ones, 40))
