"""The books of an order whose returns are closed and opened again, and the laws that they keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Final

from adapters.identity.principal import Kind
from adapters.store.drafts import LineDraft
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Claim, Settlement
from adapters.store.returns.records import Return, ReturnLine
from engine.money import Money
from engine.returns.lifecycle import State
from engine.settlement.instruments import PaymentReferences
from engine.settlement.machine import SettlementState as S
from tests.contracts.returns.building import Shop
from tests.contracts.returns.retold import check_told
from tests.contracts.returns.walked_policies import Walked


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A line of an order; price of a unit, and tax of the line (minor units)."""

    sku: str
    units: int
    price: int
    tax: int = 0


NUMBERS: Final = count(1)
PRICE: Final = 1_000
ONE: Final = (Sold(sku="LAMP", units=4, price=PRICE),)
TWO: Final = (
    Sold(sku="LAMP", units=3, price=PRICE, tax=83),
    Sold(sku="SOFA", units=2, price=777, tax=59),
)
SHIPPING: Final = 600
UNMOVED: Final = (S.FAILED, S.CANCELLED)
"""States of money that did not move, or came back."""
STUCK: Final = (S.FAILED, S.NEEDS_ATTENTION)


class Books:
    """One order of one retailer, its returns, and what was given and claimed for them."""

    def __init__(self, shop: Shop, walked: Walked, random: Random) -> None:
        self.shop, self.random = shop, random
        self.number, self.supplier = f"R-{next(NUMBERS)}", walked.name
        self.early = walked.early
        self.made: list[Return] = []
        self.log: list[str] = []
        self.settled = 0
        self.sold = random.choice((ONE, TWO))
        lines = [
            LineDraft(
                number=str(at),
                sku=each.sku,
                quantity=each.units,
                unit_price=Money(each.price, "USD"),
                tax=Money(each.tax, "USD"),
                location="main",
            )
            for at, each in enumerate(self.sold, 1)
        ]
        with shop.store.session():
            retailer = shop.store.partners.add(self.number.lower(), "Shop", Kind.RETAILER)
            shop.partners["northwind"] = retailer
            shop.store.partnerships.join(shop.partners[walked.name], retailer)
            supplier = shop.store.partners.acting(shop.partners[walked.name])
            (family,) = shop.add(
                supplier,
                walked.name,
                self.number,
                lines=lines,
                dates={"ordered": "2025-01-01", "delivered": shop.clock().date().isoformat()},
                facts={"outbound_paid": "USD 6.00"},
            )
            for amount, ways in self.payments(family.order.id):
                shop.store.payments.add(
                    NewPayment(
                        supplier=supplier.tenant,
                        retailer=retailer.id,
                        order=family.order.id,
                        amount=amount,
                        ways=ways,
                        by="tests",
                    )
                )

    def payments(self, order: str) -> Sequence[tuple[Money, PaymentReferences]]:
        """By what the order was paid: by one charge, of far more than it gives back."""
        ways = PaymentReferences(charge=f"pi_{order}", customer=f"cus_{order}")
        return ((Money(99_999, "USD"), ways),)

    # --- laws ---------------------------------------------------------------------------------

    def check(self) -> None:
        """What is planned is what moves less what is claimed, and no more than the units are worth
        that came or stay, beside what dropped claims let stay."""
        moves, claims = self.moves(), self.claims()
        lines = [line for each in self.made for line in each.lines]
        current = sum(each.open_amount.minor for each in moves)
        left = sum(each.left.minor for each in claims)
        planned = sum(line.planned for line in lines)
        said = f"{planned} planned, {current} given, {left} claimed, {self.settled} paid back"
        assert current - left - self.settled == planned, self.said(said)
        claimed = {each.return_line for each in claims if each.left.minor}
        unmoved = {each.return_line for each in moves if each.state in UNMOVED}
        assert not claimed & unmoved, self.said("claimed although it did not move")
        for each in self.made:
            gives, most = sum(line.planned for line in each.lines), sum(map(self.most, each.lines))
            assert gives <= most + SHIPPING, self.said(f"{self.name(each)}: {gives} of {most}")
        self.check_free(sum(line.planned - line.stays_more for line in lines))

    def most(self, line: ReturnLine) -> int:
        """The worth of units that came or stay, with their tax and what dropped claims let stay."""
        at_receipt = not self.early and line.outcome.comes_back
        here = line.received + line.outcome.before.stayed if at_receipt else line.quantity
        tax = next(each.tax for each in self.sold if each.sku == line.sku)
        return self.price(line) * here + tax + line.stays_more

    def check_free(self, given: int) -> None:
        """What is given is for units that nobody may request or cancel, so that none is paid
        twice."""
        most, held = SHIPPING, []
        for at, each in enumerate(self.sold, 1):
            held.append(self.kept_in_order(at) - self.free(at))
            most += each.price * held[-1] + -(-each.tax * held[-1] // each.units)
        assert given <= most, self.said(f"{given} given for {held} units")
        for each in self.made:
            if each.state is State.CANCELLED:
                gives = sum(line.planned - line.stays_more for line in each.lines)
                odd = sum(bool(sold.tax) for sold in self.sold)  # cents of tax that others left
                assert abs(gives) <= odd, self.said(f"{self.name(each)} gives {gives}")

    def kept_in_order(self, at: int) -> int:
        with self.shop.store.session():
            return self.shop.wanted(self.number, str(at)).line.kept

    def check_told(self) -> None:
        """The journals of both sides explain the state and the units of every return."""
        for each in self.made:
            try:
                check_told(self.shop, each)
            except AssertionError as error:
                raise AssertionError(self.said(str(error))) from error

    def free(self, at: int) -> int:
        return self.shop.returnable(str(at), self.number)

    def price(self, line: ReturnLine) -> int:
        return next(each.price for each in self.sold if each.sku == line.sku)

    def moves(self) -> list[Settlement]:
        """Movements of which no other took the place, that are owed or were given up."""
        with self.shop.store.session():
            every = [
                each
                for key in self.lines()
                for each in self.shop.store.settlements.of_return_line(key)
            ]
        replaced = {each.instead_of for each in every}
        return [each for each in every if each.id not in replaced and each.open_amount.minor]

    def claims(self) -> list[Claim]:
        with self.shop.store.session():
            return [each for key in self.lines() for each in self.shop.store.claims.of_line(key)]

    def lines(self) -> Sequence[str]:
        return [line.id for each in self.made for line in each.lines]

    def name(self, made: Return) -> str:
        return f"{[each.id for each in self.made].index(made.id)} ({made.state})"

    def said(self, wrong: str) -> str:
        return "\n".join([*self.log, wrong])
