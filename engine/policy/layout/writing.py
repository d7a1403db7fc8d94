"""Writes a policy in its one canonical layout: values, maps and lists in braces, blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, TypeGuard

from engine.policy.layout.reading import Branch, Entry, Leaf, in_order, lift
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
        return _in_block(leaf, indent, width)
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


def _in_block(leaf: Leaf, indent: int, width: int) -> list[str]:
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


# --- lines ----------------------------------------------------------------------------------------


MOST_BLANKS: Final = 24
"""The most blanks that pad a column; one that needs more ends the alignment of its row."""


def aligned(rows: Sequence[Branch], room: int) -> list[str]:
    """Writes rows as aligned lines; each row fits into `room` if it is not aligned."""
    cells = [[cell(entry) for entry in row.entries] for row in rows]
    columns = _columns(rows, cells)
    while columns and max(len(_line(row, columns)) for row in cells) > room:
        columns = columns[:-1]
    return [_line(row, columns) for row in cells]


def _columns(rows: Sequence[Branch], cells: list[list[str]]) -> list[int]:
    """The widths of the columns that can be aligned, from the left."""
    widths: list[int] = []
    for column in range(min(len(row) for row in cells) - 1):
        names = {_name(row, column) for row in rows}
        lengths = [len(row[column]) for row in cells]
        if len(names) > 1 or max(lengths) - min(lengths) > MOST_BLANKS:
            break
        widths.append(max(lengths))
    return widths


def _name(row: Branch, column: int) -> str:
    name = row.entries[column].name
    return "when" if name == "otherwise" else name


def _line(cells: list[str], columns: list[int]) -> str:
    *before, last = cells
    said = [f"{cell}, " for cell in before]
    for column, width in enumerate(columns):
        said[column] = said[column].ljust(width + 2)
    return "{" + "".join(said) + last + "}"


_FARTHEST: Final = 40
"""If the lines of a run differ by more, each comment follows its line closely."""


@dataclass(slots=True, kw_only=True)
class Line:
    """One line of a text, and the comment behind it."""

    text: str
    beside: str = ""


def joined(lines: Iterable[Line]) -> Iterator[str]:
    """Yields the lines with their comments, aligned within each run of lines."""
    for _, group in groupby(lines, key=_block):
        run = list(group)
        lengths = [len(line.text) for line in run if line.beside]
        far = bool(lengths) and max(lengths) - min(lengths) > _FARTHEST
        column = max(lengths) if lengths and not far else 0
        for line in run:
            yield f"{line.text.ljust(column)}  {line.beside}" if line.beside else line.text


def _block(line: Line) -> tuple[int, bool]:
    """Returns what the lines of a run have in common: indentation, and being a comment or blank."""
    text = line.text.lstrip()
    return len(line.text) - len(text), not text or text.startswith("#")


WIDTH: Final = 120
"""Columns into which a line should fit; the comment behind it does not count."""

STEP: Final = 2
"""Blanks by which a block is indented."""


def write_layout(whole: Branch) -> str:
    """Writes the text of a policy, with a blank line between topics."""
    for entry in whole.entries:
        lift(entry)
    head = _take_head(whole.entries[0]) if whole.entries else []
    found = [Line(text=text) for text in head]
    before = 0
    for entry in in_order(whole.entries):
        above = _above(entry, 0)
        own = _Writer(facts=entry.name == "tests").own(entry, 0)
        if not before:
            above = above[1:] if above and not above[0].text else above
        elif (len(own) > 1 or before > 1) and not (above and not above[0].text):
            above = [Line(text=""), *above]
        found += [*above, *own]
        before = len(own)
    found += [Line(text=text) for text in whole.tail]
    return "".join(f"{line}\n" for line in joined(found))


def _take_head(first: Entry) -> list[str]:
    """Takes the comments that a blank line parts from the first key: they are about the file."""
    if "" not in first.above:
        return []
    end = len(first.above) - first.above[::-1].index("")
    head, first.above = first.above[:end], first.above[end:]
    return head


def _after(start: str, lines: list[str], comment: str) -> list[Line]:
    found = [Line(text=f"{start} {lines[0]}".rstrip()), *(Line(text=line) for line in lines[1:])]
    found[-1].beside = comment
    return found


def _is_row(value: Leaf | Branch) -> TypeGuard[Branch]:
    if not isinstance(value, Branch) or not value.is_map or not value.flow:
        return False
    return bool(value.entries) and not value.commented


def _above(entry: Entry, indent: int) -> list[Line]:
    return [Line(text=" " * indent + said if said else "") for said in entry.above]


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes entries; with `facts`, a map that is too wide is filled and not split into lines."""

    facts: bool

    def own(self, entry: Entry, indent: int, row: str = "") -> list[Line]:
        """Returns an entry's lines without the comments above it; `row` is its aligned text."""
        value = entry.value
        start = " " * indent + (f"{one_line(entry.key, flow=False)}:" if entry.key else "-")
        if row:
            return [Line(text=f"{start} {row}", beside=entry.beside)]
        if isinstance(value, Leaf):
            return self._leaf(entry, value, start, indent)
        lines = self._flow(value, len(start) + 1, item=entry.key is None)
        if lines:
            return _after(start, lines, entry.beside)
        if entry.key:
            return [Line(text=start, beside=entry.beside), *self._block(value, indent + STEP)]
        if entry.beside:
            value.entries[0].remark(entry.beside)
        first, *more = self._block(value, indent + STEP)
        first.text = start + first.text[len(start) :]
        return [first, *more]

    def _leaf(self, entry: Entry, leaf: Leaf, start: str, indent: int) -> list[Line]:
        lines = written(leaf, len(start) + 1, indent + STEP, WIDTH)
        if leaf.style in ("|", ">") and len(lines) > 1 and lines[0][0] in "|>":
            head = Line(text=f"{start} {lines[0]}", beside=entry.beside)
            return [head, *(Line(text=line) for line in lines[1:])]
        return _after(start, lines, entry.beside)

    def _flow(self, value: Branch, first: int, *, item: bool) -> list[str]:
        """Writes a map or list in braces; returns no lines if it must be a block."""
        if value.entries and (not value.flow or value.commented):
            return []
        line = flowed(value)
        if first + len(line) <= WIDTH or not value.entries:
            return [line]
        if value.is_map:
            fill = self.facts and not item
        else:
            fill = self.facts or all(isinstance(each.value, Leaf) for each in value.entries)
        return filled(value, first, WIDTH) if fill else []

    def _block(self, branch: Branch, indent: int) -> list[Line]:
        rows = self._rows(branch, indent)
        found: list[Line] = []
        for number, entry in enumerate(branch.entries):
            found += _above(entry, indent)
            found += self.own(entry, indent, rows.get(number, ""))
        return found + [Line(text=" " * indent + said if said else "") for said in branch.tail]

    def _rows(self, branch: Branch, indent: int) -> dict[int, str]:
        """Returns the aligned texts of the rows that fit on one line each."""
        room = WIDTH - indent - STEP
        rows = {
            number: entry.value
            for number, entry in enumerate(branch.entries)
            if not branch.is_map and _is_row(entry.value) and len(flowed(entry.value)) <= room
        }
        return dict(zip(rows, aligned(list(rows.values()), room), strict=True)) if rows else {}
