"""A key is tried, sealed and stored; what is kept, shown, logged or journalled is never the key."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Event

import pytest

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.identity.vault import Vault, new_master_key
from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.money.accounts import NewAccount, Sealed
from adapters.store.money.paid import NewPayment
from adapters.store.money.records import Settlement
from adapters.store.money.refunds import OrderRefund
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.instruments import PaymentReferences
from engine.settlement.steps import next_of
from services.payments.gateways import GatewayCredentials, Gateways

KEY, PLATFORM = "rk_test_acme_0123456789", "rk_test_platform"
SIGNING = "whsec_0123456789abcdef"
SAID = GatewayCredentials(partner="acme", key=KEY, signing=(SIGNING,))


@dataclass(slots=True)
class Till:
    """A store, a stand-in, and gateways of both."""

    store: Store
    stripe: SimulatedStripe
    gateways: Gateways

    def put(self, said: GatewayCredentials = SAID) -> str:
        with self.store.session():
            return self.gateways.put(said, "acme").account


@pytest.fixture
def till(address: Address) -> Iterator[Till]:
    store = open_store(address)
    with SimulatedStripe(later=3_600) as stripe:
        vault = Vault.of(new_master_key())
        gateways = Gateways(store, vault, platform=PLATFORM, base=stripe.address)
        yield Till(store, stripe, gateways)
    store.close()


def test_a_key_that_was_tried_opens_the_gateway_of_its_partner(till: Till) -> None:
    assert till.put() == account_of(KEY)

    gateway = till.gateways.of("acme")
    assert gateway is not None
    assert gateway.whose() == account_of(KEY)
    assert till.gateways.of("acme") is gateway
    assert till.gateways.of("globex") is None


def test_a_new_key_is_used_at_once(till: Till) -> None:
    till.put()
    before = till.gateways.of("acme")

    till.put(replace(SAID, key=KEY, signing=None))

    assert till.gateways.of("acme") is not before


def test_signing_secrets_are_changed_without_the_key(till: Till) -> None:
    till.put()
    till.put(GatewayCredentials(partner="acme", signing=(SIGNING, "whsec_fedcba9876543210")))

    with till.store.session():
        account = till.store.accounts.of("acme")
    assert account is not None
    assert account.shown.startswith("…6789")
    assert len(account.webhooks) == 2
    gateway = till.gateways.of("acme")
    assert gateway is not None
    assert gateway.whose() == account_of(KEY)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (replace(SAID, key="pk_test_1"), "wrong_key"),
        (replace(SAID, key=""), "wrong_key"),
        (replace(SAID, key="rk_test_ä"), "wrong_key"),
        (replace(SAID, key="sk_live_123"), "unrestricted_key"),
        (replace(SAID, signing=("secret",)), "wrong_signing_secret"),
        (replace(SAID, signing=(SIGNING,) * 3), "wrong_signing_secret"),
        (replace(SAID, account="cus_1"), "wrong_account"),
    ],
)
def test_what_cannot_be_right_is_refused_before_anybody_is_asked(
    till: Till, said: GatewayCredentials, code: str
) -> None:
    with pytest.raises(RequestFault) as caught:
        till.put(said)

    assert caught.value.code == code
    assert till.gateways.of("acme") is None


def test_a_key_that_stripe_refuses_is_not_stored(till: Till) -> None:
    till.stripe.revoked.add(KEY)

    with pytest.raises(RequestFault, match="does not accept the key"):
        till.put()
    assert till.gateways.of("acme") is None


def test_an_unrestricted_key_is_taken_when_it_is_meant(till: Till) -> None:
    assert till.put(replace(SAID, key="sk_live_123", unrestricted=True))


def test_a_later_key_of_another_account_is_refused(till: Till) -> None:
    till.put()

    with pytest.raises(RequestFault, match="belongs to"):
        till.put(replace(SAID, key="rk_test_other"))


def connected(till: Till) -> str:
    """A new account that is connected to the operator's."""
    account = till.stripe.account(account_of(PLATFORM)).connect.create_account({})
    return str(account["id"])


def test_a_connected_account_is_reached_by_the_operators_key(till: Till) -> None:
    account = connected(till)
    assert till.put(GatewayCredentials(partner="acme", account=account)) == account

    gateway = till.gateways.of("acme")
    assert gateway is not None
    assert gateway.whose() == account


@pytest.mark.parametrize(
    ("account", "code"),
    [("acct_7", "key_refused"), (account_of(PLATFORM), "wrong_account")],
)
def test_an_account_that_is_not_connected_is_nobodys(till: Till, account: str, code: str) -> None:
    with pytest.raises(RequestFault) as caught:
        till.put(GatewayCredentials(partner="acme", account=account))

    assert caught.value.code == code
    assert till.gateways.of("acme") is None


def test_a_connected_account_needs_the_operators_key(till: Till) -> None:
    bare = Gateways(till.store, Vault.of(new_master_key()), base=till.stripe.address)

    with till.store.session(), pytest.raises(RequestFault, match="TAKEBACK_STRIPE_PLATFORM_KEY"):
        bare.put(GatewayCredentials(partner="acme", account="acct_7"), "operator")


def test_a_check_keeps_what_came_of_it(till: Till) -> None:
    till.put()
    till.stripe.revoked.add(KEY)

    with till.store.session():
        found = till.gateways.check("acme", "command line")
        assert till.gateways.check("globex", "command line") is None

    assert found is not None
    assert "does not accept the key" in found.trouble


def test_another_master_key_opens_nothing(till: Till) -> None:
    till.put()
    other = Gateways(till.store, Vault.of(new_master_key()), base=till.stripe.address)

    with pytest.raises(RequestFault, match="another master key"):
        other.of("acme")


def test_signing_secrets_open_for_their_partner(till: Till) -> None:
    till.put()

    with till.store.session():
        account = till.store.accounts.of("acme")
        assert account is not None
        assert till.gateways.signing_secrets(account) == (SIGNING,)
        with pytest.raises(RequestFault, match="another owner"):
            till.gateways.signing_secrets(replace(account, partner="globex"))


def test_neither_key_nor_secret_is_kept_shown_logged_or_journalled(
    till: Till, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    till.put()
    till.stripe.revoked.add(KEY)
    with pytest.raises(RequestFault) as caught:
        till.put()

    with till.store.session():
        seen = [
            repr(till.store.accounts.of("acme")),
            repr(till.store.journal.about("acme", "acme")),
            *(str(row) for row in till.store._database.select("SELECT * FROM gateway_account")),
            json.dumps([caught.value.message, repr(caught.value)]),
            repr(SAID),
            caplog.text,
        ]
    for secret in (KEY, KEY[8:-4], SIGNING, SIGNING[6:-4]):
        assert not [text for text in seen if secret in text]


def sent_on(till: Till) -> Settlement:
    """A refund of a destination charge whose answer was lost; the account has a key as well."""
    account, operator = account_of(KEY), account_of(PLATFORM)
    till.stripe.ledger.add(operator, "account", "acct", {"id": account})
    till.put(GatewayCredentials(partner="acme", account=account))
    payments = till.stripe.account(operator).payments
    form = {"amount": "10000", "currency": "usd", "payment_method": "pm_card_visa"}
    sent = {"confirm": "true", "transfer_data": {"destination": account}}
    charge = payments.create_payment_intent({**form, **sent})["id"]
    with till.store.writing():
        paid = NewPayment(
            supplier="acme",
            retailer="northwind",
            order="o_1",
            amount=Money(10_000, "USD"),
            ways=PaymentReferences(charge=charge),
            by="tests",
        )
        till.store.payments.add(paid)
        said = OrderRefund(order="o_1", payee="acme", amount=4_000)
        till.store.refunds.refund(said, "broken", "acme")
        [taken] = till.store.settlements.claim("worker", 80, 1)
    return taken


@pytest.mark.parametrize("moved", [True, False])
def test_no_key_takes_the_place_of_the_one_that_finds_what_it_sent(
    till: Till, *, moved: bool
) -> None:
    taken = sent_on(till)
    gateway = till.gateways.of("acme")
    assert gateway is not None
    if moved:
        gateway.send(taken.movement)

    with pytest.raises(RequestFault) as caught:
        till.put()

    assert caught.value.code == "gateway_in_use"
    assert till.gateways.of("acme") is gateway


def test_a_key_that_finds_what_was_sent_takes_its_place(till: Till) -> None:
    taken = sent_on(till)
    gateway = till.gateways.of("acme")
    assert gateway is not None
    gateway.send(taken.movement)
    assert till.put(GatewayCredentials(partner="acme", account=account_of(KEY)))
    with till.store.writing():
        outcome = gateway.find(taken.movement)
        assert outcome is not None
        after = next_of(taken.standing(till.store.now()), outcome)
        till.store.settlements.record(taken, "worker", outcome, after)

    assert till.put() == account_of(KEY)


def test_what_no_key_finds_keeps_none_from_its_place(till: Till) -> None:
    till.put()
    with till.store.writing():
        paid = NewPayment(
            supplier="acme",
            retailer="northwind",
            order="o_1",
            amount=Money(10_000, "USD"),
            ways=PaymentReferences(charge="pi_nobodys"),
            by="tests",
        )
        till.store.payments.add(paid)
        till.store.refunds.refund(OrderRefund(order="o_1", payee="acme"), "broken", "acme")
        till.store.settlements.claim("worker", 80, 1)

    assert till.put() == account_of(KEY)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("second", [True, False])
def test_an_account_that_two_take_at_once_is_connected_to_one(
    till: Till, *, first: bool, second: bool
) -> None:
    def take(partner: str, *, connected: bool) -> str:
        sealed = None if connected else Sealed(text="sealed", shown="…")
        with till.store.session(), till.store.atomic():
            new = NewAccount(partner=partner, account="acct_7", secret=sealed)
            till.store.accounts.put(new, "tests")
            inside.set()
            go_on.wait(0.0 if partner == "globex" else 0.5)
        return partner

    inside, go_on = Event(), Event()
    with ThreadPoolExecutor(1) as pool:
        one = pool.submit(take, "acme", connected=first)
        inside.wait(10)
        if first or second:
            with pytest.raises(RequestFault):
                take("globex", connected=second)
        else:
            assert take("globex", connected=second) == "globex"
        assert one.result() == "acme"
