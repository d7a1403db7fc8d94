"""Changes a policy text in one place and leaves every other byte, comments too, as it was.

A place is the keys and names that lead to it: `("deadlines", "request", "rows", "W-LATE", "days")`.
An item of a list is named by its `id` or `name`, or by its number from 0. After a change it is
checked that the text says that change and nothing else.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

from engine.errors import PolicyFaults, RequestFault, TakebackError
from engine.policy.faults import Source
from engine.policy.layout.reading import NAMES, ORDER, Branch, Entry, Leaf, numbered, read_layout
from engine.policy.layout.writing import flowed, in_double, in_single, one_line
from engine.policy.text import from_data, parse, to_data

Place: TypeAlias = tuple[str, ...]
MOST_STEPS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """Gives a key another value; a key that is not there is added at the end of its map."""

    at: Place
    value: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """Takes out a key or an item, with the comments inside it."""

    at: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """Adds an item to the list at a place: after another one, or first."""

    at: Place
    value: object
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Moves an item with the comments above it: after another one of its list, or first."""

    at: Place
    after: str | None = None


Change: TypeAlias = Set | Remove | Add | Move


# --- the data after a change ----------------------------------------------------------------------


def applied(data: object, change: Change) -> object:
    """Returns a text's data after a change; raises `RequestFault` for a place that is not there."""
    if isinstance(change, Add):
        return _at(data, change.at, lambda held: _added(held, change.value, change.after))
    if not change.at:
        raise not_there(())
    *above, last = change.at
    return _at(data, tuple(above), lambda held: _changed(held, last, change))


def not_there(at: Place) -> RequestFault:
    """Returns the error for a place that a text does not have."""
    shown = ".".join(step[:60] for step in at[:8]) or "(the top)"
    return RequestFault("not_found", f"The text has nothing at `{shown}`.", "at")


def number_of(items: list[object], step: str) -> int:
    """Returns the number of the item that a step names; raises `RequestFault`."""
    number = numbered([_name_of(item) for item in items], step)
    if number is None:
        raise not_there((step,))
    return number


def _name_of(item: object) -> str | None:
    said = [item[key] for key in NAMES if key in item] if isinstance(item, dict) else []
    return str(said[0]) if said and isinstance(said[0], str | int) else None


def _at(data: object, at: Place, change: Callable[[object], object]) -> object:
    if not at:
        return change(data)
    first, rest = at[0], at[1:]
    if isinstance(data, dict) and first in data:
        return {**data, first: _at(data[first], rest, change)}
    if isinstance(data, list):
        number = number_of(data, first)
        return [*data[:number], _at(data[number], rest, change), *data[number + 1 :]]
    raise not_there(at)


def _changed(held: object, last: str, change: Set | Remove | Move) -> object:
    if isinstance(change, Move):
        return _moved(held, last, change.after)
    if isinstance(held, dict):
        return _of_map(held, last, change)
    if not isinstance(held, list):
        raise not_there(change.at)
    number = number_of(held, last)
    new = [change.value] if isinstance(change, Set) else []
    return [*held[:number], *new, *held[number + 1 :]]


def _of_map(held: dict[str, object], last: str, change: Set | Remove) -> object:
    if isinstance(change, Set):
        return {**held, last: change.value}
    if last not in held:
        raise not_there(change.at)
    return {key: value for key, value in held.items() if key != last}


def _moved(held: object, step: str, after: str | None) -> object:
    if not isinstance(held, list):
        raise not_there((step,))
    number = number_of(held, step)
    target = None if after is None else number_of(held, after)
    if target == number:
        raise RequestFault("wrong_reference", "An item does not follow itself.", "after")
    return [held[each] for each in _order(len(held), number, target)]


def _order(count: int, number: int, after: int | None) -> list[int]:
    """Returns the old numbers of items in their new order, one of them moved after another."""
    found = [each for each in range(count) if each != number]
    found.insert(0 if after is None else found.index(after) + 1, number)
    return found


def _added(held: object, value: object, after: str | None) -> object:
    if not isinstance(held, list):
        raise RequestFault("wrong_reference", "An item is added to a list of rows.", "at")
    place = 0 if after is None else number_of(held, after) + 1
    return [*held[:place], value, *held[place:]]


# --- the spans that a change replaces -------------------------------------------------------------


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
    order = zip(_order(len(said), number, after), between, strict=True)
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


# --- applied to a text ----------------------------------------------------------------------------


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
