"""Reads `when`: a map of fact tests joined by "and", with groups and `any_of`."""

from __future__ import annotations

from functools import partial
from typing import Final

from engine.policy.conditions import either, joined, leaves, negated
from engine.policy.context import Context, Unreadable
from engine.policy.faults import Source, listed
from engine.policy.model import ALWAYS, Condition
from engine.policy.readers.scalars import shown
from engine.policy.readers.tests import read_test
from engine.policy.text import Items, Map, Node, Scalar
from engine.policy.vocabulary import Fact, FactType

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
    given = node.get("when")
    return (ctx.attempt(read_when, given) if given else None) or ALWAYS


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
