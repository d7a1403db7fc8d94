"""A supplier with two orders, a charge and an invoice at a stand-in, and all that may happen to it.

What was given back is counted at the stand-in and in account credit, not by what settlements say.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.objects.account import Account
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.gateways.stripe_gateway import StripeGateway
from adapters.store.database import Store
from adapters.store.money.comparing import Comparison
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Settlement
from adapters.store.money.refunds import OrderRefund
from adapters.store.money.steps import Asked
from engine.money import Money
from engine.settlement.gateway import GatewayOutcome, Movement
from engine.settlement.instruments import Instrument, PaymentReferences
from engine.settlement.machine import SettlementState
from services.payments.comparing import Comparer
from services.payments.gateways import GatewayCredentials, Gateways
from services.payments.reading import PaymentToStore, read_first
from services.workers.settling import LEASE, Settler

WHOLE: Final = 1_000
"""The amount of the charge and of the invoice, in cents."""
WORTH: Final = 600
"""The value of the line of each order, in cents."""
CHARGE, INVOICE = 0, 1
MOVED: Final = (SettlementState.SUCCEEDED, SettlementState.SUBMITTED)
REMEDIES: Final = ("refund", "credit_memo", "account_credit")


class Crash(BaseException):
    """The process dies."""


class Dying(StripeGateway):
    """Sends, and dies before the answer arrives."""

    def send(self, movement: Movement) -> GatewayOutcome:
        super().send(movement)
        raise Crash


@dataclass(slots=True)
class Clock:
    """Our clock, which is sometimes wrong by hours."""

    off: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.off


class Moved(NamedTuple):
    """One movement at the stand-in; `of` is its charge or invoice, `settlement` may be empty."""

    reference: str
    cents: int
    of: int
    settlement: str


class Meant(NamedTuple):
    """The purpose of one of our settlements."""

    order: int
    line: bool
    of: int | None


@dataclass(slots=True, kw_only=True)
class Till:
    """`key` distinguishes tills at one stand-in; `save` makes a backup and returns its restore."""

    store: Store
    stripe: SimulatedStripe
    gateways: Gateways
    clock: Clock
    key: str
    save: Callable[[], Callable[[], None]]
    intent: str = ""
    invoice: str = ""
    customers: list[str] = field(default_factory=list)
    paid: list[int] = field(default_factory=lambda: [0, 0])
    meant: dict[str, Meant] = field(default_factory=dict)
    by_hand: set[str] = field(default_factory=set)
    lines: int = 0
    backup: Any = None

    def open(self) -> None:
        """The partner, its key, and what it was paid with."""
        with self.store.session():
            self.gateways.put(GatewayCredentials(partner=self.supplier, key=self.key), "acme")
        account = self.account
        self.customers = [str(account.payments.create_customer({})["id"]) for _ in range(2)]
        said = {"amount": str(WHOLE), "currency": "usd", "payment_method": "pm_card_visa"}
        said["customer"] = self.customers[CHARGE]
        made = account.payments.create_payment_intent({**said, "confirm": "true"})
        self.intent = str(made["id"])
        item = {"customer": self.customers[INVOICE], "amount": str(WHOLE), "currency": "usd"}
        account.invoices.create_item(item)
        draft = account.invoices.create({"customer": self.customers[INVOICE]})
        self.invoice = str(account.invoices.finalize(draft["id"], {})["id"])

    @property
    def supplier(self) -> str:
        return f"acme {self.key}"

    @property
    def account(self) -> Account:
        return self.stripe.account(account_of(self.key))

    def charge(self, of: int) -> str | None:
        """The charge, or the one that paid the invoice; None until it is paid."""
        if of == CHARGE:
            return str(self.account.payments.payment_intent(self.intent)["latest_charge"])
        paid = self.account.invoices.invoice_payments({"invoice": self.invoice})["data"]
        if not paid:
            return None
        intent = paid[0]["payment"]["payment_intent"]
        return str(self.account.payments.payment_intent(intent)["latest_charge"])

    def order(self, place: int) -> str:
        return f"{self.supplier} {place}"

    def line(self, place: int) -> str:
        return f"{self.order(place)} line"

    # --- what we do -------------------------------------------------------------------------------

    def pay(self, order: int, of: int, cents: int, name: int) -> None:
        """States a payment, by either name of its charge; sometimes nobody reads it then."""
        customer = self.customers[of] if name % 3 else ""
        charge = (self.charge(CHARGE) or "") if name % 2 else self.intent
        invoice = PaymentReferences(invoice=self.invoice, customer=customer)
        ways = PaymentReferences(charge=charge, customer=customer) if of == CHARGE else invoice
        money = Money(cents, "USD")
        said = PaymentToStore(payee=self.supplier, order=self.order(order), ways=ways, amount=money)
        if name % 5:
            with self.store.session():
                read_first(self.store, self.gateways, [said])
        new = NewPayment(
            supplier=self.supplier,
            retailer="northwind",
            order=self.order(order),
            amount=money,
            ways=ways,
            by="tests",
        )
        with self.store.writing():
            before = len(self.store.payments.of_order(new.order, self.supplier))
            self.store.payments.add(new)
            if len(self.store.payments.of_order(new.order, self.supplier)) > before:
                self.paid[order] += cents

    def owe(self, order: int, _: int, cents: int, remedy: int) -> None:
        self.lines += 1
        asked = Asked(
            return_line=f"{self.order(order)} rl {self.lines}",
            sequence=1,
            order_line=self.line(order),
            supplier=self.supplier,
            retailer="northwind",
            remedy=REMEDIES[remedy % 3],
            amount=Money(cents, "USD"),
            line_most=WORTH,
            payment=None,
            actor="policy",
        )
        with self.store.writing():
            made = self.store.settlements.spread(asked, self.order(order), [self.line(order)])
        self._noted(order, made, line=True)

    def refund(self, order: int, _: int, cents: int, __: int) -> None:
        lines = (self.line(order),)
        said = OrderRefund(order=self.order(order), payee=self.supplier, amount=cents, lines=lines)
        with self.store.writing():
            made = self.store.refunds.refund_spread(said, "broken", "acme")
        self._noted(order, made, line=False)

    def _noted(self, order: int, made: tuple[Settlement, ...], *, line: bool) -> None:
        for each in made:
            of = INVOICE if each.ways.invoice else CHARGE if each.ways.charge else None
            self.meant[each.id] = Meant(order, line, of)

    def work(self) -> None:
        settler = Settler(self.store, self.gateways.of, in_flight=0)
        for _ in range(30):
            if not settler.work():
                return

    def die(self, order: int, of: int, cents: int, remedy: int) -> None:
        """A worker sends and dies, and Stripe forgets the key before the next worker comes."""
        self.owe(order, of, cents, remedy)
        dying = Dying(self.key, base=self.stripe.address, now=self.clock)
        with suppress(Crash):
            Settler(self.store, lambda _: dying, in_flight=0).work()
        self.store.close()
        self.clock.off += timedelta(seconds=LEASE + 1)
        self.stripe.ledger.prune_keys()

    def jump(self, _: int, __: int, ___: int, hours: int) -> None:
        """Our clock, not the gateway's."""
        self.clock.off = timedelta(hours=(3, 3, -3, 0)[hours % 4])

    def back_up(self, _: int, __: int, ___: int, ____: int) -> None:
        self.backup = (self.save(), list(self.paid))

    def back_up_planned(self, order: int, of: int, cents: int, remedy: int) -> None:
        """A backup in which money is planned, by every way, that is sent right after it."""
        for way in range(len(REMEDIES)):
            self.owe(order, of, cents, remedy + way)
        self.back_up(order, of, cents, remedy)

    def restore(self, _: int, __: int, ___: int, ____: int) -> None:
        """The older database, after Stripe forgot all keys; its workers start before anything."""
        if self.backup is not None:
            put_back, self.paid = self.backup[0], list(self.backup[1])
            put_back()
            self.stripe.ledger.prune_keys()

    def compare(self) -> Comparison:
        comparer = Comparer(self.store, self.gateways)
        return comparer.compare(self.supplier, "tests", datetime.now(UTC) - timedelta(days=1))

    # --- what others do ---------------------------------------------------------------------------

    def hand(self, _: int, of: int, cents: int, how: int) -> None:
        """Somebody gives back in the dashboard: a refund, a note, or a credit."""
        made = (self._hand_refund, self._hand_note, self._hand_credit)[how % 3](of, cents, how)
        self.by_hand.add(made)

    def _hand_refund(self, of: int, cents: int, how: int) -> str:
        """Sometimes one that names a settlement of ours, as a copied one would."""
        ours = sorted(each.settlement for each in self.moved() if each.settlement)
        about = {"metadata": {"settlement_id": ours[0]}} if ours and how % 4 == 0 else {}
        said = {"charge": self.charge(of) or "ch_none", "amount": str(cents), **about}
        return str(self.account.payments.create_refund(said)["id"])

    def _hand_note(self, _: int, cents: int, how: int) -> str:
        remains = self.account.invoices.invoice(self.invoice)["amount_remaining"]
        beyond = max(0, cents - remains)
        part = "refund_amount" if how % 2 else "credit_amount"
        parts = {part: str(beyond)} if beyond else {}
        said = {"invoice": self.invoice, "amount": str(cents), **parts}
        made = self.account.credit_notes.create(said)
        self.by_hand.update(str(each["refund"]) for each in made["refunds"])
        return str(made["id"])

    def _hand_credit(self, of: int, cents: int, _: int) -> str:
        said = {"amount": str(-cents), "currency": "usd"}
        return str(self.account.balances.create(self.customers[of], said)["id"])

    def settle_invoice(self, _: int, __: int, ___: int, ____: int) -> None:
        self.account.invoices.pay(self.invoice, {})

    def dispute(self, _: int, of: int, cents: int, whole: int) -> None:
        left = self.account.payments.charge(self.charge(of) or "ch_none")
        most = left["amount"] - left["amount_refunded"]
        most -= self.account.disputes.blocked(left["id"])
        if most > 0:
            self.account.disputes.open(left, most if whole % 2 else min(most, cents))

    def lose(self, order: int, of: int, cents: int, whole: int) -> None:
        """A dispute that is over at once."""
        self.dispute(order, of, cents, whole)
        self.end(order, of, cents, 1)

    def end(self, _: int, of: int, __: int, won: int) -> None:
        charge = self.charge(of)
        for each in self.stripe.ledger.listed(account_of(self.key), "dispute"):
            if each["charge"] == charge and each["status"] not in ("won", "lost"):
                self.account.disputes.move(each["id"], "won" if won % 3 == 0 else "lost")

    # --- what there is ----------------------------------------------------------------------------

    def moved(self) -> list[Moved]:
        """All that gave back at the stand-in and was not undone."""
        account, listed = account_of(self.key), self.stripe.ledger.listed
        charges = {self.charge(CHARGE): CHARGE, self.charge(INVOICE): INVOICE}
        refunds = [
            Moved(each["id"], each["amount"], charges[each["charge"]], _named(each))
            for each in listed(account, "refund")
            if each["status"] != "failed"
        ]
        notes = [
            Moved(each["id"], own, INVOICE, _named(each))
            for each in listed(account, "credit_note")
            if (own := each["amount"] - sum(part["amount_refunded"] for part in each["refunds"]))
        ]
        credits_ = [
            Moved(each["id"], -each["amount"], of, _named(each))
            for of, customer in enumerate(self.customers)
            for each in listed(account, "customer_balance_transaction", customer)
            if each["type"] == "adjustment" and each["amount"] < 0
        ]
        return [*refunds, *notes, *credits_]

    def settlements(self) -> list[Settlement]:
        with self.store.session():
            every = self.store.settlements.every()
        return [each for each in every if each.supplier == self.supplier]

    def kept(self) -> list[Settlement]:
        """Our own account credit, which only the database has."""
        own = Instrument.OWN_CREDIT
        return [each for each in self.settlements() if each.instrument is own and _counts(each)]

    def totals(self) -> dict[tuple[str, int], int]:
        """What was given back, in cents: of each charge, and by us of each order and line."""
        moved, kept = self.moved(), self.kept()
        found = {}
        for place in range(2):
            found["charge", place] = self._lost(place) + sum(
                [each.cents for each in moved if each.of == place]
                + [each.amount.minor for each in kept if self.meant[each.id].of == place]
            )
            for name in ("order", "line"):
                ours = self._ours(place, line=name == "line")
                found[name, place] = sum(
                    [each.cents for each in moved if each.settlement in ours]
                    + [each.amount.minor for each in kept if each.id in ours]
                )
        return found

    def most(self) -> dict[tuple[str, int], int]:
        """What may be given back at most, in cents.

        Of an order of which no payment is known its line alone is the ceiling.
        """
        orders = {("order", place): cents or WHOLE for place, cents in enumerate(self.paid)}
        both = [(("charge", place), WHOLE) for place in range(2)]
        return {**orders, **dict(both), ("line", 0): WORTH, ("line", 1): WORTH}

    def _ours(self, order: int, *, line: bool) -> set[str]:
        return {
            key
            for key, meant in self.meant.items()
            if meant.order == order and (meant.line or not line)
        }

    def _lost(self, of: int) -> int:
        charge = self.charge(of)
        disputes = self.stripe.ledger.listed(account_of(self.key), "dispute")
        lost = [each for each in disputes if each["status"] == "lost"]
        return sum(each["amount"] for each in lost if each["charge"] == charge)


def _named(made: dict[str, Any]) -> str:
    return str((made["metadata"] or {}).get("settlement_id", ""))


def _counts(found: Settlement) -> bool:
    return found.state in MOVED
