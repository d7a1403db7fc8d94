"""An edition is withdrawn from the command line, after a question, with a reason."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from adapters.store.connection.address import SqliteFile
from takeback.publishing import publish_file
from takeback.settings import Settings
from tests.unit.takeback.conftest import Run, Write, standard

DATABASE = ("--database", "sqlite:///store.sqlite")
WHY = ("--why", "the wrong rate")
CHILD = """\
policy: acme/shop
version: 1
extends: acme/standard@1
for: {retailer: shop}
effective: {from: 2025-01-01}
changes: [{set: window.days, to: 45, why: contract}]
tests:
  inherit:
    the last day of the window still counts: {last_day: 2025-02-19}
    one day later is too late: {answer: accept, code: ok, decided_by: REQUEST}
"""


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with versions 1 and 2 of one policy, and a child of the first."""
    folder = tmp_path_factory.mktemp("stored")
    path, database = folder / "published.yaml", folder / "store.sqlite"
    settings = Settings(database=SqliteFile(path=database))
    first = standard(first_day=date(2025, 1, 1))
    second = standard(first_day=date(2025, 7, 1), days=60).replace("version: 1", "version: 2")
    for text in (first, second, CHILD):
        path.write_text(text, "utf-8")
        publish_file(settings, path, "acme")
    return database


@pytest.fixture(autouse=True)
def published(tmp_path: Path, run: Run, write: Write, stored: Path) -> None:
    """A copy of that database, and the text that was published last."""
    shutil.copy(stored, tmp_path / "store.sqlite")
    write("published.yaml", CHILD)


def show(run: Run, name: str, *options: str) -> str:
    found = run("show", name, *options, *DATABASE)
    return found.stdout + found.stderr


def test_what_is_withdrawn_gives_way_to_the_version_before(run: Run) -> None:
    found = run("withdraw", "acme/standard@2", *WHY, "--yes", *DATABASE)

    assert found.exit_code == 0
    assert found.stdout.splitlines() == [
        "Withdrawn acme/standard@2",
        "  from       2025-07-01 on",
        "  instead    `acme/standard@1` holds",
    ]
    assert "acme/standard@1" in show(run, "acme/standard", "--on", "2025-08-01")
    assert "Withdrawn altogether on" in show(run, "acme/standard@2")
    assert "the wrong rate" in show(run, "acme/standard@2")


def test_from_a_day_on_the_days_before_stay(run: Run) -> None:
    run("withdraw", "acme/standard@2", *WHY, "--from", "2025-08-01", "--yes", *DATABASE)
    last = run("withdraw", "acme/standard@1", *WHY, "--from", "2025-08-01", "--yes", *DATABASE)

    assert "acme/standard@2" in show(run, "acme/standard", "--on", "2025-07-31")
    assert "no version of this policy holds" in last.stdout
    assert "stays on it as its base  acme/shop@1" in last.stdout
    gone = run("show", "acme/standard", "--on", "2025-08-01", *DATABASE)
    assert gone.exit_code == 2
    assert "No version of `acme/standard` is in force on 2025-08-01" in gone.stderr


def test_it_asks_first_and_no_means_no(run: Run) -> None:
    no = run("withdraw", "acme/standard@2", *WHY, *DATABASE, input="n\n")
    nothing = run("withdraw", "acme/standard@2", *WHY, *DATABASE, input="")

    assert "in force   from 2025-07-01 on, open-ended, by the day it was ordered" in no.stdout
    assert "Withdraw all its days, for good? [y/N]" in no.stdout
    assert (no.exit_code, nothing.exit_code) == (1, 1)
    assert "Withdrawn" not in show(run, "acme/standard@2")
    yes = run("withdraw", "acme/standard@2", *WHY, "--from", "2025-08-01", *DATABASE, input="y\n")
    assert "Withdraw its days from 2025-08-01 on, for good?" in yes.stdout
    assert yes.exit_code == 0


@pytest.mark.parametrize(
    ("edition", "more", "said"),
    [
        ("acme/standard@3", (), "`acme/standard@3` is not published here"),
        ("acme/standrad@2", (), "published here. Did you mean `acme/standard@2`?"),
        ("acme/standard", (), "write policy@version"),
        ("acme/standard@2", ("--from", "soon"), "soon"),
        ("acme/standard@2", ("--why", " "), "why the edition is withdrawn"),
    ],
)
def test_what_cannot_be_withdrawn_is_said(
    run: Run, edition: str, more: tuple[str, ...], said: str
) -> None:
    found = run("withdraw", edition, *WHY, *more, "--yes", *DATABASE)

    assert found.exit_code == 2
    assert said in " ".join(re.sub("[│╭╰─╮╯]", " ", found.stderr).split())


# --- what is shown by name ------------------------------------------------------------------------


def test_a_name_is_shown_as_of_a_day_and_as_known_at_a_moment(run: Run) -> None:
    early = show(run, "acme/standard", "--on", "2025-03-01")
    late = show(run, "acme/standard", "--on", "2025-07-01")

    assert "acme/standard@1" in early
    assert "acme/standard@2" in late
    assert "Published on 20" in late
    before = run("show", "acme/standard", "--known-at", "2020-01-01T00:00:00Z", *DATABASE)
    assert (before.exit_code, before.stdout) == (2, "")
    assert "There is no policy `acme/standard`, published by then." in before.stderr
    assert run("show", "acme/standard", "--known-at", "2020-01-01", *DATABASE).exit_code == 2


def test_a_stored_child_is_shown_in_full_with_what_became_of_its_base(run: Run) -> None:
    shown = run("show", "acme/shop@1", "--full", *DATABASE)

    assert shown.exit_code == 0
    assert "acme/standard@1:" in shown.stdout
    assert "within acme/shop@1:6" in shown.stdout
    assert "has a newer version, `acme/standard@2`" in shown.stderr


def test_publishing_on_an_old_base_says_so(run: Run, write: Write) -> None:
    write("other.yaml", CHILD.replace("shop", "other"))

    found = run("publish", "other.yaml", "--owner", "acme", *DATABASE)

    assert found.exit_code == 0
    assert "note: The base `acme/standard@1` has a newer version" in found.stderr


def test_publishing_on_a_base_whose_file_was_edited_says_which_text_holds(
    run: Run, write: Write
) -> None:
    write("other.yaml", CHILD.replace("shop", "other"))
    beside = "policy: acme/standard\nversion: 1\ntitle: Edited since\n"
    write("standard.yaml", beside)

    found = run("publish", "other.yaml", "--owner", "acme", *DATABASE)

    assert found.exit_code == 0
    said = "note: The base `acme/standard@1` is published with another text than"
    assert said in " ".join(found.stderr.split())


def test_a_name_that_was_not_published_is_looked_for_in_files(run: Run, write: Write) -> None:
    write("other.yaml", standard(policy="acme/draft"))

    assert "acme/draft@1" in show(run, "acme/draft")
    assert "acme/draft@1" in show(run, "acme/draft@1")
    assert "Not published here; from other.yaml." in show(run, "acme/draft")
    assert "acme-supply/home-goods@2" in show(run, "acme-supply/home-goods")
    missing = run("show", "acme/none", *DATABASE)
    assert missing.exit_code == 2
    assert "There is no policy `acme/none`" in missing.stderr
