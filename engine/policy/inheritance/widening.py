"""Permissions that a policy gives and its base does not: they have no effect, since both bind.

Only what is surely wider is reported; whether `longer_only` goes past `at_least: 45` depends on the
values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.policy.context import Context
from engine.policy.faults import Fault, Level, Source, listed
from engine.policy.inheritance.paths import Path
from engine.policy.inheritance.permissions import (
    BOUNDS,
    covers,
    in_full,
    is_among,
    outside,
    place_of,
    rule_for,
)
from engine.policy.text import Items, Map, Node, Scalar, to_data


def wider_permissions(own: Map, bases: Sequence[Map], ctx: Context) -> Iterator[Fault]:
    """A warning for each rule of `partners_may` that permits more than the `bases` do."""
    told: set[Source] = set()
    for base in bases:
        for path in _paths(own, base):
            rule, bound = rule_for(path, own), rule_for(path, base)
            if rule is None or rule.source in told:
                continue
            if _is_wider(rule, bound, path, ctx):
                told.add(rule.source)
                yield _finding(path, rule, base, bound)


def _paths(own: Map, base: Map) -> list[Path]:
    """Returns every path that has a rule of its own in either, and is covered by one of `own`."""
    mine = [in_full(key) for key in own.entries]
    theirs = [in_full(key) for key in base.entries]
    return [*mine, *(path for path in theirs if any(covers(rule, path) for rule in mine))]


def _is_wider(rule: Node, bound: Node | None, path: Path, ctx: Context) -> bool:
    word, most = _word(rule), _word(bound)
    if word == "never" or most == "anything":
        return False
    if bound is None or most == "never" or word == "anything":
        return True
    if isinstance(bound, Items):
        legal = [item.text for item in bound.items if isinstance(item, Scalar)]
        return isinstance(rule, Items) and not is_among(rule, legal)
    return isinstance(bound, Map) and _passes(rule, bound, path, ctx)


def _passes(rule: Node, bounds: Map, path: Path, ctx: Context) -> bool:
    """Returns whether a rule lets a value pass that lies outside bounds."""
    if isinstance(rule, Items):
        return any(outside(item, bounds, ctx) for item in rule.items)
    if not isinstance(rule, Map):
        return _open_end(_word(rule), path) in bounds.entries
    for key in bounds.entries:
        only = bounds.without(*(each for each in BOUNDS if each != key))
        if key not in rule.entries or outside(rule.entries[key], only, ctx):
            return True
    return False


def _open_end(word: str | None, path: Path) -> str | None:
    """Returns the bound that a direction leaves open."""
    if word == "loosen_only":
        word = {"deadlines": "longer_only", "fees": "lower_only"}.get(path[0])
    return {"longer_only": "at_most", "lower_only": "at_least"}.get(word or "")


def _word(rule: Node | None) -> str | None:
    return rule.text if isinstance(rule, Scalar) else None


# --- in words -------------------------------------------------------------------------------------


def _finding(path: Path, rule: Node, base: Map, bound: Node | None) -> Fault:
    if bound is None:
        gives = f"it permits edits of {listed(base.entries)} alone ({place_of(base)})"
    else:
        gives = f"there it is {_said(bound)} ({place_of(bound)})"
    sentence = (
        f"{_said(rule)} permits more for `{'.'.join(path)}` than the base does: {gives}. Both bind "
        "whoever extends this policy, so what is beyond the base has no effect."
    )
    return Fault(code="wider_than_base", source=rule.source, sentence=sentence, level=Level.WARNING)


def _said(rule: Node) -> str:
    if isinstance(rule, Map):
        pairs = (f"{key}: {to_data(node)}" for key, node in rule.entries.items())
        return f"`{{{', '.join(pairs)}}}`"
    if isinstance(rule, Items):
        return f"`[{', '.join(str(to_data(item)) for item in rule.items)}]`"
    return f"`{_word(rule)}`"
