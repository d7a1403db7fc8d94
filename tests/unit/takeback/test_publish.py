"""`takeback publish` stores an edition, or nothing."""

from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

Run = Callable[..., Result]
Write = Callable[[str, str], Path]

TO = ("--owner", "acme", "--database", "sqlite:///store.sqlite")


def test_publishing_names_the_edition_its_digest_and_its_days(run: Run, policy: str) -> None:
    result = run("publish", policy, *TO)

    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0] == "Published acme/standard@1"
    assert len(lines[1].removeprefix("  digest     ")) == 64
    assert lines[2] == "  effective  from 2025-01-01 on, open-ended"


def test_an_owner_that_was_not_there_is_said_to_be_new(run: Run, policy: str) -> None:
    first, again = run("publish", policy, *TO), run("publish", policy, *TO)

    assert "note: `acme` is new in this database, as a supplier." in first.stderr
    assert again.stderr == ""


def test_nothing_is_stored_while_there_is_a_fault(run: Run, policy: str, write: Write) -> None:
    good = Path(policy).read_text(encoding="utf-8")
    write(policy, good.replace("counted_from: delivered", "counted_from: deliverd"))

    refused = run("publish", policy, *TO)
    write(policy, good.replace("title: Standard returns", "title: Other returns"))
    accepted = run("publish", policy, *TO)

    assert refused.exit_code == 1
    assert "returns.yaml:12:34: unknown_word" in refused.stderr
    assert "nothing was published: 1 fault." in refused.stderr
    assert accepted.exit_code == 0


def test_a_failing_test_is_a_fault(run: Run, policy: str, write: Write) -> None:
    text = Path(policy).read_text(encoding="utf-8")
    write(policy, text.replace("code: outside_window", "code: too_early"))

    result = run("publish", policy, *TO)

    assert result.exit_code == 1
    assert "test_failed" in result.stderr


def test_a_version_is_published_once(run: Run, policy: str, write: Write) -> None:
    run("publish", policy, *TO)
    text = Path(policy).read_text(encoding="utf-8")
    write(policy, text.replace("title: Standard", "title: Other"))

    result = run("publish", policy, *TO)

    assert result.exit_code == 2
    assert "publish version 2" in result.stderr


def test_a_file_that_is_not_there_is_said(run: Run) -> None:
    result = run("publish", "none.yaml", *TO)

    assert result.exit_code == 2
    assert "There is no file `none.yaml`." in result.stderr
