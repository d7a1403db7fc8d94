"""Photos and papers of a return: what may be sent, judged by content, and how it is named.

What a sender says of a file (its name's ending, its media type) is never believed.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final

from engine.errors import RequestFault

MOST_BYTES: Final = 10_000_000
"""Of one file."""
MOST_DOCUMENTS: Final = 20
MOST_BYTES_IN_ALL: Final = 50_000_000
"""What each side of a return may send, so that neither takes the other's room."""
MOST_NAME: Final = 100
"""Characters of a name, its ending apart."""

_PHOTO_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis"})
"""Of HEIF files (ISO/IEC 23008-12) those with pictures as phones take them."""
_SEPARATORS: Final = re.compile(r"[/\\]")
_WORDLESS: Final = re.compile(r"""[\s"'<>:|?*%;,$`&#{}~]+""")
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])\Z")
"""Names that Windows takes for devices."""


class DocumentKind(StrEnum):
    """What a document is, by its first bytes."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        """As HTTP names it."""
        return "application/pdf" if self is DocumentKind.PDF else f"image/{self}"

    @property
    def ending(self) -> str:
        """Of a file's name."""
        return ".jpg" if self is DocumentKind.JPEG else f".{self}"


def judged(content: bytes) -> DocumentKind:
    """The kind of a file; raises `RequestFault` for what is none, empty or too large."""
    if len(content) > MOST_BYTES:
        said = f"A file has at most {MOST_BYTES:,} bytes."
        raise RequestFault("file_too_large", said, "file")
    kind = _kind(content)
    if kind is None:
        said = "By its content this is no JPEG, PNG, WebP, HEIC or PDF; send one of these."
        raise RequestFault("wrong_kind_of_file", said, "file")
    return kind


def safe_name(said: str, kind: DocumentKind) -> str:
    """A name that is a name on every system: one word of a path, with the ending of its kind."""
    last = _SEPARATORS.split(unicodedata.normalize("NFC", said)[-1_000:])[-1]
    visible = "".join(each for each in last if not unicodedata.category(each).startswith("C"))
    stem = visible.rpartition(".")[0] or visible
    plain = _WORDLESS.sub(" ", stem).strip(" .")[:MOST_NAME].strip(" .")
    if not plain or _RESERVED.match(plain.partition(".")[0]):
        plain = f"document {plain}".strip()
    return f"{plain}{kind.ending}"


def _kind(content: bytes) -> DocumentKind | None:
    if content.startswith(b"\xff\xd8\xff"):
        return DocumentKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return DocumentKind.PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return DocumentKind.WEBP
    if content.startswith(b"%PDF-"):
        return DocumentKind.PDF
    return DocumentKind.HEIC if _is_photo_of_phone(content) else None


def _is_photo_of_phone(content: bytes) -> bool:
    """An ISO media file whose first box names a brand of pictures, as its own or a further one."""
    size = int.from_bytes(content[:4], "big")
    if content[4:8] != b"ftyp" or not 16 <= size <= min(len(content), 256):
        return False
    brands = {content[at : at + 4] for at in (8, *range(16, size - 3, 4))}
    return bool(brands & _PHOTO_BRANDS)
