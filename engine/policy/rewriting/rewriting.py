"""Applies a change to a text, and checks that the text then says that change and nothing else."""

from __future__ import annotations

import json
from bisect import bisect_left
from dataclasses import dataclass, replace

from engine.errors import PolicyFaults, RequestFault, TakebackError
from engine.policy.faults import Source
from engine.policy.layout.reading import read_layout
from engine.policy.rewriting.changes import Add, Change, Set, applied
from engine.policy.rewriting.placing import TextEdit, pieces
from engine.policy.text import from_data, parse, to_data


class RewritingFault(TakebackError):
    """A change that cannot be made without changing what else the text says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A text after a change: `edits` lead to it from the text before, `undo` leads back.

    The edits of a list are in order and do not touch; their places count in the text before all of
    them.
    """

    text: str
    edits: tuple[TextEdit, ...]
    undo: tuple[TextEdit, ...]


class Rewriter:
    """A text that is read once, to make any number of changes in it, each by itself.

    Raises `PolicyFaults` for a text that is not YAML of the language.
    """

    def __init__(self, text: str, file: str) -> None:
        self._text, self._file = text, file
        self._data = to_data(parse(text, file))
        whole = text.removeprefix("\ufeff")
        self._plain, self._breaks = whole.replace("\r\n", "\n"), _breaks(whole)
        self._layout = read_layout(self._plain)

    def rewritten(self, change: Change) -> Rewritten:
        """Returns the text with a change in it; every byte that is not part of the change stays.

        Raises `RequestFault` for a place that is not there or a value that cannot be written.
        """
        wanted = applied(self._data, _plain(change))
        found = sorted(pieces(self._plain, self._layout, change))
        edits = tuple(_placed(each, self._breaks, self._text) for each in found)
        after = edited(self._text, edits)
        if not _says(after, self._file, wanted):
            raise RewritingFault(
                f"`{self._file}` is left as it is: changed there, it would say something else."
            )
        return Rewritten(text=after, edits=edits, undo=_undo(self._text, edits))


def rewritten(text: str, file: str, change: Change) -> Rewritten:
    """Returns a text with one change in it, as `Rewriter` does."""
    return Rewriter(text, file).rewritten(change)


def edited(text: str, edits: tuple[TextEdit, ...]) -> str:
    """Applies edits that are in order to a text."""
    for edit in reversed(edits):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _undo(text: str, edits: tuple[TextEdit, ...]) -> tuple[TextEdit, ...]:
    shift, found = 0, []
    for edit in edits:
        start = edit.start + shift
        found.append(TextEdit(start, start + len(edit.text), text[edit.start : edit.end]))
        shift += len(edit.text) - (edit.end - edit.start)
    return tuple(found)


def _plain(change: Change) -> Change:
    """Returns the change with its value as a text gives it back, where `1.50` is not a number."""
    if not isinstance(change, Set | Add):
        return change
    return replace(change, value=to_data(from_data(change.value, Source("change", 1, 1))))


def _breaks(text: str) -> list[int]:
    """Returns where carriage returns were removed, as indexes of the text without them."""
    found, at = [], 0
    for part in text.split("\r\n")[:-1]:
        at += len(part)
        found.append(at)
        at += 1
    return found


def _placed(piece: TextEdit, breaks: list[int], text: str) -> TextEdit:
    """Turns an edit of the plain text into one of the text itself, with its kind of line breaks."""
    mark = text.startswith("\ufeff")
    start, end = (at + mark + bisect_left(breaks, at) for at in piece[:2])
    return TextEdit(start, end, piece.text.replace("\n", "\r\n") if breaks else piece.text)


def _says(text: str, file: str, wanted: object) -> bool:
    try:
        return _canonical(to_data(parse(text, file))) == _canonical(wanted)
    except PolicyFaults as error:
        said = error.faults[0]
        raise RequestFault(
            "wrong_type", f"It cannot be written: {said.sentence}", "change"
        ) from None


def _canonical(data: object) -> str:
    return json.dumps(data, sort_keys=True)
