"""The vault of a server: with keys from the environment, or in development with a key file."""

from __future__ import annotations

import logging
import os
import secrets
from contextlib import suppress
from pathlib import Path

from adapters.identity.vault import Vault, new_master_key
from adapters.store.connection.address import SqliteFile
from adapters.store.connection.sessions import check_outside
from adapters.store.database import Store, open_store
from engine.errors import RequestFault
from takeback.settings import Profile, Settings
from takeback.terminal import say, stderr

log = logging.getLogger("takeback")


def vault_of(settings: Settings) -> Vault:
    """Returns the vault with the keys of TAKEBACK_MASTER_KEY.

    Without them, in development on SQLite, a key file is kept beside the database. Elsewhere the
    vault has no key: a key on the disk of one machine would open nothing on another. Raises
    `RequestFault` `wrong_master_key`, and `RuntimeError` inside a session, since it may have to
    look into the database.
    """
    check_outside()
    if settings.master_keys:
        return Vault.of(*settings.master_keys)
    if settings.profile is Profile.DEVELOPMENT and isinstance(settings.database, SqliteFile):
        return _by_file(settings.database)
    return Vault.of()


def reseal(settings: Settings) -> int:
    """Seals everything with the newest key; returns the number of rows.

    It may be stopped and run again, and servers with the same keys may run meanwhile.
    """
    vault, store, count = vault_of(settings), open_store(settings.database), 0
    try:
        for kind in store.sealed.kinds():
            after, more = "", True
            while more:
                with store.writing():
                    keys = store.sealed.seal_again(kind, after, vault.again)
                count += len(keys)
                after, more = keys[-1] if keys else after, bool(keys)
    finally:
        store.close()
    return count


def key_file(database: SqliteFile) -> Path:
    """Returns the path of the key file in development."""
    return database.path.with_name(f"{database.path.name}.key")


def says_what_stays_closed(vault: Vault, store: Store) -> None:
    """Warns if the database holds secrets that no key of the vault opens."""
    with store.session():
        closed = [each for each in store.sealed.samples() if not vault.knows(each)]
    if closed:
        log.warning(
            "this database holds secrets that were sealed by a master key which is not here: what "
            "hangs on them is refused with `sealed_otherwise` until TAKEBACK_MASTER_KEY names it"
        )


def _by_file(database: SqliteFile) -> Vault:
    """Returns the vault of the key file, which is made if missing; two processes agree on one."""
    path = key_file(database)
    try:
        if not path.exists():
            _check_nothing_is_sealed(database)
            _make(path)
        return Vault.of(path.read_text(encoding="ascii").strip())
    except OSError as error:
        said = f"The master key cannot be read or made: {error.strerror}."
        raise RequestFault("wrong_master_key", said, str(path)) from None
    except RequestFault as fault:
        raise RequestFault(fault.code, fault.message, str(path)) from None
    except ValueError:
        raise RequestFault("wrong_master_key", "The file holds no key.", str(path)) from None


def _check_nothing_is_sealed(database: SqliteFile) -> None:
    """Raises `RequestFault` `sealed_otherwise` if the key file of a database was left behind."""
    if not database.path.exists():
        return
    store = open_store(database)
    try:
        with store.session():
            sealed = [*store.sealed.samples()]
    finally:
        store.close()
    if sealed:
        raise RequestFault(
            "sealed_otherwise",
            "The database holds secrets, and the master key that sealed them is not beside it. "
            "Copy it to this file from beside the database that was backed up, whose name it has "
            "with `.key` behind; if it is lost, set TAKEBACK_MASTER_KEY to what `takeback key "
            "master` prints: what was sealed stays closed then.",
        )


def _make(path: Path) -> None:
    """Writes the file under another name, then links it, so that nobody reads half a key."""
    apart = path.with_name(f"{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(apart, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{new_master_key()}\n")
    with suppress(FileExistsError):
        os.link(apart, path)
        say(stderr(), f"Made the master key `{path}`, which opens the secrets that partners give.")
    apart.unlink()
