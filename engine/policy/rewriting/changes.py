"""The changes that can be made in a policy text, and its data after each of them.

A place is the keys and names that lead to it: `("deadlines", "request", "rows", "W-LATE", "days")`.
An item of a list is named by its `id` or `name`, or by its number from 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from engine.errors import RequestFault
from engine.policy.layout.reading import NAMES, numbered

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
    return [held[each] for each in order_of(len(held), number, target)]


def order_of(count: int, number: int, after: int | None) -> list[int]:
    """Returns the old numbers of items in their new order, one of them moved after another."""
    found = [each for each in range(count) if each != number]
    found.insert(0 if after is None else found.index(after) + 1, number)
    return found


def _added(held: object, value: object, after: str | None) -> object:
    if not isinstance(held, list):
        raise RequestFault("wrong_reference", "An item is added to a list of rows.", "at")
    place = 0 if after is None else number_of(held, after) + 1
    return [*held[:place], value, *held[place:]]
