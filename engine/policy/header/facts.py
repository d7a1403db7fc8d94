"""Reads `facts`: a policy's own facts, and defaults for built-in ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.policy.context import Context
from engine.policy.header.counters import with_counter
from engine.policy.header.own_words import named, own_words
from engine.policy.shapes import choices as c
from engine.policy.shapes import scalars as s
from engine.policy.shapes.keys import Reader, need
from engine.policy.text import Map, Node, to_data
from engine.policy.vocabulary import DEADLINE_FACTS, DERIVED, Fact, FactType, Moment, Owner

KEYS: Final = (
    *("type", "told_by", "of", "best_first", "open", "if_not_sent"),
    *("counter", "per", "over"),
)
TELLERS: Final = tuple(owner for owner in Owner if owner is not Owner.DERIVED)
"""Who may be named by `told_by`."""
_FOUND: Final = (Owner.SUPPLIER, Owner.RETAILER, Owner.INSPECTION)
"""Whose facts an inspection may find otherwise."""
TYPES: Final = tuple(t for t in FactType if t not in (FactType.LENGTH, FactType.ROWS))
TAKEN: Final = frozenset(
    [*DERIVED, *DEADLINE_FACTS, "any_of", "is", "is_not", "not", "agreed", "lines"]
)
"""Names that mean something else where a condition or a test case names facts."""
DEFAULTS: Final[dict[FactType, Reader]] = {
    FactType.YES_NO: s.yes_no,
    FactType.COUNT: s.count,
    FactType.NUMBER: s.number,
    FactType.MONEY: s.money,
    FactType.PERCENT: s.percent,
    FactType.DATE: s.day,
    FactType.SET: s.words,
    FactType.WORD: s.word,
}


def read_facts(node: Node | None, ctx: Context) -> None:
    """Declares the policy's own facts."""
    for key, child in named(node, "facts", "the name of a fact", ctx):
        entry = ctx.map_of(child, f"The fact `{key}`")
        if entry is None:
            continue
        if key in TAKEN:
            said = f"`{key}` is a word of the language; name this fact otherwise."
            ctx.fault("name_taken", child.source, said)
            continue
        fact = _fact(key, entry, ctx)
        if fact is not None:
            ctx.facts[key] = fact


def check_defaults(node: Node | None, ctx: Context) -> None:
    """`if_not_sent` against the words in force, once `values` are read."""
    for key, child in node.entries.items() if isinstance(node, Map) else ():
        fact = ctx.facts.get(key)
        default = child.get("if_not_sent") if isinstance(child, Map) else None
        if fact is None or default is None or fact.words is None or fact.open:
            continue
        for item in ctx.items_of(default, "`if_not_sent`"):
            c.chosen(item, ctx.words_of(fact), f"a word of `{key}`", ctx)


def _fact(name: str, node: Map, ctx: Context) -> Fact | None:
    ctx.only_keys(node, KEYS, "a fact")
    need(node, "type", f"The fact `{name}` needs a `type`.", ctx)
    given = node.get("type")
    said = c.chosen(given, TYPES, "a type of fact", ctx) if given else None
    if given is None or said is None:
        return None
    known = ctx.facts.get(name)
    if known and known.type != said:
        sentence = f"`{name}` is built in, and its type is `{known.type}`."
        ctx.fault("wrong_type", given.source, sentence)
        return None
    fact = replace(known, counter="") if known else Fact(name=name, type=FactType(said))
    fact = _with_owner(fact, node, ctx, built_in=known is not None)
    fact = _with_words(fact, node, ctx)
    return _with_default(with_counter(fact, node, ctx), node, ctx)


def _with_owner(fact: Fact, node: Map, ctx: Context, *, built_in: bool) -> Fact:
    """A built-in fact keeps its owner; a fact of the policy's own is its supplier's by default."""
    given = node.get("told_by")
    said = c.chosen(given, TELLERS, "who tells a fact", ctx) if given else None
    if built_in:
        if given is not None and said is not None and said != fact.told_by:
            sentence = f"`{fact.name}` is built in, and who tells it is `{fact.told_by}`."
            ctx.fault("wrong_owner", given.source, sentence)
        return fact
    owner = Owner(said) if said is not None else Owner.SUPPLIER
    until = Moment.REQUEST if owner in (Owner.RETAILER, Owner.ORDER) else Moment.RECEIPT
    return replace(
        fact,
        told_by=owner,
        owner_named=given is not None,
        until=until,
        found=owner in _FOUND,
    )


def _with_words(fact: Fact, node: Map, ctx: Context) -> Fact:
    ordered = "best_first" in node.entries
    listed = node.get("best_first") or node.get("of")
    if listed is not None and fact.type not in (FactType.WORD, FactType.SET):
        ctx.fault("wrong_type", listed.source, f"A {fact.type} takes no words.")
    elif listed is not None:
        fact = replace(fact, words=own_words(listed, ctx), best_first=ordered)
    if "open" in node.entries:
        fact = replace(fact, open=bool(s.yes_no(node.entries["open"], ctx)))
    return fact


def _with_default(fact: Fact, node: Map, ctx: Context) -> Fact:
    default = node.get("if_not_sent")
    if default is None:
        return fact
    read = DEFAULTS[fact.type](default, ctx)
    return replace(fact, if_not_sent=None if read is None else to_data(default))
