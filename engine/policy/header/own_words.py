"""Reads a policy's own words: facts, their words and counters, codes, and groups."""

from __future__ import annotations

import collections
import re
from dataclasses import replace
from typing import Final

from engine.dates import Length
from engine.policy import words as w
from engine.policy.conditions import leaves
from engine.policy.context import Context, Unreadable, a_map
from engine.policy.faults import listed
from engine.policy.model import ALWAYS
from engine.policy.readers import choices as c
from engine.policy.readers import scalars as s
from engine.policy.readers.choices import one_of
from engine.policy.readers.keys import MapOf, Need, Reader, read_keys
from engine.policy.readers.whens import read_when
from engine.policy.register.built_in import SENT
from engine.policy.text import Items, Map, Node, Scalar, to_data
from engine.policy.vocabulary import (
    DEADLINE_FACTS,
    DERIVED,
    UNITS,
    Counted,
    Counter,
    Fact,
    FactType,
    Moment,
    Owner,
    Per,
    Span,
)

BESIDE: Final = ("per", "over", "if_not_sent", "told_by")
"""Keys that a fact must not have if Takeback counts it itself."""
COUNTED: Final = tuple(map(str, Counted))
PER: Final = tuple(map(str, Per))
SPANS: Final = tuple(map(str, Span))


def with_counter(fact: Fact, node: Map, ctx: Context) -> Fact:
    """Returns the fact with its counter, if its declaration has one."""
    written = node.get("counter")
    if written is None:
        return fact
    if isinstance(written, Map):
        counter = ctx.attempt(read_counter, written)
        if counter is None or not _fits(fact, counter, node, ctx):
            return fact
        return replace(fact, counter=counter, told_by=Owner.DERIVED, owner_named=True, found=False)
    given = node.get("told_by")
    if given is not None and fact.told_by is not Owner.SUPPLIER:  # the claimant would gain by it
        said = "What others count is told by the supplier; write `told_by: supplier`."
        ctx.fault("wrong_owner", given.source, said)
    read = read_keys(node, dict.fromkeys(("counter", "per", "over"), s.text), ctx)
    return replace(fact, counter=", ".join(str(said) for said in read.values()))


def _fits(fact: Fact, counter: Counter, node: Map, ctx: Context) -> bool:
    """Returns whether a fact can hold what is counted; adds a fault for each reason against it."""
    before = len(ctx.faults)
    if fact.name in SENT:
        said = f"`{fact.name}` is built in; give what Takeback counts a name of its own."
        ctx.fault("name_taken", node.source, said)
    wanted = type_of(counter.of)
    if fact.type is not wanted:
        said = f"`{counter.of}` is {_A[wanted]}; write `type: {wanted}`."
        ctx.fault("wrong_type", node.entries.get("type", node).source, said)
    for key in BESIDE:
        if key in node.entries:
            ctx.fault("wrong_shape", node.key_source(key), _SAID[key])
    return len(ctx.faults) == before


_A: Final = {FactType.MONEY: "money", FactType.COUNT: "a count"}
_SAID: Final = {
    **{
        key: f"Takeback counts this itself; write `{key}` inside the braces of `counter`."
        for key in BESIDE[:2]
    },
    "if_not_sent": "Takeback counts this itself, so it is never left out; drop `if_not_sent`.",
    "told_by": "Takeback counts this itself, so nobody tells it; drop `told_by`.",
}


def type_of(of: Counted) -> FactType:
    """Returns the type of a fact that holds what is counted."""
    return FactType.MONEY if of is Counted.RETURNED_VALUE else FactType.COUNT


def over(node: Node, ctx: Context) -> Length | Span:
    """Reads `12 months`, `calendar year` or `lifetime`."""
    if isinstance(node, Scalar) and node.text in SPANS:
        return Span(node.text)
    text = node.text if isinstance(node, Scalar) else ""
    if not text.strip()[:1].isdecimal():
        hint = ctx.nearest(text, SPANS) or f" Write a length such as `12 months`, {listed(SPANS)}."
        said = f"{s.shown(node)} is no time to count over.{hint}"
        raise Unreadable("unknown_word", node.source, said)
    found = s.length(node, ctx)
    if found.unit not in UNITS or not found.count:
        said = f"{s.shown(node)} cannot be counted back; write 1 or more of {listed(UNITS)}."
        raise Unreadable("wrong_type", node.source, said)
    return found


read_counter: Final = MapOf(
    what="a counter",
    keys={
        "of": one_of(COUNTED, "something that Takeback counts"),
        "per": one_of(PER, "something that Takeback counts for"),
        "over": over,
    },
    build=lambda read, _node, _ctx: Counter(
        of=Counted(read["of"]), per=Per(read["per"]), over=read["over"]
    ),
    rules=tuple(
        Need(keys=(key,), sentence=f"A counter of Takeback's own needs `{key}`: {what}.")
        for key, what in (
            ("of", "what is counted"),
            ("per", "for whom"),
            ("over", "over which time"),
        )
    ),
)
"""Reads `{of: returned_value, per: retailer, over: calendar year}`."""


# --- words, facts, codes and groups ---------------------------------------------------------------


MOST_NAMES: Final = 500
"""The most own facts, groups or codes in one policy."""

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
WORDY: Final = (FactType.WORD, FactType.SET)
EVIDENCE: Final = ("evidence", "lacking")
VALUE_KEYS: Final = ("words", "best_first", "open")
RESERVED: Final = frozenset({"known", "unknown"})


def named(node: Node | None, where: str, what: str, ctx: Context) -> dict[str, Node]:
    """Returns the entries of a map of own names; adds a fault for a name that may not be used."""
    parts = ctx.attempt(a_map(f"`{where}`"), node)
    if parts is None:
        return {}
    if len(parts.entries) > MOST_NAMES:
        ctx.fault("too_large", parts.source, f"`{where}` has more than {MOST_NAMES} names.")
        return {}
    for key in (key for key in parts.entries if not NAME.match(key)):
        said = f"`{key[:60]}` is not {what}: small letters, digits and `_`."
        ctx.fault("wrong_type", parts.key_source(key), said)
    return {key: child for key, child in parts.entries.items() if NAME.match(key)}


def read_codes(node: Node | None, ctx: Context) -> None:
    """Reads the policy's own codes, each with its sentence."""
    sentences = named(node, "codes", "a code", ctx)
    ctx.codes |= ctx.entries(lambda _key, child, ctx: s.text(child, ctx), sentences)


def read_values(node: Node | None, ctx: Context) -> None:
    """Reads the words that this owner uses for a fact, in place of or beside the built-in ones."""
    for key, child in named(node, "values", "the name of a fact", ctx).items():
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
    for key, child in named(node, "groups", "the name of a group", ctx).items():
        with ctx.at_step(100_000):
            found = ctx.attempt(read_when, child) or ALWAYS
        ctx.groups[key] = found
        ctx.group_sizes[key] = len(leaves(found)) if found is not ALWAYS else 1


def own_words(node: Node, ctx: Context) -> tuple[str, ...]:
    """Reads a list of words; adds a fault for one that stands twice or is reserved in tests."""
    found = s.words(node, ctx)
    for word, times in collections.Counter(found).items():
        if times > 1:
            ctx.fault("written_twice", node.source, f"`{word}` stands twice.")
        if word in RESERVED:
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
    open_ = _is_open(node, ctx) or False
    ordered = "best_first" in node.entries
    if ordered and open_:
        said = "Words with an order are a closed list; leave `open` out."
        ctx.fault("wrong_shape", node.source, said)
    nothing = Items(source=node.source, items=())
    return ordered, open_ and not ordered, lists[0] if lists else nothing


def _is_open(node: Map, ctx: Context) -> bool | None:
    """Reads `open`; returns None if it is not written."""
    given = node.get("open")
    return None if given is None else bool(ctx.attempt(s.yes_no, given))


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
    ctx.facts |= ctx.entries(_fact, named(node, "facts", "the name of a fact", ctx))


def check_defaults(node: Node | None, ctx: Context) -> None:
    """Checks `if_not_sent` against the words in force, once `values` are read."""
    for key, child in node.entries.items() if isinstance(node, Map) else ():
        fact = ctx.facts.get(key)
        default = child.get("if_not_sent") if isinstance(child, Map) else None
        if fact is None or default is None or fact.words is None or fact.open:
            continue
        word = c.OneOf(ctx.words_of(fact), f"a word of `{key}`")
        ctx.each(word, ctx.items_of(default, "`if_not_sent`"))


def _fact(name: str, child: Node, ctx: Context) -> Fact:
    node = ctx.map_of(child, f"The fact `{name}`")
    if name in TAKEN:
        said = f"`{name}` is a word of the language; name this fact otherwise."
        raise Unreadable("name_taken", child.source, said)
    ctx.only_keys(node, KEYS, "a fact")
    known = ctx.facts.get(name)
    kind = _type(name, node, known, ctx)
    fact = replace(known, counter="") if known else Fact(name=name, type=kind)
    fact = _with_owner(fact, node, ctx, built_in=known is not None)
    fact = with_counter(_with_words(fact, node, ctx), node, ctx)
    default = node.get("if_not_sent")
    if default is not None and ctx.attempt(DEFAULTS[fact.type], default) is not None:
        fact = replace(fact, if_not_sent=to_data(default))
    return fact


def _type(name: str, node: Map, known: Fact | None, ctx: Context) -> FactType:
    """Reads the type of a fact; a built-in one has its own, which need not be repeated."""
    given = node.get("type")
    if given is None and known is not None:
        return known.type
    if given is None:
        raise Unreadable("missing_key", node.source, f"The fact `{name}` needs a `type`.")
    said = c.chosen(given, TYPES, "a type of fact", ctx)
    if known is not None and known.type != said:
        sentence = f"`{name}` is built in, and its type is `{known.type}`."
        raise Unreadable("wrong_type", given.source, sentence)
    return FactType(said)


def _with_owner(fact: Fact, node: Map, ctx: Context, *, built_in: bool) -> Fact:
    """Adds the owner: built-in facts keep theirs, a policy's own are the supplier's by default."""
    given = node.get("told_by")
    said = ctx.attempt(c.OneOf(TELLERS, "who tells a fact"), given)
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
    open_ = _is_open(node, ctx)
    return fact if open_ is None else replace(fact, open=open_)
