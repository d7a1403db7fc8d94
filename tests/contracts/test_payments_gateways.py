"""A key is tried, sealed and stored; what is kept, shown, logged or journalled is never the key."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.identity.vault import Vault, new_master_key
from adapters.store.database import Store, open_store
from adapters.store.place.address import Address
from engine.errors import RequestFault
from services.payments.gateways import Gateways, Said

KEY = "rk_test_acme_0123456789"
SIGNING = "whsec_0123456789abcdef"
SAID = Said(partner="acme", key=KEY, signing=(SIGNING,))


@dataclass(slots=True)
class Till:
    """A store, a stand-in, and gateways of both."""

    store: Store
    stripe: SimulatedStripe
    gateways: Gateways

    def put(self, said: Said = SAID) -> str:
        with self.store.session():
            return self.gateways.put(said, "acme").account


@pytest.fixture
def till(address: Address) -> Iterator[Till]:
    store = open_store(address)
    with SimulatedStripe(later=3_600) as stripe:
        vault = Vault.of(new_master_key())
        gateways = Gateways(store, vault, platform="rk_test_platform", base=stripe.address)
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
    till.put(Said(partner="acme", signing=(SIGNING, "whsec_fedcba9876543210")))

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
    till: Till, said: Said, code: str
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


def test_a_connected_account_is_reached_by_the_operators_key(till: Till) -> None:
    assert till.put(Said(partner="acme", account="acct_7")) == "acct_7"

    gateway = till.gateways.of("acme")
    assert gateway is not None
    assert gateway.whose() == "acct_7"


def test_a_connected_account_needs_the_operators_key(till: Till) -> None:
    bare = Gateways(till.store, Vault.of(new_master_key()), base=till.stripe.address)

    with till.store.session(), pytest.raises(RequestFault, match="TAKEBACK_STRIPE_PLATFORM_KEY"):
        bare.put(Said(partner="acme", account="acct_7"), "operator")


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
