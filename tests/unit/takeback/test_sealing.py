"""A first try keeps a master key beside its database; a real server is given one."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.identity.principal import Kind
from adapters.identity.vault import Vault, new_master_key
from adapters.store.connection.address import PostgresDatabase, SqliteFile
from adapters.store.database import open_store
from adapters.store.money.accounts import NewAccount, Sealed, sealed_for
from engine.errors import RequestFault
from takeback.components import made
from takeback.sealing import key_file, vault_of
from takeback.settings import Profile, Settings

NAME = "gateway:acme"


@pytest.fixture
def file(tmp_path: Path) -> SqliteFile:
    return SqliteFile(path=tmp_path / "takeback.sqlite")


def test_a_first_try_makes_a_key_and_opens_by_it_again(
    file: SqliteFile, capsys: pytest.CaptureFixture[str]
) -> None:
    sealed = vault_of(Settings(database=file)).seal("rk_1", NAME)

    assert vault_of(Settings(database=file)).open(sealed, NAME) == "rk_1"
    assert capsys.readouterr().err.count("master key") == 1
    assert stat.S_IMODE(key_file(file).stat().st_mode) == 0o600


def test_processes_that_start_at_once_agree_on_one_key(file: SqliteFile) -> None:
    vaults: list[Vault] = []
    threads = [
        threading.Thread(target=lambda: vaults.append(vault_of(Settings(database=file))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {each.open(vaults[0].seal("rk_1", NAME), NAME) for each in vaults} == {"rk_1"}
    assert [path.name for path in key_file(file).parent.iterdir()] == [key_file(file).name]


@pytest.mark.parametrize(
    "settings",
    [
        Settings(database=PostgresDatabase(name="takeback")),
        Settings(database=SqliteFile(path=Path("a.sqlite")), profile=Profile.PRODUCTION),
    ],
)
def test_a_key_is_never_made_up_for_a_real_server(settings: Settings) -> None:
    with pytest.raises(RequestFault, match="takeback key master"):
        vault_of(settings).seal("rk_1", NAME)


def test_a_key_of_the_environment_goes_before_a_file(file: SqliteFile) -> None:
    key = new_master_key()
    sealed = vault_of(Settings(database=file, master_keys=(key,))).seal("rk_1", NAME)

    assert Vault.of(key).open(sealed, NAME) == "rk_1"
    assert not key_file(file).exists()


def test_a_key_file_that_holds_no_key_is_named(file: SqliteFile) -> None:
    key_file(file).write_text("swordfish")

    with pytest.raises(RequestFault, match="32 random bytes") as caught:
        vault_of(Settings(database=file))
    assert "swordfish" not in str(caught.value)


def with_a_secret(file: SqliteFile, vault: Vault) -> None:
    store = open_store(file)
    with store.writing():
        acme = store.partners.add("acme", "Acme", Kind.SUPPLIER)
        secret = Sealed(text=vault.seal("rk_1", sealed_for(acme.id)), shown="rk_1")
        store.accounts.put(NewAccount(partner=acme.id, account="acct_1", secret=secret), "tests")
    store.close()


def test_no_key_is_made_beside_secrets_that_it_would_not_open(file: SqliteFile) -> None:
    with_a_secret(file, vault_of(Settings(database=file)))
    key_file(file).unlink()

    with pytest.raises(RequestFault, match="Copy it to this file from beside") as caught:
        vault_of(Settings(database=file))
    assert (caught.value.code, caught.value.path) == ("sealed_otherwise", str(key_file(file)))
    assert not key_file(file).exists()


@pytest.mark.parametrize("make", [vault_of, lambda settings: open_store(settings.database)])
def test_no_vault_is_made_inside_a_session_and_no_other_store_opened(
    file: SqliteFile, make: Callable[[Settings], object]
) -> None:
    settings = Settings(database=file)
    vault_of(settings)
    store = open_store(file)

    with store.session(), pytest.raises(RuntimeError, match="before a session and not inside it"):
        make(settings)
    store.close()
    make(settings)


def test_a_database_without_secrets_gets_a_key_of_its_own(file: SqliteFile) -> None:
    open_store(file).close()

    assert vault_of(Settings(database=file)).seal("rk_1", NAME)


@pytest.mark.parametrize("keeps_the_old", [False, True])
def test_a_server_says_that_its_keys_open_nothing_of_what_is_there(
    file: SqliteFile, caplog: pytest.LogCaptureFixture, *, keeps_the_old: bool
) -> None:
    old, new = new_master_key(), new_master_key()
    with_a_secret(file, Vault.of(old))

    made(Settings(database=file, master_keys=(new, old) if keeps_the_old else (new,))).close()

    assert ("sealed by a master key which is not here" in caplog.text) is not keeps_the_old
