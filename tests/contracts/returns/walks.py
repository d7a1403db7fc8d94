"""Random walks of the returns of an order through the services, beside the plain oracle of units.

The walk keeps its own record of each unit: when it came, what was found, what a person said of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from adapters.identity.principal import Kind
from adapters.store.drafts import LineDraft
from adapters.store.money.charges.ceilings import counted
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Claim, Settlement
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.money import Money
from engine.returns.lifecycle import State
from engine.returns.units import Disposition
from engine.settlement.gateway import Answered
from engine.settlement.instruments import PaymentReferences
from engine.settlement.machine import SettlementState as S
from services.returns.due_deadlines import settle_waiting
from services.returns.overriding import Verdict
from tests.contracts.returns.building import RETAILER, Shop
from tests.contracts.returns.test_in_disorder import undo_last
from tests.contracts.returns.walked_policies import Walked
from tests.properties.units.histories import Account, Ledger
from tests.properties.units.oracle import owed
from tests.properties.units.orders import ARRIVED, GONE, JUDGED, SETTLED, Back, Line, Order, Unit

NUMBERS = count(1)
SKUS = ("LAMP", "SOFA")
CATEGORIES = ("chair", "table")
PRICES = (5, 1_000, 1_999, 2_500)
COMING = (State.APPROVED, State.IN_TRANSIT, State.PARTLY_RECEIVED)
HERE = (State.PARTLY_RECEIVED, State.RECEIVED)
SECOND = 1 / 86_400
HELD = "soiled"
"""What a person has to settle when it is found."""
UNMOVED = (S.FAILED, S.CANCELLED)
"""States of money that did not move, or came back."""


@dataclass(slots=True, kw_only=True)
class Kept:
    """A return of the walk, with what persons gave for its units (minor units).

    `looks` are the units of each inspection, `unseen` those that were settled as they came.
    """

    made: Return
    back: Back
    words: int = 0
    looks: dict[str, list[Unit]] = field(default_factory=dict)
    unseen: list[Unit] = field(default_factory=list)


class Recorded(Ledger):
    """Other returns count as they are on record: units that nobody looked at count as they came.

    `granted` and `refused` are units of which a person said so.
    """

    granted: set[int]
    refused: set[int]

    def counted(self, place: int) -> tuple[dict[int, int], dict[int, int]]:
        here: dict[int, int] = {}
        coming: dict[int, int] = {}
        for back, account in self.others(place):
            fine = {each.id for each in account.owed.accepted} if account.owed else set()
            fine |= self.granted
            for each in back.present:
                looked = each.stands in (SETTLED, JUDGED)
                if each.id not in self.refused and (not looked or each.id in fine):
                    of = here if each.here else coming
                    of[each.line] = of.get(each.line, 0) + 1
        return here, coming


class Walk:
    """One order of one retailer under one policy, and all that can happen to its returns."""

    def __init__(self, shop: Shop, walked: Walked, random: Random) -> None:
        self.shop, self.walked, self.random = shop, walked, random
        self.number = f"O-{next(NUMBERS)}"
        self.kept: list[Kept] = []
        self.log: list[str] = []
        lines = [
            Line(price=random.choice(PRICES), kept=random.randint(2, 5), category=category)
            for category in CATEGORIES[: random.randint(1, 2)]
        ]
        self.order = Order(lines=lines, paid=600, standard=None, early=walked.early)
        self.ledger = Recorded(walked.terms, self.order, random)
        self.ledger.refused, self.ledger.granted = set(), set()
        self.units = count(1)
        drafts = [
            LineDraft(
                number=str(at + 1),
                sku=SKUS[at],
                quantity=line.kept,
                unit_price=Money(line.price, "USD"),
                location="main",
            )
            for at, line in enumerate(lines)
        ]
        with shop.store.session():
            retailer = shop.store.partners.add(self.number.lower(), "Shop", Kind.RETAILER)
            shop.partners["northwind"] = retailer
            shop.store.partnerships.join(shop.partners[walked.name], retailer)
            supplier = shop.store.partners.acting(shop.partners[walked.name])
            day = shop.clock().date().isoformat()
            (family,) = shop.add(
                supplier,
                walked.name,
                self.number,
                lines=drafts,
                dates={"ordered": "2025-01-01", "delivered": day},
                facts={"outbound_paid": "USD 6.00"},
            )
            if random.random() < 0.5:  # its credits go by a gateway, which may fail
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

    @property
    def is_over(self) -> bool:
        """Whether all units of the order are back and settled."""
        done = all(each.made.state not in (*COMING, *HERE) for each in self.kept)
        return done and not any(
            self.shop.returnable(str(at + 1), self.number) for at in self.lines()
        )

    # --- steps --------------------------------------------------------------------------------

    def step(self) -> None:
        """Something that may happen now."""
        steps = [self.ask, self.ask, self.pass_days, self.judge, self.judge]
        steps += [self.send_money] * 4
        steps += [self.receive] * 4 + [self.inspect] * 6 + [self.resolve] * 2
        steps += [self.ship, self.cancel, self.close, self.undo]
        self.shop.clock.pass_days(SECOND)
        before = len(self.log)
        while len(self.log) == before:
            self.random.choice(steps)()
        self.settle_all()

    def ask(self) -> None:
        random, wanted, units = self.random, [], []
        free = [self.shop.returnable(str(at + 1), self.number) for at in self.lines()]
        for at in self.lines():
            if free[at] and random.random() < 0.7:
                many = random.randint(1, min(3, free[at]))
                claimed = random.choice(("new_unused", "used_clean"))
                said = {"quantity": many, "condition": claimed}
                wanted.append((self.number, str(at + 1), said))
                units += [self.unit(at, claimed) for _ in range(many)]
        if not wanted:
            return
        (made,) = self.shop.request(*wanted)
        self.say(f"ask {wanted}: {made.state}")
        if made.state is State.APPROVED:
            back = Back(units=units)
            self.kept.append(Kept(made=made, back=back))
            self.order.returns.append(back)
            self.ledger.accounts.append(Account())
            self.changed(self.kept[-1])

    def unit(self, line: int, claimed: str) -> Unit:
        return Unit(
            id=next(self.units), line=line, claimed=claimed, found=claimed, day=0, comes=True
        )

    def pass_days(self) -> None:
        if self.is_over:
            self.say("nothing more happens")
            return
        days = self.random.choice((0.5, 1, 5, 16))
        self.shop.clock.pass_days(days)
        self.say(f"{days} days")
        if self.random.random() < 0.3:
            self.receive()
        self.wake()

    def wake(self) -> None:
        before = [each.made.state for each in self.kept]
        while self.shop.wake():
            pass
        for was, each in zip(before, self.kept, strict=True):
            self.refresh(each)
            if each.made.state is not was:
                self.say(f"woken: {self.name(each)} from {was} to {each.made.state}")
                self.woken(each)

    def woken(self, kept: Kept) -> None:
        for unit in kept.back.units:
            if kept.made.state is State.INSPECTED and unit.stands == ARRIVED:
                unit.stands = SETTLED
                kept.unseen.append(unit)
            elif not unit.here:
                unit.stands = GONE
        self.changed(kept)

    def send_money(self) -> None:
        """A gateway answers for all that is due: what had moved may come back after a day."""
        before = [self.shop.owed(each.made) for each in self.kept]
        late = self.random.random() < 0.5
        self.shop.clock.pass_days(1.1 if late else 0)
        answers = (Answered.SUCCEEDED, Answered.SUBMITTED, Answered.FAILED)
        answered = self.random.choice(answers)
        self.shop.pay(answered)
        if before != [self.shop.owed(each.made) for each in self.kept]:
            self.say(f"money is {answered}, late={late}")

    def resolve(self) -> None:
        """A person does something about money that failed or waits."""
        with self.shop.store.session():
            moves, _ = self.money()
        stuck = [each for each in moves if each.state in (S.FAILED, S.NEEDS_ATTENTION)]
        if not stuck:
            return
        found, store = self.random.choice(stuck), self.shop.store.resolving
        ways: dict[str, Callable[[], object]] = {
            "sent again": lambda: store.retry(found.id, "tests"),
            "credited": lambda: store.credit_instead(found.id, "tests"),
            "paid by hand": lambda: store.paid_by_hand(found.id, "T-1", "tests"),
            "given up": lambda: store.give_up(found.id, "tests", "so"),
        }
        way = self.random.choice([*ways])
        try:
            with self.shop.store.writing():
                ways[way]()
        except RequestFault as fault:
            if fault.code != "over_ceiling":
                raise
            return
        self.say(f"{found.amount} that is {found.state} is {way}")

    def ship(self) -> None:
        if kept := self.one(State.APPROVED, State.IN_TRANSIT):
            self.shop.move(kept.made, "ship", "UPS", "1Z9", who=RETAILER)
            self.say(f"ship {self.name(kept)}")
            self.changed(kept)

    def receive(self) -> None:
        kept = self.one(*COMING)
        if kept is None:
            return
        late = self.is_late(kept)
        counts, came = [], []
        for line in kept.back.lines:
            coming = [each for each in kept.back.units if each.line == line and not each.here]
            coming = [each for each in coming if each.stands != GONE]
            many = self.random.randint(0, len(coming))
            counts.append(many)
            came += coming[:many]
        if not came:
            return
        for unit in came:
            unit.stands, unit.day = ARRIVED, 99 if late else 0
        complete = self.random.random() < 0.3
        self.shop.receive(kept.made, *counts, complete=complete)
        self.say(f"receive {self.name(kept)} {counts} late={late} complete={complete}")
        if complete:
            self.give_up(kept)
        self.changed(kept)

    def is_late(self, kept: Kept) -> bool:
        expires = self.shop.look(kept.made).expires_on
        return bool(expires) and self.shop.clock().date().isoformat() > str(expires)

    def give_up(self, kept: Kept) -> None:
        for unit in kept.back.units:
            unit.stands = unit.stands if unit.here else GONE

    def inspect(self) -> None:
        kept = self.one(*HERE)
        waiting = [each for each in kept.back.units if each.stands == ARRIVED] if kept else []
        if kept is None or not waiting:
            return
        line = self.random.choice(waiting).line
        days = {each.day for each in waiting if each.line == line}
        same = [each for each in waiting if each.line == line]
        many = len(same) if len(days) > 1 else self.random.randint(1, len(same))
        looked = same[:many]
        found = self.random.choice(("", "", "used_clean", "worn", HELD))
        for unit in looked:
            unit.found, unit.stands = found or unit.claimed, SETTLED
            if found == HELD and not unit.day:
                unit.stands = JUDGED
        place = next(each for each in kept.made.lines if each.sku == SKUS[line])
        facts = {"condition": found} if found else {}
        at = kept.made.lines.index(place)
        self.shop.inspect(kept.made, (at, many, Disposition.SCRAP, facts))
        for each in self.shop.inspections(kept.made):  # one for each arrival
            if each.id not in kept.looks:
                kept.looks[each.id], looked = looked[: each.units], looked[each.units :]
        self.say(f"inspect {self.name(kept)} line {line}: {many} {found}")
        self.changed(kept)

    def undo(self) -> None:
        """What was found last was wrong; what a person said of it is gone with it."""
        kept = self.one(*HERE, State.INSPECTED)
        looks = self.shop.inspections(kept.made) if kept else ()
        if kept is None or not looks or looks[-1].id not in kept.looks:
            return
        last, outcome = looks[-1], looks[-1].outcome
        undo_last(self.shop, kept.made)
        if outcome and outcome.judged_by and outcome.answer == "accept" and outcome.amount:
            kept.words -= outcome.amount.minor
        for unit in kept.looks.pop(last.id):
            unit.found, unit.stands = unit.claimed, ARRIVED
            self.ledger.refused.discard(unit.id)
            self.ledger.granted.discard(unit.id)
        for unit in kept.unseen:  # they wait again
            unit.stands = ARRIVED
        kept.unseen.clear()
        self.say(f"undo {self.name(kept)} the look at {last.units}")
        self.changed(kept)

    def judge(self) -> None:
        """A person's word for units that were found to be a person's to settle."""
        kept = self.one(*HERE, State.INSPECTED)
        if kept is None or not kept.made.held_for:
            return
        verdicts = []
        for each in self.shop.inspections(kept.made):
            if each.outcome and each.outcome.undecided:
                accept = self.random.random() < 0.7
                line = next(n for n in kept.made.lines if n.id == each.line)
                amount = self.random.randint(0, self.price(line.sku) * each.units)
                word = Verdict(about=each.id, accept=accept, remedy="account_credit", amount=amount)
                verdicts.append(word)
                kept.words += amount if accept else 0
                said = self.ledger.granted if accept else self.ledger.refused
                said |= {unit.id for unit in kept.looks[each.id]}
        if verdicts:
            self.shop.judge(kept.made, verdicts)
            self.say(f"judge {self.name(kept)} {verdicts}")
            self.changed(kept)

    def cancel(self) -> None:
        kept = self.one(State.APPROVED)
        if kept and self.random.random() < 0.4:
            self.shop.move(kept.made, "cancel", "so")
            self.say(f"cancel {self.name(kept)}")
            self.give_up(kept)
            self.changed(kept)

    def close(self) -> None:
        kept = self.one(State.PARTLY_RECEIVED, State.RECEIVED, State.IN_TRANSIT, State.EXPIRED)
        unseen = kept and any(n.count.to_inspect for n in self.shop.look(kept.made).lines)
        if kept and not unseen and self.random.random() < 0.4:
            self.shop.move(kept.made, "close", "so")
            self.say(f"close {self.name(kept)}")
            self.give_up(kept)
            self.changed(kept)

    # --- what is owed -----------------------------------------------------------------------------

    def changed(self, kept: Kept) -> None:
        """What is owed for a return that something happened to, and for those that wait."""
        self.refresh(kept)
        place = self.kept.index(kept)
        self.work_out(place)
        for other, account in enumerate(self.ledger.accounts):
            if other != place and account.owed and account.owed.waits:
                self.work_out(other)

    def work_out(self, place: int) -> None:
        beside = self.ledger.beside(place)
        account = self.ledger.accounts[place]
        account.owed = owed(self.walked.terms, self.order, self.order.returns[place], beside)

    def total(self, kept: Kept) -> int:
        """What the oracle says of a return, and persons."""
        account = self.ledger.accounts[self.kept.index(kept)]
        return (account.owed.net if account.owed else 0) + kept.words

    def settle_all(self) -> None:
        found = True
        while found:
            with self.shop.store.writing():
                found = settle_waiting(self.shop.service())
        for each in self.kept:
            self.refresh(each)

    # --- hands ------------------------------------------------------------------------------------

    def check(self) -> None:
        """After each step: planned is what is owed, and nothing is lost on its way."""
        store = self.shop.store
        for kept in self.kept:
            planned = sum(line.planned for line in kept.made.lines)
            said = f"{self.name(kept)}: {planned} planned, {self.total(kept)} owed"
            assert planned == self.total(kept), "\n".join([*self.log, said])
        with store.session():
            moves, claims = self.money()
        paid = sum(n.amount.minor - n.left.minor - n.let_go.minor for n in claims)
        absorbed = paid - sum(each.claimed.minor for each in moves)
        given = sum(each.open_amount.minor for each in moves)
        claimed = sum(each.left.minor for each in claims)
        planned = sum(line.planned for kept in self.kept for line in kept.made.lines)
        assert given - claimed == planned, "\n".join(self.log)
        assert absorbed >= 0, "\n".join(self.log)
        assert min((each.amount.minor for each in (*moves, *claims)), default=1) > 0
        self.check_ceilings(moves)
        self.check_claims(moves, claims)

    def check_claims(self, moves: Sequence[Settlement], claims: Sequence[Claim]) -> None:
        """Nothing is claimed of a line whose own money did not move, or came back."""
        claimed = {each.return_line for each in claims if each.left.minor}
        unmoved = {each.return_line for each in moves if each.state in UNMOVED}
        assert not claimed & unmoved, "\n".join(self.log)

    def check_ceilings(self, moves: Sequence[Settlement]) -> None:
        """What a line has taken of its worth is all that is planned, but for what did not move."""
        lines = [line for kept in self.kept for line in kept.made.lines]
        for of in {line.order_line for line in lines}:
            mine = {line.id for line in lines if line.order_line == of}
            out = [each for each in moves if each.return_line in mine and not counted(each)]
            fitted = sum(line.planned for line in lines if line.id in mine) - sum(
                each.open_amount.minor for each in out
            )
            with self.shop.store.session():
                taken = self.shop.store.refunds.taken_of_line(of)
            sku = next(line.sku for line in lines if line.order_line == of)
            most = self.price(sku) * self.order.lines[SKUS.index(sku)].kept + self.order.paid
            said = f"{sku}: {taken} taken of {most}, {fitted} given"
            assert taken == fitted <= most, "\n".join([*self.log, said])

    def money(self) -> tuple[list[Settlement], list[Claim]]:
        """The movements that are owed, or were given up, and all claims."""
        store = self.shop.store
        lines = [line.id for kept in self.kept for line in kept.made.lines]
        moves = [each for line in lines for each in store.settlements.of_return_line(line)]
        claims = [each for line in lines for each in store.claims.of_line(line)]
        replaced = {each.instead_of for each in moves}
        return [
            each for each in moves if each.id not in replaced and each.open_amount.minor
        ], claims

    def one(self, *states: State) -> Kept | None:
        for each in self.kept:
            self.refresh(each)
        fitting = [each for each in self.kept if each.made.state in states]
        return self.random.choice(fitting) if fitting else None

    def refresh(self, kept: Kept) -> None:
        kept.made = self.shop.look(kept.made)

    def lines(self) -> range:
        return range(len(self.order.lines))

    def price(self, sku: str) -> int:
        return self.order.lines[SKUS.index(sku)].price

    def name(self, kept: Kept) -> str:
        return f"return {self.kept.index(kept)} ({kept.made.state})"

    def say(self, what: Any) -> None:
        self.log.append(str(what))
