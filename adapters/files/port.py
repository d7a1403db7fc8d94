"""What every place for files offers; keys are lower-case hexadecimal and are never reused."""

from __future__ import annotations

import re
from typing import Final, Protocol

from engine.errors import RequestFault

_KEY: Final = re.compile(r"[0-9a-f]{32}\Z")


class Files(Protocol):
    """Each call may take long, so none is made inside a session of the store.

    All raise `RequestFault` `unavailable` where the place cannot be reached or has no room.
    """

    def write(self, key: str, content: bytes, /) -> None:
        """Keeps a file; it is there as a whole or not at all, and durable once this returns."""
        ...

    def read(self, key: str, /) -> bytes:
        """The whole of a file."""
        ...

    def remove(self, key: str, /) -> None:
        """Removes a file and what a broken `write` left of it; nothing where there is none."""
        ...


class NoFiles:
    """A server that was not told where to keep files."""

    def write(self, _key: str, _content: bytes, /) -> None:
        """Raises `RequestFault`."""
        raise self._fault()

    def read(self, _key: str, /) -> bytes:
        """Raises `RequestFault`."""
        raise self._fault()

    def remove(self, _key: str, /) -> None:
        """Raises `RequestFault`."""
        raise self._fault()

    def _fault(self) -> RequestFault:
        return unavailable("This server keeps no files: whoever runs it sets TAKEBACK_FILES.")


def checked(key: str) -> str:
    """A key; raises ValueError for what could lead elsewhere."""
    if not _KEY.match(key):
        raise ValueError(f"`{key[:50]}` is no key of a file.")
    return key


def unavailable(said: str) -> RequestFault:
    """A place for files that does not do its work now."""
    return RequestFault("unavailable", said)
