"""The shipping of an order is given back once, by the policy or by persons, in all its returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from random import Random

import pytest

from adapters.store.connection.address import Address
from adapters.store.drafts import LineDraft
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.money import Money
from engine.returns.lifecycle import State
from engine.returns.units import Disposition
from services.returns.overriding import Verdict
from tests.contracts.returns.building import Shop, opened
from tests.contracts.returns.reopened_walks import NOT_NOW

POLICY = """
window: {days: 900, counted_from: delivered}
remedy: {give: account_credit}
outbound_shipping: {refund: full}
eligibility:
  rows:
    - {id: E-LOOK, when: {reason: defective}, answer: review, to_settle: whether it is}
tests:
  usual:
    ordered: 2025-03-01
    delivered: 2025-03-05
    requested: 2025-03-10
    item_price: USD 10.00
    outbound_paid: USD 6.00
    whole_order_back: false
    quantity: 1
  cases:
    - {name: look, given: {reason: defective}, expect: {answer: review}}
    - {name: other, given: {reason: change_of_mind}, expect: {answer: accept}}
"""
PRICES = {"1": 1_000, "2": 2_000}
UNITS = 4
SHIPPING = 600
WALKS = {"sqlite": 12, "postgresql": 3}
STEPS = 25
NUMBERS = count(1)


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    found = opened(address)
    found.sells("acme", POLICY)
    yield found
    found.library.close()
    found.store.close()


class Ordered:
    """One order of two lines, its returns, and persons who give as much as they may."""

    def __init__(self, shop: Shop, random: Random, *, by_line: bool) -> None:
        self.shop, self.random, self.by_line = shop, random, by_line
        self.number = f"S-{next(NUMBERS)}"
        self.made: list[Return] = []
        self.log: list[str] = []
        paid = {"outbound_paid": "USD 6.00"}
        lines = [
            LineDraft(
                number=number,
                sku=sku,
                quantity=UNITS,
                unit_price=Money(PRICES[number], "USD"),
                location="main",
                facts=paid if by_line else {},
            )
            for number, sku in (("1", "LAMP"), ("2", "SOFA"))
        ]
        with shop.store.session():
            acme = shop.store.partners.acting(shop.partners["acme"])
            shop.add(acme, "acme", self.number, lines=lines, facts={} if by_line else paid)

    def step(self) -> None:
        steps: list[Callable[[], str]] = [self.ask, self.look, self.word, self.word, self.end]
        try:
            self.log.append(self.random.choice(steps)())
        except RequestFault as fault:
            self.refused(fault)
        while self.shop.wake() or self.shop.square():
            pass
        self.made = [self.shop.look(each) for each in self.made]
        self.check()

    def refused(self, fault: RequestFault) -> None:
        assert fault.code in NOT_NOW, self.said(f"{fault.code} {fault}")

    def ask(self) -> str:
        reason = self.random.choice(("defective", "change_of_mind"))
        wanted = [
            (self.number, line, {"quantity": self.random.randint(1, free), "reason": reason})
            for line in PRICES
            if (free := self.shop.returnable(line, self.number)) and self.random.random() < 0.7
        ]
        if wanted:
            self.made += self.shop.request(*wanted)
        return f"ask {wanted}"

    def look(self) -> str:
        made = self.one()
        many = [self.random.randint(0, line.count.to_come) for line in made.lines]
        if any(many):
            self.shop.receive(made, *many)
            found = [
                (place, units, Disposition.SCRAP, {}) for place, units in enumerate(many) if units
            ]
            self.shop.inspect(made, *found)
        return f"look {self.name(made)} {many}"

    def word(self) -> str:
        """A person gives the price and all or half of the shipping, on lines or on units."""
        made = self.one()
        more = self.random.choice((0, SHIPPING // 2, SHIPPING))
        seen = {each.id: (str(each.line), each.units) for each in self.shop.inspections(made)}
        about = seen or {line.id: (line.id, line.quantity) for line in made.lines}
        prices = {line.id: PRICES["1" if line.sku == "LAMP" else "2"] for line in made.lines}
        words = [
            Verdict(
                about=key,
                accept=True,
                remedy="account_credit",
                amount=prices[line] * units + self.random.choice((0, more)),
            )
            for key, (line, units) in about.items()
        ]
        words = words if self.random.random() < 0.5 else words[:1]
        self.shop.judge(made, words)
        return f"judge {self.name(made)} {[each.amount for each in words]}"

    def end(self) -> str:
        made = self.one()
        step = self.random.choice(("cancel", "close", "reopen"))
        self.shop.move(made, step, "so")
        return f"{step} {self.name(made)}"

    def one(self) -> Return:
        if not self.made:
            raise RequestFault("step_not_allowed", "There is no return yet.")
        return self.random.choice(self.made)

    def check(self) -> None:
        lines = [line for each in self.made for line in each.lines]
        groups = [[line for line in lines if line.sku == sku] for sku in ("LAMP", "SOFA")]
        for group in groups if self.by_line else [lines]:
            price = {"LAMP": PRICES["1"], "SOFA": PRICES["2"]}
            most = SHIPPING + sum(price[line.sku] * line.received for line in group)
            given = sum(line.planned for line in group)
            assert given <= most, self.said(f"{given} of {most} for the order")

    def name(self, made: Return) -> str:
        return f"{[each.id for each in self.made].index(made.id)} ({made.state})"

    def said(self, wrong: str) -> str:
        return "\n".join([*self.log, wrong])


@pytest.mark.parametrize("by_line", [False, True], ids=["order", "line"])
def test_the_shipping_of_an_order_is_given_once_whoever_gives_it(
    shop: Shop, kind: str, by_line: bool
) -> None:
    for seed in range(WALKS[kind]):
        walk = Ordered(shop, Random(f"shipping {seed}"), by_line=by_line)
        for _ in range(STEPS):
            walk.step()


def test_a_word_gives_what_other_returns_left_of_the_shipping(shop: Shop) -> None:
    order = Ordered(shop, Random(0), by_line=False)
    wanted = (order.number, "1", {"quantity": 1, "reason": "defective"})
    one, two, three = (shop.request(wanted)[0] for _ in range(3))

    def give(made: Return, amount: int) -> State:
        word = Verdict(about=made.lines[0].id, accept=True, remedy="refund", amount=amount)
        return shop.judge(made, [word]).state

    assert give(one, 1_400) is State.APPROVED
    with pytest.raises(RequestFault, match=r"worth USD 12\.00 at most"):
        give(two, 1_201)
    assert give(two, 1_200) is State.APPROVED
    with pytest.raises(RequestFault, match=r"worth USD 10\.00 at most"):
        give(three, 1_001)
