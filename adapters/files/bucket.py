"""Stores files in an S3 bucket or a compatible one; the only module that imports obstore."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from adapters.files.port import checked, unavailable
from engine.errors import RequestFault

_CLIENT: Final[dict[str, Any]] = {"connect_timeout": "5 seconds", "timeout": "30 seconds"}
_WITHOUT_TLS: Final = "AWS_ALLOW_HTTP"
_RETRIES: Final[Any] = {"max_retries": 2, "retry_timeout": timedelta(seconds=40)}

log = logging.getLogger("takeback.files")


class BucketFiles:
    """Files at `s3://BUCKET/PREFIX`; region, keys and endpoint come from `AWS_…` variables."""

    def __init__(self, url: str) -> None:
        """Opens no connection yet; raises `RequestFault` `wrong_setting`."""
        try:
            import obstore  # noqa: PLC0415 - an extra
            from obstore.store import S3Store  # noqa: PLC0415
        except ImportError:
            said = "A bucket needs `pip install 'takeback[s3]'`."
            raise RequestFault("wrong_setting", said, "TAKEBACK_FILES") from None
        self._calls: Any = obstore
        client: Any = {**_CLIENT, "allow_http": os.environ.get(_WITHOUT_TLS) == "true"}
        try:
            self._bucket = S3Store.from_url(
                url,
                client_options=client,
                retry_config=_RETRIES,
            )
        except obstore.exceptions.BaseError as error:
            said = f"The bucket cannot be opened: {_first_line(error)}"
            raise RequestFault("wrong_setting", said, "TAKEBACK_FILES") from None

    def write(self, key: str, content: bytes) -> None:
        """Writes by one PUT, which is atomic."""
        with self._told():
            self._calls.put(self._bucket, checked(key), content, use_multipart=False)

    def read(self, key: str) -> bytes:
        """Returns the whole file."""
        with self._told():
            return bytes(self._calls.get(self._bucket, checked(key)).bytes())

    def remove(self, key: str) -> None:
        """Removes the file; does nothing if there is none."""
        with self._told():
            try:
                self._calls.delete(self._bucket, checked(key))
            except FileNotFoundError:
                return

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (self._calls.exceptions.BaseError, OSError) as error:
            log.exception("the bucket of files does not do its work")
            said = "Files cannot be kept or read at the moment; ask again later."
            raise unavailable(said) from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["no message"])[0][:200]
