"""Writes maps and lists in braces: in one line, or filled over several."""

from __future__ import annotations

from engine.policy.layout.nodes import Branch, Entry, Leaf
from engine.policy.layout.scalars import one_line


def flowed(value: Leaf | Branch) -> str:
    """A value in one line."""
    if isinstance(value, Leaf):
        return one_line(value, flow=True)
    return _braced(value, ", ".join(cell(entry) for entry in value.entries))


def cell(entry: Entry) -> str:
    """`key: value`, or the item of a list."""
    said = flowed(entry.value)
    return f"{one_line(entry.key, flow=True)}: {said}" if entry.key else said


def filled(branch: Branch, first: int, width: int) -> list[str]:
    """A map or list whose first line begins at the column `first`; others are indented already.

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
