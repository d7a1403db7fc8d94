"""Fills `agreed.NAME` with what was settled with a partner, or with what holds until then."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.policy.context import Context
from engine.policy.dialect import MAX_NODES
from engine.policy.header.agreed import check_value, read_agreed
from engine.policy.model import Agreed
from engine.policy.text import Items, Map, Node, Scalar, size

LONGEST_IN_TEXT: Final = 200
"""Characters of an agreed value that stands within a longer text."""

_NAME = re.compile(r"agreed\.([a-z][a-z0-9_]{0,59})")
_LEFT_ALONE: Final = ("agreed", "tests")


def fill(tree: Map, given: Map | None, ctx: Context) -> Map:
    """The tree with every `agreed.NAME` replaced by the value in force."""
    quiet = Context(ctx.file, currency=ctx.currency)
    declared = {agreed.name: agreed for agreed in read_agreed(tree.get("agreed"), quiet)}
    filler = _Filler(_chosen(declared, given, ctx), ctx)
    entries = {
        key: node if key in _LEFT_ALONE else filler.filled(node)
        for key, node in tree.entries.items()
    }
    return replace(tree, entries=entries)


def check_redeclared(base: Node | None, child: Node | None, ctx: Context) -> None:
    """A partner's policy may declare an agreed value again only within the base's bounds."""
    quiet = Context(ctx.file, currency=ctx.currency)
    before = {agreed.name: agreed for agreed in read_agreed(base, quiet)}
    for agreed in read_agreed(child, quiet):
        known = before.get(agreed.name)
        if known is None:
            continue
        if agreed.type != known.type:
            said = f"The base declares `{agreed.name}` as `{known.type}`."
            ctx.fault("wrong_type", agreed.source, said)
            continue
        for node in (agreed.default, agreed.at_least, agreed.at_most):
            if node is not None:
                check_value(known, node, ctx)
        _refuse_wider(known, agreed, ctx)


def _refuse_wider(known: Agreed, agreed: Agreed, ctx: Context) -> None:
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
        names = _NAME.findall(node.text)
        values = {name: self._value(name, node) for name in dict.fromkeys(names)}
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
        said = f"The agreed value `{name}` is no single short word; it stands alone or nowhere."
        self._refuse("wrong_type", node, said)
        return ""

    def _refuse(self, code: str, node: Node, sentence: str) -> bool:
        self.ctx.fault(code, node.source, sentence)
        return False
