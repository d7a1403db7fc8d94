"""Terminal output of commands: consoles, clean text, and policy faults with their source line."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from engine.policy.faults import Fault, Level
from takeback.files import Unreadable, read_text

_LINE_ENDS: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_UNSAFE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SNIPPET: Final = 68  # width in cells of a source line; with its number it fits 80 columns

_PATIENCE: Final = 1.0  # seconds after which progress is shown
_STYLES: Final = {Level.ERROR: "red", Level.WARNING: "yellow", Level.NOTE: "cyan"}


def stdout() -> Console:
    """Returns the console for results: with colours on a terminal only, and never with NO_COLOR."""
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def stderr() -> Console:
    """Returns the console for complaints and progress."""
    return Console(file=sys.stderr, highlight=False, markup=False, emoji=False)


def clean(text: str) -> str:
    """Replaces the characters of a text that would control a terminal."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


def say(console: Console, *parts: str | tuple[str, str]) -> None:
    """Prints one line without wrapping; a part is text, or text with a style."""
    line = Text()
    for part in parts:
        text, style = (part, "") if isinstance(part, str) else part
        line.append(clean(text), style)
    console.print(line, soft_wrap=True)


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[], None]]:
    """Shows, on a terminal and after a second, a progress bar of `total` steps, or a spinner.

    Yields a function to call after each step.
    """
    console = stderr()
    if not console.is_terminal:
        yield lambda: None
        return
    counted = (BarColumn(), MofNCompleteColumn()) if total is not None else ()
    bar = Progress(SpinnerColumn(), TextColumn(what), *counted, console=console, transient=True)
    task = bar.add_task(what, total=total)
    timer = Timer(_PATIENCE, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda: bar.advance(task)
    finally:
        timer.cancel()
        timer.join()
        bar.stop()


def complain(sentence: str) -> None:
    """Prints one sentence about something that stops a command."""
    say(stderr(), ("takeback: ", "bold red"), sentence)


def complain_of(unreadable: Iterable[Unreadable]) -> None:
    """Prints why each path gave no policy."""
    for each in unreadable:
        complain(each.sentence)


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def show_faults(console: Console, faults: Iterable[Fault]) -> None:
    """Prints each fault with its place, code and sentence, and its source line."""
    lines: dict[str, list[str]] = {}
    for fault in faults:
        file = fault.source.file
        if file not in lines:
            text = read_text(Path(file))
            lines[file] = _LINE_ENDS.split(text) if isinstance(text, str) else []
        _show_fault(console, fault, lines[file])


def _show_fault(console: Console, fault: Fault, lines: list[str]) -> None:
    level = "" if fault.level is Level.ERROR else f"{fault.level}: "
    code = (f"{level}{fault.code}", _STYLES[fault.level])
    say(console, (str(fault.source), "bold"), ": ", code, ": ", fault.sentence)
    if 0 < fault.source.line <= len(lines):
        _snippet(console, lines[fault.source.line - 1], fault.source.line, fault.source.column)
    if fault.example:
        facts = ", ".join(f"{name}: {_value(value)}" for name, value in fault.example.items())
        say(console, ("       | for example ", "dim"), facts)


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value) if isinstance(value, bool | None) else str(value)


def _snippet(console: Console, line: str, number: int, column: int) -> None:
    safe = clean(line.replace("\t", " "))
    before, after = safe[: column - 1], safe[column - 1 :]
    if cell_len(safe) > _SNIPPET and cell_len(before) > _SNIPPET // 2:
        before = "…" + before[-(_SNIPPET // 2) :]
    shown = before + after
    if cell_len(shown) > _SNIPPET:
        shown = set_cell_size(shown, _SNIPPET - 1) + "…"
    say(console, (f"{number:6} | ", "dim"), shown.rstrip())
    say(console, ("       | ", "dim"), " " * cell_len(before), ("^", "bold red"))
