"""Values that are agreed partner by partner: read, checked against their bounds, and filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.policy.context import Context
from engine.policy.dialect import MAX_NODES
from engine.policy.header.own_words import named
from engine.policy.model import Agreed
from engine.policy.readers import choices as c
from engine.policy.readers import scalars as s
from engine.policy.readers.keys import Need, read_keys
from engine.policy.readers.spans import ordered
from engine.policy.text import Items, Map, Node, Scalar, size
from engine.policy.vocabulary import FactType

KEYS: Final = ("type", "of", "default", "at_least", "at_most")
BOUNDED: Final = (FactType.LENGTH, *s.NUMBERS)


def read_agreed(node: Node | None, ctx: Context) -> dict[str, Agreed]:
    """Reads the values that are agreed partner by partner, by their names."""
    return ctx.entries(_agreed, named(node, "agreed", "the name of a value", ctx))


def check_value(agreed: Agreed, node: Node, ctx: Context) -> None:
    """Adds a fault for a value of another type, not among its words or outside its bounds."""
    if agreed.type == FactType.ROWS:
        if not isinstance(node, Items):
            said = f"The agreed value `{agreed.name}` is a list of rows."
            ctx.fault("wrong_type", node.source, said)
    elif agreed.type == FactType.YES_NO:
        ctx.attempt(s.yes_no, node)
    elif agreed.type == FactType.SET:
        _words(agreed, ctx.items_of(node, f"The agreed value `{agreed.name}`"), ctx)
    elif agreed.type == FactType.WORD:
        _words(agreed, (node,), ctx)
    else:
        _in_bounds(agreed, node, ctx)


def _agreed(name: str, child: Node, ctx: Context) -> Agreed | None:
    node = ctx.map_of(child, f"The agreed value `{name}`")
    ctx.only_keys(node, KEYS, "an agreed value")
    Need(keys=("type",), sentence=f"The agreed value `{name}` needs a `type`.").check(node, ctx)
    read = read_keys(node, {"type": c.one_of(FactType, "a type"), "of": s.words}, ctx)
    if "type" not in read:
        return None
    found = Agreed(
        name=name,
        type=read["type"],
        default=node.get("default"),
        of=read.get("of", ()),
        at_least=node.get("at_least"),
        at_most=node.get("at_most"),
        source=node.source,
    )
    _check_bounds(found, ctx)
    return found


def _check_bounds(agreed: Agreed, ctx: Context) -> None:
    bounds = [bound for bound in (agreed.at_least, agreed.at_most) if bound is not None]
    if bounds and agreed.type not in BOUNDED:
        said = f"A value of the type `{agreed.type}` has no `at_least` and `at_most`."
        ctx.fault("wrong_type", agreed.source, said)
        return
    orders = [order for bound in bounds if (order := ordered(agreed.type, bound, ctx)) is not None]
    if len(orders) == 2 and orders[0] > orders[1]:
        said = "The bounds are reversed: `at_least` is above `at_most`."
        ctx.fault("reversed", agreed.source, said)


def _words(agreed: Agreed, items: tuple[Node, ...], ctx: Context) -> None:
    what = f"a word that may be agreed for `{agreed.name}`"
    ctx.each(c.OneOf(agreed.of, what) if agreed.of else s.word, items)


def _in_bounds(agreed: Agreed, node: Node, ctx: Context) -> None:
    order = ordered(agreed.type, node, ctx)
    quiet = ctx.quiet()
    for bound, word in ((agreed.at_least, "at least"), (agreed.at_most, "at most")):
        limit = ordered(agreed.type, bound, quiet) if bound else None
        if order is None or limit is None:
            continue
        if order < limit if bound is agreed.at_least else order > limit:
            said = f"The agreed value `{agreed.name}` must be {word} {s.shown(bound or node)}."
            ctx.fault("out_of_bounds", node.source, said)


LONGEST_IN_TEXT: Final = 200
"""The longest agreed value, in characters, that may stand within a longer text."""

_NAME = re.compile(r"agreed\.([a-z][a-z0-9_]{0,59})")
_LEFT_ALONE: Final = ("agreed", "tests")


def names_in(text: str) -> tuple[str, ...]:
    """Returns the agreed values that a text names, each once."""
    return tuple(dict.fromkeys(_NAME.findall(text)))


def fill(tree: Map, given: Map | None, ctx: Context) -> Map:
    """Returns the tree with every `agreed.NAME` replaced by the value in force."""
    declared = read_agreed(tree.get("agreed"), ctx.quiet())
    filler = _Filler(_chosen(declared, given, ctx), ctx)
    entries = {
        key: node if key in _LEFT_ALONE else filler.filled(node)
        for key, node in tree.entries.items()
    }
    return replace(tree, entries=entries)


def check_redeclared(base: Node | None, child: Node | None, ctx: Context) -> None:
    """Adds a fault for an agreed value that is declared again outside the base's bounds."""
    quiet = ctx.quiet()
    before, after = read_agreed(base, quiet), read_agreed(child, quiet)
    for name in (name for name in after if name in before):
        _check_again(before[name], after[name], ctx)


def _check_again(known: Agreed, agreed: Agreed, ctx: Context) -> None:
    if agreed.type != known.type:
        said = f"The base declares `{agreed.name}` as `{known.type}`."
        ctx.fault("wrong_type", agreed.source, said)
        return
    for node in (agreed.default, agreed.at_least, agreed.at_most):
        if node is not None:
            check_value(known, node, ctx)
    wider = (known.at_least and not agreed.at_least) or (known.at_most and not agreed.at_most)
    if wider or (known.of and not set(agreed.of or (*known.of, "")) <= set(known.of)):
        said = f"`{agreed.name}` is bounded in the base; declare it again within those bounds."
        ctx.fault("out_of_bounds", agreed.source, said)


def _chosen(
    declared: Mapping[str, Agreed], given: Map | None, ctx: Context
) -> dict[str, Node | None]:
    chosen = {name: agreed.default for name, agreed in declared.items()}
    for key, node in given.entries.items() if given else ():
        if key in declared:
            chosen[key] = node
            continue
        hint = ctx.nearest(key, declared)
        said = f"`{key[:60]}` is not a value that this policy lets partners agree on.{hint}"
        ctx.fault("unknown_agreed", node.source, said)
    for name, value in chosen.items():
        if value is not None:
            check_value(declared[name], value, ctx)
    return chosen


@dataclass(slots=True)
class _Filler:
    """Replaces names in a tree, and counts what that adds."""

    chosen: Mapping[str, Node | None]
    ctx: Context
    added: int = 0

    def filled(self, node: Node) -> Node:
        if isinstance(node, Map):
            entries = {key: self.filled(child) for key, child in node.entries.items()}
            same = all(entries[key] is child for key, child in node.entries.items())
            return node if same else replace(node, entries=entries)
        if isinstance(node, Items):
            items = tuple(self.filled(item) for item in node.items)
            same = all(new is old for new, old in zip(items, node.items, strict=True))
            return node if same else replace(node, items=items)
        if isinstance(node, Scalar) and "agreed." in node.text:
            return self._named(node)
        return node

    def _named(self, node: Scalar) -> Node:
        names = names_in(node.text)
        values = {name: self._value(name, node) for name in names}
        if not names or None in values.values():
            return node
        if node.text == f"agreed.{names[0]}":
            whole = values[names[0]]
            self.added += size(whole) if whole else 0
            fits = self.added <= MAX_NODES or self._refuse("too_large", node, "Too much is agreed.")
            return replace(whole, source=node.source) if whole and fits else node
        said = {name: self._text(name, value, node) for name, value in values.items()}
        text = _NAME.sub(lambda match: said[match[1]], node.text[:10_000])
        return Scalar(source=node.source, text=text, value=text)

    def _value(self, name: str, node: Node) -> Node | None:
        found = self.chosen.get(name)
        if name not in self.chosen:
            hint = self.ctx.nearest(name, self.chosen)
            said = f"The agreed value `{name}` is not declared under `agreed`.{hint}"
            self._refuse("unknown_agreed", node, said)
        elif found is None:
            said = f"The agreed value `{name}` has no default and was not given."
            self._refuse("unknown_agreed", node, said)
        return found

    def _text(self, name: str, value: Node | None, node: Node) -> str:
        if isinstance(value, Scalar) and len(value.text) <= LONGEST_IN_TEXT:
            return value.text
        said = (
            f"The agreed value `{name}` is not a single short word, so it cannot be part of a "
            "longer text."
        )
        self._refuse("wrong_type", node, said)
        return ""

    def _refuse(self, code: str, node: Node, sentence: str) -> bool:
        self.ctx.fault(code, node.source, sentence)
        return False
