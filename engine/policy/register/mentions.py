"""Which facts a policy uses, and so what a form for it has to ask."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from engine.policy.model import Policy
from engine.policy.text import Items, Map, Node, Scalar
from engine.policy.vocabulary import Fact

_WORD: Final = re.compile(r"[a-z][a-z0-9_]*")
_ASIDE: Final = ("tests", "compare", "values", "facts", "because", "for_agent", "title")
"""Keys whose content is skipped, though it may name a fact."""


def mentioned(policy: Policy, facts: Mapping[str, Fact]) -> tuple[Fact, ...]:
    """Returns the given facts that a row, a clock or an amount of a policy names, in order."""
    words = names_used(policy)
    return tuple(fact for name, fact in facts.items() if name in words)


def names_used(policy: Policy) -> frozenset[str]:
    """Returns every word that a row, clock or amount of a policy uses, keys of the language too."""
    return frozenset(_words(policy.tree))


def places_of(policy: Policy) -> Mapping[str, int]:
    """Returns every word of a policy, except in its tests, with its place in the text, from 0."""
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
