"""What people give back at Stripe counts, what a backup forgot is made again, and news stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.objects.account import Account
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.gateways.stripe_gateway import StripeGateway
from adapters.identity.vault import Vault, new_master_key
from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.money.comparing import Comparison
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Settlement
from adapters.store.money.steps import Asked
from engine.money import Money
from engine.settlement.gateway import GatewayOutcome, Movement
from engine.settlement.instruments import Instrument, PaymentReferences
from engine.settlement.machine import SettlementState
from services.payments.comparing import Comparer
from services.payments.gateways import GatewayCredentials, Gateways
from services.payments.reading import PaymentToStore, read_first
from services.workers.settling import Settler

KEY = "rk_test_acme"
S = SettlementState


@dataclass(slots=True, kw_only=True)
class Till:
    """An order of 100.00 with a line of 60.00, paid by a charge or by an invoice."""

    store: Store
    stripe: SimulatedStripe
    gateways: Gateways
    now: list[timedelta]
    customer: str = ""
    ways: PaymentReferences = field(default_factory=PaymentReferences)

    @property
    def account(self) -> Account:
        return self.stripe.account(account_of(KEY))

    def charged(self, method: str = "pm_card_visa") -> None:
        self.customer = str(self.account.payments.create_customer({})["id"])
        said = {"amount": "10000", "currency": "usd", "customer": self.customer}
        said |= {"payment_method": method, "confirm": "true"}
        made = self.account.payments.create_payment_intent(said)
        self.pay(PaymentReferences(charge=str(made["id"]), customer=self.customer))

    def invoiced(self) -> None:
        self.customer = str(self.account.payments.create_customer({})["id"])
        said = {"amount": "10000", "currency": "usd", "customer": self.customer}
        self.account.invoices.create_item(said)
        draft = self.account.invoices.create({"customer": self.customer})
        self.pay(
            PaymentReferences(invoice=str(self.account.invoices.finalize(draft["id"], {})["id"]))
        )

    def pay(self, ways: PaymentReferences) -> None:
        self.ways, money = ways, Money(10_000, "USD")
        said = PaymentToStore(payee="acme", order="po_1", ways=ways, amount=money)
        with self.store.session():
            read_first(self.store, self.gateways, [said])
        new = NewPayment(
            supplier="acme",
            retailer="northwind",
            order="po_1",
            amount=money,
            ways=ways,
            by="tests",
        )
        with self.store.writing():
            self.store.payments.add(new)

    def owe(self, cents: int, line: str = "rl_1", remedy: str = "refund") -> Settlement:
        asked = Asked(
            return_line=line,
            sequence=1,
            order_line="ol_1",
            supplier="acme",
            retailer="northwind",
            remedy=remedy,
            amount=Money(cents, "USD"),
            line_most=6_000,
            payment=None,
            actor="policy",
        )
        with self.store.writing():
            return self.store.settlements.spread(asked, "po_1", ["ol_1"])[0]

    def settle(self) -> None:
        while Settler(self.store, self.gateways.of).work():
            pass

    def compare(self) -> Comparison:
        return Comparer(self.store, self.gateways).compare("acme", "tests")

    def settlement(self, key: str) -> Settlement:
        with self.store.session():
            found = self.store.settlements.by_id(key)
        assert found is not None
        return found

    def left(self) -> int:
        with self.store.session():
            [paid] = self.store.payments.of_order("po_1", "acme")
            return self.store.refunds.left_of(paid.id).minor

    def forget(self, key: str) -> None:
        """As a backup that was made before it."""
        with self.store.writing():
            self.store.settlements._tables.Settlement[key].delete()

    def listed(self, kind: str) -> list[dict[str, Any]]:
        return self.stripe.ledger.listed(account_of(KEY), kind)


@pytest.fixture
def till(address: Address) -> Iterator[Till]:
    passed = [timedelta()]
    store = open_store(address, lambda: datetime.now(UTC) + sum(passed, timedelta()))
    with SimulatedStripe(later=3_600) as stripe:
        gateways = Gateways(store, Vault.of(new_master_key()), base=stripe.address)
        with store.session():
            gateways.put(GatewayCredentials(partner="acme", key=KEY), "acme")
        yield Till(store=store, stripe=stripe, gateways=gateways, now=passed)
    store.close()


# --- by hand --------------------------------------------------------------------------------------


def test_a_credit_by_hand_counts_under_the_payment_of_its_customer(till: Till) -> None:
    till.charged()
    made = till.account.balances.create(till.customer, {"amount": "-4000", "currency": "usd"})

    [adopted] = till.compare().adopted

    assert (adopted.reference, adopted.amount, till.left()) == (made["id"], "USD 40.00", 6_000)
    assert till.settlement(adopted.settlement).instrument is Instrument.BALANCE_CREDIT
    assert till.compare().agrees


@pytest.mark.parametrize("part", ["", "credit_amount", "refund_amount", "out_of_band_amount"])
def test_a_credit_note_by_hand_counts_once_however_it_gives_back(till: Till, part: str) -> None:
    till.invoiced()
    if part:
        till.account.invoices.pay(till.ways.invoice, {})
    parts = {part: "4000"} if part else {}
    till.account.credit_notes.create({"invoice": till.ways.invoice, "amount": "4000", **parts})

    [adopted] = till.compare().adopted

    assert (adopted.amount, till.left()) == ("USD 40.00", 6_000)
    assert till.compare().agrees


def test_a_credit_of_before_the_charge_was_made_is_of_other_money(till: Till) -> None:
    at = till.stripe.ledger.now
    customer = str(till.account.payments.create_customer({})["id"])
    till.stripe.ledger.now = lambda: at() - 3_600
    till.account.balances.create(customer, {"amount": "-4000", "currency": "usd"})
    till.stripe.ledger.now = at
    said = {"amount": "10000", "currency": "usd", "customer": customer, "confirm": "true"}
    made = till.account.payments.create_payment_intent({**said, "payment_method": "pm_card_visa"})
    till.pay(PaymentReferences(charge=str(made["id"]), customer=customer))

    done = till.compare()

    assert (done.adopted, done.elsewhere, till.left()) == ((), 1, 10_000)


def test_what_was_planned_before_somebody_gave_all_back_is_not_sent(till: Till) -> None:
    till.charged()
    key = till.owe(6_000, remedy="account_credit").id
    till.account.balances.create(till.customer, {"amount": "-7000", "currency": "usd"})
    till.compare()
    till.settle()

    assert till.settlement(key).state is S.NEEDS_ATTENTION
    assert till.settlement(key).trouble == "over_ceiling"
    assert len(till.listed("customer_balance_transaction")) == 1


def test_a_second_movement_of_a_settlement_is_named_and_counts(till: Till) -> None:
    till.charged()
    key = till.owe(3_000).id
    till.settle()
    about: Any = {"settlement_id": key}
    said = {"payment_intent": till.ways.charge, "amount": "3000", "metadata": about}
    made = till.account.payments.create_refund(said)

    [adopted] = till.compare().adopted

    assert (adopted.reference, till.left()) == (made["id"], 4_000)
    assert till.owe(1_000, "rl_2").trouble == "over_ceiling"  # of the line
    assert till.compare().agrees


def test_what_moved_of_a_settlement_that_was_given_up_counts(till: Till) -> None:
    till.charged()
    key = till.owe(6_000).id
    with till.store.writing():
        till.store.resolving.withdraw("rl_1", "tests")
    about: Any = {"settlement_id": key}
    said = {"payment_intent": till.ways.charge, "amount": "6000", "metadata": about}
    till.account.payments.create_refund(said)

    [differing] = till.compare().differing

    assert (differing.settlement, differing.ours, till.left()) == (key, "cancelled", 4_000)
    assert till.owe(1_000, "rl_2").trouble == "over_ceiling"


# --- after a restore ------------------------------------------------------------------------------


@pytest.mark.parametrize("remedy", ["refund", "account_credit"])
def test_a_settlement_that_a_backup_forgot_is_made_again_as_it_was(till: Till, remedy: str) -> None:
    till.charged()
    before = till.owe(4_000, remedy=remedy)
    till.settle()
    sent = till.settlement(before.id)
    till.forget(before.id)

    [adopted] = till.compare().adopted

    again = till.settlement(before.id)
    assert adopted.settlement == before.id
    assert (again.return_line, again.order_line, again.amount, again.state, again.reference) == (
        sent.return_line,
        "ol_1",
        sent.amount,
        S.SUCCEEDED,
        sent.reference,
    )
    assert till.owe(4_000).id == before.id  # the same decision plans nothing anew
    assert till.owe(4_000, "rl_2").trouble == "over_ceiling"  # of the line, which is worth 60.00
    assert till.left() == 6_000


def test_a_movement_that_names_another_partners_line_fills_it_not(till: Till) -> None:
    till.charged()
    about: Any = {
        "settlement_id": f"st_{'0' * 32}",
        "supplier": "globex",
        "order_line": "ol_1",
        "return_line": "rl_1",
    }
    said = {"payment_intent": till.ways.charge, "amount": "3000", "metadata": about}
    till.account.payments.create_refund(said)

    [adopted] = till.compare().adopted

    assert till.settlement(adopted.settlement).order_line.startswith("found:")
    assert till.owe(6_000).trouble == ""


def test_what_names_us_and_is_of_no_payment_that_we_know_is_named(till: Till) -> None:
    till.charged()
    key = till.owe(4_000).id
    till.settle()
    till.forget(key)
    with till.store.writing():
        till.store.payments._tables.Payment.select().delete()
        till.store.payments._tables.Charge.select().delete()

    [found] = till.compare().differing

    assert (found.ours, found.amount) == ("", "USD 40.00")


# --- invoices that are paid between attempts ------------------------------------------------------


class Interrupted(StripeGateway):
    """Something happens before or after a movement is sent; its answer may be lost."""

    before: Callable[[], object] = staticmethod(lambda: None)
    after: Callable[[], object] = staticmethod(lambda: None)

    def send(self, movement: Movement) -> GatewayOutcome:
        self.before()
        outcome = super().send(movement)
        self.after()
        return outcome


def turn(till: Till, gateway: StripeGateway) -> None:
    while Settler(till.store, lambda _: gateway, in_flight=0).work():
        pass
    till.now.append(timedelta(minutes=2))


@pytest.mark.parametrize("fault", ["drop_before", "error_stored", "error_fresh", ""])
def test_a_credit_note_goes_on_when_its_invoice_is_paid_meanwhile(till: Till, fault: str) -> None:
    till.invoiced()
    key = till.owe(4_000, remedy="credit_memo").id
    gateway = StripeGateway(KEY, base=till.stripe.address)
    if fault:
        till.stripe.faults.set({fault: 1.0})
        turn(till, gateway)
        till.stripe.faults.set({})
    till.account.invoices.pay(till.ways.invoice, {})
    for _ in range(4):
        turn(till, gateway)

    [note] = till.listed("credit_note")
    assert (note["amount"], till.settlement(key).state) == (4_000, S.SUCCEEDED)
    assert till.left() == 6_000


def test_a_credit_note_goes_on_when_its_invoice_is_paid_while_it_is_asked_for(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    till.invoiced()
    key = till.owe(4_000, remedy="credit_memo").id
    gateway = StripeGateway(KEY, base=till.stripe.address)
    create = gateway._client.v1.credit_notes.create

    def late(*asked: Any) -> Any:
        if till.account.invoices.invoice(till.ways.invoice)["status"] == "open":
            till.account.invoices.pay(till.ways.invoice, {})
        return create(*asked)

    monkeypatch.setattr(gateway._client.v1.credit_notes, "create", late)
    for _ in range(4):
        turn(till, gateway)

    [note] = till.listed("credit_note")
    assert (note["post_payment_amount"], till.settlement(key).state) == (4_000, S.SUCCEEDED)
    assert till.settlement(key).generation == 2


def test_notes_of_before_an_invoice_was_paid_do_not_block_those_of_after(till: Till) -> None:
    till.invoiced()
    till.owe(4_000, remedy="credit_memo")
    till.settle()
    till.account.invoices.pay(till.ways.invoice, {})
    key = till.owe(2_000, "rl_2", remedy="credit_memo").id
    till.settle()

    assert till.settlement(key).state is S.SUCCEEDED
    assert till.left() == 4_000


# --- news -----------------------------------------------------------------------------------------


def test_news_between_the_answer_and_its_record_are_not_lost(till: Till) -> None:
    till.charged("pm_card_refundFail")
    key = till.owe(4_000).id
    gateway = Interrupted(KEY, base=till.stripe.address)

    def failed() -> None:
        till.stripe.move_on(at_once=True)
        [refund] = till.listed("refund")
        with till.store.writing():
            assert till.store.settlements.news("acme", refund["id"], key)

    gateway.after = failed
    Settler(till.store, lambda _: gateway).work()
    assert till.settlement(key).state is S.SUCCEEDED  # as the answer said

    till.settle()
    assert till.settlement(key).state is S.FAILED


def test_news_of_a_charge_reach_what_is_in_hand(till: Till) -> None:
    till.charged("pm_card_refundFail")
    key = till.owe(4_000).id
    gateway = Interrupted(KEY, base=till.stripe.address)

    def failed() -> None:
        till.stripe.move_on(at_once=True)
        with till.store.writing():
            [paid] = till.store.payments.of_order("po_1", "acme")
            till.store.settlements.look_at_payment(paid.id)

    gateway.after = failed
    Settler(till.store, lambda _: gateway).work()
    till.settle()
    assert till.settlement(key).state is S.FAILED
