"""Which of all facts a policy speaks of: what a form for it has to ask."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from engine.policy.model import Policy
from engine.policy.text import Items, Map, Node, Scalar
from engine.policy.vocabulary import Fact

_WORD: Final = re.compile(r"[a-z][a-z0-9_]*")
_ASIDE: Final = ("tests", "compare", "values", "facts", "because", "for_agent", "title")
"""Keys under which a fact is not looked at, though it may be named."""


def mentioned(policy: Policy, facts: Mapping[str, Fact]) -> tuple[Fact, ...]:
    """Of some facts, those that a row, a clock or an amount of a policy names, in their order."""
    words = names_used(policy)
    return tuple(fact for name, fact in facts.items() if name in words)


def names_used(policy: Policy) -> frozenset[str]:
    """Every word that a row, a clock or an amount of a policy uses, keys of the language too."""
    return frozenset(_words(policy.tree))


def places_of(policy: Policy) -> Mapping[str, int]:
    """Every word of a policy but for its tests, by its place in the text: what comes first is 0."""
    found = dict.fromkeys(_words(policy.tree, aside=("tests", "compare")))
    return {word: place for place, word in enumerate(found)}


def _words(node: Node, aside: Collection[str] = _ASIDE) -> Iterator[str]:
    if isinstance(node, Map):
        for key, child in node.entries.items():
            if key not in aside:
                yield from _WORD.findall(key)
                yield from _words(child, aside)
    elif isinstance(node, Items):
        for item in node.items:
            yield from _words(item, aside)
    elif isinstance(node, Scalar):
        yield from _WORD.findall(node.text)
