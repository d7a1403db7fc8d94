"""Those who run a server add partners, issue keys and import orders."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.identity.principal import Kind, Role
from adapters.store.connection.address import SqliteFile
from adapters.store.database import open_store
from adapters.store.orders_csv import CsvFaults
from adapters.store.records import Product
from engine.errors import RequestFault
from takeback.ordering import import_order_file
from takeback.partners import add_partner, issue_key, join_partners, revoke_key
from takeback.settings import Settings

HEAD = "order,line,sku,quantity,unit_price,currency,ordered\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database=SqliteFile(path=tmp_path / "takeback.sqlite"))


def role_of(settings: Settings, key: str) -> tuple[str, Role] | None:
    store = open_store(settings.database)
    with store.session():
        found = store.partners.principal(key)
    store.close()
    return (found.handle, found.role) if found else None


def test_a_partner_gets_a_key_that_can_be_revoked(settings: Settings) -> None:
    add_partner(settings, "acme", "Acme", Kind.SUPPLIER)
    key = issue_key(settings, "acme")

    assert role_of(settings, key) == ("acme", Role.SUPPLIER)
    assert revoke_key(settings, key.split("_")[1])
    assert role_of(settings, key) is None


def test_a_file_of_orders_is_imported_for_a_partner(settings: Settings, tmp_path: Path) -> None:
    supplier = add_partner(settings, "acme", "Acme", Kind.SUPPLIER)
    add_partner(settings, "northwind", "Northwind", Kind.RETAILER)
    join_partners(settings, "acme", "northwind")
    store = open_store(settings.database)
    with store.session():
        store.goods.put(supplier, [Product(sku="LAMP-1", title="Lamp", facts={})])
    store.close()
    path = tmp_path / "orders.csv"
    path.write_text(HEAD + "R-1,1,LAMP-1,1,40.00,USD,2025-05-01\n")

    assert len(import_order_file(settings, path, by="northwind", partner="acme").added) == 1
    with pytest.raises(CsvFaults, match="exists already"):
        import_order_file(settings, path, by="northwind", partner="acme")


def test_what_is_not_there_is_named(settings: Settings, tmp_path: Path) -> None:
    add_partner(settings, "acme", "Acme", Kind.SUPPLIER)

    with pytest.raises(RequestFault, match="`nobody`"):
        issue_key(settings, "nobody")
    with pytest.raises(RequestFault, match="no retailer `acme`"):
        join_partners(settings, "acme", "acme")
    with pytest.raises(RequestFault, match="cannot be read"):
        import_order_file(settings, tmp_path / "none.csv", by="acme")
    with pytest.raises(RequestFault, match="small letters"):
        add_partner(settings, "Acme Inc", "Acme", Kind.SUPPLIER)
