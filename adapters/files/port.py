"""The port for file storage; keys are lower-case hexadecimal and are never reused."""

from __future__ import annotations

import re
from typing import Final, Protocol

from engine.errors import RequestFault

_KEY: Final = re.compile(r"[0-9a-f]{32}\Z")


class Files(Protocol):
    """Storage of files; a call may take long, so none is made inside a session of the store.

    Each raises `RequestFault` `unavailable` if the storage cannot be reached or is full.
    """

    def write(self, key: str, content: bytes, /) -> None:
        """Stores a file atomically; it is durable once this returns."""
        ...

    def read(self, key: str, /) -> bytes:
        """Returns the whole file."""
        ...

    def remove(self, key: str, /) -> None:
        """Removes a file and any leftovers of an interrupted `write`; does nothing if there is
        none.
        """
        ...


class NoFiles:
    """File storage of a server for which none is configured: each call raises `unavailable`."""

    def write(self, _key: str, _content: bytes, /) -> None:
        """Raises `RequestFault` `unavailable`."""
        raise self._fault()

    def read(self, _key: str, /) -> bytes:
        """Raises `RequestFault` `unavailable`."""
        raise self._fault()

    def remove(self, _key: str, /) -> None:
        """Raises `RequestFault` `unavailable`."""
        raise self._fault()

    def _fault(self) -> RequestFault:
        return unavailable("This server keeps no files: whoever runs it sets TAKEBACK_FILES.")


def checked(key: str) -> str:
    """Returns the key; raises ValueError unless it is 32 hexadecimal digits (no path traversal)."""
    if not _KEY.match(key):
        raise ValueError(f"`{key[:50]}` is no key of a file.")
    return key


def unavailable(said: str) -> RequestFault:
    """The fault of a file storage that does not work at the moment."""
    return RequestFault("unavailable", said)
