"""What a policy means is held row against row; each finding comes with a return that shows it."""

import pytest

from engine.meaning.difference import Budget
from engine.policy.editions import load
from engine.policy.faults import Fault, Level
from engine.publishing.checks import asked
from engine.publishing.meaning import meaning_of_file
from engine.publishing.suite import run_suite
from tests.meanings import meaning_faults, meaning_findings
from tests.unit.decision.building import decider, policy_of, rows


def found(topics: str) -> list[Fault]:
    return list(meaning_faults(policy_of(topics)))


def warnings(topics: str) -> list[Fault]:
    return [each for each in meaning_findings(policy_of(topics)) if each.level is Level.WARNING]


def goods(*whens: str, decide: str = "first") -> str:
    rows = ", ".join(f"{{id: G-{i}, when: {when}, do: keep}}" for i, when in enumerate(whens, 1))
    return f"goods: {{decide: {decide}, rows: [{rows}]}}\n"


# --- gaps -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("whens", "example"),
    [
        (["{quantity: {under: 3}}", "{quantity: {over: 3}}"], "quantity 3"),
        (["{item_price: {at_most: USD 5.00}}"], "item_price USD 100.00"),
        (["{ordered: {under: 2024-03-01}}"], "ordered 2024-03-01"),
        (["{final_sale: true}"], "final_sale false"),
        (["{brand: [x, y]}"], "brand other"),
        (["{condition: {worse_than: used}}"], "condition opened_unused"),
        (["{tags: {has: a}}"], "tags []"),
        (["{shipped: known}"], "shipped null"),
        (["{quantity: {under: 3}, brand: x}", "{quantity: {at_least: 3}}"], "brand other"),
    ],
)
def test_a_gap_is_shown_by_a_return(whens: list[str], example: str) -> None:
    (fault,) = found(goods(*whens))

    assert fault.code == "gap"
    assert example in fault.sentence


@pytest.mark.parametrize(
    "whens",
    [
        ["{quantity: {under: 3}}", "{quantity: {at_least: 3}}"],
        ["{quantity: {at_least: 0}}"],
        ["{item_price: {at_least: USD 0.00}}"],
        ["{final_sale: true}", "{final_sale: false}"],
        ["{condition: {worse_than: used}}", "{condition: {no_worse_than: used}}"],
        ["{condition: {no_worse_than: consumed}}"],
        ["{brand: x}", "{brand: {not: x}}"],
        ["{tags: {has: a}}", "{tags: {lacks: a}}"],
        ["{shipped: known}", "{shipped: unknown}"],
        ["{any_of: [{brand: x}, {quantity: 1}]}", "{brand: {not: x}, quantity: {not: 1}}"],
    ],
)
def test_a_table_that_covers_every_return_needs_no_otherwise(whens: list[str]) -> None:
    assert found(goods(*whens)) == []


def test_words_of_a_closed_list_close_a_table() -> None:
    closed = "values: {category: [a, b]}\n"

    assert found(closed + goods("{category: a}", "{category: b}")) == []
    assert "category b" in found(closed + goods("{category: a}"))[0].sentence


def test_a_topic_that_may_say_nothing_has_no_gap() -> None:
    assert found("fees: {a: {rows: [{id: F, when: {brand: x}, fee: USD 1.00}]}}") == []


def test_a_gap_is_shown_by_a_return_that_was_decided() -> None:
    topics = goods("{quantity: {under: 3}}", "{quantity: {over: 3}}")
    (fault,) = found(topics)

    assert fault.example is not None
    assert fault.example["quantity"] == 3
    assert rows(decider(topics).decide(fault.example), "goods") == []


def test_what_is_null_has_no_bounds_and_so_no_row() -> None:
    topics = goods("{quantity: {under: 3}}", "{quantity: {at_least: 3}}")
    (fault,) = warnings(topics)

    assert (fault.code, fault.level) == ("gap_on_null", "warning")
    assert "quantity null" in fault.sentence
    assert rows(decider(topics).decide(fault.example or {}), "goods") == []


def test_a_gap_is_looked_for_only_where_the_topic_is_asked() -> None:
    late = "window: {days: 30, counted_from: delivered}\n"

    assert found(late + goods("{answer: [accept, review, ask, two_readings]}")) == []


def test_a_table_of_which_not_every_case_was_looked_at_is_not_called_complete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asked, "BUDGET", Budget(cases=0))
    (fault,) = found(goods("{quantity: {under: 3}}", "{quantity: {at_least: 3}}"))

    assert fault.code == "gap"
    assert "It is not known whether `goods` has a row for every return" in fault.sentence


# --- overlaps and seasons -------------------------------------------------------------------------


def test_rows_of_which_only_one_may_apply_must_not_meet() -> None:
    (fault, *_) = found(
        goods("{quantity: {at_most: 3}}", "{quantity: {at_least: 3}}", decide="only_one")
    )

    assert fault.code == "config_invalid"
    assert "`G-1` and `G-2` both apply to a return with quantity 3" in fault.sentence


def test_pairs_of_rows_that_are_not_told_are_not_passed_over() -> None:
    rows = ", ".join(
        f"{{id: G-{n}, when: {{quantity: {{over: {n}}}}}, do: ship_back}}" for n in range(15)
    )
    every = found(f"goods: {{decide: only_one, rows: [{rows}, {{id: G-ELSE, otherwise: true}}]}}\n")
    overlaps = [each for each in every if each.code == "config_invalid"]

    assert len(overlaps) == 101
    assert (
        overlaps[-1].sentence
        == "More rows of `goods` may both apply: the first 100 pairs are listed."
    )


def test_rows_that_cannot_meet_are_fine() -> None:
    whens = ("{quantity: {under: 3}}", "{quantity: {at_least: 3}}")

    assert found(goods(*whens, decide="only_one")) == []


SEASONS = """
groups:
  winter: {ordered: {between: [2024-11-15, 2024-12-24]}}
  sale: {ordered: {between: [FROM, 2025-01-31]}}
must: [{id: M, never_both: [winter, sale], code: overlapping_seasons}]
"""


def test_seasons_that_must_not_meet_are_held_against_each_other() -> None:
    (fault,) = found(SEASONS.replace("FROM", "2024-12-24"))

    assert fault.code == "overlapping_seasons"
    assert "ordered 2024-12-24" in fault.sentence
    assert found(SEASONS.replace("FROM", "2024-12-25")) == []


# --- conditions that unfold too widely ------------------------------------------------------------

NINE = "any_of: [" + ", ".join(f"{{{{{{fact}}: x{i}}}}}" for i in range(9)) + "]"
WIDE = (
    "groups: {brands: {"
    + NINE.format(fact="brand").replace("{{", "{").replace("}}", "}")
    + "}, labels: {"
    + NINE.format(fact="label").replace("{{", "{").replace("}}", "}")
    + "}, skus: {is: [brands], any_of: [{is: labels}]}}\n"
)


@pytest.mark.parametrize(
    "topics",
    [
        "goods: {rows: [{id: G, when: {is: skus}, do: keep}, {id: H, otherwise: true}]}",
        "demands: {rows: [{id: D, must: {is: skus}}]}",
        "remedy: {first: [repair], then: refund, after: {is: skus}}",
        "must: [{id: M, when: {is: skus}, outcome: {answer: accept}}]",
        "whole_return: {sets: {all_of: skus, else: refuse}}",
        "demands: {rows: [{id: D, when: {tags: {has_any: [a, b, c, d, e, f, g, h, i]}}, "
        "must: {tags: {has_any: [k, l, m, n, o, p, q, r]}}}]}",
    ],
)
def test_more_alternatives_than_the_network_takes_are_refused_wherever_they_stand(
    topics: str,
) -> None:
    assert [fault.code for fault in found(WIDE + topics)] == ["too_large"]


def test_sixty_four_alternatives_are_taken() -> None:
    eight = WIDE.replace(", {brand: x8}", "").replace(", {label: x8}", "")

    assert found(eight + "demands: {rows: [{id: D, must: {is: skus}}]}") == []


# --- what partners agree on -----------------------------------------------------------------------

HEAD = "policy: acme/test\nversion: 1\neffective: {from: 2024-01-01}\ncurrency: USD\n"


def in_file(topics: str) -> list[str]:
    return [each.code for each in meaning_of_file(load(HEAD + topics, "test.yaml"))]


@pytest.mark.parametrize(
    "topics",
    [
        """
agreed: {days: {type: length, default: 30 days}}
window: {counted_from: delivered, rows: [
  {id: W-1, when: {brand: x}, within: 30 days},
  {id: W-2, otherwise: true, within: agreed.days}]}
""",
        """
agreed: {days: {type: length, default: 30 days}}
window: {counted_from: delivered, within: agreed.days, rows: [
  {id: W-1, when: {brand: x}, within: 30 days},
  {id: W-2, otherwise: true}]}
""",
        """
agreed: {rate: {type: percent, default: 10%}}
fees: {restocking: {rows: [
  {id: F-1, when: {brand: x}, fee: agreed.rate of item_price},
  {id: F-2, otherwise: true, fee: 10% of item_price}]}}
""",
    ],
)
def test_rows_that_give_the_same_until_something_is_agreed_are_two(topics: str) -> None:
    assert "same_outcome" not in in_file(topics)
    alike = topics.replace("within: agreed.days", "within: 30 days").replace("agreed.rate", "10%")
    bare = "\n".join(line for line in alike.splitlines() if not line.startswith("agreed"))
    assert "same_outcome" in in_file(bare)


def test_a_row_that_decides_for_some_partners_is_alive_to_every_check() -> None:
    topics = """
agreed: {who: {type: word, of: [a, b], default: a}}
eligibility: {rows: [
  {id: E-1, when: {category: agreed.who}, answer: refuse, code: final_sale},
  {id: E-2, when: {category: a}, answer: review, to_settle: whether}]}
tests: {cases: [{name: fine, expect: {publish: accepted}}]}
"""
    file = load(HEAD + topics, "test.yaml")

    assert in_file(topics) == []
    assert run_suite(file, native=False).passed == 1
