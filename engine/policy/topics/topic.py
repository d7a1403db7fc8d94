"""What the reader must know about a topic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.policy.context import Context
from engine.policy.model import Body
from engine.policy.readers.keys import Fields, Reader, Rule
from engine.policy.text import Map

Build = Callable[[Fields, Map, Context], Body | None]
"""Makes a body from the keys that were read; the map shows what was written and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic of the language: its keys, its tie rules and how a body is made of read keys.

    `rules` are what must hold between the keys of a row, those beside `rows` included.
    `complete` says that a table must cover every case; `plural` that the topic holds named parts.
    """

    name: str
    keys: Mapping[str, Reader]
    build: Build
    rules: tuple[Rule, ...] = ()
    decide: tuple[str, ...] = ("first", "only_one")
    plural: bool = False
    complete: bool = True
