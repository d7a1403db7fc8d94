"""Reads a form with one file, strictly and within limits; knows nothing of returns."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from engine.policy.faults import nearest
from returns_api.serving.bodies import Refused

FILE: Final = "file"
MOST_AROUND: Final = 10_000
"""Maximum bytes of a form besides its file."""
MOST_PARTS: Final = 10
_MOST_BOUNDARY: Final = 70
"""RFC 2046."""
_ESCAPED: Final = {"%22": '"', "%0D": "\r", "%0A": "\n"}
"""How browsers escape these characters in the name of a file."""
logging.getLogger("python_multipart").setLevel(logging.ERROR)
"""It warns of every form that it rejects, which anybody with a key could send by the thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The text fields of a form by name, and its file with its name."""

    fields: Mapping[str, str]
    name: str
    content: bytes


@dataclass(slots=True)
class _Part:
    head: bytes = b""
    """The value of `Content-Disposition`."""
    content: bytearray = field(default_factory=bytearray)


class _Parts:
    """Receives the parser's events; a part counts once it has ended."""

    def __init__(self) -> None:
        self.whole: list[_Part] = []
        self.ended = False
        self._part = _Part()
        self._header, self._value = b"", b""

    def on_part_begin(self) -> None:
        if len(self.whole) >= MOST_PARTS:
            raise Refused(400, "wrong_form", f"A form has at most {MOST_PARTS} parts.")
        self._part = _Part()

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._part.head = self._value
        self._header, self._value = b"", b""

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._part.content += data[start:end]

    def on_part_end(self) -> None:
        self.whole.append(self._part)

    def on_end(self) -> None:
        self.ended = True


async def read_form(request: Request, known: Mapping[str, bool], most: int) -> Form:
    """Reads a form with the `known` fields, each with whether it is required; raises `Refused`.

    Reads at most `most` bytes of the file plus a few around it, and not one more.
    """
    parts = _Parts()
    heard: Any = {name: getattr(parts, name) for name in dir(parts) if name.startswith("on_")}
    parser = MultipartParser(_boundary(request), heard)
    try:
        await _feed(parser, request, most + MOST_AROUND)
    except FormParserError:
        raise Refused(400, "wrong_form", "This form cannot be read.") from None
    except ClientDisconnect:
        raise _incomplete() from None
    if not parts.ended:
        raise _incomplete()
    return _checked([_named(each) for each in parts.whole], known)


async def _feed(parser: MultipartParser, request: Request, most: int) -> None:
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and (len(length) > 20 or int(length) > most):
        raise _too_large(most)
    count = 0
    async for chunk in request.stream():
        count += len(chunk)
        if count > most:
            raise _too_large(most)
        parser.write(chunk)
    parser.finalize()


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data":
        raise Refused(415, "unsupported_media_type", "Send a form: multipart/form-data.")
    boundary = options.get(b"boundary", b"")
    if not 1 <= len(boundary) <= _MOST_BOUNDARY:
        raise Refused(400, "wrong_form", "The form's `boundary` is missing or too long.")
    return boundary


def _named(part: _Part) -> tuple[str, str | None, bytes]:
    """Returns the name of a part, its file name if it is a file, and its content."""
    _, options = parse_options_header(part.head)
    if b"name" not in options:
        raise Refused(400, "wrong_form", "A part of the form has no name.")
    file = options.get(b"filename")
    return _text(options[b"name"]), None if file is None else _text(file), bytes(part.content)


def _checked(parts: list[tuple[str, str | None, bytes]], known: Mapping[str, bool]) -> Form:
    names = [name for name, _, _ in parts]
    for name in names:
        if name != FILE and name not in known:
            hint = nearest(name, [*known, FILE])
            raise Refused(400, "unknown_field", f"`{name[:50]}` is no field of this form.{hint}")
    if len(set(names)) < len(names):
        raise Refused(400, "sent_twice", "A field of the form is sent twice.")
    fields = {name: _text(content) for name, file, content in parts if file is None}
    for name, required in known.items():
        if required and not fields.get(name, "").strip():
            raise Refused(400, "missing", f"The form lacks the field `{name}`.")
    sent = [(file, content) for name, file, content in parts if name == FILE and file is not None]
    if not sent:
        raise Refused(400, "missing", f"The form lacks a file in `{FILE}`.")
    file, content = sent[0]
    for escaped, plain in _ESCAPED.items():
        file = file.replace(escaped, plain)
    return Form(fields=fields, name=file, content=content)


def _text(said: bytes) -> str:
    try:
        text = said.decode()
    except UnicodeDecodeError:
        raise Refused(400, "wrong_form", "The form is not in UTF-8.") from None
    if "\0" in text:
        raise Refused(400, "hidden_character", "The character U+0000 is in no text; take it out.")
    return text


def _incomplete() -> Refused:
    return Refused(400, "incomplete_body", "The body ended before it was complete.")


def _too_large(most: int) -> Refused:
    return Refused(413, "body_too_large", f"A form has at most {most:,} bytes.", connection="close")
