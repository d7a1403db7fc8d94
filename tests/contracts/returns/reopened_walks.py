"""Random walks of returns that are closed and opened again, with money that fails and claims.

Whatever is refused is refused; what is taken has to keep the books, and every return has to end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from random import Random
from typing import Final

from adapters.identity.principal import Kind
from adapters.store.drafts import LineDraft
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Claim, Settlement
from adapters.store.money.refunds import OrderRefund
from adapters.store.returns.arrived import Inspection
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.money import Money
from engine.returns.lifecycle import State
from engine.returns.units import Disposition
from engine.settlement.gateway import Answered
from engine.settlement.instruments import PaymentReferences
from engine.settlement.ledger import ClaimState
from engine.settlement.machine import SettlementState as S
from services.orders.refunding import UnitsOfLine, checked
from services.returns.advancing import AT_RECEIPT
from services.returns.arriving import correcting
from services.returns.claiming import end_claim
from services.returns.due_deadlines import settle_waiting
from services.returns.overriding import Verdict
from services.returns.settling.closing import open_unsquared
from tests.contracts.returns.building import RETAILER, SUPPLIER, Shop
from tests.contracts.returns.retold import check_told
from tests.contracts.returns.test_in_disorder import undo_arrival
from tests.contracts.returns.walked_policies import Walked

NUMBERS: Final = count(1)
PRICE: Final = 1_000
UNITS: Final = 4
SHIPPING: Final = 600
HELD: Final = "soiled"
UNMOVED: Final = (S.FAILED, S.CANCELLED)
"""States of money that did not move, or came back."""
STUCK: Final = (S.FAILED, S.NEEDS_ATTENTION)
ANSWERS: Final = (Answered.SUCCEEDED, Answered.SUBMITTED, Answered.FAILED)
OVER: Final = (State.CLOSED, State.REFUSED, State.CANCELLED, State.EXPIRED)
MOST_WAKES: Final = 30
"""At one moment, of all returns of an order together."""
NOT_NOW: Final = frozenset(
    {
        *("step_not_allowed", "decided_already", "still_open", "over_ceiling", "quantity_exceeded"),
        *("not_received", "goods_came", "not_inspected", "inspected_already", "units_gone"),
        *(
            "not_found",
            "nothing_arrived",
            "more_than_announced",
            "settled_before",
            "undone_already",
            "refunded_already",
            "not_cancelled",
            "over_what_is_left",
            "not_yours_to_say",
            "conflict",
        ),
    }
)
"""Codes by which a step is refused that cannot be taken as things stand."""


class Reopening:
    """One order of one retailer, its returns, and all that can happen to them."""

    def __init__(self, shop: Shop, walked: Walked, random: Random) -> None:
        self.shop, self.random = shop, random
        self.number, self.supplier = f"R-{next(NUMBERS)}", walked.name
        self.early = walked.early
        self.made: list[Return] = []
        self.log: list[str] = []
        self.settled = 0
        line = LineDraft(
            number="1",
            sku="LAMP",
            quantity=UNITS,
            unit_price=Money(PRICE, "USD"),
            location="main",
        )
        with shop.store.session():
            retailer = shop.store.partners.add(self.number.lower(), "Shop", Kind.RETAILER)
            shop.partners["northwind"] = retailer
            shop.store.partnerships.join(shop.partners[walked.name], retailer)
            supplier = shop.store.partners.acting(shop.partners[walked.name])
            (family,) = shop.add(
                supplier,
                walked.name,
                self.number,
                lines=[line],
                dates={"ordered": "2025-01-01", "delivered": shop.clock().date().isoformat()},
                facts={"outbound_paid": "USD 6.00"},
            )
            shop.store.payments.add(
                NewPayment(
                    supplier=supplier.tenant,
                    retailer=retailer.id,
                    order=family.order.id,
                    amount=Money(99_999, "USD"),
                    ways=PaymentReferences(customer=f"cus_{family.order.id}"),
                    by="tests",
                )
            )

    # --- steps --------------------------------------------------------------------------------

    def step(self) -> None:
        """Something that may happen now."""
        steps: list[Callable[[], str]] = [self.days, self.claim, self.ship, self.resolve]
        steps += [self.ask, self.receive, self.inspect, self.undo, self.reopen] * 2
        steps += [self.word_on_lines, self.word_on_units] * 2 + [self.close, self.money] * 4
        steps += [self.cancel_units] * 2 + [self.cancel, self.stray, self.undo_receipt]
        steps += [self.answer, self.refund, self.wrong_clock]
        self.shop.clock.pass_days(1 / 86_400)
        chosen = self.random.choice(steps)
        try:
            said = chosen()
        except RequestFault as fault:
            self.refused(fault, chosen.__name__)
            return
        if said:
            self.log.append(said)
        self.go_on()
        self.check()

    def refused(self, fault: RequestFault, step: str) -> None:
        assert fault.code in NOT_NOW, self.said(f"{step}: {fault.code} {fault}")

    def go_on(self) -> None:
        """What workers do."""
        woken = 0
        while self.shop.wake():
            woken += 1
            assert woken < MOST_WAKES, self.said("it is woken for ever")
        found = True
        while found:
            with self.shop.store.writing():
                found = settle_waiting(self.shop.service()) or open_unsquared(self.shop.service())
        while self.shop.square():
            pass
        self.made = [self.shop.look(each) for each in self.made]

    def ask(self) -> str:
        free = self.shop.returnable("1", self.number)
        if not free:
            return ""
        many = self.random.randint(1, free)
        (made,) = self.shop.request((self.number, "1", {"quantity": many, "condition": "used"}))
        self.made.append(made)
        return f"ask {many}: {made.state}"

    def cancel_units(self) -> str:
        """The supplier cancels a unit of the order that no return holds."""
        if not self.shop.returnable("1", self.number):
            return ""
        try:
            self.shop.cancel_units(self.supplier, self.number, "1", 1)
        except RequestFault as fault:
            stuck = fault.code == "refunded_already" and not self.claims()
            assert not stuck, self.said("a unit that nothing was given for cannot be cancelled")
            raise
        return "cancel 1 unit in the order"

    def cancel(self) -> str:
        made = self.one()
        who = self.random.choice((RETAILER, SUPPLIER))
        self.shop.move(made, "cancel", "so", who=who)
        return f"cancel {self.name(made)}"

    def stray(self) -> str:
        """Goods come that nobody announced, or more than were announced."""
        made = self.one()
        sku = self.random.choice(("LAMP", "SOFA"))
        complete = self.random.random() < 0.3
        self.shop.receive(made, stray=(sku, self.random.randint(1, 2)), complete=complete)
        return f"stray {self.name(made)}: {sku} complete={complete}"

    def look_at_strays(self, made: Return) -> None:
        for each in self.shop.arrivals(made):
            if each.line is None and each.waiting:
                self.shop.inspect_stray(made, each.id, each.waiting, Disposition.SCRAP)

    def undo_receipt(self) -> str:
        """A receipt is undone, whatever was found of it."""
        made = self.one()
        ever = self.arrivals_ever(made)
        if not ever:
            return ""
        what = correcting.Uncounted(receipt=None, arrival=self.random.choice(ever))
        with self.shop.store.writing():
            found = self.shop.service().hold(made.id)
            assert found is not None
            correcting.undo_receipt(self.shop.service(), SUPPLIER, found, what, "wrong")
        return f"undo receipt {self.name(made)}"

    def arrivals_ever(self, made: Return) -> list[str]:
        with self.shop.store.session():
            return [each.id for each in self.shop.store.arrivals.ever(made.id)]

    def answer(self) -> str:
        made = self.one()
        who = self.random.choice((RETAILER, SUPPLIER))
        self.shop.answer(made, {made.lines[0].id: {"condition": "worn"}}, who)
        return f"answer {self.name(made)}"

    def refund(self) -> str:
        """The supplier refunds some of the order, or units that were cancelled."""
        amount = self.random.choice((1, 300, PRICE, None))
        named = [UnitsOfLine(line="1", units=1)] if self.random.random() < 0.6 else []
        with self.shop.store.writing():
            principal = self.shop.store.partners.acting(self.shop.partners[self.supplier])
            (family,) = self.shop.store.orders.numbered(principal, [self.number])
            wanted = OrderRefund(
                order=family.order.id,
                payee=principal.tenant,
                amount=amount if named else amount or 100,
            )
            wanted = checked(self.shop.store, family, wanted, named)
            self.shop.store.refunds.refund_spread(wanted, "so", "tests")
        return f"refund {amount} {named}"

    def wrong_clock(self) -> str:
        """The next process has another clock."""
        days = self.random.choice((-3, -1, -0.01, 0.01))
        self.shop.clock.pass_days(days)
        return f"the clock is off by {days} days"

    def days(self) -> str:
        days = self.random.choice((1, 5, 16))
        self.shop.clock.pass_days(days)
        return f"{days} days"

    def ship(self) -> str:
        made = self.one()
        self.shop.move(made, "ship", "UPS", "1Z9", who=RETAILER)
        return f"ship {self.name(made)}"

    def receive(self) -> str:
        made = self.one()
        (line,) = made.lines
        many = self.random.randint(0, line.count.to_come)
        complete = self.random.random() < 0.3
        self.shop.receive(made, many, complete=complete)
        return f"receive {self.name(made)}: {many} complete={complete}"

    def inspect(self) -> str:
        made = self.one()
        many = self.random.randint(1, max(1, made.lines[0].count.to_inspect))
        found = self.random.choice(({}, {}, {"condition": "worn"}, {"condition": HELD}))
        self.shop.inspect(made, (0, many, Disposition.SCRAP, dict(found)))
        return f"inspect {self.name(made)}: {many} {found}"

    def undo(self) -> str:
        made = self.one()
        arrivals = self.shop.arrivals(made)
        if not arrivals:
            return ""
        at, receipt = self.random.randrange(len(arrivals)), self.random.random() < 0.5
        undo_arrival(self.shop, made, at, receipt=receipt)
        return f"undo {self.name(made)} at {at} receipt={receipt}"

    def close(self) -> str:
        made = self.one()
        try:
            self.shop.move(made, "close", "so")
        except RequestFault as fault:
            stuck = fault.code == "not_inspected" and made.state is State.INSPECTED
            assert not stuck, self.said("what silence accepted cannot be closed")
            raise
        return f"close {self.name(made)}"

    def reopen(self) -> str:
        made = self.one()
        self.shop.move(made, "reopen", "so")
        return f"reopen {self.name(made)}"

    def word_on_lines(self) -> str:
        made = self.one()
        amount = self.random.choice((0, 1, 250, PRICE, PRICE * made.lines[0].quantity))
        word = self.word(made.lines[0].id, amount)
        try:
            self.shop.judge(made, [word])
        except RequestFault as fault:
            gone = fault.code == "units_gone" and made.lines[0].received
            assert not gone, self.said("units that came cannot be decided")
            raise
        return f"judge {self.name(made)} {word}"

    def word_on_units(self) -> str:
        """A word that is taken gives what it says, in place of what was given before."""
        # what else is given for the line, such as its fees once, may change with it
        made = self.one()
        seen = self.shop.inspections(made)
        if not seen:
            return ""
        about = self.random.choice(seen)
        most = PRICE * self.random.choice((about.units, made.lines[0].quantity))
        word = self.word(about.id, self.random.choice((0, 1, 250, most, most)))
        self.shop.judge(made, [word])
        said = f"judge {self.name(made)} {word}"
        now = next(each for each in self.shop.inspections(made) if each.id == about.id)
        more = given(now) - given(about)
        before, after = made.lines[0], self.shop.look(made).lines[0]
        assert given(now) == (word.amount if word.accept else 0), self.said(said)
        does = not more or after.planned != before.planned or before.stays
        assert does, self.said(f"{said} does nothing")
        return said

    def word(self, about: str, amount: int) -> Verdict:
        if self.random.random() < 0.2:
            return Verdict(about=about, accept=False)
        return Verdict(about=about, accept=True, remedy="account_credit", amount=amount)

    def money(self) -> str:
        """A gateway answers for all that is due: what had moved may come back after a day."""
        late = self.random.random() < 0.5
        self.shop.clock.pass_days(1.1 if late else 0)
        answered = self.random.choice(ANSWERS)
        self.shop.pay(answered)
        return f"money is {answered}, late={late}"

    def resolve(self) -> str:
        """A person does something about money that failed or waits."""
        stuck = [each for each in self.moves() if each.state in STUCK]
        if not stuck:
            return ""
        found, store = self.random.choice(stuck), self.shop.store.resolving
        ways: dict[str, Callable[[], object]] = {
            "sent again": lambda: store.retry(found.id, "tests"),
            "credited": lambda: store.credit_instead(found.id, "tests"),
            "paid by hand": lambda: store.paid_by_hand(found.id, "T-1", "tests"),
            "given up": lambda: store.give_up(found.id, "tests", "so"),
        }
        way = self.random.choice([*ways])
        with self.shop.store.writing():
            ways[way]()
        return f"{found.amount} that is {found.state} is {way}"

    def claim(self) -> str:
        """A supplier ends a claim."""
        open_ = [each for each in self.claims() if each.left.minor]
        if not open_:
            return ""
        state = self.random.choice((ClaimState.PAID, ClaimState.DROPPED))
        found = self.random.choice(open_)
        with self.shop.store.writing():
            end_claim(self.shop.service(), found, state, "so", "tests")
        self.settled += found.left.minor if state is ClaimState.PAID else 0
        return f"claim of {found.left} is {state}"

    def one(self) -> Return:
        if not self.made:
            raise RequestFault("step_not_allowed", "There is no return yet.")
        return self.random.choice(self.made)

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
        for line in lines:
            at_receipt = not self.early and line.outcome.comes_back
            here = line.received + line.outcome.before.stayed if at_receipt else line.quantity
            most = PRICE * here + SHIPPING + line.stays_more
            assert line.planned <= most, self.said(f"{line.planned} of {most}")
        self.check_free(sum(line.planned - line.stays_more for line in lines))

    def check_free(self, given: int) -> None:
        """What is given is for units that nobody may request or cancel, so that none is paid
        twice."""
        free, of = self.shop.returnable("1", self.number), self.kept_in_order()
        said = f"{given} given for {of - free} units of {of}"
        assert given <= PRICE * (of - free) + SHIPPING, self.said(said)
        for each in self.made:
            if each.state is State.CANCELLED:
                (line,) = each.lines
                gives = f"{self.name(each)} gives {line.planned - line.stays_more}"
                assert line.planned == line.stays_more, self.said(gives)

    def kept_in_order(self) -> int:
        with self.shop.store.session():
            return self.shop.wanted(self.number, "1").line.kept

    def check_told(self) -> None:
        """The journals of both sides explain the state and the units of every return."""
        for each in self.made:
            try:
                check_told(self.shop, each)
            except AssertionError as error:
                raise AssertionError(self.said(str(error))) from error

    def end(self) -> None:
        """Once all has moved, came and was looked at, every return is over or waits for a word."""
        for _ in range(3):
            for each in self.made:
                if (waiting := each.lines[0].count.to_inspect) and each.state not in OVER:
                    try:
                        self.shop.inspect(each, (0, waiting, Disposition.SCRAP, {}))
                    except RequestFault as fault:
                        self.refused(fault, "inspect")
                if each.state in AT_RECEIPT:
                    self.look_at_strays(each)
            self.shop.clock.pass_days(1.1)
            self.shop.pay()
            self.shop.clock.pass_days(40)
            self.go_on()
            for stuck in [each for each in self.moves() if each.state in STUCK]:
                with self.shop.store.writing():
                    self.shop.store.resolving.give_up(stuck.id, "tests", "so")
        self.go_on()
        self.check()
        for each in self.made:
            over = each.state in OVER or each.state is State.IN_REVIEW or each.held_for
            over = over or each.waits  # for units of another return that a person has in hand
            assert over, self.said(f"{self.name(each)} does not end")

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


def given(found: Inspection) -> int:
    """What its units give (minor units)."""
    outcome = found.outcome
    if outcome is None or outcome.unsettled or not outcome.owes_money or outcome.amount is None:
        return 0
    return outcome.amount.minor
