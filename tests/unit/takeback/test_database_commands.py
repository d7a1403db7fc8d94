"""`takeback database` says how far a database is, and brings it up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from typer.testing import Result

Run = Callable[..., Result]
OWN = ("--database", "sqlite:///own.sqlite")


def test_a_new_database_is_brought_up_to_date(run: Run) -> None:
    before = run("database", "status", *OWN)
    migrated = run("database", "migrate", *OWN)
    after = run("database", "status", *OWN)
    again = run("database", "migrate", *OWN)

    assert before.stdout.splitlines()[:2] == [
        "sqlite:///own.sqlite",
        "  pending       0001_first_tables",
    ]
    assert " applied" in migrated.stdout
    assert "pending" not in after.stdout
    assert "  applied       0001_first_tables" in after.stdout
    assert again.stdout == "0 migrations applied\n"


def test_what_is_not_ours_is_named(run: Run) -> None:
    with closing(sqlite3.connect("own.sqlite")) as file:
        file.execute("CREATE TABLE invoices (id INTEGER)")

    found = run("database", "status", *OWN)
    refused = run("database", "migrate", *OWN)

    assert found.exit_code == 1
    assert "  foreign table invoices" in found.stdout
    assert refused.exit_code == 2
    assert "holds tables that are not Takeback's (`invoices`)" in " ".join(refused.stderr.split())
    assert Path("own.sqlite").exists()


def test_a_server_that_is_not_there_is_one_sentence_without_a_password(run: Run) -> None:
    url = "postgresql://me:swordfish@127.0.0.1:1/returns"
    result = run("database", "status", "--database", url)

    assert result.exit_code == 2
    assert "postgresql://me@127.0.0.1:1/returns" in result.stderr
    assert "swordfish" not in result.output + result.stderr
