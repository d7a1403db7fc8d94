"""Faults are shown with the line they stand in, and no text steers the terminal."""

import io
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress

import takeback.terminal
from engine.policy.faults import Fault, Source
from takeback.terminal import clean, progress, show_faults

WriteLine = Callable[[str], str]


def shown(file: str, line: int, column: int) -> list[str]:
    console = Console(file=io.StringIO(), width=80)
    fault = Fault(code="wrong", source=Source(file, line, column), sentence="It is wrong.")
    show_faults(console, [fault])
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def caret_character(lines: list[str]) -> str:
    return lines[1][lines[2].index("^")]


@pytest.fixture
def write_line(tmp_path: Path) -> WriteLine:
    def written(line: str) -> str:
        path = tmp_path / "a.yaml"
        path.write_text(line, encoding="utf-8")
        return str(path)

    return written


def test_the_caret_stands_under_the_column(write_line: WriteLine) -> None:
    lines = shown(write_line("first\nkey: Xvalue"), 2, 6)

    assert lines[0].endswith("a.yaml:2:6: wrong: It is wrong.")
    assert lines[1] == "     2 | key: Xvalue"
    assert caret_character(lines) == "X"


def test_a_long_line_is_cut_around_the_column(write_line: WriteLine) -> None:
    lines = shown(write_line("a" * 200 + "X" + "b" * 200), 1, 201)

    assert caret_character(lines) == "X"
    assert all(len(line) <= 80 for line in lines[1:])


def test_wide_characters_push_the_caret(write_line: WriteLine) -> None:
    lines = shown(write_line("タイトル: X"), 1, 7)

    assert lines[2].index("^") == len("     1 | ") + 2 * 4 + 2


def test_a_fault_outside_the_text_is_shown_without_a_line(write_line: WriteLine) -> None:
    assert len(shown(write_line("one line"), 9, 1)) == 1


def test_escape_sequences_and_direction_marks_are_made_visible() -> None:
    assert clean("\x1b[31mred\u202e") == "\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}"


def shown_progress(monkeypatch: pytest.MonkeyPatch, *, patience: float, terminal: bool) -> str:
    """What a screen got of a progress of three steps that lasts until it was seen, if it is."""
    screen, seen = io.StringIO(), threading.Event()
    console = Console(file=screen, force_terminal=terminal, width=80)
    monkeypatch.setattr(takeback.terminal, "stderr", lambda: console)
    monkeypatch.setattr(takeback.terminal, "_PATIENCE", patience)
    start = Progress.start
    monkeypatch.setattr(Progress, "start", lambda self: (start(self), seen.set()))
    with progress("testing", 3) as done:
        done()
        if terminal and not patience:
            assert seen.wait(30)
        done()
    return screen.getvalue()


def test_progress_is_shown_on_a_terminal_and_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown_progress(monkeypatch, patience=0.0, terminal=True)

    assert "testing" in text
    assert "2/3" in text
    assert text.endswith("\x1b[2K")


def test_what_is_soon_done_shows_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown_progress(monkeypatch, patience=3_600.0, terminal=True) == ""


def test_progress_is_not_for_files(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown_progress(monkeypatch, patience=0.0, terminal=False) == ""
