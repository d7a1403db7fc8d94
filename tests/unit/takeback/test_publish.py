"""`takeback publish` stores an edition, or nothing."""

from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

from adapters.store.connection.address import SqliteFile
from takeback.partners import opened
from takeback.settings import Settings

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


AGREED = """policy: acme/agreed
version: {version}
effective: {{from: 2025-0{version}-01}}
currency: USD
agreed: {agreed}
window: {{within: {days}, counted_from: delivered}}
"""


def agreed_on(run: Run, write: Write, folder: Path) -> str:
    """Publishes version 1, and agrees with a retailer on 60 days; returns a policy file's path."""
    days = "{days: {type: length, default: 30 days, at_most: 90 days}}"
    path = write("agreed.yaml", AGREED.format(version=1, agreed=days, days="agreed.days"))
    assert run("publish", str(path), *TO).exit_code == 0
    run("partner", "add", "northwind", "--kind", "retailer", *TO[2:])
    run("partner", "join", "acme", "northwind", *TO[2:])
    with opened(Settings(database=SqliteFile(path=folder / "store.sqlite"))) as store:
        supplier = store.partners.by_handle("acme")
        assert supplier is not None
        acting = store.partners.acting(supplier)
        (joined,) = store.partnerships.all_of(acting)
        store.partnerships.set_terms(acting, joined.id, "acme/agreed", {"days": "60 days"})
    return str(path)


def test_terms_that_end_are_shown_and_asked_about(run: Run, write: Write, tmp_path: Path) -> None:
    path = agreed_on(run, write, tmp_path)
    write("agreed.yaml", AGREED.format(version=2, agreed="{}", days="45 days"))

    asked = run("publish", path, *TO)
    done = run("publish", path, *TO, "--yes")

    said = (
        "warning: `days: 60 days`, as agreed with `northwind`, ends: version 2 says `45 days` "
        "instead."
    )
    assert asked.exit_code == 1
    assert said in " ".join(asked.stderr.split())
    assert "Publish it, and end these terms? [y/N]" in asked.output
    assert "Published" not in asked.stdout
    assert "Published acme/agreed@2" in done.stdout


def test_terms_that_are_forbidden_keep_a_version_from_being_published(
    run: Run, write: Write, tmp_path: Path
) -> None:
    path = agreed_on(run, write, tmp_path)
    days = "{days: {type: length, default: 30 days, at_most: 45 days}}"
    write("agreed.yaml", AGREED.format(version=2, agreed=days, days="agreed.days"))

    done = run("publish", path, *TO, "--yes")

    said = " ".join(done.stderr.split())
    assert done.exit_code == 1
    assert "`days: 60 days`, as agreed with `northwind`, is forbidden by version 2" in said
    assert "nothing was published: the version forbids 1 agreed value." in said
