"""A decision and an override: each holds where it is meant, and names the other elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.store.connection.address import Address
from adapters.store.drafts import LineDraft
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.money import Money
from engine.returns.lifecycle import State, Step
from services.returns import overriding as judging
from services.returns.overriding import Judgement, Verdict, Word
from tests.contracts.returns.building import SUPPLIER, Shop, opened
from tests.contracts.returns.test_lifecycle import POLICY, SAID


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    found = opened(address)
    found.sells("acme", POLICY)
    yield found
    found.library.close()
    found.store.close()


def said(shop: Shop, made: Return, word: Word, *verdicts: Verdict) -> Return:
    with shop.store.writing():
        found = shop.service().hold(made.id)
        assert found is not None
        judgement = Judgement(word=word, verdicts=verdicts, why="A known fault")
        return judging.judge(shop.service(), SUPPLIER, found, judgement)


def test_what_the_policy_leaves_open_is_decided_and_not_overridden(shop: Shop) -> None:
    shop.orders("acme", channel="online")
    made = shop.one(quantity=2, reason="defective", **SAID)
    word = Verdict(about=made.lines[0].id, accept=True, amount=1_000, location="main")

    with pytest.raises(RequestFault, match="`decideReturn` decides it") as told:
        said(shop, made, Word.OVERRIDE, word)
    assert (told.value.code, told.value.path) == ("still_open", "lines[0].line")
    assert said(shop, made, Word.DECIDE, word).state is State.APPROVED


def test_what_is_decided_is_overridden_and_not_decided(shop: Shop) -> None:
    shop.orders("acme", channel="online")
    shop.clock.pass_days(30)
    made = shop.one(quantity=1, **SAID)
    shop.move(made, "reopen", "They were away.")
    word = Verdict(
        about=made.lines[0].id, accept=True, remedy="refund", amount=1_000, location="main"
    )

    with pytest.raises(RequestFault, match="`overrideReturn` says otherwise") as told:
        said(shop, made, Word.DECIDE, word)
    assert (told.value.code, told.value.path) == ("decided_already", "lines[0].line")
    assert said(shop, made, Word.OVERRIDE, word).state is State.APPROVED


def test_an_override_leaves_what_is_open_to_a_decision(shop: Shop) -> None:
    shop.orders("acme", channel="online", lines=[each("1", "LAMP"), each("2", "SOFA")])
    (made,) = shop.request(
        ("N-1", "1", {"quantity": 1, "reason": "defective", **SAID}),
        ("N-1", "2", {"quantity": 1, **SAID, "condition": "worn"}),
    )
    open_, refused = made.lines
    assert (made.state, refused.outcome.answer) == (State.IN_REVIEW, "refuse")

    word = Verdict(about=refused.id, accept=True, remedy="refund", amount=1_000, location="main")
    after = said(shop, made, Word.OVERRIDE, word)
    assert (after.state, after.lines[1].outcome.answer) == (State.IN_REVIEW, "accept")
    with shop.store.session():
        step = shop.store.returns.now(made.id).history[-1]
    assert (step.step, step.why) == (Step.JUDGE, "A known fault")

    decided = said(shop, made, Word.DECIDE, Verdict(about=open_.id, accept=False))
    assert decided.state is State.APPROVED
    assert [line.expected for line in decided.lines] == [0, 1]


def each(number: str, sku: str) -> LineDraft:
    return LineDraft(number=number, sku=sku, quantity=1, unit_price=Money(4_000, "USD"))
