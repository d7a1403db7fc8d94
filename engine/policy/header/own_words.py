"""Reads a policy's own words: codes, the words of facts, and groups."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from engine.policy import words as w
from engine.policy.conditions import leaves
from engine.policy.context import Context
from engine.policy.model import ALWAYS
from engine.policy.shapes import scalars as s
from engine.policy.shapes.whens import read_when
from engine.policy.text import Items, Map, Node
from engine.policy.vocabulary import Fact, FactType

MOST_NAMES: Final = 500
"""Own facts, groups or codes in one policy."""

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
WORDY: Final = (FactType.WORD, FactType.SET)
EVIDENCE: Final = ("evidence", "lacking")
VALUE_KEYS: Final = ("words", "best_first", "open")
SENT: Final = frozenset({"known", "unknown"})


def named(node: Node | None, where: str, what: str, ctx: Context) -> Iterator[tuple[str, Node]]:
    """The entries of a map of own names, each with a name that may be used."""
    parts = ctx.map_of(node, f"`{where}`") if node else None
    if parts is None:
        return
    if len(parts.entries) > MOST_NAMES:
        ctx.fault("too_large", parts.source, f"`{where}` has more than {MOST_NAMES} names.")
        return
    for key, child in parts.entries.items():
        if NAME.match(key):
            yield key, child
        else:
            said = f"`{key[:60]}` is not {what}: small letters, digits and `_`."
            ctx.fault("wrong_type", parts.key_source(key), said)


def read_codes(node: Node | None, ctx: Context) -> None:
    """The policy's own codes, each with its sentence."""
    for key, child in named(node, "codes", "a code", ctx):
        if (sentence := s.text(child, ctx)) is not None:
            ctx.codes[key] = sentence


def read_values(node: Node | None, ctx: Context) -> None:
    """The words that this owner uses for a fact, in place of or beside the built-in ones."""
    for key, child in named(node, "values", "the name of a fact", ctx):
        fact = ctx.facts.get(key)
        if key == "place":
            ctx.places = (*ctx.places, *s.words(child, ctx))
        elif fact is not None and fact.type in WORDY:
            _give_words(fact, child, ctx)
        else:
            wordy = [name for name, fact in ctx.facts.items() if fact.type in WORDY]
            hint = ctx.nearest(key, wordy)
            said = f"`{key}` is not a fact that takes words.{hint}"
            ctx.fault("unknown_fact", child.source, said)


def read_groups(node: Node | None, ctx: Context) -> None:
    """Named conditions; a group may use the groups above it."""
    for key, child in named(node, "groups", "the name of a group", ctx):
        with ctx.at_step(100_000):
            found = read_when(child, ctx)
        ctx.groups[key] = found
        ctx.group_sizes[key] = len(leaves(found)) if found is not ALWAYS else 1


def own_words(node: Node, ctx: Context) -> tuple[str, ...]:
    """A list of words, none of them twice and none that means something in every test."""
    found = s.words(node, ctx)
    for word, times in Counter(found).items():
        if times > 1:
            ctx.fault("written_twice", node.source, f"`{word}` stands twice.")
        if word in SENT:
            said = f"`{word}` asks in a test whether a fact was sent; choose another word."
            ctx.fault("name_taken", node.source, said)
    if not found and isinstance(node, Items) and not node.items:
        ctx.fault("empty", node.source, "This list of words is empty.")
    return tuple(dict.fromkeys(found))


def _give_words(fact: Fact, node: Node, ctx: Context) -> None:
    best_first, open_, listed = _listed(fact, node, ctx)
    found = own_words(listed, ctx)
    if fact.name not in EVIDENCE:
        ctx.facts[fact.name] = replace(fact, words=found, best_first=best_first, open=open_)
        return
    both = tuple(dict.fromkeys((*w.EVIDENCE, *found)))
    for name in EVIDENCE:
        ctx.facts[name] = replace(ctx.facts[name], words=both)


def _listed(fact: Fact, node: Node, ctx: Context) -> tuple[bool, bool, Node]:
    if not isinstance(node, Map):
        return False, False, node
    where = f"`values.{fact.name}`"
    ctx.only_keys(node, VALUE_KEYS, where)
    lists = [node.entries[key] for key in ("best_first", "words") if key in node.entries]
    if len(lists) != 1:
        ctx.fault("wrong_shape", node.source, f"{where} takes `words` or `best_first`.")
    open_ = "open" in node.entries and bool(s.yes_no(node.entries["open"], ctx))
    ordered = "best_first" in node.entries
    if ordered and open_:
        said = "Words with an order are a closed list; leave `open` out."
        ctx.fault("wrong_shape", node.source, said)
    nothing = Items(source=node.source, items=())
    return ordered, open_ and not ordered, lists[0] if lists else nothing
