"""Opens the file storage that a setting names."""

from __future__ import annotations

from pathlib import Path

from adapters.files.bucket import BucketFiles
from adapters.files.folder import FolderFiles
from adapters.files.port import Files


def open_files(place: str) -> Files:
    """Opens a folder's path or `s3://BUCKET/PREFIX`; raises `RequestFault` `wrong_setting`."""
    return BucketFiles(place) if place.startswith("s3://") else FolderFiles(Path(place).resolve())
