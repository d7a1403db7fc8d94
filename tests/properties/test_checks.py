"""What checks say of all returns is true: every return of small policies is decided and counted."""

from itertools import product
from random import Random

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from engine.decision.decide import Decider
from engine.errors import RequestFault
from engine.policy.editions import load
from engine.policy.faults import Fault
from engine.policy.model import Policy
from engine.publishing.meaning import surveys_of, too_wide, tried_of
from tests.meanings import meaning_findings
from tests.properties.alone.wider import WiderMaker
from tests.properties.making import Maker, facts

HEAD = (
    "policy: small/policy\nversion: 1\neffective: {from: 2024-03-01, until: 2024-03-04}\n"
    "currency: USD\nvalues: {category: [a, b, c]}\n"
)
DAYS = ("2024-03-01", "2024-03-02", "2024-03-03", "2024-03-04")
SENT: dict[str, tuple[object, ...]] = {
    "category": ("a", "b", "c", None),
    "brand": ("x", "y", "other", None),
    "quantity": (1, 2, 3, 4, 5, 6, None),
    "final_sale": (True, False, None),
    "ordered": (*DAYS, None),
    "tags": ([], ["m"]),
}
"""Every value that rows of such a policy can tell apart."""
TESTS: dict[str, tuple[str, ...]] = {
    "category": ("a", "[a, b]", "{not: c}", "{not: [a, c]}", "null", "{not: null}"),
    "brand": ("x", "[x, y]", "{not: x}", "{not: [x, y]}"),
    "quantity": ("1", "{under: 3}", "{at_least: 3}", "{between: [2, 4]}", "{not: 2}", "{over: 3}"),
    "final_sale": ("true", "false"),
    "ordered": (
        "{at_least: 2024-03-03}",
        "{under: 2024-03-02}",
        "{between: [2024-03-02, 2024-03-03]}",
        "{over: 2024-03-04}",
        "{at_most: 2024-02-28}",
        "{at_least: 2024-03-01}",
    ),
    "tags": ("{has: m}", "{lacks: m}"),
}
NOBODY = "nobody"

seeds = st.integers(0, 2**48)


def when(random: Random) -> str:
    tests = random.sample(sorted(TESTS), random.randint(1, 2))
    said = ", ".join(f"{fact}: {random.choice(TESTS[fact])}" for fact in tests)
    if random.random() < 0.25:
        other = random.choice(sorted(set(TESTS) - set(tests)))
        said += f", any_of: [{{{other}: {random.choice(TESTS[other])}}}, {{quantity: 5}}]"
    return f"{{{said}}}"


def small_policy(random: Random) -> Policy:
    rows = [f"{{id: G-{n}, when: {when(random)}, do: keep}}" for n in range(random.randint(2, 6))]
    rows += ["{id: G-LAST, otherwise: true}"] if random.random() < 0.4 else []
    for row in rows:
        note(row)
    return policy_of(*rows)


def policy_of(*rows: str) -> Policy:
    return load(f"{HEAD}goods: {{rows: [{', '.join(rows)}]}}\n", "small.yaml").policy


def deciding(policy: Policy) -> tuple[set[str], bool, bool]:
    """The rows that decide any return, and whether some have none: with and without a null."""
    decider, rows, gap, gap_on_null = Decider(policy, native=False), set[str](), False, False
    for values in product(*SENT.values()):
        sent = dict(zip(SENT, values, strict=True))
        found = decider.sketch(sent)
        assert found is not None
        table = found[0].compiled.goods
        row = next((row.row.id for chosen, row in found[1].chosen if chosen is table), NOBODY)
        tested = [name for name, tests in TESTS.items() if sent[name] is None]
        rows.add(row)
        gap = gap or (row == NOBODY and not tested)
        gap_on_null = gap_on_null or (row == NOBODY and bool(tested))
    return rows, gap, gap_on_null


def told(found: tuple[Fault, ...], *codes: str) -> set[str]:
    return {each.sentence.split("`")[1] for each in found if each.code in codes}


@settings(max_examples=15, deadline=None, database=None)
@given(seeds)
def test_a_row_is_told_never_to_decide_just_where_no_return_is_decided_by_it(seed: int) -> None:
    policy = small_policy(Random(seed))
    rows, _, _ = deciding(policy)
    dead = {row.id for row in policy.goods.rows} - rows

    assert told(meaning_findings(policy), "never_true", "unreachable") == dead


@settings(max_examples=15, deadline=None, database=None)
@given(seeds)
def test_a_table_is_told_to_have_a_gap_just_where_a_return_falls_through(seed: int) -> None:
    policy = small_policy(Random(seed))

    told_of_its_gaps(policy, meaning_findings(policy))


def told_of_its_gaps(policy: Policy, found: tuple[Fault, ...]) -> None:
    _, gap, gap_on_null = deciding(policy)

    assert bool(told(found, "gap")) == gap
    if not gap:
        assert bool(told(found, "gap_on_null")) == gap_on_null


@settings(max_examples=15, deadline=None, database=None)
@given(seeds)
def test_every_example_shows_what_it_is_an_example_of(seed: int) -> None:
    policy = small_policy(Random(seed))

    shown_by_its_examples(policy, meaning_findings(policy))


@pytest.mark.parametrize("when", [f"{{{fact}: {test}}}" for fact in TESTS for test in TESTS[fact]])
def test_every_gap_of_a_table_of_one_row_is_shown(when: str) -> None:
    policy = policy_of(f"{{id: G-0, when: {when}, do: keep}}")
    found = meaning_findings(policy)

    told_of_its_gaps(policy, found)
    shown_by_its_examples(policy, found)


def shown_by_its_examples(policy: Policy, found: tuple[Fault, ...]) -> None:
    decider = Decider(policy, native=False)

    for fault in found:
        if fault.code in ("gap", "gap_on_null", "unreachable"):
            assert fault.example is not None, fault
            rows = {each.row for each in decider.decide(fault.example).because}
            named = [row for row in rows if row.startswith("G-")]
            if fault.code == "unreachable":
                assert f"`{named[0]}` decides" in fault.sentence
            else:
                assert named == []


@pytest.mark.parametrize("seed", [6_013, 6_026, *range(12)])
def test_a_fee_is_reported_by_a_return_of_which_it_is_taken(seed: int) -> None:
    policy = load(WiderMaker(Random(seed)).text(), "random.yaml").policy
    decider = Decider(policy, native=False)

    for fault in tried_of(surveys_of(policy)):
        if fault.code in ("fee_above_price", "fee_not_taken") and fault.example is not None:
            taken = {fee.row for fee in decider.decide(fault.example).fees if fee.is_deducted}
            assert any(f"`{row}`" in fault.sentence for row in taken), fault


@settings(max_examples=4, deadline=None, database=None)
@given(seeds)
def test_no_return_of_a_random_policy_is_decided_by_a_row_that_is_told_never_to_be(
    seed: int,
) -> None:
    random = Random(seed)
    text = Maker(random).text()
    note(text)
    policy = load(text, "random.yaml").policy
    if too_wide(policy):
        return
    dead = {
        each.source
        for each in meaning_findings(policy)
        if each.code in ("never_true", "unreachable")
    }
    decider = Decider(policy, native=False)

    for _ in range(150):
        try:
            found = decider.sketch(facts(random))
        except RequestFault:
            continue
        if found is None or found[0].undecided:
            continue  # what hangs on unknown facts is decided anew with every value of them
        for _, row in found[1].chosen:
            assert row.row.source not in dead, row.row.id
