"""The gateway moves money once, whatever becomes of an answer, and says what it knows.

The stand-in for Stripe answers over HTTP; stripe-python is the real one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.gateways.stripe_gateway import StripeGateway
from engine.errors import GatewayUnreachable
from engine.money import Money
from engine.settlement.gateway import Answered, Movement
from engine.settlement.instruments import Instrument, PaymentReferences

KEY = "rk_test_acme"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def stripe() -> Iterator[SimulatedStripe]:
    with SimulatedStripe(later=3_600) as stand_in:
        yield stand_in


@pytest.fixture
def gateway(stripe: SimulatedStripe) -> StripeGateway:
    return StripeGateway(KEY, base=stripe.address)


def post(stripe: SimulatedStripe, path: str, key: str = KEY, **form: str) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {key}"}
    answer = httpx.post(f"{stripe.address}{path}", data=form, headers=headers)
    body: dict[str, Any] = answer.json()
    assert answer.is_success, body
    return body


def charged(stripe: SimulatedStripe, cents: int = 10_000, method: str = "pm_card_visa") -> str:
    asked = {"amount": str(cents), "currency": "usd", "payment_method": method, "confirm": "true"}
    return str(post(stripe, "/v1/payment_intents", **asked)["id"])


def refund(charge: str, cents: int = 4_000, settlement: str = "st_1", key: int = 1) -> Movement:
    return Movement(
        settlement=settlement,
        key=f"{settlement}.{key}",
        instrument=Instrument.REFUND,
        amount=Money(cents, "USD"),
        ways=PaymentReferences(charge=charge),
        facts=(("return_id", "rt_1"),),
    )


def refunds(stripe: SimulatedStripe) -> list[dict[str, Any]]:
    return stripe.ledger.listed(account_of(KEY), "refund")


def test_a_refund_names_its_settlement_and_nothing_personal(
    stripe: SimulatedStripe, gateway: StripeGateway
) -> None:
    outcome = gateway.send(refund(charged(stripe)))

    [made] = refunds(stripe)
    assert (outcome.answered, outcome.amount) == (Answered.SUCCEEDED, Money(4_000, "USD"))
    assert made["metadata"] == {"settlement_id": "st_1", "return_id": "rt_1"}
    assert (made["amount"], made["reason"]) == (4_000, "requested_by_customer")


def test_the_same_key_again_moves_nothing_again(
    stripe: SimulatedStripe, gateway: StripeGateway
) -> None:
    charge = charged(stripe)

    first, second = gateway.send(refund(charge)), gateway.send(refund(charge))

    assert first.reference == second.reference
    assert len(refunds(stripe)) == 1


def test_two_equal_refunds_of_two_settlements_are_two(
    stripe: SimulatedStripe, gateway: StripeGateway
) -> None:
    charge = charged(stripe)

    gateway.send(refund(charge, settlement="st_1"))
    gateway.send(refund(charge, settlement="st_2"))

    assert sum(each["amount"] for each in refunds(stripe)) == 8_000


@pytest.mark.parametrize(
    ("fault", "answered", "done"),
    [
        ("drop_before", Answered.UNKNOWN, False),
        ("drop_after", Answered.UNKNOWN, True),
        ("error_fresh", Answered.UNKNOWN, False),
        ("error_stored", Answered.UNKNOWN, False),
        ("error_stored_done", Answered.UNKNOWN, True),
        ("conflict", Answered.BUSY, False),
        ("too_many", Answered.BUSY, False),
    ],
)
def test_a_look_at_the_list_says_what_a_lost_answer_did(
    stripe: SimulatedStripe, gateway: StripeGateway, fault: str, answered: Answered, done: bool
) -> None:
    movement = refund(charged(stripe))
    stripe.faults.set({fault: 1.0})

    outcome, found = gateway.send(movement), gateway.find(movement)

    assert outcome.answered is answered
    assert (found is not None) is done
    assert found is None or found.settlement == "st_1"


def test_a_stored_error_is_told_from_a_fresh_one_and_a_new_key_ends_it(
    stripe: SimulatedStripe, gateway: StripeGateway
) -> None:
    charge = charged(stripe)
    stripe.faults.set({"error_stored": 1.0})
    gateway.send(refund(charge))
    stripe.faults.set({})

    assert gateway.send(refund(charge)).answered is Answered.KEY_SPENT
    assert gateway.send(refund(charge, key=2)).answered is Answered.SUCCEEDED


@pytest.mark.parametrize(
    ("movement", "reason"),
    [
        (refund("pi_unknown"), "resource_missing"),
        (replace(refund("pi_x"), amount=Money(1_001, "ISK")), "resource_missing"),
    ],
)
def test_what_will_never_be_done_is_refused(
    gateway: StripeGateway, movement: Movement, reason: str
) -> None:
    outcome = gateway.send(movement)

    assert (outcome.answered, outcome.reason) == (Answered.REFUSED, reason)


def test_what_stripe_has_no_units_for_is_not_sent(gateway: StripeGateway) -> None:
    outcome = gateway.send(replace(refund("pi_x"), amount=Money(1_001, "KWD")))

    assert (outcome.answered, outcome.reason) == (Answered.HELD_BACK, "not_at_stripe")


def test_a_refusal_of_what_is_read_first_is_none_of_the_movement(
    stripe: SimulatedStripe, gateway: StripeGateway
) -> None:
    """The amount that an invoice still asks for is read before its credit note is made."""
    movement = replace(
        refund(""), instrument=Instrument.CREDIT_NOTE, ways=PaymentReferences(invoice="in_unknown")
    )

    outcome = gateway.send(movement)

    assert (outcome.answered, outcome.reason) == (Answered.HELD_BACK, "resource_missing")
    assert stripe.ledger.key(account_of(KEY), movement.key) is None


def test_a_note_that_was_refused_is_not_refused_for_an_invoice_that_cannot_be_read_any_more(
    stripe: SimulatedStripe, gateway: StripeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is known is that the key replays the refusal, so it is sent with it again."""
    movement = replace(billed(stripe), amount=Money(9_001, "USD"))
    read = SimulatedStripe.answer

    def once(self: SimulatedStripe, method: str, path: str, form: str, headers: Any) -> Any:
        if method == "POST":
            self.ledger.drop(account_of(KEY), "invoice", movement.ways.invoice)
        return read(self, method, path, form, headers)

    monkeypatch.setattr(SimulatedStripe, "answer", once)

    assert gateway.send(movement).answered is Answered.UNKNOWN


def billed(stripe: SimulatedStripe) -> Movement:
    """A credit note of 40.00 on an invoice of 90.00."""
    customer = post(stripe, "/v1/customers", name="northwind")["id"]
    post(stripe, "/v1/invoiceitems", customer=customer, amount="9000", currency="usd")
    invoice = post(stripe, "/v1/invoices", customer=customer, currency="usd")["id"]
    post(stripe, f"/v1/invoices/{invoice}/finalize")
    ways = PaymentReferences(invoice=invoice)
    return replace(refund(""), instrument=Instrument.CREDIT_NOTE, ways=ways)


def credited(stripe: SimulatedStripe) -> Movement:
    """A credit of 40.00 on a customer's balance."""
    ways = PaymentReferences(customer=post(stripe, "/v1/customers", name="northwind")["id"])
    return replace(refund(""), instrument=Instrument.BALANCE_CREDIT, ways=ways)


def by_charge(stripe: SimulatedStripe) -> Movement:
    intent = stripe.account(account_of(KEY)).payments.payment_intent(charged(stripe))
    return refund(intent["latest_charge"])


MOVEMENTS = (lambda stripe: refund(charged(stripe)), by_charge, billed, credited)
KINDS = ("refund", "credit_note", "customer_balance_transaction")


def made(stripe: SimulatedStripe) -> list[dict[str, Any]]:
    return [each for kind in KINDS for each in stripe.ledger.listed(account_of(KEY), kind)]


@pytest.mark.parametrize("movement", MOVEMENTS)
def test_a_key_that_is_used_up_moves_nothing_and_changes_nothing(
    stripe: SimulatedStripe, gateway: StripeGateway, movement: Callable[[SimulatedStripe], Movement]
) -> None:
    asked = movement(stripe)
    kinds = ("charge", "payment_intent", "invoice", "customer", "event")
    before = [stripe.ledger.listed(account_of(KEY), kind) for kind in kinds]

    spent = gateway.spend_key(asked), gateway.spend_key(asked)
    late = gateway.send(asked)

    assert (spent, late.answered, made(stripe)) == ((None, None), Answered.KEY_SPENT, [])
    assert [stripe.ledger.listed(account_of(KEY), kind) for kind in kinds] == before


@pytest.mark.parametrize("movement", MOVEMENTS)
def test_a_key_that_moved_something_is_told_from_one_that_did_not(
    stripe: SimulatedStripe, gateway: StripeGateway, movement: Callable[[SimulatedStripe], Movement]
) -> None:
    asked = movement(stripe)
    gateway.send(asked)

    spent, found = gateway.spend_key(asked), gateway.find(asked)

    assert spent is not None
    assert spent.answered is Answered.KEY_SPENT
    assert found is not None
    assert (found.answered, len(made(stripe))) == (Answered.SUCCEEDED, 1)


@pytest.mark.parametrize(
    ("fault", "used_up"),
    [
        ("drop_before", False),
        ("drop_after", True),
        ("error_fresh", False),
        ("error_stored", True),
        ("conflict", False),
        ("too_many", False),
    ],
)
def test_a_key_counts_as_used_up_only_by_an_answer(
    stripe: SimulatedStripe, gateway: StripeGateway, fault: str, *, used_up: bool
) -> None:
    movement = refund(charged(stripe))
    stripe.faults.set({fault: 1.0})
    first = gateway.spend_key(movement)
    stripe.faults.set({})

    assert first is not None
    assert first.answered in (Answered.UNKNOWN, Answered.BUSY)
    late = gateway.send(movement)
    assert (late.answered is Answered.KEY_SPENT) == used_up
    again = gateway.spend_key(movement)
    assert (again is None) == used_up


@pytest.mark.parametrize("charge", ["ch_unknown", "pi_unknown"])
def test_a_key_for_what_is_not_there_is_not_used_up(gateway: StripeGateway, charge: str) -> None:
    outcome = gateway.spend_key(refund(charge))

    assert outcome is not None
    assert (outcome.answered, outcome.reason) == (Answered.REFUSED, "resource_missing")


def test_an_intent_without_a_charge_has_nothing_that_a_late_request_could_refund(
    stripe: SimulatedStripe, gateway: StripeGateway
) -> None:
    intent = post(stripe, "/v1/payment_intents", amount="10000", currency="usd")["id"]

    assert gateway.spend_key(refund(intent)) is None


def test_more_than_was_charged_is_refused(stripe: SimulatedStripe, gateway: StripeGateway) -> None:
    charge = charged(stripe, 10_000)
    gateway.send(refund(charge, 9_000))

    outcome = gateway.send(refund(charge, 1_001, settlement="st_2"))

    assert outcome.answered is Answered.REFUSED
    assert len(refunds(stripe)) == 1


def test_a_disputed_charge_is_not_refunded_as_well(
    stripe: SimulatedStripe, gateway: StripeGateway
) -> None:
    outcome = gateway.send(refund(charged(stripe, method="pm_card_createDispute")))

    assert (outcome.answered, outcome.reason) == (Answered.REFUSED, "charge_disputed")


def test_a_revoked_key_is_told_from_a_refusal(
    stripe: SimulatedStripe, gateway: StripeGateway
) -> None:
    movement = refund(charged(stripe))
    stripe.revoked.add(KEY)

    assert gateway.send(movement).answered is Answered.LOCKED_OUT
    found = gateway.find(movement)
    assert found is not None
    assert found.answered is Answered.LOCKED_OUT
    with pytest.raises(GatewayUnreachable):
        gateway.whose()


def test_a_pending_refund_succeeds_later(stripe: SimulatedStripe, gateway: StripeGateway) -> None:
    movement = refund(charged(stripe, method="pm_card_pendingRefund"))

    sent = gateway.send(movement)
    stripe.move_on(at_once=True)
    later = gateway.state_of(Instrument.REFUND, sent.reference, movement.ways)

    assert (sent.answered, sent.reason) == (Answered.SUBMITTED, "processing")
    assert later.answered is Answered.SUCCEEDED


def test_a_refund_that_succeeded_can_fail_later(
    stripe: SimulatedStripe, gateway: StripeGateway
) -> None:
    movement = refund(charged(stripe, method="pm_card_refundFail"))

    sent = gateway.send(movement)
    stripe.move_on(at_once=True)
    later = gateway.state_of(Instrument.REFUND, sent.reference, movement.ways)

    assert sent.answered is Answered.SUCCEEDED
    assert (later.answered, later.reason) == (Answered.FAILED, "expired_or_canceled_card")


def test_a_balance_that_is_too_low_is_said(stripe: SimulatedStripe, gateway: StripeGateway) -> None:
    movement = refund(charged(stripe))
    httpx.post(f"{stripe.address}/_control/funds", json={"key": KEY, "available": 100})

    outcome = gateway.send(movement)

    assert (outcome.answered, outcome.reason) == (Answered.SUBMITTED, "insufficient_funds")
    assert "too low" in outcome.sentence


def test_a_credit_lowers_what_the_customer_owes_next(
    stripe: SimulatedStripe, gateway: StripeGateway
) -> None:
    customer = post(stripe, "/v1/customers", name="northwind")["id"]
    movement = replace(
        refund("", 4_000),
        instrument=Instrument.BALANCE_CREDIT,
        ways=PaymentReferences(customer=customer),
    )

    sent, again, found = gateway.send(movement), gateway.send(movement), gateway.find(movement)

    assert sent == again == found
    assert (sent.answered, sent.amount) == (Answered.SUCCEEDED, Money(4_000, "USD"))
    assert stripe.account(account_of(KEY)).payments.customer(customer)["balance"] == -4_000


@pytest.mark.parametrize("paid", [False, True])
def test_a_credit_note_goes_onto_an_invoice(
    stripe: SimulatedStripe, gateway: StripeGateway, paid: bool
) -> None:
    customer = post(stripe, "/v1/customers", name="northwind")["id"]
    post(stripe, "/v1/invoiceitems", customer=customer, amount="9000", currency="usd")
    invoice = post(stripe, "/v1/invoices", customer=customer, currency="usd")["id"]
    post(stripe, f"/v1/invoices/{invoice}/finalize")
    if paid:
        post(stripe, f"/v1/invoices/{invoice}/pay")
    movement = replace(
        refund("", 4_000),
        instrument=Instrument.CREDIT_NOTE,
        ways=PaymentReferences(invoice=invoice),
    )

    sent, found = gateway.send(movement), gateway.find(movement)

    assert sent == found
    assert (sent.answered, sent.amount) == (Answered.SUCCEEDED, Money(4_000, "USD"))
    balance = stripe.account(account_of(KEY)).payments.customer(customer)["balance"]
    assert balance == (-4_000 if paid else 0)


def test_suppliers_never_see_each_others_world(
    stripe: SimulatedStripe, gateway: StripeGateway
) -> None:
    movement = refund(charged(stripe))
    other = StripeGateway("rk_test_other", base=stripe.address)

    assert other.send(movement).reason == "resource_missing"
    assert gateway.whose() != other.whose()


def test_all_movements_are_listed_whoever_made_them(
    stripe: SimulatedStripe, gateway: StripeGateway
) -> None:
    customer = post(stripe, "/v1/customers", name="northwind")["id"]
    charge = charged(stripe, 200_000)
    for number in range(120):
        gateway.send(refund(charge, 1_000, settlement=f"st_{number}"))
    post(stripe, "/v1/refunds", payment_intent=charge, amount="500")
    post(stripe, f"/v1/customers/{customer}/balance_transactions", amount="-700", currency="usd")

    seen = list(gateway.movements(LONG_AGO, ["cus_unknown", customer]))

    assert len(seen) == 122
    assert {each.settlement for each in seen} == {f"st_{number}" for number in range(120)} | {""}
    assert list(gateway.movements(datetime.now(UTC) + timedelta(hours=1), [])) == []


def test_half_a_list_is_no_list(stripe: SimulatedStripe, gateway: StripeGateway) -> None:
    stripe.revoked.add(KEY)

    with pytest.raises(GatewayUnreachable):
        list(gateway.movements(LONG_AGO, []))


def test_a_gateway_that_is_not_there_leaves_everything_open() -> None:
    nowhere = StripeGateway(KEY, base="http://127.0.0.1:9")

    outcome, found = nowhere.send(refund("pi_1")), nowhere.find(refund("pi_1"))

    assert outcome.answered is Answered.UNKNOWN
    assert found is not None
    assert found.answered is Answered.UNKNOWN


def test_no_outcome_holds_the_key(stripe: SimulatedStripe, gateway: StripeGateway) -> None:
    stripe.revoked.add(KEY)

    outcome = gateway.send(refund("pi_1"))

    assert KEY not in json.dumps([outcome.reason, outcome.sentence])


def test_keys_that_were_pruned_do_not_matter_where_the_list_is_asked_first(
    stripe: SimulatedStripe, gateway: StripeGateway
) -> None:
    movement = refund(charged(stripe))
    stripe.faults.set({"drop_after": 1.0})
    gateway.send(movement)
    stripe.faults.set({})
    stripe.ledger.prune_keys()

    found = gateway.find(movement)

    assert found is not None
    assert found.answered is Answered.SUCCEEDED
