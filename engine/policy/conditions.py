"""Reads `when`: a map of fact tests joined by "and", with groups and `any_of`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.policy import values
from engine.policy.context import Context
from engine.policy.faults import listed, nearest
from engine.policy.model import ALWAYS, All, AnyOf, Condition, Leaf, Op
from engine.policy.text import Items, Map, Node, Scalar
from engine.policy.vocabulary import Fact, FactType

_OPPOSITE = {
    Op.IN: Op.NOT_IN,
    Op.UNDER: Op.AT_LEAST,
    Op.OVER: Op.AT_MOST,
    Op.HAS: Op.LACKS,
    Op.KNOWN: Op.UNKNOWN,
    Op.ABSENT: Op.PRESENT,
}
_OPPOSITE |= {value: key for key, value in _OPPOSITE.items()}
_WEAR = {
    "worse_than": Op.OVER,
    "no_worse_than": Op.AT_MOST,
    "better_than": Op.UNDER,
    "no_better_than": Op.AT_LEAST,
}
_SIZE = {"under": Op.UNDER, "over": Op.OVER, "at_least": Op.AT_LEAST, "at_most": Op.AT_MOST}
_SETS = ("has", "lacks", "has_any", "has_all", "has_none")
_SIZED = (FactType.COUNT, FactType.NUMBER, FactType.PERCENT, FactType.MONEY, FactType.DATE)
_NUMBERS: dict[FactType, Callable[[Node, Context], int | None]] = {
    FactType.COUNT: values.count,
    FactType.NUMBER: values.number,
    FactType.PERCENT: values.percent,
    FactType.MONEY: values.money,
    FactType.DATE: values.day,
}
_NESTED = 6
MOST_EXPANDED: Final = 20_000
"""Tests that groups may add to one policy in all; groups of groups grow fast."""


def read_when(node: Node, ctx: Context, depth: int = 0) -> Condition:
    """The condition that a `when` map says; faults are recorded and leave the part out."""
    tests = ctx.map_of(node, "`when`")
    if tests is None or depth > _NESTED:
        if tests is not None:
            ctx.fault("too_deep", node.source, f"`any_of` is nested deeper than {_NESTED} times.")
        return ALWAYS
    parts = [_entry(key, child, tests, ctx, depth) for key, child in tests.entries.items()]
    return joined([part for part in parts if part is not None])


def joined(parts: list[Condition]) -> Condition:
    """All of the parts, flattened."""
    flat: list[Condition] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, All) else (part,))
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def negated(condition: Condition) -> Condition:
    """The opposite, with "not" pushed down to the leaves."""
    if isinstance(condition, Leaf):
        return Leaf(
            fact=condition.fact,
            op=_OPPOSITE[condition.op],
            words=condition.words,
            number=condition.number,
            written=f"not {condition.written}",
            source=condition.source,
        )
    parts = tuple(negated(part) for part in condition.parts)
    return AnyOf(parts) if isinstance(condition, All) else joined(list(parts))


def leaves(condition: Condition) -> list[Leaf]:
    """Every leaf, in the order written."""
    if isinstance(condition, Leaf):
        return [condition]
    return [leaf for part in condition.parts for leaf in leaves(part)]


def _entry(key: str, child: Node, tests: Map, ctx: Context, depth: int) -> Condition | None:
    if key == "any_of":
        parts = [read_when(item, ctx, depth + 1) for item in ctx.items_of(child, "`any_of`")]
        return AnyOf(tuple(parts)) if parts else None
    if key in ("is", "is_not"):
        return _groups(key, child, ctx)
    fact = _fact(key, tests, ctx)
    return _test(fact, child, ctx) if fact else None


def _groups(key: str, child: Node, ctx: Context) -> Condition | None:
    found: list[Condition] = []
    for item in ctx.items_of(child, f"`{key}`"):
        name = item.text if isinstance(item, Scalar) else ""
        if name in ctx.groups:
            found.append(ctx.groups[name])
        else:
            hint = nearest(name, ctx.groups) or f" Known: {listed(ctx.groups)}."
            ctx.fault("unknown_group", item.source, f"There is no group `{name[:60]}`.{hint}")
    ctx.expanded += sum(len(leaves(part)) for part in found)
    if not found or ctx.expanded > MOST_EXPANDED:
        if found:
            ctx.fault(
                "too_large",
                child.source,
                f"The groups of this policy expand to more than {MOST_EXPANDED:,} tests.",
            )
        return None
    for leaf in (leaf for part in found for leaf in leaves(part)):
        if leaf.fact in ctx.derived and ctx.derived[leaf.fact][1] >= ctx.step:
            ctx.fault(
                "too_soon",
                child.source,
                f"`{leaf.fact}` is not known yet where this row is asked; "
                "a topic may test only what was derived before it.",
            )
            return None
    either: Condition = found[0] if len(found) == 1 else AnyOf(tuple(found))
    return either if key == "is" else negated(either)


def _fact(key: str, tests: Map, ctx: Context) -> Fact | None:
    source = tests.key_source(key)
    name = f"{key}.state" if f"{key}.state" in ctx.derived else key
    if f"{ctx.main_deadline}.{key}" in ctx.derived and key not in ctx.facts:
        name = f"{ctx.main_deadline}.{key}"
    if name in ctx.derived:
        fact, step = ctx.derived[name]
        if step >= ctx.step:
            ctx.fault(
                "too_soon",
                source,
                f"`{key}` is not known yet where this row is asked; "
                "a topic may test only what was derived before it.",
            )
            return None
        return fact
    if name.startswith("days_since.") and ctx.facts.get(name[11:], None) is not None:
        if ctx.facts[name[11:]].type is FactType.DATE:
            return Fact(name=name, type=FactType.COUNT)
    if name in ctx.facts:
        return ctx.facts[name]
    hint = nearest(key, ctx.fact_names()) or " Declare your own under `facts`."
    ctx.fault("unknown_fact", source, f"There is no fact `{key[:60]}`.{hint}")
    return None


def _test(fact: Fact, node: Node, ctx: Context) -> Condition | None:
    if isinstance(node, Scalar) and node.text in ("known", "unknown"):
        op = Op.KNOWN if node.text == "known" else Op.UNKNOWN
        return Leaf(fact=fact.name, op=op, written=node.text, source=node.source)
    if isinstance(node, Scalar) and node.value is None and node.text != "":
        return Leaf(fact=fact.name, op=Op.ABSENT, written="null", source=node.source)
    if isinstance(node, Map):
        return _operators(fact, node, ctx)
    if fact.type is FactType.SET and fact.name == "deadlines":
        return _any(fact, node, ctx, Op.HAS)
    if fact.type is FactType.SET:
        ctx.fault(
            "wrong_operator",
            node.source,
            f"`{fact.name}` is a set; write `{fact.name}: {{has: ..}}` or `{{lacks: ..}}`.",
        )
        return None
    return _equals(fact, node, ctx)


def _operators(fact: Fact, node: Map, ctx: Context) -> Condition | None:
    if not node.entries:
        ctx.fault("wrong_shape", node.source, f"The test of `{fact.name}` is empty.")
    parts = [_operator(fact, key, child, node, ctx) for key, child in node.entries.items()]
    found = [part for part in parts if part is not None]
    return joined(found) if found else None


def _operator(fact: Fact, key: str, child: Node, node: Map, ctx: Context) -> Condition | None:
    if key == "not" and fact.type is not FactType.SET:
        inner = _test(fact, child, ctx)
        return negated(inner) if inner else None
    if key in _SIZE and fact.type in _SIZED:
        return _sized(fact, _SIZE[key], key, child, ctx)
    if key == "between" and fact.type in _SIZED:
        return _between(fact, child, ctx)
    if key in _WEAR and fact.best_first:
        return _worn(fact, key, child, ctx)
    if key in _SETS and fact.type is FactType.SET:
        return _set_test(fact, key, child, ctx)
    legal = _legal(fact)
    hint = nearest(key, legal) or f" It takes {listed(legal)}."
    why = " Its words have no order; declare `best_first` under `values`." if key in _WEAR else ""
    ctx.fault(
        "wrong_operator",
        node.key_source(key),
        f"`{key[:40]}` does not go with `{fact.name}`, a {fact.type.replace('_', ' or ')}.{why}{hint}",
    )
    return None


def _legal(fact: Fact) -> list[str]:
    if fact.type is FactType.SET:
        return list(_SETS)
    sized = [*_SIZE, "between"] if fact.type in _SIZED else []
    return ["not", *sized, *(_WEAR if fact.best_first else ())]


def _sized(fact: Fact, op: Op, key: str, child: Node, ctx: Context) -> Leaf | None:
    bound = _NUMBERS[fact.type](child, ctx)
    if bound is None:
        return None
    said = child.text if isinstance(child, Scalar) else ""
    return Leaf(
        fact=fact.name,
        op=op,
        number=bound,
        written=f"{key.replace('_', ' ')} {said}",
        source=child.source,
    )


def _between(fact: Fact, child: Node, ctx: Context) -> Condition | None:
    if not isinstance(child, Items) or len(child.items) != 2:
        ctx.fault("wrong_shape", child.source, "`between` takes two values: `[first, last]`.")
        return None
    low, high = (
        _sized(fact, op, key, item, ctx)
        for op, key, item in zip(
            (Op.AT_LEAST, Op.AT_MOST), ("at_least", "at_most"), child.items, strict=True
        )
    )
    if low and high and low.number > high.number:
        ctx.fault(
            "reversed", child.source, "`between` is reversed: the first value is above the second."
        )
        return None
    return All((low, high)) if low and high else None


def _worn(fact: Fact, key: str, child: Node, ctx: Context) -> Leaf | None:
    found = values.one_of(fact.words or (), f"a word of `{fact.name}`")(child, ctx)
    if found is None:
        return None
    rank = (fact.words or ()).index(str(found)) + 1
    return Leaf(
        fact=fact.name,
        op=_WEAR[key],
        number=rank,
        written=f"{key.replace('_', ' ')} {found}",
        source=child.source,
    )


def _set_test(fact: Fact, key: str, child: Node, ctx: Context) -> Condition | None:
    if key in ("has", "lacks") and isinstance(child, Items):
        ctx.fault(
            "wrong_shape",
            child.source,
            f"`{key}` takes one word; use `has_any`, `has_all` or `has_none`.",
        )
        return None
    op = Op.LACKS if key in ("lacks", "has_none") else Op.HAS
    found = _any(fact, child, ctx, op)
    if isinstance(found, AnyOf) and key in ("has_all", "has_none"):
        return All(found.parts)
    return found


def _any(fact: Fact, node: Node, ctx: Context, op: Op) -> Condition | None:
    found: list[Condition] = []
    for item in ctx.items_of(node, f"The test of `{fact.name}`"):
        said = _word_of(fact, item, ctx)
        if said is not None:
            name = "has" if op is Op.HAS else "lacks"
            found.append(
                Leaf(
                    fact=fact.name,
                    op=op,
                    words=(said,),
                    written=f"{name} {said}",
                    source=item.source,
                )
            )
    if not found:
        return None
    return found[0] if len(found) == 1 else AnyOf(tuple(found))


def _equals(fact: Fact, node: Node, ctx: Context) -> Condition | None:
    items = ctx.items_of(node, f"The test of `{fact.name}`")
    if fact.type is FactType.WORD:
        said = tuple(word for item in items if (word := _word_of(fact, item, ctx)) is not None)
        written = said[0] if len(said) == 1 else f"one of {', '.join(said)}"
        return (
            Leaf(fact=fact.name, op=Op.IN, words=said, written=written, source=node.source)
            if said
            else None
        )
    found = [test for item in items if (test := _equal_number(fact, item, ctx)) is not None]
    if not found:
        return None
    return found[0] if len(found) == 1 else AnyOf(tuple(found))


def _equal_number(fact: Fact, item: Node, ctx: Context) -> Condition | None:
    if fact.type is FactType.YES_NO:
        said = values.yes_no(item, ctx)
        if said is None:
            return None
        op, bound = (Op.OVER, 0) if said else (Op.UNDER, 1)
        return Leaf(
            fact=fact.name, op=op, number=bound, written=str(said).lower(), source=item.source
        )
    bound_ = _NUMBERS[fact.type](item, ctx) if fact.type in _NUMBERS else None
    if bound_ is None:
        return None
    text = item.text if isinstance(item, Scalar) else ""
    return All(
        tuple(
            Leaf(fact=fact.name, op=op, number=bound_, written=text, source=item.source)
            for op in (Op.AT_LEAST, Op.AT_MOST)
        )
    )


def _word_of(fact: Fact, item: Node, ctx: Context) -> str | None:
    if fact.words is not None and not fact.open:
        found = values.one_of(fact.words, f"a word of `{fact.name}`")(item, ctx)
        return found if isinstance(found, str) else None
    return values.word(item, ctx)
