"""The law of what is said of orders: nobody's money moves by what its supplier has not said."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from adapters.identity.principal import Principal
from adapters.store.connection.address import Address
from adapters.store.drafts import LineDraft, OrderDraft
from adapters.store.money.paid import PaidDraft
from adapters.store.money.records import Settlement
from adapters.store.money.refunds import OrderRefund
from adapters.store.ordering.faults import OrderFaults
from adapters.store.ordering.records import Change, LineChange
from adapters.store.orders import Family
from adapters.store.records import Product, Telling
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.money import Money
from engine.returns.units import Disposition
from engine.settlement.instruments import PaymentReferences
from engine.settlement.machine import COUNTED
from services.orders.adding import add_orders, paid_change
from services.orders.confirming import Waiting, confirm, decline
from services.orders.paying import say_paid
from services.orders.refunding import UnitsOfLine, checked
from services.orders.updating import held, update_order
from services.returns import overriding as judging
from tests.contracts.returns.building import Shop, opened

AT_ONCE = """
window: {days: 30, counted_from: delivered}
remedy:
  rows:
    - {id: R-SHOP, when: {channel: store}, give: refund, timing: immediate}
    - {id: R-ELSE, otherwise: true, give: refund, timing: after_receipt}
shipping: {return_paid_by: consumer}
tests:
  usual:
    ordered: 2025-03-01
    delivered: 2025-03-05
    requested: 2025-03-10
    item_price: USD 100.00
    channel: online
    reason: change_of_mind
    now: 2025-03-10
  cases:
    - {name: fine, expect: {answer: accept, timing: after_receipt}}
    - {name: in a shop, given: {channel: store}, expect: {timing: immediate}}
"""
PRICES = st.sampled_from([1_000, 4_000, 4_000, 500_000])
DAYS = st.sampled_from(["2025-05-12", "2025-05-20", "2025-05-31"])
UNITS = st.integers(1, 3)
CHANNELS = st.sampled_from(["store", "online"])
NUMBERS = count(1)
ON_BOTH = settings(
    max_examples=12,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class Talk(RuleBasedStateMachine):
    """One retailer, and one order after another in a store that goes on from run to run."""

    shop: Shop

    @initialize(units=st.just(3), price=PRICES, channel=CHANNELS, paid=st.booleans())
    def begin(self, units: int, price: int, channel: str, paid: bool) -> None:
        self.number = f"L-{next(NUMBERS)}"
        self.add(units, price, channel, paid=paid)
        self.shop.clock.pass_days(0.01)

    @rule(units=UNITS, price=PRICES, channel=CHANNELS, paid=st.booleans())
    def add(self, units: int, price: int, channel: str, *, paid: bool) -> None:
        """The order of this run, and later the same number with other values."""
        line = LineDraft(
            number="1",
            sku="LAMP",
            quantity=units,
            unit_price=Money(price, "USD"),
            location="main",
        )
        ways = PaymentReferences(charge=f"pi_{self.number.replace('-', '')}")
        draft = OrderDraft(
            number=self.number,
            supplier="acme",
            retailer="northwind",
            currency="USD",
            channel=channel,
            dates={"ordered": "2025-05-10", "delivered": "2025-05-20"},
            lines=[line],
            paid=PaidDraft(amount=units * price, ways=ways) if paid else None,
        )
        self.tried(lambda: add_orders(self.shop.store, self.northwind, [draft]))

    @rule(units=UNITS)
    def take_back(self, units: int) -> None:
        self.tried(lambda: self.shop.request((self.number, "1", {"quantity": units})))

    @rule(amount=st.none() | PRICES, named=st.none() | UNITS)
    def refund(self, amount: int | None, named: int | None) -> None:
        def refunded() -> object:
            store, family = self.shop.store, self.family()
            held(store, self.northwind, family.order.id)
            payee = family.order.supplier.id
            paid = store.payments.of_order(family.order.id, payee)
            wanted = OrderRefund(
                order=family.order.id,
                payee=payee,
                payment=paid[-1].id if paid else None,
                amount=amount,
            )
            units = [UnitsOfLine(line="1", units=named)] if named else []
            said = checked(store, self.family(), wanted, units)
            return store.refunds.refund(said, "so", "tests")

        self.tried(refunded)

    # --- what it needs ------------------------------------------------------------------------

    @property
    def northwind(self) -> Principal:
        return self.shop.store.partners.acting(self.shop.partners["northwind"])

    @property
    def acme(self) -> Principal:
        return self.shop.store.partners.acting(self.shop.partners["acme"])

    def family(self) -> Family:
        (found,) = self.shop.store.orders.numbered(self.northwind, [self.number])
        return found

    def pays(self, by: Principal, amount: int) -> None:
        """One side says how the order was paid to its supplier."""
        change = paid_change(
            PaidDraft(amount=amount, ways=PaymentReferences(charge=f"pi_x{next(NUMBERS)}"))
        )
        self.tried(lambda: say_paid(self.shop.store, by, self.family(), change))

    def amend(self, by: Principal, change: Change) -> None:
        def amended() -> object:
            return update_order(self.shop.store, by, self.family().order.id, change, "so")

        self.tried(amended)

    def tried(self, work: Callable[[], object]) -> None:
        """What is refused changes nothing, and is no failure."""
        try:
            with self.shop.store.writing():
                work()
        except (RequestFault, OrderFaults):
            pass

    def moved(self) -> list[Settlement]:
        """Of this order's supplier, what counts as given back."""
        supplier = self.shop.partners["acme"].id
        return [
            each
            for each in self.shop.store.settlements.every()
            if each.supplier == supplier
            and each.state in COUNTED
            and each.trouble != "over_ceiling"
        ]


class SilentSupplier(Talk):
    """The supplier does not let orders be told, and says nothing."""

    @rule(amount=PRICES)
    def pay(self, amount: int) -> None:
        self.pays(self.northwind, amount)

    @rule(day=DAYS)
    def deliver(self, day: str) -> None:
        self.amend(self.northwind, Change(dates={"delivered": day}))

    @rule(units=UNITS)
    def cancel(self, units: int) -> None:
        self.amend(self.northwind, Change(lines=(LineChange(line="1", cancel=units),)))

    @invariant()
    def nothing_is_planned_and_no_ceiling_rises(self) -> None:
        shop = self.shop
        with shop.store.session():
            assert not shop.store.settlements.every()
            assert not shop.store.payments.any_of(shop.partners["acme"].id)


class SpeakingSupplier(Talk):
    """The supplier answers, amends, receives, and lets the retailer tell everything.

    It gave a price with the product, so an order above it waits.
    """

    @initialize(waits=st.integers(0, 4), channel=CHANNELS)
    def begin(self, waits: int, channel: str) -> None:
        self.number = f"L-{next(NUMBERS)}"
        self.add(3, 4_000 if waits else 500_000, channel, paid=False)
        self.shop.clock.pass_days(0.01)
        self.pays(self.acme, 500_000)

    @rule(holds=st.booleans(), parts=st.booleans())
    def answer(self, holds: bool, parts: bool) -> None:
        def answered() -> object:
            store, order = self.shop.store, self.family().order
            waits = [each.id for each in store.amendments.of(order.id)]
            waiting = Waiting(
                orders=[] if parts else [order.id], amendments=waits[-1:] if parts else []
            )
            return (
                confirm(store, self.acme, waiting)
                if holds
                else decline(store, self.acme, waiting, "no")
            )

        self.tried(answered)

    @rule(day=DAYS, units=UNITS, mine=st.booleans(), amount=PRICES)
    def say_more(self, day: str, units: int, mine: bool, amount: int) -> None:
        """What either side says besides: a day, cancelled units, a payment."""
        by = self.acme if mine else self.northwind
        line = LineChange(line="1", cancel=units)
        self.amend(by, Change(dates={"delivered": day}, lines=() if mine else (line,)))
        self.pays(by, amount)

    def really_cancel(self, units: int) -> None:
        self.amend(self.acme, Change(lines=(LineChange(line="1", cancel=units),)))

    @rule(units=UNITS)
    def cancel_and_refund(self, units: int) -> None:
        self.really_cancel(units)
        self.refund(None, units)

    @rule(units=UNITS)
    def ask_for_all_but_some(self, units: int) -> None:
        self.take_back(units)
        self.really_cancel(3 - units)

    @rule(units=UNITS, more=st.integers(0, 3), first=UNITS)
    def come_back(self, units: int, more: int, first: int) -> None:
        """Units come back and are paid; some are cancelled, and a person gives for so many more."""
        self.take_back(units)
        self.receive()
        self.really_cancel(first)
        self.judge(more)

    def receive(self) -> None:
        """All that is to come comes, is found fine, and is paid for."""
        for each in self.returns():
            units = each.lines[0].expected - each.lines[0].received
            self.stepped(lambda each=each, units=units: self.shop.receive(each, units))
            self.stepped(
                lambda each=each, units=units: self.shop.inspect(
                    each, (0, units, Disposition.RESTOCK, {})
                )
            )
        self.shop.pay()
        self.shop.square()

    def judge(self, units: int) -> None:
        """A person gives the price of so many units, against what was paid."""
        with self.shop.store.session():
            price = self.family().lines[0].unit_price.minor
        for each in self.returns():
            self.stepped(lambda each=each: self.shop.move(each, "reopen", "again"))
            verdict = judging.Verdict(about=each.lines[0].id, accept=True, amount=price * units)
            self.stepped(lambda each=each, said=verdict: self.shop.judge(each, [said]))

    def returns(self) -> list[Return]:
        with self.shop.store.session():
            rows, order = self.shop.store.due_returns._tables.Return, self.family().order.id
            keys = [row.id for row in rows.select() if row.order == order]
            return [self.shop.store.returns.now(key) for key in keys]

    def stepped(self, work: Callable[[], object]) -> None:
        with suppress(RequestFault):
            work()

    @invariant()
    def no_line_gives_back_more_than_was_confirmed(self) -> None:
        with self.shop.store.session():
            family, store = self.family(), self.shop.store
            (line,) = family.lines
            order, price = family.order, line.unit_price.minor
            moved = self.moved()
            back = sum(each.amount.minor for each in moved if each.order_line == line.id)
            paid = {
                each.id: each.amount.minor
                for each in store.payments.of_order(order.id, order.supplier.id)
            }
            assert back <= price * (line.quantity - line.cancelled)
            assert store.refunds.units_refunded(line.id) <= line.cancelled
            for key, most in paid.items():
                assert sum(s.amount.minor for s in moved if s.payment == key) <= most
            if not order.confirmed:
                assert not paid
                assert back == 0


@pytest.mark.parametrize("may", [(), (Telling.DELIVERED, Telling.PAYMENTS)])
def test_a_retailer_moves_no_money_and_raises_no_ceiling_by_its_word(
    address: Address, may: tuple[Telling, ...]
) -> None:
    shop = opened(address)
    shop.sells("acme", AT_ONCE, may)

    class Here(SilentSupplier):
        pass

    Here.shop = shop
    run_state_machine_as_test(Here, settings=settings(ON_BOTH, max_examples=6))
    shop.store.close()


def test_no_line_gives_back_more_than_its_confirmed_price_for_what_is_left_of_it(
    address: Address,
) -> None:
    shop = opened(address)
    shop.sells("acme", AT_ONCE)
    with shop.store.session():
        lamp = Product(sku="LAMP", title="Lamp", facts={}, prices={"USD": 4_000})
        shop.store.goods.put(shop.partners["acme"], [lamp])

    class Here(SpeakingSupplier):
        pass

    Here.shop = shop
    run_state_machine_as_test(Here, settings=ON_BOTH)
    with shop.store.session():
        assert shop.store.settlements.every(), "the law was tried on nothing"
    shop.store.close()
