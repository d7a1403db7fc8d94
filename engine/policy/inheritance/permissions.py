"""Checks edits against what the bases permit in `partners_may`, and finds idle permissions.

Bases and policy bind together, so a permission that a policy gives and its base does not has no
effect. Only what is surely wider is reported; whether `longer_only` goes past `at_least: 45`
depends on the values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.policy.context import Context, a_map
from engine.policy.faults import Fault, Level, Source, listed
from engine.policy.header.who import OVERPAID
from engine.policy.inheritance.directions import cannot_be_shown
from engine.policy.inheritance.edits import PLURAL, Path, Touched, rows_of, tables
from engine.policy.inheritance.shorthand import SHORT_TOPICS
from engine.policy.readers.choices import OneOf
from engine.policy.readers.spans import ordered
from engine.policy.text import Items, Map, Node, Scalar, scalar, to_data
from engine.policy.topics import catalogue
from engine.policy.topics.rows import OWN_KEYS
from engine.policy.vocabulary import FactType
from engine.policy.words import SHORT_FIELDS

RULES: Final = ("never", "anything", "loosen_only", "longer_only", "lower_only")
BOUNDS: Final = ("at_least", "at_most")

BOUNDED: Final = (
    FactType.LENGTH,
    FactType.PERCENT,
    FactType.MONEY,
    FactType.COUNT,
    FactType.DATE,
)
EDITABLE: Final = (
    *catalogue.TOPICS,
    *("groups", "values", "facts", "codes", "business_days", "agreed", "parties", "overpaid"),
    "must",
)
_OF_A_NEW_ROW: Final = ("id", "when", "otherwise", "because", "for_agent", "clause", "code", "rows")
"""Fields of an added row that need no permission of their own."""
_FREE: Final = "must"
"""A partner may always promise more."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that an edit changes, or a row that it drops."""

    path: Path
    after: Node | None
    touched: Touched


def check_edits(touched: Iterable[Touched], bases: Sequence[Map], ctx: Context) -> None:
    """Adds a fault for each edit that a base does not permit; a base without rules permits all."""
    for edit in touched:
        if edit.path[0] == _FREE:
            continue
        for rules in bases:
            if said := _breach(edit, rules, ctx):
                ctx.fault("not_permitted", edit.edit.source, said)
                break


def check_rules(node: Node | None, tree: Map, ctx: Context) -> None:
    """Checks `partners_may` itself: its paths must exist, and its rules must be keepable."""
    rules = ctx.attempt(a_map("`partners_may`"), node)
    known = _known_words(tree) if rules else ()
    for key, rule in rules.entries.items() if rules else ():
        path = in_full(key)
        known_here = known if path[0] in EDITABLE else ()
        if lost := [word for word in path if word not in known_here]:
            said = f"`{key[:80]}` names nothing in this policy.{ctx.nearest(lost[0], known)}"
            ctx.fault("unknown_path", rule.source, said)
        _check_rule(rule, ctx)


def _check_rule(rule: Node, ctx: Context) -> None:
    if isinstance(rule, Scalar):
        ctx.attempt(OneOf(RULES, "a permission"), rule)
    elif isinstance(rule, Map):
        ctx.only_keys(rule, BOUNDS, "bounds in `partners_may`")
        low, high = (_bound(rule.get(key), ctx) for key in BOUNDS)
        if low is not None and high is not None and low > high:
            ctx.fault("reversed", rule.source, "`at_least` is above `at_most`.")


def _bound(node: Node | None, ctx: Context) -> int | None:
    found = order_of(node, ctx) if node else None
    if node and found is None:
        said = "A bound is a length, a percentage, money, a number or a date."
        ctx.fault("wrong_type", node.source, said)
    return found


def _known_words(tree: Map) -> frozenset[str]:
    """Returns every topic, part, row, field and own name that a path may go through."""
    found = {*EDITABLE, *OWN_KEYS, *OVERPAID.keys}
    for name in EDITABLE:
        node = tree.get(name)
        found |= set(node.entries) if isinstance(node, Map) else set()
        found |= {row.text_of("id") for path in tables(tree, name) for row in rows_of(tree, path)}
    for topic in catalogue.TOPICS.values():
        found |= set(topic.keys)
    return frozenset(found)


def _breach(edit: Touched, rules: Map, ctx: Context) -> str | None:
    for change in _changes(edit):
        where = ".".join(change.path)
        rule = rule_for(change.path, rules)
        if rule is None:
            permitted = f"{listed(rules.entries)} ({place_of(rules)})"
            return f"The base does not permit edits of `{where}`; it permits {permitted}."
        if said := _against(change, rule, ctx):
            why = f"{said.rstrip('.')} ({place_of(rule)})"
            return f"The base does not permit this edit of `{where}`: {why}."
    return None


def place_of(node: Node) -> str:
    """Returns the place of a rule, in words."""
    return f"`{node.source.file}`, line {node.source.line}"


def _changes(edit: Touched) -> Iterator[Change]:
    place = (*edit.path, edit.row) if edit.row else edit.path
    whole = edit.row is None and len(edit.path) == 1 and edit.path[0] in PLURAL
    if edit.field is not None and not (whole and isinstance(edit.before, Map)):
        row = edit.after if edit.row is not None and isinstance(edit.after, Map) else None
        after = row.get(edit.field) if row else edit.after
        yield Change((*place, edit.field), after, edit)
    elif edit.kind == "add" and isinstance(edit.after, Map):
        yield from _of_an_addition(place, edit.after, edit)
    elif isinstance(edit.before, Map) and isinstance(edit.after, Map):
        place = (*place, edit.field) if edit.field is not None else place
        for key in dict.fromkeys((*edit.before.entries, *edit.after.entries)):
            if to_data(edit.before.get(key)) != to_data(edit.after.get(key)):
                yield Change((*place, key), edit.after.get(key), edit)
    else:
        yield Change(place, None, edit)


def _of_an_addition(place: Path, added: Map, edit: Touched) -> Iterator[Change]:
    """Yields every field that a new row or part sets; the row itself if it sets none."""
    fields = {key: node for key, node in added.entries.items() if key not in _OF_A_NEW_ROW}
    for key, node in fields.items():
        yield Change((*place, key), node, edit)
    if not fields or "rows" in added.entries:
        yield Change(place, added, edit)


def rule_for(path: Path, rules: Map) -> Node | None:
    """Returns the rule with the most words that occur in the path in their order."""
    covering = [
        (len(said), rule)
        for key, rule in rules.entries.items()
        if covers(said := in_full(key), path)
    ]
    return max(covering, key=lambda each: each[0])[1] if covering else None


def in_full(key: str) -> Path:
    """Returns the path that a key of `partners_may` means, with short names in full."""
    said = tuple(key.split("."))
    if said[0] in SHORT_TOPICS:
        said = (*SHORT_TOPICS[said[0]], *said[1:])
    if said[0] == "remedy":
        said = ("remedies", *said[1:])
    return (*said[:-1], SHORT_FIELDS.get((said[0], said[-1]), said[-1]))


def covers(rule: Path, path: Path) -> bool:
    """Returns whether a rule for one path is also a rule for another."""
    rest = iter(path)
    return path[:1] == rule[:1] and all(word in rest for word in rule)


def _against(change: Change, rule: Node, ctx: Context) -> str | None:
    if isinstance(rule, Map):
        return outside(change.after, rule, ctx)
    if isinstance(rule, Items):
        legal = [item.text for item in rule.items if isinstance(item, Scalar)]
        return None if is_among(change.after, legal) else f"it may only become {listed(legal)}."
    word = rule.text if isinstance(rule, Scalar) else "never"
    if word == "anything":
        return None
    if word == "never":
        return "it may never change."
    return cannot_be_shown(word, change.path, change.after, change.touched, ctx)


def is_among(node: Node | None, legal: Sequence[str]) -> bool:
    """Returns whether a value, or each of several, is one of the legal words."""
    if isinstance(node, Items):
        return bool(node.items) and all(is_among(item, legal) for item in node.items)
    return isinstance(node, Scalar) and node.text in legal


def outside(node: Node | None, rule: Map, ctx: Context) -> str | None:
    """Returns the sentence that refuses a value outside bounds; None for one inside."""
    value = order_of(node, ctx) if node else None
    if value is None or node is None:
        return "its new value cannot be held against the bounds."
    for key, sign in (("at_least", 1), ("at_most", -1)):
        limit = rule.get(key)
        bound = order_of(limit, ctx, like=node) if limit else None
        if limit is None:
            continue
        if bound is None:
            return "its new value is of another kind than the bounds."
        if sign * value < sign * bound:
            return f"it must be {key.replace('_', ' ')} {to_data(limit)}."
    return None


def order_of(node: Node, ctx: Context, like: Node | None = None) -> int | None:
    """Returns a comparable number for a value of any ordered type; a bare bound counts days."""
    quiet = ctx.quiet()
    for type_ in BOUNDED:
        if like is not None and ordered(type_, like, quiet) is None:
            continue
        said = node
        if type_ is FactType.LENGTH and isinstance(node, Scalar) and type(node.value) is int:
            said = scalar(f"{node.text} days", node.source) if like is not None else node
        if (found := ordered(type_, said, quiet)) is not None:
            return found
    return None


# --- permissions without effect -------------------------------------------------------------------


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
