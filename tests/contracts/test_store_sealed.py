"""When the master key changes every secret is sealed anew, and the old key can go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.identity.principal import Kind
from adapters.identity.vault import Vault, new_master_key
from adapters.store import sealed
from adapters.store.connection.address import Address
from adapters.store.database import open_store
from adapters.store.money.accounts import NewAccount, Sealed, sealed_for, signing_for
from adapters.store.returns.consumers import new_consumer, search_key_of
from adapters.store.stock.sharing import channel_seal
from adapters.store.timestamps import kept
from engine.errors import RequestFault
from takeback.sealing import reseal
from takeback.settings import Settings

OLD, NEW = new_master_key(), new_master_key()


@pytest.fixture
def filled(address: Address) -> Iterator[Address]:
    """Secrets of gateways, a channel, a consumer and a search, all by the old key."""
    fill(address, Vault.of(OLD))
    yield address
    store = open_store(address)
    with store.writing():
        store._database.entities["Consumer"].select().delete()
    store.close()


def fill(address: Address, vault: Vault) -> None:
    store = open_store(address)
    with store.writing():
        for partner in ("acme", "globex", "initech"):
            signing = (Sealed(text=vault.seal("whsec_1", signing_for(partner)), shown="…1"),)
            key = Sealed(text=vault.seal("rk_1", sealed_for(partner)), shown="…1")
            new = NewAccount(partner=partner, account=partner, secret=key, webhooks=signing)
            store.accounts.put(new, "tests")
        supplier = store.partners.add("acme-supply", "Acme", Kind.SUPPLIER)
        retailer = store.partners.add("northwind", "Northwind", Kind.RETAILER)
        joined = store.partnerships.join(supplier, retailer)
        name, rows = channel_seal("ch_1"), store._database.entities
        rows["Channel"](
            id="ch_1",
            partnership=joined.id,
            kind="webhook",
            secret=vault.seal("one", name),
            old_secret=vault.seal("two", name),
            snapshot_due=kept(store.now()),
            served_at=kept(store.now()),
        )
        key_, name = new_consumer()
        whole = store.returns.begin(retailer.id, "R-1").id
        store.consumers.keep(whole, key_, vault.seal("Ada", name))
        hashing = vault.seal("words", search_key_of(retailer.id))
        store.consumers.keep_search_key(retailer.id, hashing)
    store.close()


def test_everything_opens_by_the_new_key_alone(
    filled: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, "PAGE", 2)
    settings = Settings(database=filled, master_keys=(NEW, OLD))

    assert [reseal(settings), reseal(settings)] == [6, 6]

    opened: list[str] = []

    def noted(text: str, name: str) -> str:
        opened.append(Vault.of(NEW).open(text, name))
        return text

    store = open_store(filled)
    for kind in store.sealed.kinds():
        after = ""
        with store.writing():
            while keys := store.sealed.seal_again(kind, after, noted):
                after = keys[-1]
    store.close()
    assert sorted(opened) == ["Ada", "one", *["rk_1"] * 3, "two", *["whsec_1"] * 3, "words"]


def test_a_key_that_is_missing_changes_nothing(filled: Address) -> None:
    with pytest.raises(RequestFault, match="another master key"):
        reseal(Settings(database=filled, master_keys=(NEW,)))

    assert reseal(Settings(database=filled, master_keys=(OLD,))) == 6
