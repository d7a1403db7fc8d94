"""Reads `when`: tests of facts joined by "and", with groups and `any_of`.

A test asks for equality, size, order of words, membership, known or absent.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from engine.policy.conditions import either, joined, leaves, negated
from engine.policy.context import Context, Unreadable
from engine.policy.faults import Source, listed
from engine.policy.model import ALWAYS, All, Condition, Leaf, Op
from engine.policy.readers import scalars
from engine.policy.readers.choices import chosen
from engine.policy.readers.scalars import shown
from engine.policy.text import Items, Map, Node, Scalar
from engine.policy.vocabulary import Fact, FactType
from engine.policy.words import LIMIT_STATES

WEAR: Final = {
    "worse_than": Op.OVER,
    "no_worse_than": Op.AT_MOST,
    "better_than": Op.UNDER,
    "no_better_than": Op.AT_LEAST,
}
SIZE: Final = {
    "under": Op.UNDER,
    "over": Op.OVER,
    "at_least": Op.AT_LEAST,
    "at_most": Op.AT_MOST,
}
ONE_WORD: Final = ("has", "lacks")
SETS: Final = (*ONE_WORD, "has_any", "has_all", "has_none")
OPEN: Final = "open"
"""The state of a limit that is not judged, so that it is unknown whether it is kept."""
SENT: Final = {"known": Op.KNOWN, "unknown": Op.UNKNOWN}


def read_test(fact: Fact, node: Node, ctx: Context) -> Condition | None:
    """Reads the test that `fact: ...` stands for."""
    if isinstance(node, Map):
        return _operators(fact, node, ctx)
    if isinstance(node, Scalar) and node.text in SENT:
        return _leaf(fact, SENT[node.text], node, node.text)
    if _is_null(node):
        return _leaf(fact, Op.ABSENT, node, "null")
    if fact.type is FactType.SET and fact.name == "deadlines":
        return either(_set_leaves(fact, node, Op.HAS, ctx))
    if fact.type is FactType.SET:
        said = f"`{fact.name}` is a set; write `{fact.name}: {{has: ..}}` or `{{lacks: ..}}`."
        raise Unreadable("wrong_operator", node.source, said)
    return _equals(fact, node, ctx)


def _operators(fact: Fact, node: Map, ctx: Context) -> Condition | None:
    if not node.entries:
        ctx.fault("empty", node.source, f"The test of `{fact.name}` is empty.")
    read = partial(_operator, fact, node)
    parts: dict[str, Condition] = ctx.entries(read, node.entries)
    return joined(parts.values()) if parts else None


def _operator(fact: Fact, node: Map, key: str, child: Node, ctx: Context) -> Condition | None:
    if key == "not" and fact.type is not FactType.SET:
        inner = read_test(fact, child, ctx)
        return negated(inner) if inner else None
    if key in SIZE and fact.type in scalars.NUMBERS:
        return _sized(fact, key, child, ctx)
    if key == "between" and fact.type in scalars.NUMBERS:
        return _between(fact, child, ctx)
    if key in WEAR and fact.best_first:
        return _worn(fact, key, child, ctx)
    if key in SETS and fact.type is FactType.SET:
        return _set_test(fact, key, child, ctx)
    raise Unreadable("wrong_operator", node.key_source(key), _no_operator(fact, key, ctx))


def _no_operator(fact: Fact, key: str, ctx: Context) -> str:
    if fact.type is FactType.SET:
        legal: tuple[str, ...] = SETS
    else:
        sized = (*SIZE, "between") if fact.type in scalars.NUMBERS else ()
        legal = ("not", *sized, *(WEAR if fact.best_first else ()))
    hint = ctx.nearest(key, legal) or f" It takes {listed(legal)}."
    why = " Its words have no order; declare `best_first` under `values`." if key in WEAR else ""
    kind = fact.type.replace("_", " or ")
    return f"`{key[:40]}` does not go with `{fact.name}`, a {kind}.{why}{hint}"


def _sized(fact: Fact, key: str, child: Node, ctx: Context) -> Leaf:
    bound = scalars.NUMBERS[fact.type](child, ctx)
    written = f"{key.replace('_', ' ')} {_text(child)}"
    return replace(_leaf(fact, SIZE[key], child, written), number=bound)


def _between(fact: Fact, child: Node, ctx: Context) -> Condition | None:
    if not isinstance(child, Items) or len(child.items) != 2:
        said = "`between` takes two values: `[first, last]`, both included."
        raise Unreadable("wrong_shape", child.source, said)
    low = ctx.attempt(partial(_sized, fact, "at_least"), child.items[0])
    high = ctx.attempt(partial(_sized, fact, "at_most"), child.items[1])
    if low is None or high is None:
        return None
    if low.number > high.number:
        said = "`between` is reversed: the first value is above the second."
        ctx.fault("reversed", child.source, said)
    return All((low, high))


def _worn(fact: Fact, key: str, child: Node, ctx: Context) -> Leaf:
    order = fact.words or ()
    found = chosen(child, order, f"a word of `{fact.name}`", ctx)
    written = f"{key.replace('_', ' ')} {found}"
    return replace(_leaf(fact, WEAR[key], child, written), number=order.index(found) + 1)


def _set_test(fact: Fact, key: str, child: Node, ctx: Context) -> Condition | None:
    if key in ONE_WORD and isinstance(child, Items):
        said = f"`{key}` takes one word; use `has_any`, `has_all` or `has_none`."
        raise Unreadable("wrong_shape", child.source, said)
    found = _set_leaves(fact, child, Op.LACKS if key in ("lacks", "has_none") else Op.HAS, ctx)
    if key in ("has_all", "has_none"):
        return joined(found) if found else None
    return either(found)


def _set_leaves(fact: Fact, node: Node, op: Op, ctx: Context) -> tuple[Leaf, ...]:
    return ctx.each(partial(_set_leaf, fact, op), _items(fact, node, ctx))


def _set_leaf(fact: Fact, op: Op, item: Node, ctx: Context) -> Leaf:
    said = _word_of(fact, item, ctx)
    return _leaf(fact, op, item, f"{op} {said}", words=(said,))


def _equals(fact: Fact, node: Node, ctx: Context) -> Condition | None:
    items = _items(fact, node, ctx)
    found: list[Condition] = [
        _leaf(fact, Op.ABSENT, item, "null") for item in items if _is_null(item)
    ]
    sent = [item for item in items if not _is_null(item)]
    if fact.type is not FactType.WORD:
        found += ctx.each(partial(_equal_number, fact), sent)
        return either(found)
    said = ctx.each(partial(_word_of, fact), sent)
    if fact.words == LIMIT_STATES and OPEN in said:
        found.append(_leaf(fact, Op.UNKNOWN, node, OPEN))
        said = tuple(word for word in said if word != OPEN)
    if said:
        written = said[0] if len(said) == 1 else f"one of {', '.join(said)}"
        found.append(_leaf(fact, Op.IN, node, written, words=said))
    return either(found)


def _equal_number(fact: Fact, item: Node, ctx: Context) -> Condition:
    if fact.type is FactType.YES_NO:
        said = scalars.yes_no(item, ctx)
        op, bound = (Op.OVER, 0) if said else (Op.UNDER, 1)
        return replace(_leaf(fact, op, item, str(said).lower()), number=bound)
    number = scalars.NUMBERS[fact.type](item, ctx)
    ops = (Op.AT_LEAST, Op.AT_MOST)
    tests = (_leaf(fact, op, item, _text(item)) for op in ops)
    return All(tuple(replace(test, number=number) for test in tests))


def _items(fact: Fact, node: Node, ctx: Context) -> tuple[Node, ...]:
    items = ctx.items_of(node, f"The test of `{fact.name}`")
    if isinstance(node, Items) and not items:
        ctx.fault("empty", node.source, f"The test of `{fact.name}` is an empty list.")
    return items


def _word_of(fact: Fact, item: Node, ctx: Context) -> str:
    if fact.words is not None and not fact.open:
        return chosen(item, ctx.words_of(fact), f"a word of `{fact.name}`", ctx)
    return scalars.word(item, ctx)


def _leaf(fact: Fact, op: Op, node: Node, written: str, words: tuple[str, ...] = ()) -> Leaf:
    return Leaf(fact=fact.name, op=op, words=words, written=written, source=node.source)


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None and node.text != ""


def _text(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else ""


# --- `when` ---------------------------------------------------------------------------------------


MOST_NESTED: Final = 6
SINCE: Final = "days_since."
_TOO_SOON: Final = (
    "`{}` is not known yet where this row is asked; a topic may test only what was derived before "
    "it."
)


def read_when(node: Node, ctx: Context, depth: int = 0) -> Condition:
    """Reads the condition of a `when` map; a part with a fault is left out."""
    tests = ctx.map_of(node, "A condition")
    if depth > MOST_NESTED:
        said = f"`any_of` is nested deeper than {MOST_NESTED} times."
        raise Unreadable("too_deep", node.source, said)
    if not tests.entries:
        ctx.fault("empty", node.source, "This condition tests nothing.")
    parts: dict[str, Condition] = ctx.entries(partial(_entry, tests, depth), tests.entries)
    return joined(parts.values())


def when_of(node: Map, ctx: Context) -> Condition:
    """Reads the `when` of a map; one that is not written or cannot be read always holds."""
    return ctx.attempt(read_when, node.get("when")) or ALWAYS


def _entry(tests: Map, depth: int, key: str, child: Node, ctx: Context) -> Condition | None:
    if key == "any_of":
        return _any_of(child, ctx, depth)
    if key in ("is", "is_not"):
        return _groups(key, child, ctx)
    return read_test(_fact(key, tests.key_source(key), ctx), child, ctx)


def _any_of(node: Node, ctx: Context, depth: int) -> Condition | None:
    if not isinstance(node, Items) or not node.items:
        raise Unreadable("wrong_shape", node.source, "`any_of` takes a list of conditions.")
    return either(ctx.each(partial(read_when, depth=depth + 1), node.items))


def _groups(key: str, child: Node, ctx: Context) -> Condition | None:
    found: list[Condition] = []
    items = ctx.items_of(child, f"`{key}`")
    if not items:
        ctx.fault("empty", child.source, f"`{key}` names no group.")
    for item in items:
        name = item.text if isinstance(item, Scalar) else ""
        if name not in ctx.groups:
            hint = ctx.nearest(name, ctx.groups) or (
                f" Known: {listed(ctx.groups)}."
                if ctx.groups
                else " This policy has no `groups`; declare it there."
            )
            ctx.fault("unknown_group", item.source, f"{shown(item)} is not a group.{hint}")
        elif not ctx.expand(ctx.group_sizes.get(name, 1), child.source):
            return None
        elif _all_known(ctx.groups[name], child.source, ctx):
            found.append(ctx.groups[name])
    condition = either(found)
    return negated(condition) if condition and key == "is_not" else condition


def _all_known(condition: Condition, source: Source, ctx: Context) -> bool:
    """Returns whether everything that a group tests is known where the group is used."""
    for leaf in leaves(condition):
        if leaf.fact in ctx.derived and ctx.derived[leaf.fact][1] >= ctx.step:
            ctx.fault("too_soon", source, _TOO_SOON.format(leaf.fact[:60]))
            return False
    return True


def _fact(key: str, source: Source, ctx: Context) -> Fact:
    name = _full_name(key, ctx)
    if name in ctx.derived:
        fact, step = ctx.derived[name]
        if step >= ctx.step:
            raise Unreadable("too_soon", source, _TOO_SOON.format(key[:60]))
        return fact
    if name in ctx.facts:
        return ctx.facts[name]
    since = ctx.facts.get(name.removeprefix(SINCE)) if name.startswith(SINCE) else None
    if since is not None and since.type is FactType.DATE:
        return Fact(name=name, type=FactType.COUNT)
    hint = (
        ctx.nearest(key, ["any_of", "is", "is_not", *ctx.fact_names()])
        or " Declare your own under `facts`."
    )
    raise Unreadable("unknown_fact", source, f"There is no fact `{key[:60]}`.{hint}")


def _full_name(key: str, ctx: Context) -> str:
    """Returns `request.state` for `request`, and `request.days_left` for `days_left`."""
    if key not in ctx.facts and f"{ctx.main_deadline}.{key}" in ctx.derived:
        return f"{ctx.main_deadline}.{key}"
    return f"{key}.state" if f"{key}.state" in ctx.derived else key
