"""Writes values on one line or several; maps and lists in braces."""

from __future__ import annotations

import re
from typing import Final

from engine.policy.layout.nodes import Branch, Entry, Leaf
from engine.policy.text import resolve

_START: Final = re.compile(r"""[^\s\-?:,\[\]{}#&*!|>'"%@`=]""")
_NOT_PLAIN: Final = re.compile(r":(?:\s|\Z)|\s#|\n|\A\s|\s\Z|\A---|\A\.\.\.|\A<<\Z")
_NOT_IN_FLOW: Final = re.compile(r"[,\[\]{}]|:[,\[\]{}]")
_BREAK: Final = re.compile(r"(?<=\S) (?=[A-Za-z0-9])")


def one_line(leaf: Leaf, *, flow: bool) -> str:
    """Writes a value on one line; `flow` if it stands inside braces."""
    text = leaf.text
    if not leaf.style and "\n" not in text:
        return text or ("null" if flow else "")
    odd = _NOT_PLAIN.search(text) or (flow and _NOT_IN_FLOW.search(text))
    if _START.match(text) and not odd and resolve(text) == text and text.isprintable():
        return text
    single = "\n" not in text and ('"' in text or "\\" in text)
    return in_single(text) if single else in_double(text)


def written(leaf: Leaf, first: int, indent: int, width: int) -> list[str]:
    """Writes a value in lines; the first begins at column `first`, others are indented already."""
    if leaf.style in ("|", ">") and "\n" in leaf.text and _may_be_block(leaf.text):
        return _block(leaf, indent, width)
    line = one_line(leaf, flow=False)
    if first + len(line) <= width or "\\" in line:
        return [line]
    return _folded(line, first, indent, width)


def in_single(text: str) -> str:
    """A text of one line in single quotes."""
    return "'" + text.replace("'", "''") + "'"


def in_double(text: str) -> str:
    """A text in double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _may_be_block(text: str) -> bool:
    lines = text.removesuffix("\n").split("\n")
    clean = all(line == line.rstrip() and not line.startswith(" ") for line in lines)
    return clean and bool(lines[0]) and bool(lines[-1])


def _block(leaf: Leaf, indent: int, width: int) -> list[str]:
    found = [leaf.style if leaf.text.endswith("\n") else f"{leaf.style}-"]
    for number, line in enumerate(leaf.text.removesuffix("\n").split("\n")):
        if leaf.style == "|":
            found.append(" " * indent + line if line else "")
            continue
        found += [""] if number else []
        found += [" " * indent + part.lstrip() for part in _folded(line, indent, 0, width) if line]
    return found


def _folded(line: str, first: int, indent: int, width: int) -> list[str]:
    """Breaks a text into several lines, at single blanks before words only."""
    found: list[str] = []
    room = width - first
    for part in _BREAK.split(line):
        if found and len(found[-1]) + 1 + len(part) <= room:
            found[-1] += f" {part}"
        else:
            room = width - first if not found else width - indent
            found.append(part)
    return [found[0], *(" " * indent + part for part in found[1:])]


def flowed(value: Leaf | Branch) -> str:
    """Writes a value on one line."""
    if isinstance(value, Leaf):
        return one_line(value, flow=True)
    return _braced(value, ", ".join(cell(entry) for entry in value.entries))


def cell(entry: Entry) -> str:
    """Writes `key: value`, or the item of a list."""
    said = flowed(entry.value)
    return f"{one_line(entry.key, flow=True)}: {said}" if entry.key else said


def filled(branch: Branch, first: int, width: int) -> list[str]:
    """Writes a map or list in lines; the first begins at `first`, others are indented already.

    Each entry that no longer fits begins a line under the first entry.
    """
    found = [_braced(branch, "")[0]]
    last = len(branch.entries) - 1
    for number, entry in enumerate(branch.entries):
        parts = _parts(entry, first + 1, width)
        parts[-1] += _braced(branch, "")[1] if number == last else ","
        room = width - (first if len(found) == 1 else 0)
        blank = " " if number else ""
        if number and (len(parts) > 1 or len(found[-1]) + 1 + len(parts[0]) > room):
            found.append(" " * (first + 1) + parts[0])
        else:
            found[-1] += blank + parts[0]
        found += parts[1:]
    return found


def _parts(entry: Entry, column: int, width: int) -> list[str]:
    line = cell(entry)
    if isinstance(entry.value, Leaf) or column + len(line) < width:
        return [line]
    key = f"{one_line(entry.key, flow=True)}: " if entry.key else ""
    inner = filled(entry.value, column + len(key), width)
    return [key + inner[0], *inner[1:]]


def _braced(branch: Branch, inside: str) -> str:
    return f"{{{inside}}}" if branch.is_map else f"[{inside}]"
