"""A connected account moves its own money and no other's, wherever the charge is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.gateways.stripe_gateway import StripeGateway
from engine.errors import GatewayUnreachable
from engine.money import Money
from engine.settlement.charges import ChargeRead, DisputeRead
from engine.settlement.gateway import Answered, GatewayOutcome, Movement
from engine.settlement.instruments import Instrument, PaymentReferences

PLATFORM = "rk_test_platform"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FEE = {"application_fee_amount": "1000"}


@dataclass(slots=True)
class Platform:
    """A stand-in with a platform and two accounts that are connected to it."""

    stripe: SimulatedStripe
    acme: str = ""
    globex: str = ""

    def post(self, path: str, account: str = "", **form: str) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {PLATFORM}"}
        headers |= {"stripe-account": account} if account else {}
        answer = httpx.post(f"{self.stripe.address}{path}", data=form, headers=headers)
        body: dict[str, Any] = answer.json()
        assert answer.is_success, body
        return body

    def paid(self, account: str = "", **more: str) -> str:
        """A payment of 100.00 at the platform, or at an account."""
        form = {"amount": "10000", "currency": "usd", "payment_method": "pm_card_visa"}
        made = self.post("/v1/payment_intents", account, **form, confirm="true", **more)
        return str(made["id"])

    def sent_on(self, account: str, **more: str) -> str:
        """A destination charge for an account."""
        return self.paid(**{"transfer_data[destination]": account}, **more)

    def charge_of(self, intent: str, account: str = "") -> str:
        found = self.stripe.account(account or account_of(PLATFORM)).payments
        return str(found.payment_intent(intent)["latest_charge"])

    def gateway(self, account: str) -> StripeGateway:
        return StripeGateway(PLATFORM, account=account, base=self.stripe.address)

    def all(self, kind: str, account: str = "") -> list[dict[str, Any]]:
        return self.stripe.ledger.listed(account or account_of(PLATFORM), kind)


@pytest.fixture
def platform() -> Iterator[Platform]:
    with SimulatedStripe(later=3_600) as stripe:
        made = Platform(stripe)
        made.acme, made.globex = (made.post("/v1/accounts")["id"] for _ in range(2))
        yield made


def refund(charge: str, cents: int = 4_000, settlement: str = "st_1") -> Movement:
    return Movement(
        settlement=settlement,
        key=f"{settlement}.1",
        instrument=Instrument.REFUND,
        amount=Money(cents, "USD"),
        ways=PaymentReferences(charge=charge),
        facts=(),
    )


def test_a_platform_reaches_only_the_accounts_that_are_connected_to_it(platform: Platform) -> None:
    assert platform.gateway(platform.acme).whose() == platform.acme

    with pytest.raises(GatewayUnreachable, match="not connected any more"):
        platform.gateway("acct_stranger").whose()


@pytest.mark.parametrize("by_intent", [True, False])
@pytest.mark.parametrize("fee", [{}, FEE])
def test_a_destination_charge_goes_back_from_the_account_that_had_it(
    platform: Platform, fee: dict[str, str], *, by_intent: bool
) -> None:
    intent = platform.sent_on(platform.acme, **fee)
    movement = refund(intent if by_intent else platform.charge_of(intent))
    gateway = platform.gateway(platform.acme)

    sent = gateway.send(movement)

    [reversal] = platform.all("transfer_reversal")
    assert (sent.answered, sent.amount) == (Answered.SUCCEEDED, Money(4_000, "USD"))
    assert (reversal["amount"], reversal["source_refund"]) == (4_000, sent.reference)
    assert [each["amount"] for each in platform.all("fee_refund")] == ([400] if fee else [])
    assert gateway.find(movement) == sent
    assert gateway.state_of(Instrument.REFUND, sent.reference, movement.ways) == sent


@pytest.mark.parametrize("fee", [{}, FEE])
def test_a_direct_charge_goes_back_with_its_fee(platform: Platform, fee: dict[str, str]) -> None:
    sent = platform.gateway(platform.acme).send(refund(platform.paid(platform.acme, **fee)))

    [made] = platform.all("refund", platform.acme)
    assert (sent.reference, made["amount"]) == (made["id"], 4_000)
    assert [each["amount"] for each in platform.all("fee_refund")] == ([400] if fee else [])
    assert not platform.all("refund")


@pytest.mark.parametrize("at_platform", [True, False])
def test_a_key_is_used_up_where_the_charge_is_kept(
    platform: Platform, *, at_platform: bool
) -> None:
    acme = platform.acme
    charge = platform.sent_on(acme) if at_platform else platform.paid(acme)
    gateway = platform.gateway(acme)

    assert gateway.spend_key(refund(charge)) is None

    assert gateway.send(refund(charge)).answered is Answered.KEY_SPENT
    assert not platform.all("refund", "" if at_platform else acme)


def test_a_charge_that_cannot_be_looked_up_is_no_refusal_of_its_refund(platform: Platform) -> None:
    movement = refund(platform.paid())  # at the platform, and passed on to nobody

    outcome = platform.gateway(platform.acme).send(movement)

    assert (outcome.answered, outcome.reason) == (Answered.HELD_BACK, "resource_missing")


def test_the_fee_of_another_platform_stays_where_it_is(platform: Platform) -> None:
    intent = platform.paid(platform.acme)
    theirs = platform.stripe.ledger.add(
        account_of("rk_test_shop"), "application_fee", "fee", {"amount": 1_000, "currency": "usd"}
    )
    charge = platform.charge_of(intent, platform.acme)
    platform.stripe.ledger.change(
        platform.acme, "charge", charge, application_fee=theirs["id"], application="ca_shop"
    )

    sent = platform.gateway(platform.acme).send(refund(intent))

    assert sent.answered is Answered.SUCCEEDED
    assert not platform.stripe.ledger.listed(account_of("rk_test_shop"), "fee_refund")


def test_nothing_goes_back_of_what_was_taken_back_by_hand(platform: Platform) -> None:
    intent = platform.sent_on(platform.acme)
    [transfer] = platform.all("transfer")
    platform.post(f"/v1/transfers/{transfer['id']}/reversals")

    sent = platform.gateway(platform.acme).send(refund(intent))

    assert sent.answered is Answered.REFUSED
    assert not platform.all("refund")


def test_what_comes_back_in_parts_comes_back_once(platform: Platform) -> None:
    charge = platform.sent_on(platform.acme, **FEE)
    gateway = platform.gateway(platform.acme)

    for at, cents in enumerate((3_333, 3_333, 3_334)):
        assert gateway.send(refund(charge, cents, f"st_{at}")).answered is Answered.SUCCEEDED

    [transfer], [fee] = platform.all("transfer"), platform.all("application_fee")
    assert transfer["reversed"]
    assert fee["refunded"]
    assert gateway.send(refund(charge, 1, "st_9")).answered is Answered.REFUSED


def foreign(platform: Platform) -> list[str]:
    """Money that is not acme's: the platform's own, another account's, and a separate charge's.

    Last, what a transfer brought to acme, of which no payer gets anything back.
    """
    separate = platform.charge_of(platform.paid())
    said = {"amount": "9000", "currency": "usd", "source_transaction": separate}
    platform.post("/v1/transfers", destination=platform.acme, **said)
    mine = platform.sent_on(platform.acme)
    theirs = platform.sent_on(platform.globex)
    [arrived, *_] = platform.all("charge", platform.acme)
    assert mine != theirs
    return [
        platform.paid(),
        theirs,
        platform.charge_of(theirs),
        platform.paid(platform.globex),
        platform.paid(on_behalf_of=platform.acme),
        separate,
        str(arrived["id"]),
    ]


def test_no_account_reads_or_moves_what_is_not_its_own(platform: Platform) -> None:
    gateway = platform.gateway(platform.acme)
    for at, name in enumerate(foreign(platform)):
        movement = refund(name, 100, f"st_{at}")
        sent = gateway.send(movement)
        assert (sent.answered, sent.reason) == (Answered.HELD_BACK, "resource_missing"), name
        for outcome in (
            gateway.find(movement),
            gateway.charge(movement.ways, linked=True),
            gateway.state_of(Instrument.REFUND, "re_1", movement.ways),
        ):
            assert isinstance(outcome, GatewayOutcome), name
            assert (outcome.answered, outcome.reason) == (Answered.REFUSED, "resource_missing")

    assert not platform.all("refund")
    assert not platform.all("refund", platform.globex)


def test_a_comparison_lists_what_moved_of_its_own_charges_once(platform: Platform) -> None:
    expected = set()
    for account in (platform.acme, platform.globex):
        for charge in (platform.sent_on(account), platform.paid(account)):
            sent = platform.gateway(account).send(refund(charge, settlement=f"st_{charge}"))
            expected |= {sent.reference} if account == platform.acme else set()
    platform.post("/v1/refunds", payment_intent=platform.paid())

    listed = list(platform.gateway(platform.acme).movements(LONG_AGO, []))

    assert sorted(each.reference for each in listed) == sorted(expected)


def test_disputes_of_destination_charges_are_the_accounts_and_no_others(
    platform: Platform,
) -> None:
    card = {"payment_method": "pm_card_createDispute"}
    form = {"amount": "10000", "currency": "usd", "confirm": "true", **card}
    to = "transfer_data[destination]"
    platform.post("/v1/payment_intents", platform.acme, **form)
    for account in (platform.acme, platform.globex):
        platform.post("/v1/payment_intents", **form, **{to: account})
    gateway = platform.gateway(platform.acme)
    theirs, mine = (each["id"] for each in platform.all("dispute"))
    [direct] = platform.all("dispute", platform.acme)

    assert {each.reference for each in gateway.disputes(LONG_AGO)} == {mine, direct["id"]}
    assert all(isinstance(gateway.dispute(each), DisputeRead) for each in (mine, direct["id"]))
    assert isinstance(gateway.dispute(theirs), GatewayOutcome)


def test_a_destination_charge_is_read_with_its_disputes(platform: Platform) -> None:
    intent = platform.sent_on(platform.acme)
    payments = platform.stripe.account(account_of(PLATFORM))
    payments.disputes.open(payments.payments.charge(platform.charge_of(intent)), 2_500)

    read = platform.gateway(platform.acme).charge(PaymentReferences(charge=intent), linked=True)

    assert isinstance(read, ChargeRead)
    assert [each.amount for each in read.disputes] == [Money(2_500, "USD")]
