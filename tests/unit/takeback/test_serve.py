"""`takeback serve` takes its settings from the environment and from options."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import Result

from adapters.files.port import NoFiles
from adapters.identity.vault import Vault, new_master_key
from adapters.store.connection.address import SqliteFile
from engine.errors import RequestFault
from takeback.commands.serve import settings_with
from takeback.components import lacking, made
from takeback.settings import Profile, Settings

Run = Callable[..., Result]


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_options_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAKEBACK_PORT", "9000")
    monkeypatch.setenv("TAKEBACK_HOST", "0.0.0.0")

    settings = settings_with(port=0, host=None, database="sqlite:///other.sqlite")

    assert (settings.port, settings.host) == (0, "0.0.0.0")
    assert settings.database == SqliteFile(path=Path("other.sqlite"))


def test_a_wrong_option_is_a_wrong_setting() -> None:
    with pytest.raises(RequestFault, match="TAKEBACK_HOST"):
        settings_with(host="a:b")


def test_a_taken_port_is_one_sentence(run: Run, taken_port: int) -> None:
    result = run("serve", "--port", str(taken_port), "--database", "sqlite:///store.sqlite")

    assert result.exit_code == 2
    assert f"Port {taken_port} of 127.0.0.1 is in use" in result.stderr
    assert "Starting at" not in result.stderr


def test_a_server_says_what_it_does_without(tmp_path: Path) -> None:
    said = "There is no master key (TAKEBACK_MASTER_KEY)", "There is no place for files"
    file = SqliteFile(path=tmp_path / "own.sqlite")
    parts = made(Settings(database=file, profile=Profile.PRODUCTION))
    bare = replace(parts, files=NoFiles())
    try:
        assert [each[: len(said[0])] for each in lacking(parts)] == [said[0]]
        for sentence, beginning in zip(lacking(bare), said, strict=True):
            assert sentence.startswith(beginning)
        assert list(lacking(replace(parts, vault=Vault.of(new_master_key())))) == []
    finally:
        parts.close()
