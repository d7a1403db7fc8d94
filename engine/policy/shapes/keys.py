"""Reads the keys of a map, each by its own reader, and holds the map to rules between keys.

What is declared here (`MapOf`, `ListOf`, `Need`, `Clash`) is read by the JSON Schema as well.
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
"""What was read under each key: as many types as there are keys."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Written:
    """A key that is written, with a text that it `says`, is `like`, or is all `but` that."""

    key: str
    says: str | None = None
    like: str | None = None
    but: bool = False

    def holds(self, node: Map) -> bool:
        """Whether a map has it."""
        said = node.text_of(self.key)
        fits = self.says in (None, said) and (not self.like or re.fullmatch(self.like, said))
        return self.key in node.entries and bool(fits) is not self.but


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One of `keys` must be written where everything `given` is."""

    keys: tuple[str, ...]
    sentence: str
    given: tuple[Written, ...] = ()
    code: str = "missing_key"

    def check(self, node: Map, ctx: Context) -> None:
        """A fault where all of the keys are missing; one written badly has its own."""
        if any(key in node.entries for key in self.keys):
            return
        if all(each.holds(node) for each in self.given):
            ctx.fault(self.code, node.source, self.sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """At most one of `keys` may be written, and none where everything `given` is.

    Where one of `unless` is written, the rule does not hold.
    """

    keys: tuple[str, ...]
    sentence: str
    given: tuple[Written, ...] = ()
    unless: tuple[str, ...] = ()
    code: str = "wrong_shape"

    def check(self, node: Map, ctx: Context) -> None:
        """A fault where too many of the keys are written."""
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
    """A reader of a map of fixed keys, out of which something is built.

    Nothing is built where a key cannot be read that a rule needs in every case.
    """

    what: str
    keys: Mapping[str, Reader]
    build: Callable[[Fields, Map, Context], _T | None]
    rules: tuple[Rule, ...] = ()

    def __call__(self, node: Node, ctx: Context) -> _T | None:
        entries = ctx.map_of(node, self.what)
        if entries is None:
            return None
        ctx.only_keys(entries, self.keys, self.what)
        read = read_keys(entries, self.keys, ctx)
        for rule in self.rules:
            rule.check(entries, ctx)
        always = [each for each in self.rules if isinstance(each, Need) and not each.given]
        whole = all(len(each.keys) > 1 or each.keys[0] in read for each in always)
        return self.build(read, entries, ctx) if whole else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ListOf(Generic[_T]):
    """A reader of a list of `least` maps or more; one map does not stand for a list."""

    what: str
    item: MapOf[_T]
    least: int
    few: tuple[str, str]
    """The code and the sentence of the fault where there are less."""

    def __call__(self, node: Node, ctx: Context) -> tuple[_T, ...]:
        items = ctx.items_of(node, self.what)
        if len(items) < self.least and isinstance(node, Items):
            ctx.fault(self.few[0], node.source, self.few[1])
        found = [self.item(each, ctx) for each in items]
        return tuple(each for each in found if each is not None)


def read_keys(node: Map, keys: Mapping[str, Reader], ctx: Context) -> Fields:
    """The keys that were written, each read; what could not be read is left out."""
    found: Fields = {}
    for key, reader in keys.items():
        if key in node.entries:
            value = reader(node.entries[key], ctx)
            if value is not None:
                found[key] = value
    return found


def with_fields(body: Callable[..., _T]) -> Callable[[Fields, Map, Context], _T]:
    """Builds something whose fields are what was read, each under its key."""
    return lambda read, _node, _ctx: body(**read)


def need(node: Map, key: str, sentence: str, ctx: Context) -> None:
    """A fault where a key is not written; a key that was written badly has its own."""
    Need(keys=(key,), sentence=sentence).check(node, ctx)
