"""The law of stored last days: what is called current is what deciding says now."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

import pytest

from adapters.store.connection.address import Address
from adapters.store.drafts import LineDraft
from adapters.store.last_days import DaysFound, DueDays, LastDay
from adapters.store.lifetime.withdrawing import WithdrawalRequest
from adapters.store.ordering.records import Change, LineChange
from adapters.store.orders import Family
from adapters.store.records import Edition, Product
from engine.errors import RequestFault
from engine.money import Money
from engine.policy.editions import load
from services.orders.updating import update_order
from services.returns.decision_service import Case
from services.returns.facts import LineClaim
from services.returns.last_days import last_days
from services.workers.dating import Dater
from tests.contracts.returns.building import PLAIN, Shop, opened

HEADER: Final = """
policy: acme/standard
version: {version}
title: Returns
effective: {{from: {first}}}
applies_by: {by}
time_zone: {zone}
currency: USD
remedy: {{to_retailer: credit, of: item_price}}
shipping: {{return_paid_by: consumer}}
"""
WINDOWS: Final = (
    "window: {{within: {days} days, counted_from: delivered}}",
    # Agreed with a partner.
    """
agreed: {{days: {{type: length, default: {days} days}}}}
window: {{within: agreed.days, counted_from: delivered}}""",
    # By reason, and by what the supplier declares of its goods.
    """
window:
  rows:
    - {{id: W-BAD, when: {{reason: defective}}, within: {days} days, counted_from: delivered}}
    - {{id: W-SOFA, when: {{category: furniture}}, within: 40 days, counted_from: ordered}}
    - {{id: W-ELSE, otherwise: true, within: 9 days, counted_from: delivered}}""",
    # Another day tomorrow: by the day of the request, and by the state of another deadline.
    """
window:
  rows:
    - {{id: W-MAY, when: {{requested: {{under: 2025-06-03}}}}, within: 80 days,
       counted_from: delivered}}
    - {{id: W-ELSE, otherwise: true, within: {days} days, counted_from: delivered}}""",
    """
deadlines:
  early: {{within: 13 days, counted_from: delivered, if_late: go_on}}
  request:
    rows:
      - {{id: W-EARLY, when: {{early: in_time}}, within: 90 days, counted_from: delivered}}
      - {{id: W-ELSE, otherwise: true, within: {days} days, counted_from: delivered}}""",
)
ZONES: Final = ("UTC", "America/Los_Angeles", "Pacific/Kiritimati")
STEPS: Final = 50
ORDERS: Final = 3


class Walk:
    """A random sequence of what may change the last days of the orders of a supplier."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop, self.random = shop, Random(seed)
        self.dater = Dater(shop.store, shop.library)
        self.versions = 1
        self.editions: list[Edition] = []
        self.numbers: list[str] = []
        self.done: list[str] = []
        self.slow: list[tuple[DueDays, DaysFound]] = []
        self.ways: dict[str, Callable[[], object]] = {
            "order": self.order,
            "deliver": self.deliver,
            "cancel": self.cancel,
            "publish": self.publish,
            "withdraw": self.withdraw,
            "agree": self.agree,
            "declare": self.declare,
            "wait": self.wait,
            "work": self.dater.work,
            "decide": self.decide,
            "keep": self.keep,
        }

    def step(self) -> None:
        """Something happens; half of the time to days that are current."""
        self.take(self.random.choice(["work", "agree", "declare", *self.ways]))

    def take(self, name: str) -> None:
        try:
            self.ways[name]()
            self.done.append(name)
        except RequestFault:
            self.done.append(f"{name}: refused")

    def order(self, **dates: str) -> None:
        if len(self.numbers) == ORDERS:
            return
        number = f"N-{len(self.numbers)}"
        lines = [
            LineDraft(number=str(at + 1), sku=sku, quantity=2, unit_price=Money(4_000, "USD"))
            for at, sku in enumerate(("LAMP", "SOFA"))
        ]
        dates = {"ordered": f"2025-05-{self.random.randint(1, 21):02}", **dates}
        with self.shop.store.session():
            by = self.shop.store.partners.acting(self.shop.partners["northwind"])
            self.shop.add(by, "acme", number, lines=lines, dates=dates)
        self.numbers.append(number)

    def amend(self, change: Change) -> None:
        with self.shop.store.writing():
            acme = self.shop.store.partners.acting(self.shop.partners["acme"])
            (family,) = self.shop.store.orders.numbered(acme, [self.random.choice(self.numbers)])
            update_order(self.shop.store, acme, family.order.id, change, "so")

    def deliver(self) -> None:
        dates = {"delivered": f"2025-05-{self.random.randint(28, 31)}"}
        line = (LineChange(line=self.random.choice("12"), dates=dates),)
        self.amend(Change(lines=line) if self.random.random() < 0.5 else Change(dates=dates))

    def cancel(self) -> None:
        line, units = self.random.choice("12"), self.random.randint(1, 2)
        self.amend(Change(lines=(LineChange(line=line, cancel=units),)))

    def publish(self, window: str = "", by: str = "", first: str = "") -> None:
        pick = self.random.choice
        self.versions += 1
        text = HEADER.format(
            version=self.versions,
            first=first or pick(("2020-01-01", "2025-05-15", "2025-06-02", "2025-06-04")),
            by=by or pick(("ordered", "requested", "delivered")),
            zone=pick(ZONES),
        ) + (window or pick(WINDOWS)).format(days=pick((7, 14, 30, 60)))
        store = self.shop.store
        with store.session():
            acme = self.shop.partners["acme"]
            store.partners.hold(acme.id)
            # As a publication keeps it that found no fault; its checks are not what is tried here.
            self.editions.append(store.editions.add(acme, load(text, "walk"), "tests", {}))

    def withdraw(self) -> None:
        edition = self.random.choice(self.editions or [None])
        if edition is not None:
            with self.shop.store.writing():
                said = WithdrawalRequest(edition=edition, first=None, why="so", by="tests")
                self.shop.store.withdrawing.withdraw(said)

    def agree(self) -> None:
        store = self.shop.store
        with store.writing():
            pair = [self.shop.partners[each].id for each in ("acme", "northwind")]
            joined = store.partnerships.between(*pair)
            assert joined is not None
            acme = store.partners.acting(self.shop.partners["acme"])
            terms = {"days": f"{self.random.choice((5, 20, 50))} days"}
            store.partnerships.set_terms(acme, joined.id, "acme/standard", terms)

    def declare(self) -> None:
        facts = {"category": self.random.choice(("lighting", "furniture"))}
        with self.shop.store.writing():
            product = Product(sku="SOFA", title="Sofa", facts=facts)
            self.shop.store.goods.put(self.shop.partners["acme"], [product])

    def wait(self) -> None:
        self.shop.clock.pass_days(self.random.choice((0.02, 0.3, 1)))

    def decide(self) -> None:
        """What a slow worker works out, and keeps at some later time."""
        store = self.shop.store
        with store.session():
            due = store.last_days.due(50)
        with store.session():
            for each in due:
                family = store.orders.whole(each.order)
                assert family is not None
                self.slow.append((each, last_days(self.shop.service(), family)))

    def keep(self) -> None:
        self.random.shuffle(self.slow)
        with self.shop.store.writing():
            while self.slow:
                self.shop.store.last_days.keep(*self.slow.pop())

    def finish(self) -> None:
        while self.dater.work():
            pass

    # --- what must hold -----------------------------------------------------------------------

    def stored(self) -> list[tuple[Family, dict[str, LastDay], LastDay]]:
        acme = self.shop.store.partners.acting(self.shop.partners["acme"])
        families = self.shop.store.orders.numbered(acme, self.numbers)
        found = [(each, self.shop.store.last_days.of(each.order.id)) for each in families]
        return [(family, dict(days.lines), days.order) for family, days in found]

    def check(self, *, all_current: bool = False) -> None:
        with self.shop.store.session():
            for family, lines, whole in self.stored():
                assert whole.current or not all_current, self.done
                if not whole.current:
                    continue
                decided = {line.id: self.decided(family, line.id) for line in family.lines}
                assert {key: day.day for key, day in lines.items()} == decided, self.done
                assert whole.day == max(filter(None, decided.values()), default=None)

    def decided(self, family: Family, key: str) -> str | None:
        """The latest last day over all reasons, as `termsByReason` has it."""
        service = self.shop.service()
        line = next(each for each in family.lines if each.id == key)
        if not line.kept:
            return None
        try:
            case = service.case(LineClaim(quantity=1), family, line)
        except RequestFault:
            return None
        found = service.by_reason(case) if isinstance(case, Case) else []
        return max((day for _, each in found if (day := each.last_day)), default=None)


@pytest.fixture
def shop(address: Address) -> Shop:
    shop = opened(address)
    shop.sells("acme", PLAIN)
    return shop


@pytest.mark.parametrize("seed", range(2))
def test_what_is_called_current_is_what_deciding_says_now(shop: Shop, seed: int) -> None:
    walk = Walk(shop, seed)
    walk.order()

    for _ in range(STEPS):
        walk.step()
        walk.check()
        if walk.random.random() < 0.5:
            walk.finish()
    walk.finish()
    walk.check(all_current=True)
    tried = {each for each in walk.done if ":" not in each}
    assert {"publish", "deliver", "agree", "declare", "keep"} <= tried, tried


@pytest.mark.parametrize(
    "way", ["deliver", "cancel", "publish", "withdraw", "agree", "declare", "order"]
)
def test_whatever_may_change_a_day_makes_it_not_current(shop: Shop, way: str) -> None:
    walk = Walk(shop, 1)
    walk.order()
    walk.publish(WINDOWS[0], "ordered", "2020-01-01")
    walk.declare()
    walk.finish()
    walk.check(all_current=True)

    for _ in range(8):  # some of them change nothing
        walk.take(way)

    with shop.store.session():
        assert not all(whole.current for _, _, whole in walk.stored())


@pytest.mark.parametrize(
    ("window", "by"),
    [
        *((each, "ordered") for each in WINDOWS[3:]),
        (WINDOWS[0], "requested"),
        (WINDOWS[2], "delivered"),
    ],
)
def test_no_day_that_passes_makes_a_current_day_wrong(shop: Shop, window: str, by: str) -> None:
    walk = Walk(shop, 1)
    walk.publish(window, by, "2020-01-01")
    walk.publish(WINDOWS[0], by, "2025-06-03")
    walk.order()
    walk.order(delivered="2025-05-22")

    for _ in range(5):
        walk.finish()
        walk.check(all_current=True)
        shop.clock.pass_days(0.5)
        walk.check()


@pytest.mark.parametrize("supplier", ["acme", "globex"])
def test_a_partnership_without_orders_holds_up_no_other(shop: Shop, supplier: str) -> None:
    shop.sells("globex", PLAIN)
    shop.orders(supplier)
    dater = Dater(shop.store, shop.library)
    while dater.work():
        pass
    with shop.store.session():
        for each in ("acme", "globex"):
            shop.store.last_days.rules_changed(shop.partners[each].id)

    assert dater.work() == 1
