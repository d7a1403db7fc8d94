"""Reads the keys of a map, each by its own reader, and checks the rules between keys.

The JSON Schema also reads what is declared here (`MapOf`, `ListOf`, `Need`, `Clash`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from engine.policy.context import Context
from engine.policy.faults import listed
from engine.policy.text import Items, Map, Node

Reader = Callable[[Node, Context], object]
Fields = dict[str, Any]
"""The values that were read, by key; their types vary as the keys do."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Written:
    """Matches a map that has a key whose text is `says` or fits `like`, or, with `but`, is not."""

    key: str
    says: str | None = None
    like: str | None = None
    but: bool = False

    def holds(self, node: Map) -> bool:
        """Returns whether a map has it."""
        said = node.text_of(self.key)
        fits = self.says in (None, said) and (not self.like or re.fullmatch(self.like, said))
        return self.key in node.entries and bool(fits) is not self.but


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A rule: one of `keys` must be written if everything in `given` is."""

    keys: tuple[str, ...]
    sentence: str
    given: tuple[Written, ...] = ()
    code: str = "missing_key"

    def check(self, node: Map, ctx: Context) -> None:
        """Adds a fault if all of the keys are missing; an unreadable one has its own fault."""
        if any(key in node.entries for key in self.keys):
            return
        if all(each.holds(node) for each in self.given):
            ctx.fault(self.code, node.source, self.sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A rule: at most one of `keys` may be written, and none if everything in `given` is.

    If one of `unless` is written, the rule does not apply.
    """

    keys: tuple[str, ...]
    sentence: str
    given: tuple[Written, ...] = ()
    unless: tuple[str, ...] = ()
    code: str = "wrong_shape"

    def check(self, node: Map, ctx: Context) -> None:
        """Adds a fault if too many of the keys are written."""
        found = [key for key in self.keys if key in node.entries]
        if any(key in node.entries for key in self.unless) or len(found) <= (not self.given):
            return
        if all(each.holds(node) for each in self.given):
            source = node.key_source(found[0]) if self.given else node.source
            here = "" if self.given else f" Here are {listed(found)}."
            ctx.fault(self.code, source, f"{self.sentence}{here}")


Rule = Need | Clash


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapOf(Generic[_T]):
    """Reads a map of fixed keys, and builds something from it.

    Nothing is built if a key cannot be read that a rule needs in every case.
    """

    what: str
    keys: Mapping[str, Reader]
    build: Callable[[Fields, Map, Context], _T | None]
    rules: tuple[Rule, ...] = ()

    def __call__(self, node: Node, ctx: Context) -> _T | None:
        entries = ctx.map_of(node, self.what)
        ctx.only_keys(entries, self.keys, self.what)
        read = read_keys(entries, self.keys, ctx)
        for rule in self.rules:
            rule.check(entries, ctx)
        always = [each for each in self.rules if isinstance(each, Need) and not each.given]
        whole = all(len(each.keys) > 1 or each.keys[0] in read for each in always)
        return self.build(read, entries, ctx) if whole else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ListOf(Generic[_T]):
    """Reads a list of at least `least` maps; a single map is not taken for a list."""

    what: str
    item: MapOf[_T]
    least: int
    few: tuple[str, str]
    """The code and the sentence of the fault for too few items."""

    def __call__(self, node: Node, ctx: Context) -> tuple[_T, ...]:
        items = ctx.items_of(node, self.what)
        if len(items) < self.least and isinstance(node, Items):
            ctx.fault(self.few[0], node.source, self.few[1])
        return ctx.each(self.item, items)


def read_keys(node: Map, keys: Mapping[str, Reader], ctx: Context) -> Fields:
    """Reads the keys that were written; leaves out those that cannot be read."""
    written = node.entries
    read = {key: ctx.attempt(keys[key], written[key]) for key in keys if key in written}
    return {key: value for key, value in read.items() if value is not None}


def with_fields(body: Callable[..., _T]) -> Callable[[Fields, Map, Context], _T]:
    """Returns a builder that passes what was read to `body`, each value under its key."""
    return lambda read, _node, _ctx: body(**read)
