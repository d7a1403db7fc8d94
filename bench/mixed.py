"""Orders that were paid in every way, what goes back of each, and what must have become of it.

Money is 100 minor units a settlement, and a charge carries twice what was said of it, so that
nothing at the gateway keeps money from going back a second time. Nothing here was read at the
gateway when it was said, so that what is wrong with a charge is found only when money is about to
move.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from adapters.gateways.simulated.objects.account import Account
from adapters.store.database import Store
from adapters.store.money.credit.records import CreditEntry
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Payment, Settlement
from adapters.store.money.refunds import OrderRefund
from adapters.store.money.steps import Asked
from engine.money import Money
from engine.settlement.instruments import Instrument, PaymentReferences
from engine.settlement.ledger import EntryKind
from engine.settlement.machine import SettlementState

SUPPLIER: Final = "acme"
RETAILER: Final = "northwind"
AMOUNT: Final = 100


@dataclass(slots=True, kw_only=True)
class Mixed:
    """Plans settlements of a store at an account; remembers what no one may be paid back."""

    store: Store
    account: Account
    disputes: list[str] = field(default_factory=list)
    never: set[str] = field(default_factory=set)
    """Charges of which nothing may go back: of another currency, or lost in a dispute."""
    _shared: str = ""
    _customer: str = ""

    def plan(self, count: int) -> None:
        """As many returns as said, of each kind in turn; one of split payments makes two."""
        self._customer = self.account.payments.create_customer({"name": RETAILER})["id"]
        self._shared = self._charge(amount=AMOUNT * count)
        kinds: tuple[Callable[[int], None], ...] = (
            lambda at: self._line(at, self._paid("shared", self._shared, AMOUNT * count)),
            lambda at: self._line(at, self._paid(at, self._charge())),
            lambda at: self._line(at, self._paid(at, self._charge()), "account_credit"),
            self._split,
            lambda at: self._line(at, self._paid(at, self._charge("JPY"), currency="JPY")),
            self._of_another_currency,
            self._disputed,
            lambda at: self._line(at, self._paid(at, ""), "account_credit"),
        )
        for at in range(count):
            kinds[at % len(kinds)](at)

    def move_dispute(self, status: str) -> str:
        """A bank ends one more dispute; which."""
        key = self.disputes.pop()
        moved = self.account.disputes.move(key, status)
        if status == "lost":
            self.never.add(moved["charge"])
        return key

    def right(self, settlement: Settlement) -> bool:
        """Whether a settlement ended as it must."""
        done = settlement.state is SettlementState.SUCCEEDED
        waits = settlement.state is SettlementState.NEEDS_ATTENTION
        return waits if self.charge_of(settlement.ways) in self.never else done

    def charge_of(self, ways: PaymentReferences) -> str:
        """The charge that a payment intent made."""
        if not ways.charge:
            return ""
        return str(self.account.payments.payment_intent(ways.charge)["latest_charge"])

    # --- kinds --------------------------------------------------------------------------------

    def _line(self, at: int, paid: Payment, remedy: str = "refund") -> None:
        """A return line of an order that one payment paid."""
        with self.store.writing():
            self.store.settlements.plan(
                Asked(
                    return_line=f"rl_{at}",
                    sequence=1,
                    order_line=f"ol_{at}",
                    supplier=SUPPLIER,
                    retailer=RETAILER,
                    remedy=remedy,
                    amount=Money(AMOUNT, paid.amount.currency),
                    line_most=AMOUNT,
                    payment=paid.id,
                    actor="policy",
                )
            )

    def _split(self, at: int) -> None:
        for cents in (30, 70):
            self._paid(at, self._charge(amount=cents), cents)
        with self.store.writing():
            said = OrderRefund(order=f"po_{at}", payee=SUPPLIER, amount=AMOUNT)
            self.store.refunds.refund_spread(said, "both", "bench")

    def _of_another_currency(self, at: int) -> None:
        charge = self._charge("EUR")
        self.never.add(self.charge_of(PaymentReferences(charge=charge)))
        self._line(at, self._paid(at, charge))

    def _disputed(self, at: int) -> None:
        charge = self._charge()
        found = self.account.payments.charge(self.charge_of(PaymentReferences(charge=charge)))
        self.disputes.append(self.account.disputes.open(found)["id"])
        self._line(at, self._paid(at, charge))

    def _charge(self, currency: str = "USD", amount: int = AMOUNT) -> str:
        form = {"amount": str(2 * amount), "currency": currency, "payment_method": "pm_card_visa"}
        made = self.account.payments.create_payment_intent({**form, "confirm": "true"})
        return str(made["id"])

    def _paid(
        self, order: int | str, charge: str, amount: int = AMOUNT, currency: str = "USD"
    ) -> Payment:
        ways = PaymentReferences(charge=charge, customer=self._customer if charge else "")
        with self.store.writing():
            return self.store.payments.add(
                NewPayment(
                    supplier=SUPPLIER,
                    retailer=RETAILER,
                    order=f"po_{order}",
                    amount=Money(amount, currency),
                    ways=ways,
                    by="bench",
                )
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What moved at the account, held against the settlements; all but `moved` must be empty."""

    moved: Counter[str]
    wrong_amount: int
    wrong_charge: int


def counted(mixed: Mixed, rows: dict[str, Settlement]) -> Counted:
    """Every refund and credit of the account, by the settlement that it names."""
    moved: Counter[str] = Counter()
    amounts = charges = 0
    ledger, account = mixed.account.ledger, mixed.account.id
    for kind in ("refund", "customer_balance_transaction"):
        for made in ledger.listed(account, kind):
            key = made["metadata"].get("settlement_id", "")
            moved[key] += 1
            asked = rows[key]
            theirs = (abs(made["amount"]), made["currency"].upper())
            amounts += theirs != (asked.amount.minor, asked.amount.currency)
            charges += _wrong_place(mixed, made, asked)
    return Counted(moved=moved, wrong_amount=amounts, wrong_charge=charges)


def _wrong_place(mixed: Mixed, made: dict[str, Any], asked: Settlement) -> bool:
    """Whether money came from another charge or customer, or from one that had none to give."""
    if made["object"] != "refund":
        return bool(made["customer"] != asked.ways.customer)
    of_other = made["payment_intent"] != asked.ways.charge
    return bool(of_other or made["charge"] in mixed.never)


def unbalanced(store: Store, rows: dict[str, Settlement]) -> int:
    """How many ledgers of own credit do not say what was credited; inside a session."""
    owed: Counter[str] = Counter()
    for each in rows.values():
        if each.instrument is Instrument.OWN_CREDIT:
            owed[each.amount.currency] += each.amount.minor
    seen, now, wrong = store.tenant_credit, store.now(), 0
    months = {f"{now + timedelta(days=days):%Y-%m}" for days in (-1, 0, 1)}
    for of in seen.ledgers(SUPPLIER):
        entries = [
            each for month in sorted(months) for each in seen.entries(of, seen.numbers(of, month))
        ]
        balance = seen.balance(of).totals.balance
        wrong += not _adds_up(entries) or balance != owed.pop(of.currency, 0)
    return wrong + len(owed)


def _adds_up(entries: list[CreditEntry]) -> bool:
    """Each credit once, numbered without a gap, with the balance after it."""
    ordered, balance = sorted(entries, key=lambda each: each.number), 0
    for place, each in enumerate(ordered, 1):
        balance += each.amount.minor
        if (each.number, each.balance.minor, each.kind) != (place, balance, EntryKind.CREDIT):
            return False
    return True
