"""Photos and papers of a return: which files are accepted, by their content, and their names.

What a sender says of a file (the extension of its name, its media type) is never believed.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final

from engine.characters import is_needed
from engine.errors import RequestFault

MOST_BYTES: Final = 10_000_000
"""The limit of one file."""
MOST_DOCUMENTS: Final = 20
MOST_BYTES_IN_ALL: Final = 50_000_000
"""The limit for each side of a return, so that neither uses up the other's space."""
MOST_NAME: Final = 100
"""The limit of a name in characters, without its extension."""

_PHOTO_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis"})
"""The brands of HEIF files (ISO/IEC 23008-12) that hold pictures as phones take them."""
_SEPARATORS: Final = re.compile(r"[/\\]")
_WORDLESS: Final = re.compile(r"""[\s"'<>:|?*%;,$`&#{}~]+""")
_ENDS: Final = " .\u200b\u200c\u200d"
"""What a name does not begin or end with."""
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])\Z")
"""Names that Windows reserves for devices."""


class DocumentKind(StrEnum):
    """What a document is, by its first bytes."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        """The media type, as HTTP names it."""
        return "application/pdf" if self is DocumentKind.PDF else f"image/{self}"

    @property
    def ending(self) -> str:
        """The extension of a file name, with its dot."""
        return ".jpg" if self is DocumentKind.JPEG else f".{self}"


_MARKS: Final = {
    DocumentKind.JPEG: {0: b"\xff\xd8\xff"},
    DocumentKind.PNG: {0: b"\x89PNG\r\n\x1a\n", 12: b"IHDR"},
    DocumentKind.WEBP: {0: b"RIFF", 8: b"WEBP"},
    DocumentKind.PDF: {0: b"%PDF-"},
}
"""The bytes by which a kind of file is known, by where they stand."""


def judged(content: bytes) -> DocumentKind:
    """Returns the kind of a file; raises `RequestFault` if it has no known kind or is too large."""
    if len(content) > MOST_BYTES:
        said = f"A file has at most {MOST_BYTES:,} bytes."
        raise RequestFault("file_too_large", said, "file")
    kind = _kind(content)
    if kind is None:
        said = "By its content this is no JPEG, PNG, WebP, HEIC or PDF; send one of these."
        raise RequestFault("wrong_kind_of_file", said, "file")
    return kind


def safe_name(said: str, kind: DocumentKind) -> str:
    """Returns a name that is valid on every system: one path segment, with the kind's extension."""
    last = _SEPARATORS.split(unicodedata.normalize("NFC", said)[-1_000:])[-1]
    visible = "".join(
        each
        for at, each in enumerate(last)
        if not unicodedata.category(each).startswith("C") or is_needed(last, at)
    )
    stem = visible.rpartition(".")[0] or visible
    plain = _WORDLESS.sub(" ", stem).strip(_ENDS)[:MOST_NAME].strip(_ENDS)
    if not plain or _RESERVED.match(plain.partition(".")[0]):
        plain = f"document {plain}".strip()
    return f"{plain}{kind.ending}"


def _kind(content: bytes) -> DocumentKind | None:
    for kind, marks in _MARKS.items():
        if all(content.startswith(mark, at) for at, mark in marks.items()):
            return kind
    return DocumentKind.HEIC if _is_photo_of_phone(content) else None


def _is_photo_of_phone(content: bytes) -> bool:
    """Returns whether an ISO media file's first box names a picture brand, major or compatible."""
    size = int.from_bytes(content[:4], "big")
    if content[4:8] != b"ftyp" or not 16 <= size <= min(len(content), 256):
        return False
    brands = {content[at : at + 4] for at in (8, *range(16, size - 3, 4))}
    return bool(brands & _PHOTO_BRANDS)
