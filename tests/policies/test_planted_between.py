# ruff: noqa: E501 - edits read best in one line
"""Faults planted between real policies are found: an edit out of bounds, days without an edition."""

from datetime import UTC, datetime

import pytest

from engine.decision.ungoverned import ungoverned
from engine.errors import PolicyFaults
from engine.policy.editions import PolicyFile, as_if_permitted, load
from engine.policy.faults import Fault
from engine.policy.selection import Candidate, NoPolicy, choose, days_of, known
from engine.publishing.comparison import FIELDS
from engine.publishing.differences import with_examples
from engine.publishing.succession import candidate_of, succession_faults
from tests.policies.judged import POLICIES, base, decided, line_of, replaced

# --- an edit that the base does not permit --------------------------------------------------------

WITHDRAWAL = """
policy: shop/europe
version: 1
extends: eu/withdrawal@1
effective: {from: 2024-01-01}
changes:
  - {EDIT, why: our terms}
"""
EDITS = {
    "a shorter time than the law gives": (
        "set: deadlines.request.W-LAST.within, to: 10 days",
        "`deadlines.request.W-LAST.within`: deadlines may only become longer",
        "  deadlines: longer_only",
        "last_day",
    ),
    "an exception that the law has not": (
        "add: {id: E-SALE, when: {tags: {has: clearance}}, answer: refuse, code: final_sale}, into: eligibility",
        "`eligibility.E-SALE.answer`: it may only be loosened",
        "  eligibility: loosen_only",
        "eligible",
    ),
    "a way back that the consumer pays": (
        "set: return_shipping.S-UNTOLD.paid_by, to: consumer",
        "`return_shipping.S-UNTOLD.paid_by`: it may only become `retailer`",
        "  return_shipping.paid_by: [retailer]",
        "return_paid_by",
    ),
}


def refused(text: str) -> tuple[Fault, ...]:
    """What keeps the text of a policy from being read, as a person is told it."""
    with pytest.raises(PolicyFaults) as caught:
        load(text, "child.yaml", base)
    return with_examples(caught.value.faults, text, "child.yaml", base)


@pytest.mark.parametrize(("edit", "says", "bound", "field"), EDITS.values(), ids=EDITS)
def test_an_edit_out_of_bounds_is_told_the_bound_and_a_return_that_it_would_change(
    edit: str, says: str, bound: str, field: str
) -> None:
    text = WITHDRAWAL.replace("EDIT", edit).lstrip()
    (fault,) = refused(text)
    edited = as_if_permitted(text, "child.yaml", base, fault.source)
    before = edited.base_of(edited.policy)

    assert (fault.code, fault.source.line) == ("not_permitted", 6)
    assert says in fault.sentence
    assert (
        f"(`eu/withdrawal@1`, line {line_of('real/62-eu-withdrawal-right.yaml', bound)})"
        in fault.sentence
    )
    assert f" It would change `{field}` from " in fault.sentence
    assert before is not None
    old, new = (FIELDS[field](decided(each, fault.example)) for each in (before, edited.policy))
    assert f"from {old} to {new} for a return with" in fault.sentence
    assert old != new


def test_an_override_below_the_least_is_told_it_and_a_return_that_it_would_change() -> None:
    text = (POLICIES / "home-goods--northwind.yaml").read_text("utf-8")
    assert text.count("set: window.W-BASE.days, to: 45") == 1
    (fault,) = refused(text.replace("W-BASE.days, to: 45", "W-BASE.days, to: 10"))

    assert fault.code == "not_permitted"
    assert "`deadlines.request.W-BASE.within`: it must be at least 15" in fault.sentence
    assert (
        f"(`acme-supply/home-goods@2`, line {line_of('home-goods.yaml', '  window.days:')})"
        in fault.sentence
    )
    assert " It would change `last_day` from " in fault.sentence


# --- days between two editions --------------------------------------------------------------------

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BEST_BUY = ("39-best-buy-us-2023.yaml", "40-best-buy-us-holiday-2023.yaml")


def best_buy(first: str) -> tuple[PolicyFile, PolicyFile]:
    """Best Buy's terms of September, and those of the holidays as the next version, from a day."""
    before, after = ((POLICIES / "real" / each).read_text("utf-8") for each in BEST_BUY)
    named = replaced("policy: best-buy/us-holiday\nversion: 1", "policy: best-buy/us\nversion: 2")
    dated = replaced("{from: 2023-10-01, until", f"{{from: {first}, until")
    return load(before, BEST_BUY[0]), load(dated(named(after)), BEST_BUY[1])


def following(one: PolicyFile, other: PolicyFile) -> tuple[list[Candidate], tuple[Fault, ...]]:
    pair = [candidate_of(one), candidate_of(other)]
    source = other.policy.tree.key_source("effective")
    return pair, succession_faults(pair[1], pair[:1], NOW, source)


def test_editions_that_follow_each_other_have_no_gap() -> None:
    assert following(*best_buy("2023-10-01"))[1] == ()


def test_a_gap_between_editions_is_found_with_an_order_that_none_governs() -> None:
    one, other = best_buy("2023-10-03")
    pair, (fault,) = following(one, other)

    assert fault.code == "edition_gap"
    assert fault.sentence.startswith("An order ordered on 2023-10-01 would fall under no edition")
    assert fault.example == {"ordered": "2023-10-01", "requested": "2023-10-01"}
    chosen = choose(known(pair, NOW), {}, days_of(fault.example))
    assert isinstance(chosen, NoPolicy)
    assert ungoverned(chosen.code, fault.example).answer == "refuse"
    for ordered, file in (("2023-09-30", one), ("2023-10-03", other)):
        given = {"ordered": ordered, "requested": ordered}
        chosen = choose(known(pair, NOW), {}, days_of(given))
        assert getattr(chosen, "key", None) == file.policy.reference
        assert decided(file.policy, given).policy.version == file.policy.version
