"""Files of checkpoints: a line of JSON for each, as `takeback journal checkpoint` prints them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from engine.errors import RequestFault
from engine.journal import Checkpoint


def line(said: Checkpoint) -> str:
    """Returns a checkpoint as one line of JSON."""
    return msgspec.json.encode(said).decode()


def read(paths: Iterable[Path]) -> tuple[Checkpoint, ...]:
    """Returns all checkpoints of files; raises `RequestFault` `wrong_checkpoint` with file and
    line.
    """
    found = []
    for path in paths:
        for number, text in enumerate(read_text(path).splitlines(), 1):
            if text.strip():
                found.append(_read(text, f"{path}:{number}"))
        if not found:
            raise RequestFault("wrong_checkpoint", "The file holds no checkpoint.", str(path))
    return tuple(found)


def read_text(path: Path) -> str:
    """Returns the text of a file; raises `RequestFault` `wrong_checkpoint` if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "it is no text"
        raise RequestFault("wrong_checkpoint", f"It cannot be read: {said}.", str(path)) from None


def write(path: Path, text: str) -> None:
    """Writes a file; raises `RequestFault` `wrong_file` if it cannot be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        said = f"It cannot be written: {error.strerror}."
        raise RequestFault("wrong_file", said, str(path)) from None


def _read(text: str, place: str) -> Checkpoint:
    try:
        return msgspec.json.decode(text, type=Checkpoint)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        said = f"A checkpoint is a line that `takeback journal checkpoint` prints: {error}."
        raise RequestFault("wrong_checkpoint", said, place) from None
