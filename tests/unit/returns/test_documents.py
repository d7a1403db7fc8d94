"""What a file is, is said by its first bytes; what it is called is safe on every system."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.characters import is_needed
from engine.errors import RequestFault
from engine.returns.documents import MOST_BYTES, MOST_NAME, DocumentKind, judged, safe_name

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
HEIF = b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic"
PDF = b"%PDF-1.7\n"


@pytest.mark.parametrize(
    ("content", "kind"),
    [(JPEG, "jpeg"), (PNG, "png"), (WEBP, "webp"), (HEIC, "heic"), (HEIF, "heic"), (PDF, "pdf")],
)
def test_a_kind_is_known_by_its_first_bytes(content: bytes, kind: str) -> None:
    assert judged(content + b"<script>alert(1)</script>") is DocumentKind(kind)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8",
        b"<html>" + JPEG,
        b" %PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a",
        b"PK\x03\x04",
        b"MZ\x90\x00",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00mp41avc1",
        b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00avifmif1",
        b"\xff\xff\xff\xffftypmp42\x00\x00\x00\x00heic",
        b"\x89PNG\r\n\x1a\n" + b"<html>" * 9,
    ],
)
def test_whatever_else_it_begins_with_is_refused(content: bytes) -> None:
    with pytest.raises(RequestFault) as caught:
        judged(content)

    assert caught.value.code == "wrong_kind_of_file"


def test_one_byte_too_many_is_refused() -> None:
    assert judged(PDF.ljust(MOST_BYTES)) is DocumentKind.PDF
    with pytest.raises(RequestFault) as caught:
        judged(PDF.ljust(MOST_BYTES + 1))

    assert caught.value.code == "file_too_large"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("photo.JPG", "photo.jpg"),
        ("Kühlschrank hinten.jpeg", "Kühlschrank hinten.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\ada\\lamp.png", "lamp.jpg"),
        ("evil.html", "evil.jpg"),
        ("invoice.pdf.exe", "invoice.pdf.jpg"),
        ("gpj\u202egnp.exe", "gpjgnp.jpg"),
        ('a"; filename="b.exe', "a filename= b.jpg"),
        ("a\r\nSet-Cookie: b=c.png", "aSet-Cookie b=c.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("", "document.jpg"),
        ("...", "document.jpg"),
        ("con.png", "document con.jpg"),
        ("a\ud800.png", "a.jpg"),
        ("می\u200cشود.png", "می\u200cشود.jpg"),
        ("a\u200cb\u200b.png", "ab.jpg"),
    ],
)
def test_a_hostile_name_becomes_a_plain_one(said: str, name: str) -> None:
    assert safe_name(said, DocumentKind.JPEG) == name


@settings(max_examples=60)
@given(st.text(max_size=150), st.sampled_from(DocumentKind))
def test_every_name_is_one_word_of_a_path_with_the_ending_of_its_kind(
    said: str, kind: DocumentKind
) -> None:
    name = safe_name(said, kind)

    assert name.endswith(kind.ending)
    assert 1 <= len(name.removesuffix(kind.ending)) <= MOST_NAME + len("document ")
    assert not set(name) & set("/\\\"'<>:|?*%;\r\n\0")
    unseen = [at for at, each in enumerate(name) if unicodedata.category(each).startswith("C")]
    assert all(is_needed(name, at) for at in unseen)
    assert not name.startswith((".", " "))
    assert safe_name(name, kind) == name
    name.encode()
