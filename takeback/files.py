"""Finds, reads and replaces the texts of policy files; knows nothing of their content."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 1_048_576
"""Far more than a policy may have; a larger file is not even read."""

ENDINGS: Final = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A path without a readable text, and why, in one sentence."""

    path: Path
    sentence: str


def policy_paths(arguments: Iterable[Path]) -> tuple[list[Path], list[Unreadable]]:
    """Returns the files that arguments name, each once; a folder stands for its YAML files."""
    found: dict[Path, None] = {}
    wrong: list[Unreadable] = []
    for path in arguments:
        if not is_folder(path):
            found[path] = None
            continue
        below = sorted(yaml_files(path))
        if not below:
            wrong.append(Unreadable(path, f"`{path}` holds no policies: no file ends in `.yaml`."))
        found |= dict.fromkeys(below)
    return list(found), wrong


def is_folder(path: Path) -> bool:
    """Whether the folder exists; False for a name that no file can have."""
    try:
        return path.is_dir()
    except OSError:
        return False


def yaml_files(folder: Path) -> Iterator[Path]:
    """Yields the YAML files in and below a folder, except hidden ones."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.endswith(ENDINGS) and not name.startswith("."):
                yield Path(parent) / name


def read_text(path: Path) -> str | Unreadable:
    """Returns the text of a UTF-8 file, or why there is none."""
    try:
        if not path.exists():
            return Unreadable(path, f"There is no file `{path}`.")
        if path.is_dir():
            return Unreadable(path, f"`{path}` is a folder; name one policy file.")
        if not path.is_file():
            return Unreadable(path, f"`{path}` is not a regular file.")
        if path.stat().st_size > MOST_BYTES:
            return Unreadable(path, _too_large(path))
        return decoded(path, path.read_bytes())
    except (OSError, ValueError) as error:  # ValueError: a path that no file can have
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return Unreadable(path, f"`{path}` cannot be read: {reason}.")


def replace_text(path: Path, text: str) -> None:
    """Writes a file completely or not at all; keeps symbolic links and the file's mode.

    Raises `OSError` if that is impossible, and leaves the file as it was.
    """
    target = path.resolve(strict=True)
    mode = stat.S_IMODE(target.stat().st_mode)
    if not os.access(target, os.W_OK):  # the new file beside it could be written even so
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _too_large(path: Path) -> str:
    size = path.stat().st_size / 1_048_576
    return f"`{path}` has {size:.1f} MB; a policy file of more than 1 MB is not read."


def decoded(path: Path, data: bytes) -> str | Unreadable:
    """Returns bytes as UTF-8 text without a byte order mark, or why they are none."""
    if b"\0" in data:
        return Unreadable(path, f"`{path}` is a binary file; a policy is a YAML text in UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"0x{data[error.start]:02x}"
        sentence = f"`{path}` is not UTF-8: line {line} holds the byte {byte}. Save it as UTF-8."
        return Unreadable(path, sentence)
