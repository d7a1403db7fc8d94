"""Where a change touches a text: spans to replace, all else stays as it was written."""

from __future__ import annotations

from typing import NamedTuple

from engine.policy.layout.order import ORDER
from engine.policy.rewriting.changes import Add, Change, Move, Place, Remove, Set, not_there
from engine.policy.rewriting.moving import moved
from engine.policy.rewriting.spans import Entry, Span
from engine.policy.rewriting.writing import behind, in_flow, item, outside


class Piece(NamedTuple):
    """The characters from `start` up to `end`, and what stands there afterwards."""

    start: int
    end: int
    text: str


def pieces(text: str, root: Span, change: Change) -> list[Piece]:
    """What is replaced; raises `RequestFault` for a place that is not there."""
    if isinstance(change, Add):
        return [_added(text, _found(root, change.at), change)]
    if isinstance(change, Set) and change.at:
        held = _found(root, change.at[:-1])
        number = held.find(change.at[-1])
        if number is None:
            return [_new_key(text, held, change)]
        return _replaced(text, held.entries[number], held, change.value)
    if isinstance(change, Remove) and change.at:
        held = _found(root, change.at[:-1])
        return _removed(text, held, _number(held, change.at))
    if isinstance(change, Move) and change.at:
        return [_moved(text, root, change)]
    raise not_there(change.at)


def _found(root: Span, at: Place) -> Span:
    for step in at:
        number = root.find(step)
        if number is None:
            raise not_there(at)
        root = root.entries[number].value
    return root


def _number(held: Span, at: Place) -> int:
    number = held.find(at[-1])
    if number is None:
        raise not_there(at)
    return number


def _replaced(text: str, entry: Entry, held: Span, value: object) -> list[Piece]:
    old = entry.value
    if block := _block(text, entry, held, value):
        return [block]
    write = in_flow if held.flow else outside
    if old.kind == "scalar" and old.start < old.end:
        return [Piece(old.start, old.end, write(value, old.style))]
    if old.flow:
        return [Piece(old.start, old.end, write(value))]
    start = entry.colon or entry.start + 1
    beside = _line_end(text, start)
    if old.start > beside:  # what stands behind the key stays, a comment say
        return [Piece(start, start, f" {write(value)}"), Piece(beside, old.end, "")]
    return [Piece(start, old.end, f" {write(value)}")]


def _block(text: str, entry: Entry, held: Span, value: object) -> Piece | None:
    """A value that is too long for the line of its key; a comment behind the key stays there."""
    if held.flow or not entry.colon:
        return None
    column = _column(text, entry.start)
    said = behind(value, _column(text, entry.colon), column)
    if not said.startswith("\n"):
        return None
    beside, old = _line_end(text, entry.colon), entry.value
    start = entry.colon if old.end > old.start and old.start <= beside else beside
    return Piece(start, max(start, old.end), said)


def _new_key(text: str, held: Span, change: Set) -> Piece:
    key = in_flow(change.at[-1])
    if held.kind != "map":
        raise not_there(change.at)
    if held.flow:
        said = f"{key}: {in_flow(change.value)}"
        return _in_braces(held, len(held.entries), said)
    before = _predecessor(held, change.at)
    column = _column(text, held.entries[0].start)
    said = behind(change.value, column + len(key) + 1, column)
    end = _line_end(text, before.end)
    return Piece(end, end, f"\n{' ' * column}{key}:{said}")


def _predecessor(held: Span, at: Place) -> Entry:
    """The entry that a new key follows: at the top by the usual order, else the last."""
    if len(at) > 1 or at[0] not in ORDER:
        return held.entries[-1]
    place = ORDER.index(at[0])
    earlier = [each for each in held.entries if each.key in ORDER[:place]]
    return earlier[-1] if earlier else held.entries[-1]


def _added(text: str, held: Span, change: Add) -> Piece:
    if held.kind != "list":
        raise not_there(change.at)
    number = -1 if change.after is None else _number(held, (*change.at, change.after))
    if held.flow:
        return _in_braces(held, number + 1, in_flow(change.value))
    column = _column(text, held.entries[0].start)
    said = item(change.value, column)
    if number < 0:
        start = held.entries[0].start
        return Piece(start, start, f"{said}\n{' ' * column}")
    end = _line_end(text, held.entries[number].end)
    return Piece(end, end, f"\n{' ' * column}{said}")


def _in_braces(held: Span, place: int, said: str) -> Piece:
    """A new entry of a map or list in braces, before the one that has its place."""
    if not held.entries:
        return Piece(held.start + 1, held.end - 1, said)
    if place == 0:
        start = held.entries[0].start
        return Piece(start, start, f"{said}, ")
    end = held.entries[place - 1].end
    return Piece(end, end, f", {said}")


def _removed(text: str, held: Span, number: int) -> list[Piece]:
    entry, last = held.entries[number], len(held.entries) - 1
    if last == 0:
        inner = Piece(entry.start, entry.end, "")
        return [inner if held.flow else Piece(held.start, held.end, _empty(held))]
    if not held.flow and not text[_line_start(text, entry.start) : entry.start].strip():
        start = _line_start(text, entry.start)
        end = _line_end(text, entry.end)
        return [Piece(start, end + 1, "") if end < len(text) else Piece(start - 1, end, "")]
    if number == 0:
        return _cut(text, entry, held.entries[1])
    before = held.entries[number - 1].end
    if "#" not in text[before : entry.start]:
        return [Piece(before, entry.end, "")]
    comma = text.index(",", before)
    return [Piece(comma, comma + 1, ""), Piece(entry.start, entry.end, "")]


def _cut(text: str, entry: Entry, following: Entry) -> list[Piece]:
    """Takes out an entry that another one follows, in braces or behind a dash."""
    between = text[entry.end : following.start]
    if "#" not in between:
        return [Piece(entry.start, following.start, "")]
    comma = entry.end + len(between) - len(between.lstrip())
    comma += text[comma] == ","
    return [Piece(entry.start, comma, "")]


def _empty(held: Span) -> str:
    return "{}" if held.kind == "map" else "[]"


def _moved(text: str, root: Span, change: Move) -> Piece:
    above = _found(root, change.at[:-2]) if len(change.at) > 1 else root
    held = _found(root, change.at[:-1])
    if held.kind != "list":
        raise not_there(change.at)
    number = _number(held, change.at)
    after = None if change.after is None else _number(held, (*change.at[:-1], change.after))
    holder = next((each for each in above.entries if each.value is held), None)
    head = _line_end(text, holder.colon) if holder and holder.colon else None
    ends = [_line_end(text, each.end) for each in held.entries]
    return Piece(*moved(text, held, (number, after), (head, ends)))


def _column(text: str, index: int) -> int:
    return index - _line_start(text, index)


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _line_end(text: str, index: int) -> int:
    end = text.find("\n", index)
    return len(text) if end < 0 else end
