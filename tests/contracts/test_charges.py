"""A charge is read before it is said and before it is used, and has one ceiling for all orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from adapters.gateways.simulated.calls import Account, account_of
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.identity.vault import Vault, new_master_key
from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Payment, Settlement
from adapters.store.money.refunds import OrderRefund
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.instruments import PaymentReferences
from engine.settlement.machine import SettlementState
from services.payments.gateways import GatewayCredentials, Gateways
from services.payments.reading import PaymentToStore, read_first
from services.workers.settling import Settler

KEY = "rk_test_acme"
S = SettlementState


@dataclass(slots=True)
class Till:
    """A supplier `acme` with an account at a stand-in."""

    store: Store
    stripe: SimulatedStripe
    gateways: Gateways

    @property
    def account(self) -> Account:
        return self.stripe.account(account_of(KEY))

    def intent(self, amount: int = 10_000, currency: str = "usd", **more: str) -> str:
        said = {"amount": str(amount), "currency": currency, "payment_method": "pm_card_visa"}
        made = self.account.payments.create_payment_intent({**said, "confirm": "true", **more})
        return str(made["id"])

    def charge_of(self, intent: str) -> str:
        return str(self.account.payments.payment_intent(intent)["latest_charge"])

    def refunded(self, intent: str, amount: int) -> None:
        """By hand, at the gateway."""
        self.account.payments.create_refund({"payment_intent": intent, "amount": str(amount)})

    def invoice(self, amount: int = 10_000, *, pay: bool = True) -> tuple[str, str, str]:
        """An invoice of a customer, and the payment intent that paid it."""
        papers, customer = self.account.invoices, self.account.payments.create_customer({})["id"]
        papers.create_item({"customer": customer, "amount": str(amount), "currency": "usd"})
        key = papers.create({"customer": customer})["id"]
        papers.finalize(key, {})
        if not pay:
            return str(key), "", str(customer)
        papers.pay(key, {})
        [paid] = papers.invoice_payments({"invoice": key})["data"]
        return str(key), str(paid["payment"]["payment_intent"]), str(customer)

    def say(
        self, order: str, ways: PaymentReferences, amount: int = 10_000, *, read: bool = True
    ) -> Payment:
        """As a supplier does it: read first, then stored."""
        money = Money(amount, "USD")
        said = PaymentToStore(payee="acme", order=order, ways=ways, amount=money)
        if read:
            with self.store.session():
                read_first(self.store, self.gateways, [said])
        with self.store.writing():
            return self.store.payments.add(
                NewPayment(
                    supplier="acme",
                    retailer="northwind",
                    order=order,
                    amount=money,
                    ways=ways,
                    by="tests",
                )
            )

    def refund(self, order: str, amount: int | None = None) -> Settlement:
        said = OrderRefund(order=order, payee="acme", amount=amount)
        with self.store.writing():
            return self.store.refunds.refund(said, "broken", "acme")

    def left(self, paid: Payment) -> int:
        with self.store.session():
            return self.store.refunds.left_of(paid.id).minor

    def work(self) -> None:
        settler = Settler(self.store, self.gateways.of, in_flight=0)
        while settler.work():
            pass

    def now(self, made: Settlement) -> Settlement:
        with self.store.session():
            found = self.store.settlements.by_id(made.id)
        assert found is not None
        return found

    def moved(self) -> list[tuple[int, str]]:
        found = self.stripe.ledger.listed(account_of(KEY), "refund")
        return [(each["amount"], each["currency"]) for each in found]


@pytest.fixture
def till(address: Address) -> Iterator[Till]:
    with SimulatedStripe(later=3_600) as stripe:
        store = open_store(address, lambda: datetime.now(UTC))
        gateways = Gateways(store, Vault.of(new_master_key()), base=stripe.address)
        with store.session():
            gateways.put(GatewayCredentials(partner="acme", key=KEY), "acme")
        yield Till(store, stripe, gateways)
        store.close()


def refused(
    till: Till, order: str, ways: PaymentReferences, amount: int = 10_000
) -> tuple[str, str]:
    with pytest.raises(RequestFault) as caught:
        till.say(order, ways, amount)
    return caught.value.code, caught.value.path


# --- when it is said ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["charge", "intent"])
def test_a_charge_is_taken_by_either_of_its_names(till: Till, name: str) -> None:
    intent = till.intent()
    said = till.charge_of(intent) if name == "charge" else intent

    assert till.left(till.say("po_1", PaymentReferences(charge=said))) == 10_000


def test_what_the_account_does_not_know_is_refused(till: Till) -> None:
    for name in ("pi_nothing", "ch_nothing"):
        assert refused(till, "po_1", PaymentReferences(charge=name)) == (
            "charge_not_found",
            "payment.charge",
        )
    assert refused(till, "po_1", PaymentReferences(invoice="in_nothing")) == (
        "invoice_not_found",
        "payment.invoice",
    )


def test_a_customer_is_read_when_nothing_else_shows_it(till: Till) -> None:
    payments = till.account.payments
    customers = [payments.create_customer({})["id"] for _ in range(2)]
    payments.delete_customer(customers[1])
    for name in ("cus_nothing", customers[1]):
        for ways in (
            PaymentReferences(customer=name),
            PaymentReferences(customer=name, charge=till.intent()),
        ):
            assert refused(till, "po_1", ways) == ("customer_not_found", "payment.customer")

    assert till.say("po_1", PaymentReferences(customer=customers[0]))


def test_a_charge_in_another_currency_is_refused(till: Till) -> None:
    charge = till.intent(4_000, "jpy")

    assert refused(till, "po_1", PaymentReferences(charge=charge), 4_000)[0] == "other_currency"


def test_a_charge_that_is_too_small_or_given_back_is_refused(till: Till) -> None:
    small, half, gone = till.intent(9_999), till.intent(), till.intent()
    till.refunded(half, 5_000)
    till.refunded(gone, 10_000)

    assert refused(till, "po_1", PaymentReferences(charge=small))[0] == "charge_too_small"
    assert refused(till, "po_1", PaymentReferences(charge=half))[0] == "charge_too_small"
    assert refused(till, "po_1", PaymentReferences(charge=gone))[0] == "charge_refunded"


def test_a_payment_that_was_never_confirmed_is_refused(till: Till) -> None:
    intent = till.intent(confirm="false")

    assert refused(till, "po_1", PaymentReferences(charge=intent), 1)[0] == "charge_not_paid"


def test_a_charge_of_another_customer_is_refused(till: Till) -> None:
    one, two = (till.account.payments.create_customer({})["id"] for _ in range(2))
    charge = till.intent(customer=one)

    assert (
        refused(till, "po_1", PaymentReferences(charge=charge, customer=two))[0] == "other_customer"
    )
    assert till.say("po_1", PaymentReferences(charge=charge, customer=one))


def test_what_no_gateway_shows_now_is_taken_and_read_before_it_moves(till: Till) -> None:
    intent = till.intent(4_000, "jpy")
    till.stripe.revoked.add(KEY)
    till.say("po_1", PaymentReferences(charge=intent), 4_000)
    till.stripe.revoked.discard(KEY)

    made = till.refund("po_1")
    till.work()

    assert (till.now(made).state, till.now(made).trouble) == (
        S.NEEDS_ATTENTION,
        "other_currency",
    )
    assert till.moved() == []


def test_the_same_payment_again_is_the_same_and_with_another_amount_a_fault(till: Till) -> None:
    intent = till.intent()
    first = till.say("po_1", PaymentReferences(charge=intent), 6_000)

    assert till.say("po_1", PaymentReferences(charge=intent), 6_000).id == first.id
    assert till.say("po_1", PaymentReferences(charge=till.charge_of(intent)), 6_000).id == first.id
    assert refused(till, "po_1", PaymentReferences(charge=intent), 10_000)[0] == "other_amount"
    assert (
        refused(till, "po_1", PaymentReferences(charge=till.charge_of(intent)), 5_000)[0]
        == "other_amount"
    )


# --- one ceiling ----------------------------------------------------------------------------------


def test_orders_share_a_charge_up_to_what_it_is_of(till: Till) -> None:
    intent = till.intent()
    till.say("po_1", PaymentReferences(charge=intent), 6_000)

    second = till.say("po_2", PaymentReferences(charge=till.charge_of(intent)), 4_000)
    assert till.left(second) == 4_000
    assert refused(till, "po_3", PaymentReferences(charge=intent), 1)[0] == "charge_in_use"


def test_the_invoice_of_a_charge_is_the_same_money(till: Till) -> None:
    invoice, intent, _ = till.invoice()
    till.say("po_1", PaymentReferences(charge=intent))

    assert refused(till, "po_2", PaymentReferences(invoice=invoice))[0] == "charge_in_use"
    assert till.say("po_1", PaymentReferences(invoice=invoice)).ways.charge == intent


def test_a_charge_is_the_same_money_as_its_invoice_that_was_said_before(till: Till) -> None:
    invoice, intent, _ = till.invoice()
    till.say("po_1", PaymentReferences(invoice=invoice))

    assert (
        refused(till, "po_2", PaymentReferences(charge=till.charge_of(intent)))[0]
        == "charge_in_use"
    )


def test_an_invoice_that_another_charge_paid_is_refused(till: Till) -> None:
    invoice, _, _ = till.invoice()

    assert refused(till, "po_1", PaymentReferences(charge=till.intent(), invoice=invoice))[0] == (
        "other_invoice"
    )


def test_a_charge_that_nobody_reads_is_of_one_payment(till: Till) -> None:
    till.say("po_1", PaymentReferences(charge="pi_1"), 6_000, read=False)

    with pytest.raises(RequestFault) as caught:
        till.say("po_2", PaymentReferences(charge="pi_1"), 1, read=False)
    assert caught.value.code == "charge_in_use"


def test_two_names_that_turn_out_to_be_one_charge_pay_once(till: Till) -> None:
    intent = till.intent()
    till.say("po_1", PaymentReferences(charge=intent), read=False)
    till.say("po_2", PaymentReferences(charge=till.charge_of(intent)), read=False)

    made = [till.refund("po_1", 6_000), till.refund("po_2", 6_000)]
    till.work()

    assert (
        sorted((till.now(each).state, till.now(each).trouble) for each in made)
        == [
            (S.NEEDS_ATTENTION, "charge_too_small"),
            (S.SUCCEEDED, ""),
        ]
        or [till.now(each).trouble for each in made].count("over_ceiling") == 1
    )
    assert sum(amount for amount, _ in till.moved()) == 6_000


def test_what_was_given_back_before_it_was_said_is_not_counted_twice(till: Till) -> None:
    intent = till.intent()
    till.refunded(intent, 4_000)

    paid = till.say("po_1", PaymentReferences(charge=intent), 6_000)

    assert till.left(paid) == 6_000
    assert refused(till, "po_2", PaymentReferences(charge=intent), 1)[0] == "charge_in_use"


# --- before it is used ----------------------------------------------------------------------------


def test_what_is_left_at_the_gateway_is_looked_at_before_money_moves(till: Till) -> None:
    intent = till.intent()
    till.say("po_1", PaymentReferences(charge=intent))
    made = till.refund("po_1", 8_000)
    till.refunded(intent, 5_000)

    till.work()

    assert till.now(made).trouble == "charge_too_small"
    assert till.moved() == [(5_000, "usd")]


@pytest.mark.parametrize("status", ["needs_response", "under_review"])
def test_a_dispute_that_is_open_at_sending_holds(till: Till, status: str) -> None:
    intent = till.intent()
    till.say("po_1", PaymentReferences(charge=intent))
    made = till.refund("po_1", 8_000)
    charge = till.account.payments.charge(till.charge_of(intent))
    opened = till.account.disputes.open(charge)
    if status != opened["status"]:
        till.account.disputes.move(opened["id"], status)

    till.work()

    assert till.now(made).trouble == "disputed"
    assert till.moved() == []


def test_what_a_dispute_of_a_part_leaves_is_sent(till: Till) -> None:
    intent = till.intent()
    till.say("po_1", PaymentReferences(charge=intent))
    rest, more = till.refund("po_1", 6_000), till.refund("po_1", 1_000)
    till.account.disputes.open(till.account.payments.charge(till.charge_of(intent)), 4_000)

    till.work()

    assert sorted(
        (till.now(each).amount.minor, till.now(each).trouble) for each in (rest, more)
    ) == [(1_000, "disputed"), (6_000, "")]
    assert till.moved() == [(6_000, "usd")]


def test_another_amount_than_was_asked_is_no_success(till: Till) -> None:
    intent = till.intent()
    till.say("po_1", PaymentReferences(charge=intent))
    made = till.refund("po_1", 8_000)
    [each] = [till.now(made)]
    till.account.payments.create_refund(
        {
            "payment_intent": intent,
            "amount": "7000",
            "metadata": {"settlement_id": each.id},
        }
    )
    with till.store.writing():  # its first attempt was lost
        [taken] = till.store.settlements.claim("lost", 0, 1)
    assert taken.id == made.id

    till.work()

    now = till.now(made)
    assert (now.state, now.trouble) == (S.NEEDS_ATTENTION, "other_amount")
    assert till.moved() == [(7_000, "usd")]
