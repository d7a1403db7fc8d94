"""An account at a gateway keeps to its partner, and its turn to be compared comes every hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.money.accounts import NewAccount, Sealed
from engine.errors import RequestFault

NEW = NewAccount(partner="acme", account="acct_1", secret=Sealed(text="v1.a.b", shown="…1234"))


@dataclass(slots=True)
class Clock:
    """A clock that tests move."""

    at: datetime = field(default_factory=lambda: datetime(2025, 6, 1, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(address: Address, clock: Clock) -> Iterator[Store]:
    store = open_store(address, clock)
    with store.writing():
        store.accounts.put(NEW, "acme")
    yield store
    store.close()


def test_another_key_of_the_same_account_takes_its_place(store: Store) -> None:
    with store.writing():
        store.accounts.put(replace(NEW, secret=Sealed(text="v1.c.d", shown="…5678")), "acme")

    with store.session():
        found = store.accounts.of("acme")
        facts = [each.fact for each in store.journal.about("acme", "acme")]
    assert found is not None
    assert (found.secret, found.shown, found.connected) == ("v1.c.d", "…5678", False)
    assert facts == ["gateway_set", "gateway_set"]


def test_a_key_of_another_account_is_refused(store: Store) -> None:
    with store.writing(), pytest.raises(RequestFault, match="belongs to `acct_2`"):
        store.accounts.put(replace(NEW, account="acct_2"), "acme")


def test_a_connected_account_belongs_to_one_partner(store: Store) -> None:
    connected = replace(NEW, partner="globex", secret=None)

    with store.writing(), pytest.raises(RequestFault, match="Another partner"):
        store.accounts.put(connected, "command")
    with store.writing():
        assert store.accounts.put(replace(connected, account="acct_2"), "command").connected
    with store.writing(), pytest.raises(RequestFault, match="Another partner"):
        store.accounts.put(replace(NEW, partner="initech", account="acct_2"), "initech")

    with store.session():
        found = store.accounts.connected("acct_2")
        assert found is not None
        assert found.partner == "globex"
        assert store.accounts.all_connected() == (found,)
        assert store.accounts.connected("acct_1") is None


def test_signing_secrets_stay_unless_others_are_given(store: Store) -> None:
    both = (Sealed(text="v1.x.1", shown="…1"), Sealed(text="v1.x.2", shown="…2"))
    with store.writing():
        store.accounts.put(replace(NEW, webhooks=both), "acme")
        kept = store.accounts.put(NEW, "acme")
        none = store.accounts.put(replace(NEW, webhooks=()), "acme")

    assert (kept.webhooks, none.webhooks) == (both, ())


def test_what_came_of_trying_a_key_is_kept(store: Store, clock: Clock) -> None:
    clock.at += timedelta(days=1)
    with store.writing():
        store.accounts.checked("acme", "Stripe does not accept the key.", "worker")

    with store.session():
        found = store.accounts.of("acme")
    assert found is not None
    assert (found.trouble, found.checked_at) == ("Stripe does not accept the key.", clock.at)


def test_the_turn_of_an_account_comes_every_hour_and_sooner_with_news(
    store: Store, clock: Clock
) -> None:
    def turn() -> str | None:
        with store.writing():
            return store.accounts.claim_comparison()

    assert [turn(), turn()] == ["acme", None]
    clock.at += timedelta(hours=1)
    assert [turn(), turn()] == ["acme", None]
    with store.writing():
        store.accounts.compare_soon("acme")
        store.accounts.compare_soon("nobody")
    assert [turn(), turn()] == ["acme", None]
