"""The spans of a text that a change replaces; everything else stays as it was written."""

from __future__ import annotations

from typing import Final, NamedTuple

from engine.errors import RequestFault
from engine.policy.layout.reading import ORDER, Branch, Entry, Leaf
from engine.policy.layout.writing import flowed, in_double, in_single, one_line
from engine.policy.rewriting.changes import (
    Add,
    Change,
    Move,
    Place,
    Remove,
    Set,
    not_there,
    order_of,
)


class TextEdit(NamedTuple):
    """Replaces a text from the character `start` up to `end`, counted from 0."""

    start: int
    end: int
    text: str


def pieces(text: str, root: Branch, change: Change) -> list[TextEdit]:
    """Returns the edits of a change that can be `applied` to the data of the text.

    Raises `RequestFault` for an item whose name is written in another way than it is read.
    """
    if isinstance(change, Add):
        return [_insertion(text, _found(root, change.at), change)]
    held = _found(root, change.at[:-1])
    if isinstance(change, Set) and held.is_map and held.find(change.at[-1]) is None:
        return [_new_key(text, held, change)]
    number = _number(held, change.at)
    if isinstance(change, Move):
        return [_shift(text, root, held, number, change)]
    if isinstance(change, Remove):
        return _removed(text, held, number)
    return _replaced(text, held.entries[number], held, change.value)


def _found(root: Branch, at: Place) -> Branch:
    """The map or list at a place."""
    for step in at:
        number = root.find(step)
        value = None if number is None else root.entries[number].value
        if not isinstance(value, Branch):
            raise not_there(at)
        root = value
    return root


def _number(held: Branch, at: Place) -> int:
    number = held.find(at[-1])
    if number is None:
        raise not_there(at)
    return number


def _replaced(text: str, entry: Entry, held: Branch, value: object) -> list[TextEdit]:
    old = entry.value
    if block := _block(text, entry, held, value):
        return [block]
    written = isinstance(old, Leaf) and old.start < old.end
    if written or (isinstance(old, Branch) and old.flow):
        style = old.style if isinstance(old, Leaf) else ""
        return [TextEdit(old.start, old.end, on_one_line(value, style, flow=held.flow))]
    said = on_one_line(value, flow=held.flow)
    start = entry.colon or entry.start + 1
    beside = _line_end(text, start)
    if old.start > beside:  # what follows the key stays, such as a comment
        return [TextEdit(start, start, f" {said}"), TextEdit(beside, old.end, "")]
    return [TextEdit(start, old.end, f" {said}")]


def _block(text: str, entry: Entry, held: Branch, value: object) -> TextEdit | None:
    """Replaces a value too long for its key's line by a block; a comment in that line stays."""
    if held.flow or not entry.colon:
        return None
    column = _column(text, entry.start)
    said = behind(value, _column(text, entry.colon), column)
    if not said.startswith("\n"):
        return None
    beside, old = _line_end(text, entry.colon), entry.value
    start = entry.colon if old.end > old.start and old.start <= beside else beside
    return TextEdit(start, max(start, old.end), said)


def _new_key(text: str, held: Branch, change: Set) -> TextEdit:
    key = on_one_line(change.at[-1], flow=True)
    if held.flow:
        said = f"{key}: {on_one_line(change.value, flow=True)}"
        return _in_braces(held, len(held.entries), said)
    before = _predecessor(held, change.at)
    column = _column(text, held.entries[0].start)
    said = behind(change.value, column + len(key) + 1, column)
    end = _line_end(text, before.end)
    return TextEdit(end, end, f"\n{' ' * column}{key}:{said}")


def _predecessor(held: Branch, at: Place) -> Entry:
    """Returns the entry that a new key follows: by the usual order at the top, else the last."""
    if len(at) > 1 or at[0] not in ORDER:
        return held.entries[-1]
    place = ORDER.index(at[0])
    earlier = [each for each in held.entries if each.name in ORDER[:place]]
    return earlier[-1] if earlier else held.entries[-1]


def _insertion(text: str, held: Branch, change: Add) -> TextEdit:
    number = -1 if change.after is None else _number(held, (*change.at, change.after))
    if held.flow:
        return _in_braces(held, number + 1, on_one_line(change.value, flow=True))
    column = _column(text, held.entries[0].start)
    said = item(change.value, column)
    if number < 0:
        start = held.entries[0].start
        return TextEdit(start, start, f"{said}\n{' ' * column}")
    end = _line_end(text, held.entries[number].end)
    return TextEdit(end, end, f"\n{' ' * column}{said}")


def _in_braces(held: Branch, place: int, said: str) -> TextEdit:
    """Inserts an entry at a place of a map or list in braces."""
    if not held.entries:
        return TextEdit(held.start + 1, held.end - 1, said)
    if place == 0:
        start = held.entries[0].start
        return TextEdit(start, start, f"{said}, ")
    end = held.entries[place - 1].end
    return TextEdit(end, end, f", {said}")


def _removed(text: str, held: Branch, number: int) -> list[TextEdit]:
    entry, last = held.entries[number], len(held.entries) - 1
    if last == 0:
        inner = TextEdit(entry.start, entry.end, "")
        return [
            inner if held.flow else TextEdit(held.start, held.end, "{}" if held.is_map else "[]")
        ]
    if not held.flow and not text[_line_start(text, entry.start) : entry.start].strip():
        start = _line_start(text, entry.start)
        end = _line_end(text, entry.end)
        return [TextEdit(start, end + 1, "") if end < len(text) else TextEdit(start - 1, end, "")]
    if number == 0:
        return _cut(text, entry, held.entries[1])
    before = held.entries[number - 1].end
    if "#" not in text[before : entry.start]:
        return [TextEdit(before, entry.end, "")]
    comma = text.index(",", before)
    return [TextEdit(comma, comma + 1, ""), TextEdit(entry.start, entry.end, "")]


def _cut(text: str, entry: Entry, following: Entry) -> list[TextEdit]:
    """Takes out an entry that another one follows, in braces or behind a dash."""
    between = text[entry.end : following.start]
    if "#" not in between:
        return [TextEdit(entry.start, following.start, "")]
    comma = entry.end + len(between) - len(between.lstrip())
    comma += text[comma] == ","
    return [TextEdit(entry.start, comma, "")]


def _shift(text: str, root: Branch, held: Branch, number: int, change: Move) -> TextEdit:
    after = None if change.after is None else _number(held, (*change.at[:-1], change.after))
    bounds = [(each.start, each.end) for each in held.entries]
    if not held.flow:
        bounds = _lines_of(text, _found(root, change.at[:-2]), held)
    said = [text[start:end] for start, end in bounds]
    between = [text[bounds[n][1] : bounds[n + 1][0]] for n in range(len(bounds) - 1)] + [""]
    order = zip(order_of(len(said), number, after), between, strict=True)
    whole = "".join(said[each] + gap for each, gap in order)
    return TextEdit(bounds[0][0], bounds[-1][1], whole)


def _lines_of(text: str, above: Branch, held: Branch) -> list[tuple[int, int]]:
    """Returns the spans of the items of a block list; `above` is the map that holds the list.

    An item owns everything between the item before it and its own end, so that moving it back
    restores the text.
    """
    holder = next((each for each in above.entries if each.value is held), None)
    head = _line_end(text, holder.colon) if holder and holder.colon else None
    first = held.entries[0].start
    if head is None or head >= first or text[_line_start(text, first) : first].strip():
        raise RequestFault("wrong_reference", "Only rows of a list are moved.", "at")
    ends = [_line_end(text, each.end) for each in held.entries]
    return list(zip([head, *ends[:-1]], ends, strict=True))


def _column(text: str, index: int) -> int:
    return index - _line_start(text, index)


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _line_end(text: str, index: int) -> int:
    end = text.find("\n", index)
    return len(text) if end < 0 else end


# --- values ---------------------------------------------------------------------------------------

WIDTH: Final = 100
STEP: Final = 2
"""Blanks by which a block is indented."""


def on_one_line(value: object, style: str = "", *, flow: bool) -> str:
    """Writes a value on one line; `flow` if it stands in braces; a text keeps its quote `style`."""
    if isinstance(value, str) and style == '"':
        return in_double(value)
    if isinstance(value, str) and style == "'" and "\n" not in value:
        return in_single(value)
    node = _laid_out(value)
    return one_line(node, flow=flow) if isinstance(node, Leaf) else flowed(node)


def _laid_out(value: object) -> Leaf | Branch:
    if isinstance(value, dict):
        pairs = [Entry(key=_text(str(key)), value=_laid_out(each)) for key, each in value.items()]
        return Branch(is_map=True, flow=True, entries=pairs)
    if isinstance(value, list | tuple):
        items = [Entry(key=None, value=_laid_out(each)) for each in value]
        return Branch(is_map=False, flow=True, entries=items)
    if value is None or isinstance(value, bool):
        return Leaf(text={None: "null", True: "true", False: "false"}[value])
    return _text(value) if isinstance(value, str) else Leaf(text=str(value))


def _text(value: str) -> Leaf:
    return Leaf(text=value, style='"')


def item(value: object, column: int) -> str:
    """Writes a list item whose dash stands at `column`: on one line if it fits, else as a block."""
    line = f"- {on_one_line(value, flow=True)}"
    if column + len(line) <= WIDTH or not isinstance(value, dict) or not value:
        return line
    return "- " + _below(value, column + STEP).lstrip()


def behind(value: object, first: int, column: int) -> str:
    """Writes what follows the colon of a key: on its line if it fits, else as a block.

    The key begins at `column`, and what follows its colon at `first`.
    """
    line = f" {on_one_line(value, flow=False)}"
    if first + len(line) <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    return _below(value, column + STEP)


def _below(value: dict[object, object] | list[object], column: int) -> str:
    """Writes the lines of a block, each with the line break before it."""
    if isinstance(value, list):
        said = [item(each, column) for each in value]
    else:
        keys = [(f"{on_one_line(str(key), flow=True)}:", each) for key, each in value.items()]
        said = [f"{key}{behind(each, column + len(key), column)}" for key, each in keys]
    return "".join(f"\n{' ' * column}{each}" for each in said)
