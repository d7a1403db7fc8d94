"""Random walks of returns that are closed and opened again, with money that fails and claims.

Whatever is refused is refused; what is taken has to keep the books, and every return has to end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from adapters.store.money.refunds import OrderRefund
from adapters.store.returns.arrived import Inspection
from adapters.store.returns.records import Return, ReturnLine
from engine.errors import RequestFault
from engine.returns.lifecycle import State
from engine.returns.units import Disposition
from engine.settlement.gateway import Answered
from engine.settlement.ledger import ClaimState
from services.orders.refunding import UnitsOfLine, checked
from services.returns.advancing import AT_RECEIPT
from services.returns.arriving import correcting
from services.returns.claiming import end_claim
from services.returns.due_deadlines import settle_waiting
from services.returns.overriding import Verdict
from services.returns.settling.closing import open_unsquared
from tests.contracts.returns.building import RETAILER, SUPPLIER
from tests.contracts.returns.reopened_books import PRICE, STUCK, Books
from tests.contracts.returns.test_in_disorder import undo_arrival

HELD: Final = "soiled"
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


class Reopening(Books):
    """Adds all that can happen to the returns of the order."""

    # --- steps --------------------------------------------------------------------------------

    def steps(self) -> list[Callable[[], str]]:
        """All that may happen, as often as it does."""
        steps: list[Callable[[], str]] = [self.days, self.claim, self.ship, self.resolve]
        steps += [self.ask, self.receive, self.inspect, self.undo, self.reopen] * 2
        steps += [self.word_on_lines, self.word_on_units] * 2 + [self.close, self.money] * 4
        steps += [self.cancel_units] * 2 + [self.cancel, self.stray, self.undo_receipt]
        steps += [self.answer, self.refund, self.wrong_clock]
        return steps

    def step(self) -> None:
        """Something that may happen now."""
        self.shop.clock.pass_days(1 / 86_400)
        chosen = self.random.choice(self.steps())
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
        wanted = []
        for at, _ in enumerate(self.sold, 1):
            free = self.free(at)
            if free and self.random.random() < 0.7:
                many = self.random.randint(1, free)
                wanted.append((self.number, str(at), {"quantity": many, "condition": "used"}))
        if not wanted:
            return ""
        (made,) = self.shop.request(*wanted)
        self.made.append(made)
        return f"ask {[(line, said['quantity']) for _, line, said in wanted]}: {made.state}"

    def cancel_units(self) -> str:
        """The supplier cancels a unit of the order that no return holds."""
        at = self.random.randint(1, len(self.sold))
        if not self.free(at):
            return ""
        try:
            self.shop.cancel_units(self.supplier, self.number, str(at), 1)
        except RequestFault as fault:
            stuck = fault.code == "refunded_already" and not self.claims()
            assert not stuck, self.said("a unit that nothing was given for cannot be cancelled")
            raise
        return f"cancel 1 unit of line {at} in the order"

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
        self.shop.answer(made, {self.line(made).id: {"condition": "worn"}}, who)
        return f"answer {self.name(made)}"

    def refund(self) -> str:
        """The supplier refunds some of the order, or units that were cancelled."""
        amount = self.random.choice((1, 300, PRICE, None))
        line = str(self.random.randint(1, len(self.sold)))
        named = [UnitsOfLine(line=line, units=1)] if self.random.random() < 0.6 else []
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
        many = [self.random.randint(0, line.count.to_come) for line in made.lines]
        complete = self.random.random() < 0.3
        self.shop.receive(made, *many, complete=complete)
        return f"receive {self.name(made)}: {many} complete={complete}"

    def inspect(self) -> str:
        made = self.one()
        looked = []
        for at, line in enumerate(made.lines):
            left = line.count.to_inspect
            while left and self.random.random() < 0.6:  # units of a line in several conditions
                many = self.random.randint(1, left)
                found = self.random.choice(({}, {}, {"condition": "worn"}, {"condition": HELD}))
                looked.append((at, many, Disposition.SCRAP, dict(found)))
                left -= many
        self.shop.inspect(made, *(looked or [(0, 1, Disposition.SCRAP, {})]))
        return f"inspect {self.name(made)}: {[(at, many, found) for at, many, _, found in looked]}"

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
        some = [line for line in made.lines if self.random.random() < 0.8] or [made.lines[0]]
        words = [self.word(line.id, self.amount(line, line.quantity)) for line in some]
        try:
            self.shop.judge(made, words)
        except RequestFault as fault:
            gone = fault.code == "units_gone" and all(line.received for line in made.lines)
            assert not gone, self.said("units that came cannot be decided")
            raise
        return f"judge {self.name(made)} {words}"

    def word_on_units(self) -> str:
        """A word that is taken gives what it says, in place of what was given before."""
        # what else is given for the line, such as its fees once, may change with it
        made = self.one()
        seen = self.shop.inspections(made)
        if not seen:
            return ""
        about = self.random.choice(seen)
        line = next((line for line in made.lines if line.id == about.line), made.lines[0])
        units = self.random.choice((about.units, line.quantity))
        word = self.word(about.id, self.amount(line, units))
        self.shop.judge(made, [word])
        said = f"judge {self.name(made)} {word}"
        now = next(each for each in self.shop.inspections(made) if each.id == about.id)
        more = given(now) - given(about)
        before, after = (
            sum(line.planned for line in each.lines) for each in (made, self.shop.look(made))
        )
        assert given(now) == (word.amount if word.accept else 0), self.said(said)
        does = not more or after != before or any(line.stays for line in made.lines)
        assert does, self.said(f"{said} does nothing")
        return said

    def amount(self, line: ReturnLine, units: int) -> int:
        whole = self.price(line) * units
        return self.random.choice((0, 1, 250, self.price(line), whole, whole))

    def line(self, made: Return) -> ReturnLine:
        return self.random.choice(made.lines)

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

    def end(self) -> None:
        """Once all has moved, came and was looked at, every return is over or waits for a word."""
        for _ in range(3):
            for each in self.made:
                looked = [
                    (at, line.count.to_inspect, Disposition.SCRAP, {})
                    for at, line in enumerate(each.lines)
                    if line.count.to_inspect
                ]
                if looked and each.state not in OVER:
                    try:
                        self.shop.inspect(each, *looked)
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


def given(found: Inspection) -> int:
    """What its units give (minor units)."""
    outcome = found.outcome
    if outcome is None or outcome.unsettled or not outcome.owes_money or outcome.amount is None:
        return 0
    return outcome.amount.minor
