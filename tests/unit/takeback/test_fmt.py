"""`takeback fmt` writes the canonical layout, whole or not at all."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]
Write = Callable[[str, str], Path]

MESSY = "version:   1  # one\npolicy: 'a/b'\n"
TIDY = "policy: a/b\nversion: 1  # one\n"


def test_a_file_is_formatted_and_then_stays(run: Run, write: Write) -> None:
    path = write("p.yaml", MESSY)

    first, second = run("fmt", "p.yaml"), run("fmt", "p.yaml")

    assert path.read_text("utf-8") == TIDY
    assert (first.exit_code, first.stdout, first.stderr) == (0, "p.yaml\n", "1 file formatted\n")
    assert (second.exit_code, second.stdout) == (0, "")
    assert second.stderr == "1 file already in the canonical layout\n"


def test_checking_names_the_files_and_writes_nothing(run: Run, write: Write) -> None:
    path = write("a/p.yaml", MESSY)
    write("a/tidy.yaml", TIDY)

    result = run("fmt", "a", "--check")

    assert (result.exit_code, result.stdout) == (1, "a/p.yaml\n")
    assert "1 file would be formatted, 1 file already" in result.stderr
    assert path.read_text("utf-8") == MESSY
    assert run("fmt", "a/tidy.yaml", "--check").exit_code == 0


def test_the_difference_can_be_seen(run: Run, write: Write) -> None:
    path = write("p.yaml", MESSY)

    result = run("fmt", "p.yaml", "--diff")

    assert result.exit_code == 0
    assert "--- p.yaml\n+++ p.yaml (formatted)\n" in result.stdout
    assert "-policy: 'a/b'\n" in result.stdout
    assert "+policy: a/b\n" in result.stdout
    assert path.read_text("utf-8") == MESSY
    assert run("fmt", "p.yaml", "--diff", "--check").exit_code == 1


def test_a_pipe_goes_from_input_to_output(run: Run) -> None:
    assert run("fmt", "-", input=MESSY).stdout == TIDY
    assert run("fmt", "-", "--check", input=MESSY).exit_code == 1
    assert run("fmt", "-", "--check", input=TIDY).exit_code == 0
    wrong = run("fmt", "-", input="a: [")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert "<stdin>:1:4: not_yaml" in wrong.stderr
    assert run("fmt", "-", "p.yaml", input=MESSY).exit_code == 2


def test_what_is_not_yaml_is_left_as_it_was(run: Run, write: Write) -> None:
    wrong, messy = write("wrong.yaml", "policy: [  # comment\n"), write("p.yaml", MESSY)

    result = run("fmt", ".")

    assert result.exit_code == 1
    assert "wrong.yaml:1:9: not_yaml" in result.stderr
    assert wrong.read_text("utf-8") == "policy: [  # comment\n"
    assert messy.read_text("utf-8") == TIDY


def test_a_policy_with_wrong_words_is_formatted(run: Run, write: Write) -> None:
    path = write("p.yaml", "tests:   {}\nwindoww:   1\n")

    assert run("fmt", "p.yaml").exit_code == 0
    assert path.read_text("utf-8") == "tests: {}\nwindoww: 1\n"


def test_other_yaml_of_a_folder_is_left_alone(run: Run, write: Write) -> None:
    path = write("compose.yaml", "services:   {}\n")
    write("p.yaml", MESSY)

    assert run("fmt", ".").stdout == "p.yaml\n"
    assert path.read_text("utf-8") == "services:   {}\n"


def test_mode_and_links_stay(run: Run, write: Write, tmp_path: Path) -> None:
    path = write("real/p.yaml", MESSY)
    path.chmod(0o640)
    (tmp_path / "link.yaml").symlink_to("real/p.yaml")

    assert run("fmt", "link.yaml").exit_code == 0

    assert (tmp_path / "link.yaml").is_symlink()
    assert path.read_text("utf-8") == TIDY
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(each.name for each in path.parent.iterdir()) == ["p.yaml"]


def test_line_breaks_of_windows_stay(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(MESSY.replace("\n", "\r\n").encode())

    assert run("fmt", "p.yaml").exit_code == 0
    assert path.read_bytes() == TIDY.replace("\n", "\r\n").encode()


def test_a_write_that_fails_leaves_the_file_as_it_was(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("p.yaml", MESSY)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = run("fmt", "p.yaml")

    assert result.exit_code == 2
    assert "`p.yaml` cannot be written: No space left on device." in result.stderr
    assert path.read_text("utf-8") == MESSY
    assert [each.name for each in path.parent.iterdir()] == ["p.yaml"]


def test_a_missing_file_is_said(run: Run) -> None:
    result = run("fmt", "none.yaml")

    assert result.exit_code == 2
    assert "There is no file `none.yaml`." in result.stderr
