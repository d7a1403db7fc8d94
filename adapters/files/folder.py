"""Stores files in a folder of one machine, or on a file system that several machines share."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.files.port import checked, unavailable

log = logging.getLogger("takeback.files")


class FolderFiles:
    """Files that only the process's owner can read; creates the folder when first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, key: str, content: bytes) -> None:
        """Writes a `.part` file, syncs it to disk and then renames it."""
        path = self._path(key)
        with _told():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            descriptor = os.open(_part(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _part(path).replace(path)
            for each in (path.parent, self._folder):
                _to_disk(each)

    def read(self, key: str) -> bytes:
        """Returns the whole file."""
        with _told():
            return self._path(key).read_bytes()

    def remove(self, key: str) -> None:
        """Removes the file and its `.part` file."""
        path = self._path(key)
        with _told():
            for each in (path, _part(path)):
                each.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        """Spreads files over 256 folders, so that none grows too large."""
        return self._folder / checked(key)[:2] / key


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _to_disk(folder: Path) -> None:
    """Syncs a folder: a renamed file is durable only once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        log.exception("the folder of files does not do its work")
        said = "Files cannot be kept or read at the moment; ask again later."
        raise unavailable(said) from error
