"""Reads a policy's own words: facts, their words, codes, and groups."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from engine.policy import words as w
from engine.policy.conditions import leaves
from engine.policy.context import Context
from engine.policy.header.counters import with_counter
from engine.policy.model import ALWAYS
from engine.policy.readers import choices as c
from engine.policy.readers import scalars as s
from engine.policy.readers.keys import Reader, need
from engine.policy.readers.whens import read_when
from engine.policy.text import Items, Map, Node, to_data
from engine.policy.vocabulary import DEADLINE_FACTS, DERIVED, Fact, FactType, Moment, Owner

MOST_NAMES: Final = 500
"""The most own facts, groups or codes in one policy."""

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
WORDY: Final = (FactType.WORD, FactType.SET)
EVIDENCE: Final = ("evidence", "lacking")
VALUE_KEYS: Final = ("words", "best_first", "open")
SENT: Final = frozenset({"known", "unknown"})


def named(node: Node | None, where: str, what: str, ctx: Context) -> Iterator[tuple[str, Node]]:
    """Yields the entries of a map of own names; adds a fault for a name that may not be used."""
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
    """Reads the policy's own codes, each with its sentence."""
    for key, child in named(node, "codes", "a code", ctx):
        if (sentence := s.text(child, ctx)) is not None:
            ctx.codes[key] = sentence


def read_values(node: Node | None, ctx: Context) -> None:
    """Reads the words that this owner uses for a fact, in place of or beside the built-in ones."""
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
    """Reads named conditions; a group may use the groups above it."""
    for key, child in named(node, "groups", "the name of a group", ctx):
        with ctx.at_step(100_000):
            found = read_when(child, ctx)
        ctx.groups[key] = found
        ctx.group_sizes[key] = len(leaves(found)) if found is not ALWAYS else 1


def own_words(node: Node, ctx: Context) -> tuple[str, ...]:
    """Reads a list of words; adds a fault for one that stands twice or is reserved in tests."""
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


KEYS: Final = (
    *("type", "told_by", "of", "best_first", "open", "if_not_sent"),
    *("counter", "per", "over"),
)
TELLERS: Final = tuple(owner for owner in Owner if owner is not Owner.DERIVED)
"""Who may be named by `told_by`."""
_FOUND: Final = (Owner.SUPPLIER, Owner.RETAILER, Owner.INSPECTION)
"""Owners of the facts that an inspection may find otherwise."""
TYPES: Final = tuple(t for t in FactType if t not in (FactType.LENGTH, FactType.ROWS))
TAKEN: Final = frozenset(
    [*DERIVED, *DEADLINE_FACTS, "any_of", "is", "is_not", "not", "agreed", "lines"]
)
"""Names that mean something else where a condition or a test case names facts."""
DEFAULTS: Final[dict[FactType, Reader]] = {
    **s.NUMBERS,
    FactType.YES_NO: s.yes_no,
    FactType.SET: s.words,
    FactType.WORD: s.word,
}


def read_facts(node: Node | None, ctx: Context) -> None:
    """Reads the policy's own facts."""
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
    """Checks `if_not_sent` against the words in force, once `values` are read."""
    for key, child in node.entries.items() if isinstance(node, Map) else ():
        fact = ctx.facts.get(key)
        default = child.get("if_not_sent") if isinstance(child, Map) else None
        if fact is None or default is None or fact.words is None or fact.open:
            continue
        for item in ctx.items_of(default, "`if_not_sent`"):
            c.chosen(item, ctx.words_of(fact), f"a word of `{key}`", ctx)


def _fact(name: str, node: Map, ctx: Context) -> Fact | None:
    ctx.only_keys(node, KEYS, "a fact")
    known = ctx.facts.get(name)
    kind = _type(name, node, known, ctx)
    if kind is None:
        return None
    fact = replace(known, counter="") if known else Fact(name=name, type=kind)
    fact = _with_owner(fact, node, ctx, built_in=known is not None)
    fact = with_counter(_with_words(fact, node, ctx), node, ctx)
    default = node.get("if_not_sent")
    if default is not None and DEFAULTS[fact.type](default, ctx) is not None:
        fact = replace(fact, if_not_sent=to_data(default))
    return fact


def _type(name: str, node: Map, known: Fact | None, ctx: Context) -> FactType | None:
    """Reads the type of a fact; a built-in one has its own, which need not be repeated."""
    given = node.get("type")
    if given is None and known is not None:
        return known.type
    need(node, "type", f"The fact `{name}` needs a `type`.", ctx)
    said = c.chosen(given, TYPES, "a type of fact", ctx) if given is not None else None
    if given is None or said is None:
        return None
    if known is not None and known.type != said:
        sentence = f"`{name}` is built in, and its type is `{known.type}`."
        ctx.fault("wrong_type", given.source, sentence)
        return None
    return FactType(said)


def _with_owner(fact: Fact, node: Map, ctx: Context, *, built_in: bool) -> Fact:
    """Adds the owner: built-in facts keep theirs, a policy's own are the supplier's by default."""
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
