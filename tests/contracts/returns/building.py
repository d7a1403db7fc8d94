"""A store with two suppliers, a retailer and an order, and the steps of a return in short form."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.identity.principal import Kind, Principal
from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.drafts import LineDraft, OrderDraft
from adapters.store.money.paid import NewPayment
from adapters.store.ordering.records import Change, LineChange
from adapters.store.orders import Family
from adapters.store.publishing import Draft
from adapters.store.records import Location, Partner, Product, Telling
from adapters.store.returns.arrived import Arrival, Inspection
from adapters.store.returns.records import Return, ReturnStep
from engine.errors import RequestFault
from engine.money import Money
from engine.returns.lifecycle import Actor
from engine.returns.units import Disposition
from engine.settlement.gateway import Answered, GatewayOutcome
from engine.settlement.instruments import PaymentReferences
from engine.settlement.steps import next_of
from services.orders.adding import add_orders
from services.orders.updating import update_order
from services.returns import due_deadlines as waking
from services.returns import inspecting, moving, requesting
from services.returns import overriding as judging
from services.returns.arriving import receiving
from services.returns.decision_service import PRESENT, DecisionService, View
from services.returns.facts import LineClaim
from services.returns.finding import InspectedUnits
from services.returns.settling.closing import close_squared
from services.returns.who import Who
from takeback.bases import Bases
from takeback.policy_cache import Library
from takeback.publishing import published
from takeback.settings import policies_folder

START = datetime(2025, 6, 1, 12, tzinfo=UTC)
HEADER = """
policy: {owner}/standard
version: 1
title: Standard returns
effective: {{from: 2020-01-01}}
applies_by: ordered
currency: USD
"""
PLAIN = """
window: {days: 30, counted_from: delivered}
remedy: {to_retailer: credit, of: item_price}
shipping: {return_paid_by: consumer}
"""
RETAILER = Who(actor=Actor.RETAILER, by="key r")
SUPPLIER = Who(actor=Actor.SUPPLIER, by="key s")


@dataclass(slots=True)
class Clock:
    """A clock that tests move."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def pass_days(self, days: float) -> None:
        self.at += timedelta(days=days)


@dataclass(slots=True, kw_only=True)
class Shop:
    """One store, its partners, and a hand for each step."""

    store: Store
    library: Library
    clock: Clock
    partners: dict[str, Partner] = field(default_factory=dict)

    def service(self, view: View = PRESENT) -> DecisionService:
        return DecisionService(self.store, self.library, view=view)

    def sells(
        self,
        supplier: str,
        policy: str = PLAIN,
        may: Collection[Telling] = tuple(Telling),
        *,
        places: Collection[str] = ("main",),
    ) -> None:
        with self.store.session():
            partner = self.store.partners.add(supplier, supplier, Kind.SUPPLIER)
            self.partners[supplier] = partner
            joined = self.store.partnerships.join(partner, self.partners["northwind"])
            acting = self.store.partners.acting(partner)
            self.store.partnerships.let_tell(acting, joined.id, may)
            self.store.goods.put(
                partner,
                [
                    Product(sku="LAMP", title="Lamp", facts={"category": "lighting"}),
                    Product(sku="SOFA", title="Sofa", facts={"category": "furniture"}),
                ],
            )
        for handle in places:
            self.declares(supplier, handle)
        self.publishes(supplier, policy)

    def declares(self, supplier: str, handle: str) -> None:
        place = Location(handle=handle, name="Dock", lines=("1 Dock Road",), country="US")
        with self.store.session():
            self.store.goods.put_location(self.partners[supplier], place)

    def publishes(
        self, supplier: str, policy: str, name: str = "standard", version: int = 1
    ) -> None:
        header = HEADER.replace("version: 1", f"version: {version}")
        text = header.format(owner=supplier).replace("/standard", f"/{name}") + policy
        draft = Draft(text=text, by="tests")
        with self.store.session():
            published(self.store, self.partners[supplier], draft, Bases((policies_folder(),)))

    def orders(self, supplier: str, number: str = "N-1", **said: Any) -> None:
        """The order, and 320.00 paid for it."""
        with self.store.session():
            retailer = self.store.partners.acting(self.partners["northwind"])
            (family,) = self.add(retailer, supplier, number, **said)
            self.store.payments.add(
                NewPayment(
                    supplier=self.partners[supplier].id,
                    retailer=retailer.tenant,
                    order=family.order.id,
                    amount=Money(32_000, "USD"),
                    ways=PaymentReferences(
                        charge=f"pi_{family.order.id}", customer=f"cus_{supplier}"
                    ),
                    by="tests",
                )
            )

    def add(
        self, by: Principal, supplier: str, number: str = "N-1", **said: Any
    ) -> tuple[Family, ...]:
        """Three lamps at 40.00 and a sofa at 200.00, delivered on 2025-05-20."""
        lines = [
            LineDraft(
                number="1", sku="LAMP", quantity=3, unit_price=Money(4_000, "USD"), location="main"
            ),
            LineDraft(
                number="2", sku="SOFA", quantity=1, unit_price=Money(20_000, "USD"), location="main"
            ),
        ]
        usual: dict[str, Any] = {
            "currency": "USD",
            "country": "US",
            "dates": {"ordered": "2025-05-10", "delivered": "2025-05-20"},
            "lines": lines,
        }
        draft = OrderDraft(
            number=number,
            supplier=supplier,
            retailer=self.partners["northwind"].handle,
            **{**usual, **said},
        )
        return add_orders(self.store, by, [draft])

    def wanted(self, number: str, line: str, **said: Any) -> requesting.Wanted:
        principal = self.store.partners.acting(self.partners["northwind"])
        (family,) = self.store.orders.numbered(principal, [number])
        chosen = next(each for each in family.lines if each.number == line)
        return requesting.Wanted(
            said=LineClaim(**{"reason": "change_of_mind", **said}), family=family, line=chosen
        )

    def request(self, *lines: tuple[str, str, dict[str, Any]]) -> tuple[Return, ...]:
        with self.store.writing():
            wanted = [self.wanted(number, line, **said) for number, line, said in lines]
            return requesting.request(self.service(), RETAILER, wanted, "C-1")[1]

    def one(self, line: str = "1", number: str = "N-1", **said: Any) -> Return:
        (made,) = self.request((number, line, said))
        return made

    def request_or_none(self, **said: Any) -> tuple[Return, ...]:
        """The return, or nothing where units are gone or somebody else was faster."""
        try:
            return self.request(("N-1", "1", said))
        except RequestFault as fault:
            if fault.code not in ("quantity_exceeded", "conflict"):
                raise
            return ()

    def at_once(self, work: Callable[[], int], many: int) -> list[int]:
        """What each of many threads did at the same time; those that did nothing are left out."""
        found: list[int] = []
        start = threading.Barrier(many)

        def run() -> None:
            start.wait()
            found.append(work())
            self.store.close()

        threads = [threading.Thread(target=run) for _ in range(many)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == many
        return [each for each in found if each]

    def receive(
        self,
        return_: Return,
        *units: int,
        complete: bool = False,
        stray: tuple[str, int] | None = None,
    ) -> Return:
        with self.store.writing():
            found = self.service().hold(return_.id, tells=True)
            assert found is not None
            counted = [
                receiving.Delivered(line=line.id, sku=None, units=count)
                for line, count in zip(found.lines, units, strict=False)
                if count
            ]
            if stray:
                counted.append(receiving.Delivered(line=None, sku=stray[0], units=stray[1]))
            delivery = receiving.Delivery(units=counted, complete=complete)
            return receiving.receive(self.service(), SUPPLIER, found, delivery)

    def inspect(
        self, return_: Return, *looked: tuple[int, int, Disposition, dict[str, object]]
    ) -> Return:
        """Each: the place of the line, units, what becomes of them, and what was found."""
        with self.store.writing():
            found = self.service().hold(return_.id, tells=True)
            assert found is not None
            said = [
                InspectedUnits(
                    line=found.lines[place].id,
                    arrival=None,
                    units=units,
                    disposition=disposition,
                    facts=facts,
                )
                for place, units, disposition, facts in looked
            ]
            return inspecting.inspect(self.service(), SUPPLIER, found, said)

    def inspect_stray(
        self, return_: Return, arrival: str, units: int, disposition: Disposition
    ) -> Return:
        with self.store.writing():
            found = self.service().hold(return_.id, tells=True)
            assert found is not None
            looked = InspectedUnits(
                line=None, arrival=arrival, units=units, disposition=disposition, facts={}
            )
            return inspecting.inspect(self.service(), SUPPLIER, found, [looked])

    def judge(
        self, return_: Return, verdicts: Sequence[judging.Verdict], why: str = "so"
    ) -> Return:
        """A person's word: where it is open a decision, else against what is decided."""
        with self.store.writing():
            found = self.service().hold(return_.id)
            assert found is not None
            outcomes = {line.id: line.outcome for line in found.lines}
            for each in self.service().store.arrivals.inspections(found.id):
                outcomes |= {each.id: each.outcome} if each.outcome else {}
            named = [outcomes[each.about] for each in verdicts if each.about in outcomes]
            is_open = not named or any(each.unsettled for each in named)
            word = judging.Word.DECIDE if is_open else judging.Word.OVERRIDE
            said = judging.Judgement(word=word, verdicts=verdicts, why=why)
            return judging.judge(self.service(), SUPPLIER, found, said)

    def move(self, return_: Return, step: str, *said: Any, who: Who = SUPPLIER) -> Return:
        with self.store.writing():
            found = self.service().hold(return_.id, tells=step == "ship")
            assert found is not None
            done: Return = getattr(moving, step)(self.service(), who, found, *said)
            return done

    def answer(
        self, return_: Return, said: Mapping[str, Mapping[str, object]], who: Who = SUPPLIER
    ) -> Return:
        """Facts by line."""
        claims = {key: LineClaim(facts=tuple(facts.items())) for key, facts in said.items()}
        return self.move(return_, "answer", claims, who=who)

    def wake(self) -> int:
        with self.store.writing():
            return int(waking.wake_due(self.service()))

    def place(self) -> int:
        with self.store.writing():
            return int(waking.place_approved(self.service()))

    def square(self) -> int:
        with self.store.writing():
            return int(close_squared(self.service()))

    def look(self, return_: Return) -> Return:
        with self.store.session():
            return self.store.returns.now(return_.id)

    def cancel_units(self, supplier: str, number: str, line: str, units: int) -> None:
        """The supplier cancels units of a line of an order."""
        with self.store.writing():
            principal = self.store.partners.acting(self.partners[supplier])
            (family,) = self.store.orders.numbered(principal, [number])
            change = Change(lines=(LineChange(line=line, cancel=units),))
            update_order(self.store, principal, family.order.id, change, "out of stock")

    def returnable(self, line: str = "1", number: str = "N-1") -> int:
        with self.store.session():
            return self.wanted(number, line).line.returnable

    def steps(self, return_: Return) -> tuple[ReturnStep, ...]:
        with self.store.session():
            return self.store.returns.now(return_.id).history

    def inspections(self, return_: Return) -> tuple[Inspection, ...]:
        with self.store.session():
            return self.store.arrivals.inspections(return_.id)

    def arrivals(self, return_: Return) -> tuple[Arrival, ...]:
        with self.store.session():
            return self.store.arrivals.of(return_.id)

    def stock(self, sku: str = "LAMP", supplier: str = "acme") -> dict[str, int]:
        with self.store.session():
            found = self.store.stock.item(self.partners[supplier].id, sku)
            assert found is not None
            return {"available": found.available, "quarantine": found.quarantine}

    def pay(self, answered: Answered = Answered.SUCCEEDED) -> None:
        """Lets the gateway answer for every movement that is due, as a worker would."""
        with self.store.writing():
            for taken in self.store.settlements.claim("tests", 80, 10_000):
                outcome = GatewayOutcome(answered=answered, reference=f"re_{taken.id}")
                after = next_of(taken.standing(self.clock()), outcome)
                self.store.settlements.record(taken, "tests", outcome, after)

    def owed(self, return_: Return) -> list[tuple[str, str]]:
        """Each settlement of a return: its amount and its state."""
        with self.store.session():
            return [
                (str(each.amount), str(each.state))
                for line in return_.lines
                for each in self.store.settlements.of_return_line(line.id)
            ]


def opened(address: Address) -> Shop:
    clock = Clock()
    store = open_store(address, clock)
    shop = Shop(store=store, library=Library(policies_folder()), clock=clock)
    with store.session():
        shop.partners["northwind"] = store.partners.add("northwind", "Northwind", Kind.RETAILER)
    return shop
