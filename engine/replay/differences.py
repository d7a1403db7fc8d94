"""Names every difference of two records: `fees.restocking: USD 30.00 → USD 20.00`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import msgspec

from engine.money import Money

Data = dict[str, Any]

_NAMED_BY: Final = {
    "deadlines": "name",
    "fees": "kind",
    "open": "name",
    "readings": "id",
    "remedies": "party",
}
"""Lists whose elements have names, and the field that holds the name."""

_LONGEST: Final = 160
_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs; `was` and `now` are as a person would write them."""

    path: str
    was: str
    now: str

    def __str__(self) -> str:
        return f"{self.path}: {self.was} → {self.now}"


def differences(was: object, now: object) -> tuple[Difference, ...]:
    """Returns every difference of two records as plain data, in the order of their fields."""
    return tuple(_walk("", was, now))


def version_differences(was: str, now: str) -> tuple[Difference, ...]:
    """Returns what changed between two lists such as `engine 3f2a, tzdata 2026.1`."""
    before, after = _versions(was), _versions(now)
    return tuple(
        Difference(name, before.get(name, "unknown"), after.get(name, "none"))
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    )


def without_later_fields(was: object, now: object) -> object:
    """Returns `now` without the empty fields that `was` does not have.

    A record that was written before a field existed lacks it; it is still the same record if the
    field is empty when it is derived today.
    """
    if isinstance(was, dict) and isinstance(now, dict):
        return {
            key: without_later_fields(was[key], value) if key in was else value
            for key, value in now.items()
            if key in was or value not in (None, [])
        }
    if isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        return [without_later_fields(one, other) for one, other in zip(was, now, strict=True)]
    return now


def _versions(text: str) -> dict[str, str]:
    pairs = (each.rpartition(" ") for each in text.split(", ") if each)
    return {name: version for name, _, version in pairs}


def _walk(path: str, was: object, now: object) -> Iterator[Difference]:
    if _is_map(was) and _is_map(now):
        before, after = cast(Data, was), cast(Data, now)
        for key in dict.fromkeys((*before, *after)):
            name = f"{path}.{key}" if path else key
            yield from _walk(name, before.get(key, _ABSENT), after.get(key, _ABSENT))
    elif isinstance(was, list) and isinstance(now, list):
        yield from _in_lists(path, was, now)
    elif type(was) is not type(now) or was != now:
        yield Difference(path or "record", _shown(was), _shown(now))


def _in_lists(path: str, was: list[Any], now: list[Any]) -> Iterator[Difference]:
    by = _NAMED_BY.get(path.rpartition(".")[2], "")
    before, after = _by_name(was, by), _by_name(now, by)
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name, _ABSENT), after.get(name, _ABSENT)
        for each in _walk(f"{path}{name}", one, other):
            yield replace(each, path=each.path.removesuffix(".amount")) if by else each
    if [*before] != [*after] and {*before} == {*after}:
        yield Difference(f"{path}, in order", _names(before), _names(after))


def _by_name(items: list[Any], by: str) -> dict[str, Any]:
    """Returns the elements by the end of their path: `.restocking`, or `[3]` without names."""
    names = [f".{item[by]}" for item in items if isinstance(item, dict) and by in item]
    if len({*names}) < len(items):
        names = [f"[{index}]" for index in range(len(items))]
    return dict(zip(names, items, strict=True))


def _names(found: Data) -> str:
    return ", ".join(name[1:] for name in found)


def _is_map(value: object) -> bool:
    return isinstance(value, dict) and value.keys() != {"minor", "currency"}


def _shown(value: object) -> str:
    if value is _ABSENT:
        return "absent"
    if isinstance(value, str):
        text = value
    elif isinstance(value, dict) and not _is_map(value) and isinstance(value["minor"], int):
        text = str(Money(value["minor"], str(value["currency"])))
    else:
        text = "none" if value is None else msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
