"""Who may say a fact, held against the register in plain words and not against its own table."""

import itertools

import pytest

from engine.errors import RequestFault
from engine.policy.register.built_in import SENT
from engine.policy.register.tellers import Side, check_recorded, check_said, may_say
from engine.policy.vocabulary import Fact, Moment, Owner

MATRIX = list(itertools.product(SENT.values(), Side, Moment))


def allowed(fact: Fact, side: Side, at: Moment) -> bool:
    """The rules of the guide, as a person would apply them."""
    if list(Moment).index(at) > list(Moment).index(fact.until):
        return False
    if fact.told_by in (Owner.DERIVED, Owner.INSPECTION):
        return False
    if side is Side.RETAILER:
        return fact.told_by is Owner.RETAILER
    return not (fact.told_by is Owner.RETAILER and at is Moment.RECEIPT)


def test_every_fact_is_said_by_its_owner_alone_and_in_time() -> None:
    wrong = [
        (fact.name, side, at)
        for fact, side, at in MATRIX
        if may_say(fact, side, at) is not allowed(fact, side, at)
    ]

    assert wrong == []


@pytest.mark.parametrize(("fact", "side", "at"), MATRIX)
def test_a_refusal_names_who_may_or_until_when(fact: Fact, side: Side, at: Moment) -> None:
    if allowed(fact, side, at):
        check_said(fact, None, side, at)
        return

    with pytest.raises(RequestFault) as refused:
        check_said(fact, None, side, at)

    assert (refused.value.code, refused.value.path) == ("not_yours_to_say", fact.name)
    assert "who tells it is" in refused.value.message or "not any more" in refused.value.message


@pytest.mark.parametrize(
    "name",
    [
        *("requested", "now", "outbound_paid", "order_total", "whole_order_back", "label_cost"),
        *("supplier_decision", "item_price", "delivered", "category", "rma_issued", "line_count"),
    ],
)
def test_a_retailer_says_nothing_of_what_is_not_its_own(name: str) -> None:
    with pytest.raises(RequestFault):
        check_said(SENT[name], "anything", Side.RETAILER, Moment.REQUEST)


def test_a_retailer_has_no_approval_to_show_but_the_suppliers_own_word() -> None:
    check_said(SENT["evidence"], ["photos"], Side.RETAILER, Moment.REQUEST)
    check_said(SENT["evidence"], ["approval"], Side.SUPPLIER, Moment.REQUEST)

    with pytest.raises(RequestFault) as refused:
        check_said(SENT["evidence"], ["photos", "approval"], Side.RETAILER, Moment.REQUEST)

    assert "`approval`" in refused.value.message


@pytest.mark.parametrize("name", ["reason", "requested", "item_price", "inspection", "evidence"])
def test_nobody_writes_a_claim_or_a_total_into_an_order(name: str) -> None:
    for side in Side:
        with pytest.raises(RequestFault):
            check_recorded(SENT[name], side)


def test_a_retailer_writes_no_facts_of_the_goods_into_its_order() -> None:
    check_recorded(SENT["membership"], Side.RETAILER)
    check_recorded(SENT["final_sale"], Side.SUPPLIER)

    with pytest.raises(RequestFault):
        check_recorded(SENT["final_sale"], Side.RETAILER)


def test_every_record_is_whole() -> None:
    for fact in SENT.values():
        assert fact.help.endswith("."), fact.name
        assert fact.ask.endswith("?"), fact.name
        assert not fact.found or fact.told_by in (
            Owner.RETAILER,
            Owner.INSPECTION,
            Owner.SUPPLIER,
        ), fact.name
