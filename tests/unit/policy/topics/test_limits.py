"""A limit is on money or on a number; a demand says what must be there."""

from collections.abc import Callable

import pytest

from engine.policy.conditions import leaves
from engine.policy.faults import Fault
from engine.policy.model import Demand, Limit, Policy

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]

FACTS = "facts: {sent_before: {type: count}, credited: {type: money}}\n"


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ("used: sent_before, adds: 1, at_most: 4", True),
        ("adds: quantity, under: 10", True),
        ("used: credited, adds: return_value, at_most: USD 2500.00", False),
        ("used: credited, at_most: 3% of prior_12m_purchases", False),
    ],
)
def test_a_limit_counts_or_sums(read: Read, fields: str, counts: bool) -> None:
    body = read(f"{FACTS}limits: {{yearly: {{{fields}}}}}\n").limits[0].rows[0].body

    assert isinstance(body, Limit)
    assert body.counts is counts


@pytest.mark.parametrize(
    ("fields", "code", "said"),
    [
        ("used: sent_before", "missing_key", "needs `at_most`"),
        ("used: sent_before, at_most: USD 5.00", "wrong_type", "`used` is of another kind"),
        ("adds: USD 5.00, at_most: 4", "wrong_type", "`adds` is of another kind"),
        ("used: sent_befor, at_most: 4", "unknown_amount", "is not an amount"),
        ("at_most: 4, if_over: review", "missing_key", "`to_settle`"),
        ("at_most: 4, if_over: stop", "unknown_word", "broken limit"),
    ],
)
def test_a_limit_that_cannot_be_meant(faults: Faults, fields: str, code: str, said: str) -> None:
    found = faults(f"{FACTS}limits: {{yearly: {{{fields}}}}}\n")

    assert found[0].code == code
    assert said in found[0].sentence


def demand(fields: str) -> str:
    return f"demands: {{rows: [{{id: D, {fields}}}]}}\n"


@pytest.mark.parametrize(
    "fields",
    ["need: [rma]", "need: rma", "must: {condition: {no_worse_than: used}}", "subject_to: [test]"],
)
def test_a_demand_in_each_form(faults: Faults, fields: str) -> None:
    assert faults(demand(fields)) == []


def test_the_original_packaging_is_a_demand_on_packaging(read: Read) -> None:
    body = read(demand("original_required: true")).demands.rows[0].body

    assert isinstance(body, Demand)
    assert body.must is not None
    (leaf,) = leaves(body.must)
    assert (body.if_not, leaf.words) == ("refuse", ("sealed_original", "opened_original"))


@pytest.mark.parametrize(
    ("fields", "code", "said"),
    [
        ("if_not: refuse", "missing_key", "needs `need`"),
        ("need: [photo]", "unknown_word", "Did you mean `photos`?"),
        ("need: [rma], if_not: review", "missing_key", "`to_settle`"),
        ("need: [rma], if_not: deny", "unknown_word", "if it is not met"),
        ("must: {packagin: none}", "unknown_fact", "Did you mean `packaging`?"),
    ],
)
def test_a_demand_that_cannot_be_meant(faults: Faults, fields: str, code: str, said: str) -> None:
    (fault,) = faults(demand(fields))

    assert fault.code == code
    assert said in fault.sentence


def test_own_evidence_may_be_tested_once_it_is_missing(faults: Faults) -> None:
    found = faults("""
values: {evidence: [claim_form]}
after_refusal: {rows: [{id: A, when: {missing: {has: claim_form}}, do: keep}]}
""")

    assert found == []
