"""Files that nobody meant to give: every command says what is wrong, by exit code 1 or 2."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from takeback.app import app
from tests.faults.fuzzing.corpus import ROOT
from tests.faults.fuzzing.watch import watched

SEED = 20_250_603
SHEETS = 250
GOOD = (ROOT / "policies" / "standard.yaml").read_bytes()
RUN = "from takeback.cli import main; main()"
PYTHON = ("Traceback", "bug", "unexpected", "Errno", "codec", "Error:")


def locked(path: Path) -> None:
    path.write_bytes(GOOD + b"x: 1\n")
    path.chmod(0)


def content(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def dated(day: bytes) -> bytes:
    return re.sub(rb"(effective: *\{from: )[0-9-]+", rb"\g<1>" + day, GOOD)


BROKEN: dict[str, Callable[[Path], object]] = {
    "binary": content(bytes(range(256)) * 40),
    "nul": content(GOOD + b"\0"),
    "utf16": content(GOOD.decode().encode("utf-16")),
    "latin": content(GOOD + b"# \xe9\n"),
    "surrogate": content(GOOD + b"# \xed\xa0\x80\n"),
    "carriage-returns": content(GOOD.replace(b"\n", b"\r")),
    "empty": content(b""),
    "blank": content(b"\n" * 1_000),
    "large": content(b"a: b\n" * 2_000_000),
    "line": content(b"a: " + b"x" * 900_000),
    "deep": content(b"a: " + b"[" * 5_000),
    "laughs": content(
        b"a: &a [x, x]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (c, c, c - 1, c - 1)
                                     for c in range(98, 123))),
    "words": content(GOOD + b"values: {category: [" + b"w, " * 5_001 + b"x]}\n"),
    "colliding": content(GOOD + b"orenalpo: true\n"),
    "proto": content(GOOD + b"__proto__: {constructor: {prototype: 1}}\n"),
    "year-0": content(dated(b"0000-01-01")),
    "year-9999": content(dated(b"9999-12-31")),
    "markup [red] [bold] \x1b[31m": content(GOOD + b'x: "[red]a[/red] [/]"\n'),
    "new\nline": content(GOOD + b"x: 1\n"),
    "not \udcff utf-8": content(GOOD + b"x: 1\n"),
    "locked": locked,
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
    "loop": lambda path: path.symlink_to(path.name),
    "dangling": lambda path: path.symlink_to("nowhere"),
    "endless": lambda path: path.symlink_to("/dev/zero"),
    "missing": lambda _: None,
    "x" * 300: lambda _: None,
}  # fmt: skip
GOOD_TOO = {
    "unended": GOOD.rstrip(b"\n"),
    "crlf": GOOD.replace(b"\n", b"\r\n"),
    "bom": b"\xef\xbb\xbf" + GOOD,
}


def made_file(folder: Path, name: str) -> Path:
    path = folder / f"{name}.yaml"
    BROKEN[name](path)
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated: Path) -> Path:
    """Where commands are given; with a database of its own that has its tables."""
    shutil.copy(migrated, tmp_path / "takeback.sqlite")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


@pytest.mark.parametrize("name", BROKEN, ids=ascii)
def test_every_command_names_what_is_wrong_with_a_file(folder: Path, name: str) -> None:
    path = str(made_file(folder, name))
    commands = (
        ("check", path),
        ("check", "--for-publishing", path),
        ("check", "--format", "json", path),
        ("test", path),
        ("explain", path),
        ("explain", str(ROOT / "policies" / "standard.yaml"), "--given-file", path),
        ("publish", path, "--owner", "acme-supply"),
        ("orders", "import", path, "--by", "northwind"),
    )
    for command in commands:
        code, output = said(*command)

        assert code in (1, 2), command
        assert output.strip(), command
        assert not any(word in output for word in PYTHON), (command, output[-500:])


@pytest.mark.parametrize("name", GOOD_TOO)
def test_a_file_that_is_written_otherwise_is_good(folder: Path, name: str) -> None:
    (folder / "a.yaml").write_bytes(GOOD_TOO[name])

    assert [said(command, "a.yaml")[0] for command in ("check", "test")] == [0, 0]
    assert said("publish", "a.yaml", "--owner", "acme-supply")[0] == 0


def test_a_folder_of_all_of_them_is_checked_in_one_go_and_ends(folder: Path) -> None:
    for name in BROKEN:
        made_file(folder, name)
    found = subprocess.run(
        [sys.executable, "-c", RUN, "check", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "graphql")))},
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert found.returncode == 2
    assert b"Traceback" not in found.stderr


def test_every_broken_sheet_of_orders_is_imported_whole_or_refused() -> None:
    report = watched("sheets", SEED, range(SHEETS))

    assert report.complaints == []
    assert report.count == SHEETS
    assert report.outcomes["imported"] > SHEETS / 30
    assert len(report.outcomes) > 12


ARGUMENTS = (
    ("partner", "add", "ODD", "--kind", "supplier"),
    ("partner", "add", "globex", "--kind", "supplier", "--name", "ODD"),
    ("partner", "join", "ODD", "northwind"),
    ("key", "issue", "ODD"),
    ("key", "revoke", "ODD"),
    ("orders", "import", "ODD", "--by", "ODD"),
    ("publish", "ODD", "--owner", "ODD"),
    ("explain", "a.yaml", "--given", "ODD"),
    ("explain", "a.yaml", "--given", "category=ODD"),
    ("explain", "a.yaml", "--case", "ODD"),
    ("explain", "a.yaml", "--line", "ODD"),
    ("explain", "a.yaml", "--agreed", "fee=ODD"),
)


@pytest.mark.parametrize(
    "odd", ["", " ", "\udcff", "[[[[", "x" * 5_000, "\u202e=", "{a: &a *a}"], ids=ascii
)
@pytest.mark.parametrize("command", ARGUMENTS, ids=" ".join)
def test_an_argument_that_nobody_means_is_refused(
    folder: Path, command: tuple[str, ...], odd: str
) -> None:
    (folder / "a.yaml").write_bytes(GOOD)

    code, output = said(*(part.replace("ODD", odd) for part in command))

    assert code in (0, 1, 2)
    assert output.strip()
    assert not any(word in output for word in PYTHON[:-1]), output[-500:]
