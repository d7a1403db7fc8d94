"""Reads the `counter` of a fact: a text if others count, a map if Takeback counts itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.dates import Length
from engine.policy.context import Context, Unreadable
from engine.policy.faults import listed
from engine.policy.readers import scalars as s
from engine.policy.readers.choices import one_of
from engine.policy.readers.keys import MapOf, Need, Reader, read_keys
from engine.policy.register.built_in import SENT
from engine.policy.text import Map, Node, Scalar
from engine.policy.vocabulary import UNITS, Counted, Counter, Fact, FactType, Owner, Per, Span

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


KEYS: Final[dict[str, Reader]] = {
    "of": one_of(COUNTED, "something that Takeback counts"),
    "per": one_of(PER, "something that Takeback counts for"),
    "over": over,
}


read_counter: Final = MapOf(
    what="a counter",
    keys=KEYS,
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
