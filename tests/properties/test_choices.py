"""What a policy remembers of earlier returns never shows in a record."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision import choices
from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.errors import RequestFault
from engine.policy.editions import load
from engine.policy.model import Policy
from tests.properties.making import Maker, facts
from tests.properties.returns import FILES, Given, real_policy, returns

EARLIER = 1_500
COMPARED = 60


def decided(decider: Decider, given: Given) -> Decision | str:
    try:
        return decider.decide(given)
    except RequestFault as fault:
        return fault.code


def remembered_as_fresh(policy: Policy, earlier: list[Given], compared: list[Given]) -> None:
    """The records of one that decided `earlier` are those of one that has decided nothing."""
    used = Decider(policy, native=False)
    for each in earlier:
        decided(used, each)
    for each in compared:
        fresh = decided(Decider(policy, native=False), each)
        assert decided(used, each) == fresh, each
        assert decided(used, each) == fresh, each


def test_the_real_policies_are_there() -> None:
    assert len(FILES) >= 24


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_policy_that_decided_thousands_of_returns_decides_like_a_fresh_one(file: Path) -> None:
    policy = real_policy(file)
    random = Random(file.stem)
    earlier = returns(policy, random, EARLIER)
    compared = random.sample(earlier, COMPARED // 2) + returns(policy, random, COMPARED // 2)

    remembered_as_fresh(policy, earlier, compared)


@settings(max_examples=15, deadline=None, database=None)
@given(st.integers(0, 2**48))
def test_a_random_policy_remembers_nothing_that_shows(seed: int) -> None:
    random = Random(seed)
    policy = load(Maker(random).text(), "random.yaml").policy
    earlier = [facts(random) for _ in range(60)]

    remembered_as_fresh(policy, earlier, [*random.sample(earlier, 10), facts(random)])


def test_returns_are_decided_from_memory_and_the_network_is_asked_all_the_same() -> None:
    policy = real_policy(FILES[0])
    decider = Decider(policy)
    (given_,) = returns(policy, Random(1), 1)

    first = decider.decide(given_)
    assert decider.decide(given_) == first
    assert first.engines_agreed is True
    decider.close()


def test_many_choices_are_forgotten_and_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choices, "MOST_KEPT", 3)
    policy = real_policy(FILES[0])
    earlier = returns(policy, Random(2), 100)

    remembered_as_fresh(policy, earlier, earlier[:20])


# --- choices that look alike ----------------------------------------------------------------------

HEAD = "policy: acme/test\nversion: 1\neffective: {from: 2000-01-01}\ncurrency: USD\n"
SILENT = {"evidence": [], "now": "2024-06-01"}
ALIKE = {
    "open demands": (
        "demands: {rows: [{id: D, must: {condition: new_unused, seal_intact: true}}]}",
        [{}, {"condition": "new_unused"}, {"seal_intact": True}],
    ),
    "a clock's own sentence beside a demand that fails": (
        """
deadlines: {answer_by: {by: supplier, event: seller_acted, within: 5 days, counted_from: ordered,
                        if_silent: accept, because: The supplier kept silent until <last_day>.}}
demands: {rows: [{id: D, need: [photos], if_not: refuse}]}
""",
        [{"ordered": "2024-05-01"} | SILENT, {"ordered": "2024-04-01"} | SILENT],
    ),
    "other days of the same state": (
        "window: {days: 30, counted_from: delivered}",
        [{"delivered": "2024-05-10"}, {"delivered": "2024-05-11"}],
    ),
    "words without a number": (
        "goods: {rows: [{id: G, when: {brand: {not: x}}, do: keep}, {id: H, otherwise: true}]}",
        [{"brand": "y"}, {"brand": "z"}, {"brand": None}],
    ),
    "fees that are open and that are not": (
        "fees: {label: {fee: label_cost}}",
        [{}, {"label_cost": "USD 5.00"}, {"label_cost": "USD 0.00"}, {"label_cost": None}],
    ),
    "a wish": (
        "remedy: {choice: [refund, replacement], chosen_by: retailer}",
        [{}, {"wanted": "refund"}, {"wanted": "replacement"}, {}],
    ),
    "evidence that lacks other words": (
        "demands: {rows: [{id: D, need: [photos, receipt]}]}",
        [{"evidence": ["photos"]}, {"evidence": ["receipt"]}, {"lacking": ["photos"]}],
    ),
}


@pytest.mark.parametrize(("topics", "given_"), ALIKE.values(), ids=ALIKE)
def test_choices_that_look_alike_are_kept_apart(topics: str, given_: list[Given]) -> None:
    policy = load(HEAD + topics, "alike.yaml").policy
    usual: Given = {"requested": "2024-05-20", "item_price": "USD 50.00"}
    sent = [usual | each for each in given_]

    remembered_as_fresh(policy, sent + sent[::-1], sent)
