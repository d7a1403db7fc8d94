"""Finds the edit of the text that fixes a finding, where one is known."""

from __future__ import annotations

import re
from typing import Final

from engine.policy.faults import Fault
from engine.policy.rewriting import TextEdit, on_one_line

_MEANT: Final = re.compile(r" Did you mean `([^`]+)`\?")
_WRONG: Final = re.compile(r"`([^`]+)`")
_WORD: Final = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|[^\s,\[\]{}:#\"']+")
_HIDDEN: Final = ("hidden_character", "tab")


def fix_of(fault: Fault, text: str, file: str) -> TextEdit | None:
    """Returns the edit, or None if none is known or the fault is in another file."""
    if fault.source.file != file:
        return None
    at = _index(text, fault)
    if at is None:
        return None
    if fault.code in _HIDDEN:
        return TextEdit(at, at + 1, "  " if fault.code == "tab" else "")
    meant = _MEANT.search(fault.sentence)
    return _meant(meant[1], fault, text, at) if meant else None


def _meant(word: str, fault: Fault, text: str, at: int) -> TextEdit | None:
    """Returns an edit of the misspelt word, searched from the finding to the end of its line."""
    before = fault.sentence[: fault.sentence.index(" Did you mean")]
    wrong = {each.rpartition(".")[2] for each in _WRONG.findall(before)}
    line = text.find("\n", at)
    for found in _WORD.finditer(text, at, len(text) if line < 0 else line):
        said = found[0].strip("\"'")
        if said in wrong and said != word:
            new = word.rpartition(".")[2] if "." not in said else word
            return TextEdit(found.start(), found.end(), on_one_line(new, flow=True))
    return None


def _index(text: str, fault: Fault) -> int | None:
    r"""Returns the character index of the fault; line breaks may be `\r\n`."""
    lines = text.split("\n")
    if not 1 <= fault.source.line <= len(lines):
        return None
    start = sum(len(each) + 1 for each in lines[: fault.source.line - 1])
    mark = 1 if text.startswith("\ufeff") and fault.source.line == 1 else 0
    index = start + fault.source.column - 1 + mark
    return index if index < len(text) else None
