"""What those who run a server do about trading partners: add them, join them, issue keys, import.

Each call opens the store of the settings and closes it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.identity.principal import Kind, Role
from adapters.store.database import Store, open_store
from adapters.store.orders_csv import MOST_BYTES, import_orders
from adapters.store.records import Partner, Partnership
from engine.errors import RequestFault
from takeback.settings import Settings


def add_partner(settings: Settings, handle: str, name: str, kind: Kind) -> Partner:
    """A supplier or retailer; the same again is the same partner."""
    with _opened(settings) as store:
        return store.partners.add(handle, name, kind)


def join_partners(
    settings: Settings, supplier: str, retailer: str, programme: str = ""
) -> Partnership:
    """A partnership, so that the retailer sees the policies and both may add orders."""
    with _opened(settings) as store:
        return store.partners.join(
            _known(store, supplier, Kind.SUPPLIER),
            _known(store, retailer, Kind.RETAILER),
            programme,
        )


def issue_key(settings: Settings, handle: str, role: Role | None = None) -> str:
    """A new API key, to be shown once; by default for what the partner is."""
    with _opened(settings) as store:
        partner = _known(store, handle)
        return store.partners.issue_key(partner, role or Role(partner.kind.value))


def revoke_key(settings: Settings, key_id: str) -> bool:
    """Ends a key by its public part; whether there was one that worked."""
    with _opened(settings) as store:
        return store.partners.revoke_key(key_id)


def import_order_file(settings: Settings, path: Path, by: str, partner: str = "") -> int:
    """Adds the orders of a CSV file for a partner, all or none; how many there were.

    `partner` is the other side where the file has no such column. Raises `CsvFaults`.
    """
    text = _text(path)
    with _opened(settings) as store:
        principal = store.partners.acting(_known(store, by))
        return len(import_orders(store.orders, principal, text, partner))


@contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    store = open_store(settings.database)
    try:
        with store.session(), store.atomic():
            yield store
    finally:
        store.close()


def _known(store: Store, handle: str, kind: Kind | None = None) -> Partner:
    found = store.partners.by_handle(handle)
    if found is None or kind not in (None, found.kind):
        what = kind or "partner"
        raise RequestFault("unknown_partner", f"There is no {what} `{handle[:60]}`; add it first.")
    return found


def _text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            raise RequestFault("unreadable", "It is not a regular file.", str(path))
        if path.stat().st_size > MOST_BYTES:
            raise RequestFault("too_large", f"It has more than {MOST_BYTES:,} bytes.", str(path))
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        said = f"It is not UTF-8: byte {error.start:,} is 0x{error.object[error.start]:02x}."
        raise RequestFault("unreadable", said, str(path)) from None
    except OSError as error:
        said = f"It cannot be read: {error.strerror}."
        raise RequestFault("unreadable", said, str(path)) from None
