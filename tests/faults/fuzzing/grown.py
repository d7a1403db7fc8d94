"""Policies grown from a grammar that is learned from good ones: which nodes stand under which key.

A path of the last two keys tells what may follow: its maps with their keys, its lists, its values.
Now and then another word of the language, or one from the nasties, stands there instead.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from tests.faults.fuzzing import nasties
from tests.faults.fuzzing.corpus import trees, written

Path = tuple[str, ...]
DEEPEST = 9


@dataclass(slots=True)
class Rule:
    """What was seen at one path."""

    keys: list[tuple[str, ...]] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    @property
    def shapes(self) -> list[str]:
        return (
            ["map"] * len(self.keys) + ["list"] * len(self.lengths) + ["value"] * len(self.values)
        )


@cache
def rules() -> dict[Path, Rule]:
    """The grammar."""
    found: dict[Path, Rule] = defaultdict(Rule)
    for tree in trees():
        _learn(tree, ("",), found)
    return dict(found)


@cache
def words() -> tuple[str, ...]:
    """Every key and short word that good policies hold."""
    keys = {key for rule in rules().values() for each in rule.keys for key in each}
    values = {str(value) for rule in rules().values() for value in rule.values}
    return tuple(sorted(keys | {value for value in values if len(value) < 30}))


def _learn(node: Any, path: Path, found: dict[Path, Rule]) -> None:
    if isinstance(node, dict):
        found[path].keys.append(tuple(node))
        for key, value in node.items():
            _learn(value, (*path, key)[-2:], found)
    elif isinstance(node, list):
        found[path].lengths.append(len(node))
        for each in node:
            _learn(each, (*path, "[]")[-2:], found)
    else:
        found[path].values.append(node)


def policy(random: Random) -> str:
    """A policy; its header is mostly right, so that more of it is read."""
    tree: Any = _Grower(random, random.choice((0.0, 0.01, 0.03, 0.1))).node(("",), 0)
    if isinstance(tree, dict) and random.random() < 0.95:
        tree |= {
            "policy": "a/b",
            "version": 1,
            "effective": {"from": "2020-01-01"},
            "currency": "USD",
        }
        if random.random() < 0.9:
            tree.pop("extends", None)
            tree.pop("changes", None)
    return written(tree).lstrip("\n") + "\n"


class _Grower:
    """Grows one policy; `odd` is how often something else stands where a word should."""

    def __init__(self, random: Random, odd: float) -> None:
        self.random = random
        self.odd = odd

    def node(self, path: Path, depth: int) -> Any:
        rule = rules().get(path)
        if rule is None or depth > DEEPEST or (depth and self.random.random() < self.odd):
            return self.other()
        shape = self.random.choice(rule.shapes)
        if shape == "map":
            return {key: self.node((*path, key)[-2:], depth + 1) for key in self.keys(rule, depth)}
        if shape == "list":
            length = min(self.random.choice(rule.lengths), 4)
            return [self.node((*path, "[]")[-2:], depth + 1) for _ in range(length)]
        return self.random.choice(rule.values)

    def keys(self, rule: Rule, depth: int) -> list[str]:
        """Those of a map that was seen, sometimes mixed with those of another."""
        keys = [*self.random.choice(rule.keys)]
        if self.random.random() < 0.2:
            keys += self.random.choice(rule.keys)
        if depth == 0:
            keys = self.random.sample(keys, min(len(keys), self.random.randrange(2, 9)))
        if self.random.random() < self.odd:
            keys.append(self.random.choice((*words(), *nasties.KEYS)))
        return keys

    def other(self) -> Any:
        if self.random.random() < 0.6:
            return self.random.choice(words())
        return self.random.choice((*nasties.SCALARS, None, True, 1, [], {}))
