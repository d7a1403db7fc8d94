"""A first try keeps a master key beside its database; a real server is given one."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from adapters.identity.vault import Vault, new_master_key
from adapters.store.place.address import PostgresDatabase, SqliteFile
from engine.errors import RequestFault
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
