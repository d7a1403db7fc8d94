"""The address of a database is a URL; whatever is wrong with it, a password is never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.store.connection.address import PostgresDatabase, SqliteFile, read_address, shown


def test_a_file_is_named_after_three_slashes_or_from_the_root_after_four(tmp_path: Path) -> None:
    assert read_address("sqlite:///a b.sqlite") == SqliteFile(path=Path("a b.sqlite"))
    assert read_address("sqlite:///a%20b.sqlite") == SqliteFile(path=Path("a b.sqlite"))
    assert read_address(f"sqlite:///{tmp_path}/a") == SqliteFile(path=tmp_path / "a")


def test_a_database_of_a_server_is_named_with_all_that_it_takes() -> None:
    found = read_address("postgresql://me:p%40ss%2F@[::1]:5433/returns?sslmode=require")

    assert found == PostgresDatabase(
        name="returns",
        user="me",
        password="p@ss/",
        host="::1",
        port=5433,
        options={"sslmode": "require"},
    )
    assert read_address("postgres:///returns") == PostgresDatabase(name="returns")


def test_a_socket_is_a_host() -> None:
    found = read_address("postgresql:///returns?host=/run/postgresql")

    assert found == PostgresDatabase(name="returns", host="/run/postgresql")
    assert isinstance(found, PostgresDatabase)
    assert found.arguments()["host"] == "/run/postgresql"


@pytest.mark.parametrize("text", ["str", "repr", "arguments"])
def test_an_address_is_shown_without_its_password(text: str) -> None:
    found = read_address("postgresql://me:zebrafish@db.example:5433/returns")
    assert isinstance(found, PostgresDatabase)
    said = {"str": str(found), "repr": repr(found), "arguments": str(found.arguments()["options"])}

    assert "zebrafish" not in said[text]
    assert str(found) == "postgresql://me@db.example:5433/returns"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "write `sqlite:///takeback.sqlite`"),
        ("takeback.sqlite", "write `sqlite:///takeback.sqlite`"),
        ("mysql://me:zebrafish@host/db", "write `sqlite:///takeback.sqlite`"),
        ("sqlite://takeback.sqlite", "after three slashes"),
        ("sqlite:///", "after three slashes"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite:////", "that is a folder"),
        ("sqlite:///no/such/folder/a", "does not exist"),
        ("postgresql://me:zebrafish@host", "names no database"),
        ("postgresql://me:zebrafish@host/", "names no database"),
        ("postgresql://me:zebrafish@host:port/db", "cannot be read"),
        ("postgresql://me:zebrafish@host:99999/db", "cannot be read"),
        ("postgresql://me:zebra/fish@host/db", "cannot be read"),
        ("postgresql://me:1/zebrafish@host/db", "names no database"),
        ("postgresql://me:1#zebrafish@host/db", "names no database"),
        ("postgresql://me:1?zebrafish@host/db", "names no database"),
        ("postgresql://me:[zebrafish@host/db", "cannot be read"),
        ("postgresql://me@host/db?password=zebrafish", "only these have a meaning"),
        ("postgresql://host/db?zebrafish", "only these have a meaning"),
        ("host=here password=zebrafish", "write `sqlite:///takeback.sqlite`"),
    ],
)
def test_a_wrong_url_is_refused_and_no_word_of_a_password_is_shown(url: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as error:
        read_address(url)

    assert "zebra" not in f"{error.value}{shown(url)}"


def test_a_harmless_mistake_is_shown() -> None:
    assert shown("takeback.sqlite") == "takeback.sqlite"
    assert shown("sqlite:///no/such/a.sqlite") == "sqlite:///no/such/a.sqlite"
    assert shown("postgresql://me:secret@host") == "postgresql://…"
    assert shown("me:secret@host") == "…"
