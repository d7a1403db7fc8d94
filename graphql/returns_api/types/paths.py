"""Where in what a client sent a fault is: services name facts and days, inputs hold lists of them.

A service says `lines[0].opened`; the client sent `lines: [{facts: [{name: "opened"}]}]`, and its
path is `lines[0].facts[0]`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from strawberry.utils.str_converters import to_camel_case

from adapters.store.ordering.days import DATES

_INDEX: Final = re.compile(r"\[(\d+)\]")
_NAMED: Final = ("dates", "facts", "found")
"""Fields that hold values by their names."""
_CALLED: Final = {"requested": "requested_on"}
"""Facts that have a field of another name."""


def path_in(sent: Any, path: str) -> str:
    """A path as its client finds it in what it sent: a map of arguments, or an input object.

    What is wrong with all of it has no path. What is wrong with a thing that was sent by its id is
    wrong with the id. A fact or a day that
    was not sent is looked for where it would be.
    """
    found: list[str] = []
    for part in filter(None, path.split(".")):
        name, bracket, index = part.partition("[")
        fields = _fields(sent)
        if isinstance(sent, str):
            break
        if isinstance(sent, list):
            found[-1] += _index_of(name, sent)
            break
        named = _sent_by_name(name, fields)
        if not named and _CALLED.get(name) in fields:
            name = _CALLED[name]
        if not named and name in fields:
            shown, sent = fields[name]
            found.append(f"{shown}{bracket}{index}")
            for each in _INDEX.findall(bracket + index):
                sent = sent[int(each)] if isinstance(sent, list) else None
        elif place := named or _place_of(name, fields):
            found.append(place)
            break
        else:
            found.append(part)
            sent = None
    return ".".join(found)


def _fields(sent: Any) -> Mapping[str, tuple[str, Any]]:
    """The name and the value of each field, by its names in GraphQL and in Python."""
    if isinstance(sent, dict):
        return {name: (name, value) for name, value in sent.items()}
    known = getattr(type(sent), "__strawberry_definition__", None)
    found = {}
    for field in known.fields if known else ():
        shown = field.graphql_name or to_camel_case(field.python_name)
        found[field.python_name] = found[shown] = (shown, getattr(sent, field.python_name))
    return found


def _place_of(name: str, fields: Mapping[str, tuple[str, Any]]) -> str:
    """Where a value by a name would stand; empty where there are none by names."""
    there = [field for field in _NAMED if field in fields]
    first = there if name in DATES else there[::-1]
    return first[0] if first else ""


def _sent_by_name(name: str, fields: Mapping[str, tuple[str, Any]]) -> str:
    """Where a value by a name stands; empty if none was sent."""
    found = (
        f"{field}{index}"
        for field in _NAMED
        if field in fields and (index := _index_of(name, fields[field][1] or ()))
    )
    return next(found, "")


def _index_of(name: str, sent: Sequence[Any]) -> str:
    """The index of a value by its name, as `[0]`; empty if it was not sent."""
    names = [getattr(each, "name", None) for each in sent]
    return f"[{names.index(name)}]" if name in names else ""
