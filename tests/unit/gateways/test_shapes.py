"""What the stand-in answers, and what we read and send, is what stripe-python knows of Stripe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe as sdk
from stripe import params as parameters

from adapters.gateways import answers
from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.gateways.simulated.shapes import CLASSES, shaped
from adapters.gateways.simulated.wire import decoded
from adapters.gateways.stripe_gateway import StripeGateway
from adapters.gateways.webhooks import _CHARGED
from engine.money import Money
from engine.settlement.gateway import Movement
from engine.settlement.instruments import Instrument, PaymentReferences
from tests.unit.gateways import shapes

KEY = "rk_test_acme"
CARDS = ("visa", "pendingRefund", "refundFail", "createDispute", "createDisputeInquiry")


class World:
    """A stand-in that is called over HTTP; `seen` holds every object that it answered."""

    def __init__(self, stripe: SimulatedStripe) -> None:
        self.stripe = stripe
        self.seen: list[dict[str, Any]] = []

    def call(self, method: str, path: str, account: str = "", **form: str) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {KEY}"}
        headers |= {"stripe-account": account} if account else {}
        said: dict[str, Any] = {"params": form} if method == "GET" else {"data": form}
        answer = httpx.request(method, f"{self.stripe.address}{path}", headers=headers, **said)
        body: dict[str, Any] = answer.json()
        assert answer.is_success, body
        self.seen.append(body)
        return body

    def paid(self, card: str = "visa", **more: str) -> dict[str, Any]:
        form = {"amount": "10000", "currency": "usd", "confirm": "true", **more}
        return self.call("POST", "/v1/payment_intents", payment_method=f"pm_card_{card}", **form)

    def order(self, name: str, **said: Any) -> dict[str, Any]:
        answer = httpx.post(f"{self.stripe.address}/_control/{name}", json={"key": KEY, **said})
        body: dict[str, Any] = answer.json()
        assert answer.is_success, body
        return body

    def invoiced(self, customer: str, *, paid: bool) -> dict[str, Any]:
        item = {"customer": customer, "amount": "9000", "currency": "usd"}
        self.call("POST", "/v1/invoiceitems", **item)
        invoice = self.call("POST", "/v1/invoices", customer=customer, currency="usd")["id"]
        open_ = self.call("POST", f"/v1/invoices/{invoice}/finalize")
        return self.call("POST", f"/v1/invoices/{invoice}/pay") if paid else open_


@pytest.fixture
def world() -> Iterator[World]:
    with SimulatedStripe(later=3_600) as stripe:
        yield World(stripe)


def _walk_payments(world: World) -> None:
    endpoint = {"url": "http://127.0.0.1:9/", "enabled_events[0]": "account.updated"}
    world.call("POST", "/v1/webhook_endpoints", **endpoint)
    world.call("GET", "/v1/account")
    world.paid(capture_method="manual")
    for card in CARDS:
        intent = world.paid(card)
        world.call("GET", f"/v1/payment_intents/{intent['id']}")
        world.call("GET", f"/v1/charges/{intent['latest_charge']}")
        if card != "createDispute":
            world.call("POST", "/v1/refunds", charge=intent["latest_charge"], amount="4000")
    world.order("funds", available=1)
    world.call("POST", "/v1/refunds", payment_intent=world.paid()["id"])
    world.order("move-on")


def _walk_invoices(world: World) -> None:
    customer = world.call("POST", "/v1/customers", name="northwind")["id"]
    moves = f"/v1/customers/{customer}/balance_transactions"
    made = world.call("POST", moves, amount="-700", currency="usd")["id"]
    world.call("GET", f"{moves}/{made}")
    for paid in (True, False):
        invoice = world.invoiced(customer, paid=paid)["id"]
        parts = {"credit_amount": "3000", "refund_amount": "1000"} if paid else {}
        form = {"invoice": invoice, "amount": "4000", **parts}
        note = world.call("POST", "/v1/credit_notes", **form)
        world.call("GET", f"/v1/credit_notes/{note['id']}")
        world.call("GET", f"/v1/invoices/{invoice}")
    world.call("GET", f"/v1/customers/{customer}")
    world.call("GET", moves)


def _walk_connect(world: World) -> None:
    """A destination charge and a direct one, each with a fee, and a transfer by itself."""
    account = world.call("POST", "/v1/accounts")["id"]
    world.call("GET", "/v1/account", account)
    fee = {"application_fee_amount": "500"}
    to = {"transfer_data[destination]": account, "on_behalf_of": account}
    sent = world.paid(**fee, **to)["latest_charge"]
    back = {"refund_application_fee": "true", "amount": "4000"}
    world.call("POST", "/v1/refunds", charge=sent, reverse_transfer="true", **back)
    direct = world.paid(account=account, **fee)["latest_charge"]
    world.call("POST", "/v1/refunds", account, charge=direct, **back)
    for kind in ("charges", "refunds"):
        world.call("GET", f"/v1/{kind}", account)
    said = {"amount": "100", "currency": "usd", "destination": account}
    made = world.call("POST", "/v1/transfers", **said)["id"]
    world.call("POST", f"/v1/transfers/{made}/reversals", amount="40")
    world.call("GET", f"/v1/transfers/{made}/reversals")
    for one in world.call("GET", "/v1/application_fees")["data"]:
        world.call("GET", f"/v1/application_fees/{one['id']}/refunds")
    world.call("GET", "/v1/transfers", destination=account)
    [refund] = world.call("GET", "/v1/refunds", charge=sent, **{"expand[]": "data.charge"})["data"]
    assert refund["charge"]["id"] == sent


def test_every_object_has_the_fields_of_its_class_and_no_other(world: World) -> None:
    _walk_payments(world)
    _walk_invoices(world)
    _walk_connect(world)
    for dispute in world.call("GET", "/v1/disputes")["data"]:
        end = "lost" if dispute["status"] == "needs_response" else "warning_closed"
        world.order("move-dispute", dispute=dispute["id"], status=end)
        world.call("GET", f"/v1/disputes/{dispute['id']}")
    for kind in (
        *("refunds", "charges", "credit_notes", "events", "disputes", "invoice_payments"),
        "balance_transactions",
    ):
        assert world.call("GET", f"/v1/{kind}", limit="100")["data"], kind

    assert {fault for body in world.seen for fault in shapes.of(body)} == set()
    told = [each for each in world.seen if each["object"] == "list"]
    events = [each for page in told for each in page["data"] if each["object"] == "event"]
    assert [fault for each in events for fault in shapes.of(each["data"]["object"])] == []
    kinds = {each["object"] for each in world.seen if each["object"] != "list"}
    kinds |= {each["object"] for page in told for each in page["data"]}
    assert kinds == set(CLASSES)


def test_fields_that_stripe_took_away_or_never_had_are_not_answered(world: World) -> None:
    _walk_payments(world)
    _walk_invoices(world)
    gone = {"invoice": "payment_intent", "charge": "invoice", "refund": "becomes"}
    gone |= {"credit_note": "refund_amount", "payment_intent": "charges"}

    assert all(gone.get(body["object"]) not in body for body in world.seen)
    for kind, name in gone.items():
        with pytest.raises(TypeError, match=name):
            shaped(kind, {name: None})


def test_the_guide_names_the_version_that_we_speak() -> None:
    guide = Path(__file__).parents[3] / "docs" / "money.md"

    assert f"`{sdk.api_version}`" in guide.read_text(encoding="utf-8")


# --- what we read ---------------------------------------------------------------------------------


class Strict:
    """An object of Stripe that shows the fields of its class, and fails on any other."""

    def __init__(self, body: dict[str, Any]) -> None:
        self._body, self._known = body, set(CLASSES[body["object"]].__annotations__)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        assert name in self._known, f"{self._body['object']} has no {name}"
        if name not in self._body:
            raise AttributeError(name)
        return self._body[name]


@pytest.mark.parametrize(
    ("kind", "read"),
    [
        ("refund", answers.of_refund),
        ("credit_note", answers.of_credit_note),
        ("customer_balance_transaction", answers.of_balance_transaction),
    ],
)
def test_what_we_read_of_an_object_is_a_field_of_its_class(
    kind: str, read: Callable[[Any], object]
) -> None:
    for status in ("succeeded", "pending", "failed", "void", "issued", "never heard of"):
        said = {"id": "x_1", "amount": 1, "currency": "usd", "metadata": {"settlement_id": "st_1"}}
        said |= {"status": status} if "status" in CLASSES[kind].__annotations__ else {}

        assert read(Strict(shaped(kind, said)))


def test_what_webhooks_read_of_an_object_is_a_field_of_its_class() -> None:
    for kind, names in _CHARGED.items():
        fields = CLASSES[kind].__annotations__
        assert set(names) <= set(fields), kind
        assert {"id", "object", "metadata"} <= set(fields), kind
    assert {"id", "type", "account", "api_version", "data"} <= set(sdk.Event.__annotations__)


def test_an_object_that_stands_there_in_full_is_known_by_its_id() -> None:
    intent = sdk.PaymentIntent.construct_from({"id": "pi_1", "object": "payment_intent"}, None)
    said = {"id": "re_1", "amount": 1, "currency": "usd", "status": "succeeded"}
    refund = shaped("refund", {**said, "payment_intent": intent, "charge": "ch_1"})

    assert answers.of_refund(Strict(refund)).of == ("pi_1", "ch_1")  # type: ignore[arg-type]


# --- what we send ---------------------------------------------------------------------------------

SENT = {
    ("POST", "refunds"): parameters.RefundCreateParams,
    ("GET", "refunds"): parameters.RefundListParams,
    ("POST", "credit_notes"): parameters.CreditNoteCreateParams,
    ("GET", "credit_notes"): parameters.CreditNoteListParams,
    ("POST", "balance_transactions"): parameters.CustomerBalanceTransactionCreateParams,
    ("GET", "balance_transactions"): parameters.CustomerBalanceTransactionListParams,
}


def test_what_we_send_is_what_the_calls_take(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = world.call("POST", "/v1/customers", name="northwind")["id"]
    ways = [
        (Instrument.REFUND, PaymentReferences(charge=world.paid()["id"])),
        (Instrument.REFUND, PaymentReferences(charge=world.paid()["latest_charge"])),
        (Instrument.BALANCE_CREDIT, PaymentReferences(customer=customer)),
        (
            Instrument.CREDIT_NOTE,
            PaymentReferences(invoice=world.invoiced(customer, paid=True)["id"]),
        ),
    ]
    sent: list[tuple[str, str, dict[str, Any]]] = []
    answer = world.stripe.answer

    def noted(method: str, path: str, form: str, headers: Any) -> Any:
        if path.rpartition("/")[2] in {name for _, name in SENT}:
            sent.append((method, path.rpartition("/")[2], decoded(form)))
        return answer(method, path, form, headers)

    monkeypatch.setattr(world.stripe, "answer", noted)
    _send_all(StripeGateway(KEY, base=world.stripe.address), ways, customer)

    assert {(method, name) for method, name, _ in sent} == set(SENT)
    wrong = [each for verb, name, form in sent for each in shapes.misnamed(form, SENT[verb, name])]
    assert wrong == []


def _send_all(
    gateway: StripeGateway, ways: list[tuple[Instrument, PaymentReferences]], customer: str
) -> None:
    for number, (instrument, way) in enumerate(ways):
        movement = Movement(
            settlement=f"st_{number}",
            key=f"st_{number}.1",
            instrument=instrument,
            amount=Money(1_000, "USD"),
            ways=way,
            facts=(("return_id", "rt_1"),),
        )
        sent = gateway.send(movement)
        found = gateway.find(movement)
        assert sent == found, sent
    gateway.may_read()
    list(gateway.movements(shapes.LONG_AGO, [customer]))


# --- disputes -------------------------------------------------------------------------------------


def test_a_dispute_takes_the_money_and_gives_it_back_when_it_is_won(world: World) -> None:
    charge = world.paid()["latest_charge"]
    opened = world.order("open-dispute", charge=charge, amount=6_000)
    world.order("move-dispute", dispute=opened["id"], status="under_review")
    won = world.order("move-dispute", dispute=opened["id"], status="won")

    assert (opened["status"], opened["amount"]) == ("needs_response", 6_000)
    assert [each["amount"] for each in won["balance_transactions"]] == [-6_000, 6_000]
    assert world.call("GET", f"/v1/charges/{charge}")["disputed"] is True
    told = [each["type"] for each in world.call("GET", "/v1/events")["data"]]
    assert list(reversed(told)) == ["charge.succeeded"] + [
        f"charge.dispute.{word}"
        for word in ("created", "funds_withdrawn", "updated", "funds_reinstated", "closed")
    ]
    world.call("POST", "/v1/refunds", charge=charge)


def test_an_inquiry_moves_nothing_and_a_charge_in_it_is_refunded(world: World) -> None:
    intent = world.paid()
    said = {"payment_intent": intent["id"], "status": "warning_needs_response"}
    inquiry = world.order("open-dispute", **said)

    assert inquiry["is_charge_refundable"]
    assert inquiry["balance_transactions"] == []
    world.call("POST", "/v1/refunds", payment_intent=intent["id"], amount="1000")
    dispute = world.order("move-dispute", dispute=inquiry["id"], status="needs_response")
    assert [each["amount"] for each in dispute["balance_transactions"]] == [-10_000]


def test_disputes_are_listed_by_charge_and_by_payment(world: World) -> None:
    one, two = world.paid("createDispute"), world.paid("createDispute")

    by_charge = world.call("GET", "/v1/disputes", charge=one["latest_charge"])["data"]
    by_intent = world.call("GET", "/v1/disputes", payment_intent=two["id"])["data"]

    assert [each["payment_intent"] for each in by_charge] == [one["id"]]
    assert [each["charge"] for each in by_intent] == [two["latest_charge"]]
    closed = world.call("POST", f"/v1/disputes/{by_charge[0]['id']}/close")
    assert closed["status"] == "lost"


def test_what_is_only_reserved_is_captured_and_then_refunded(world: World) -> None:
    intent = world.paid(capture_method="manual")
    before = world.call("GET", f"/v1/charges/{intent['latest_charge']}")
    world.call("POST", f"/v1/payment_intents/{intent['id']}/capture", amount_to_capture="7000")
    after = world.call("GET", f"/v1/charges/{intent['latest_charge']}")

    assert (before["captured"], before["amount_captured"]) == (False, 0)
    assert (after["captured"], after["amount_captured"]) == (True, 7_000)
    assert world.call("POST", "/v1/refunds", charge=after["id"])["amount"] == 7_000


def test_a_refund_that_comes_back_is_booked_back(world: World) -> None:
    charge = world.paid("refundFail")["latest_charge"]
    refund = world.call("POST", "/v1/refunds", charge=charge)
    world.order("move-on")
    failed = world.call("GET", f"/v1/refunds/{refund['id']}")

    moved = world.call("GET", "/v1/balance_transactions", source=refund["id"])["data"]
    assert [each["amount"] for each in moved] == [10_000, -10_000]
    assert failed["failure_balance_transaction"] == moved[0]["id"]
    assert failed["balance_transaction"] == moved[1]["id"]


def test_an_invoice_names_its_payment_by_its_invoice_payments(world: World) -> None:
    customer = world.call("POST", "/v1/customers", name="northwind")["id"]
    invoice = world.invoiced(customer, paid=True)

    [paid] = world.call("GET", "/v1/invoice_payments", invoice=invoice["id"])["data"]

    assert (paid["status"], paid["amount_paid"]) == ("paid", 9_000)
    intent = world.call("GET", f"/v1/payment_intents/{paid['payment']['payment_intent']}")
    assert intent["amount_received"] == 9_000


def test_a_note_on_an_invoice_that_asks_less_credits_the_rest(world: World) -> None:
    """90.00 less a note of 60.00: of another one of 30.00 nothing needs to be credited."""
    customer = world.call("POST", "/v1/customers", name="northwind")["id"]
    invoice = world.invoiced(customer, paid=False)["id"]
    gateway = StripeGateway(KEY, base=world.stripe.address)

    def note(settlement: str, cents: int) -> dict[str, Any]:
        movement = Movement(
            settlement=settlement,
            key=f"{settlement}.1",
            instrument=Instrument.CREDIT_NOTE,
            amount=Money(cents, "USD"),
            ways=PaymentReferences(invoice=invoice),
            facts=(),
        )
        reference = gateway.send(movement).reference
        return world.call("GET", f"/v1/credit_notes/{reference}")

    first = note("st_1", 6_000)
    world.call("POST", f"/v1/invoices/{invoice}/pay")
    second = note("st_2", 3_000)

    assert (first["type"], first["pre_payment_amount"]) == ("pre_payment", 6_000)
    assert (second["type"], second["post_payment_amount"]) == ("post_payment", 3_000)
    assert world.stripe.account(account_of(KEY)).payments.customer(customer)["balance"] == -3_000
