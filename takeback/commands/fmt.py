"""`takeback fmt`: formats policy files in the one canonical layout."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import PolicyFaults
from engine.policy.faults import Fault
from engine.policy.layout.formatting import formatted, is_policy
from takeback.commands.completion import policy_files
from takeback.files import Unreadable, decoded, policy_paths, read_text, replace_text
from takeback.terminal import complain_of, counted, say, show_faults, stderr, stdout

_PIPE = Path("-")

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH",
        allow_dash=True,
        help="Policy files, folders of them, or `-` for standard input.",
        autocompletion=policy_files,
    ),
]


@dataclass(frozen=True, slots=True)
class _Looked:
    """One file: its text before and after, the same if nothing changes."""

    path: Path
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


def fmt(
    paths: Files,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 1 if a file would change.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; show what would change.")
    ] = False,
) -> None:
    """Format policy files in the canonical layout.

    Sets the order of topics, indentation, columns of rows, quotes and blank lines. Every
    comment stays in its place; if the meaning of a policy would change, its file is left
    as it is. With `-` the text is read from standard input and written to standard output.

    Exit code 0: done. 1: a file is not YAML, or would change under --check. 2: a file
    cannot be read or written.

    [bold]Example:[/bold] takeback fmt policies/ --check --diff
    """
    if _PIPE in paths:
        raise typer.Exit(_pipe(paths, check=check, diff=diff))
    files, unreadable = policy_paths(paths)
    looked, faults, failed = _look(files, set(paths))
    for one in looked:
        _show(one, check=check, diff=diff)
    if not (check or diff):
        failed += [told for one in looked if one.changed and (told := _write(one))]
    show_faults(stderr(), faults)
    complain_of([*unreadable, *failed])
    _summary(looked, dry=check or diff)
    changed = any(one.changed for one in looked)
    raise typer.Exit(2 if unreadable or failed else int(bool(faults) or (check and changed)))


def _look(
    files: list[Path], named: set[Path]
) -> tuple[list[_Looked], list[Fault], list[Unreadable]]:
    looked: list[_Looked] = []
    faults: list[Fault] = []
    failed: list[Unreadable] = []
    for path in files:
        text = read_text(path)
        if isinstance(text, Unreadable):
            failed.append(text)
            continue
        try:
            if path in named or is_policy(text, str(path)):
                looked.append(_Looked(path, text, formatted(text, str(path))))
        except PolicyFaults as error:
            faults += error.faults
    return looked, faults, failed


def _show(one: _Looked, *, check: bool, diff: bool) -> None:
    if not one.changed:
        return
    if check or not diff:
        say(stdout(), f"{one.path}")
    if diff:
        for line in _diff(one):
            style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
            say(stdout(), (line, style))


def _diff(one: _Looked) -> Iterator[str]:
    before, after = one.before.splitlines(), one.after.splitlines()
    yield from difflib.unified_diff(
        before, after, f"{one.path}", f"{one.path} (formatted)", lineterm=""
    )


def _write(one: _Looked) -> Unreadable | None:
    try:
        replace_text(one.path, one.after)
    except OSError as error:
        return Unreadable(one.path, f"`{one.path}` cannot be written: {error.strerror}.")
    return None


def _summary(looked: list[_Looked], *, dry: bool) -> None:
    changed = sum(one.changed for one in looked)
    kept = len(looked) - changed
    verb = "would be formatted" if dry else "formatted"
    parts = [f"{counted(changed, 'file')} {verb}"] if changed or not kept else []
    parts += [f"{counted(kept, 'file')} already in the canonical layout"] if kept else []
    say(stderr(), ", ".join(parts))


def _pipe(paths: list[Path], *, check: bool, diff: bool) -> int:
    if len(paths) > 1:
        raise typer.BadParameter("`-` stands alone; name no other file.", param_hint="PATH")
    text = decoded(Path("<stdin>"), sys.stdin.buffer.read())
    if isinstance(text, Unreadable):
        complain_of([text])
        return 2
    try:
        one = _Looked(Path("<stdin>"), text, formatted(text, "<stdin>"))
    except PolicyFaults as error:
        show_faults(stderr(), error.faults)
        return 1
    if check or diff:
        _show(one, check=check, diff=diff)
        return int(check and one.changed)
    sys.stdout.buffer.write(one.after.encode())
    return 0
