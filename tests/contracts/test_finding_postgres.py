"""The tests find a PostgreSQL in three ways, or say what they looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.store.connection.schema import migrate
from tests import postgres


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks at the usual places finds no server: nothing listens on port 1."""
    monkeypatch.setenv("PGPORT", "1")


def test_a_named_server_is_taken_or_missed_by_its_name(no_server: None) -> None:
    for url, said in (
        ("postgresql://me:secret@127.0.0.1:1/postgres", "postgresql://me@127.0.0.1:1/postgres"),
        ("127.0.0.1:5432", "is no URL"),
        ("sqlite:///a.sqlite", "names no PostgreSQL"),
    ):
        with pytest.raises(LookupError, match=said) as error:
            postgres.find({postgres.SET: url})
        assert str(error.value).startswith("TAKEBACK_TEST_POSTGRES")
        assert "secret" not in str(error.value)


def test_where_there_is_nothing_it_is_said_what_was_looked_for(no_server: None) -> None:
    with pytest.raises(LookupError, match="apt-get install postgresql"):
        postgres.find({"PATH": "/nowhere"}, programs=())


def test_a_server_of_our_own_is_started_and_gone_afterwards(no_server: None) -> None:
    try:
        found = postgres.find({})
    except LookupError as error:
        pytest.skip(str(error))

    assert isinstance(found, postgres.Programs)
    with found.started() as address:
        assert migrate(address)
        home = address.host
        assert home
        assert Path(home).exists()
    assert not Path(home).exists()
