"""Hands the test cases of a base on to a policy that extends it."""

from __future__ import annotations

from dataclasses import replace

from engine.policy.context import Context
from engine.policy.text import Items, Map, Node
from engine.policy.trials import MOST_CASES, MOST_USUAL

_NOTHING: dict[str, Node] = {}


def with_inherited(base: Node | None, child: Node | None, ctx: Context) -> Node | None:
    """The cases of child and base, each with its own `usual`; `inherit` changes expectations."""
    given = base if isinstance(base, Map) else None
    if child is not None and not _well_formed(child, ctx):
        return child
    own = child if isinstance(child, Map) else given
    if own is None or any(_too_many(tests, ctx) for tests in (given, own) if tests):
        return child
    inherit = child.get("inherit") if isinstance(child, Map) else None
    changed = inherit.entries if isinstance(inherit, Map) else _NOTHING
    cases = (
        [_inherited(case, given.get("usual"), changed) for case in _cases(given)] if given else []
    )
    names = {case.text_of("name") for case in cases}
    for name, node in changed.items():
        if name not in names:
            said = f"The base has no test case `{name[:80]}`.{ctx.nearest(name, names)}"
            ctx.fault("unknown_case", node.source, said)
    mine = [_with_usual(case, own.get("usual")) for case in _cases(own)] if child else []
    listed = Items(source=own.source, items=(*mine, *cases))
    return own.without("usual", "inherit").with_entry("cases", listed)


def _well_formed(child: Node, ctx: Context) -> bool:
    """Whether what is merged here, and so not read as it was written, has its form."""
    before = len(ctx.faults)
    tests = ctx.map_of(child, "`tests`")
    entries = tests.entries if tests else _NOTHING
    parts = [ctx.map_of(entries[key], f"`{key}`") for key in ("inherit", "usual") if key in entries]
    if "inherit" in entries and parts[0]:
        for name, node in parts[0].entries.items():
            ctx.map_of(node, f"What is expected of `{name[:60]}`")
    cases = entries.get("cases")
    if cases is not None and not isinstance(cases, Items):
        ctx.fault("wrong_shape", cases.source, "`cases` is a list.")
    for case in cases.items if isinstance(cases, Items) else ():
        ctx.map_of(case, "A test case")
    return len(ctx.faults) == before


def _too_many(tests: Map, ctx: Context) -> bool:
    usual = tests.get("usual")
    many = isinstance(usual, Map) and len(usual.entries) > MOST_USUAL
    if many or len(_cases(tests)) > MOST_CASES:
        said = f"At most {MOST_CASES:,} cases and {MOST_USUAL} usual facts are read."
        ctx.fault("too_large", tests.source, said)
        return True
    return False


def _cases(tests: Map) -> list[Map]:
    return [case for case in tests.list_of("cases") if isinstance(case, Map)]


def _with_usual(case: Map, usual: Node | None) -> Map:
    given = case.get("given")
    if not isinstance(usual, Map) or not isinstance(given, Map | None):
        return case
    own = given or Map(source=case.source, entries={}, keys={})
    return case.with_entry("given", own.over(usual))


def _inherited(case: Map, usual: Node | None, changed: dict[str, Node]) -> Map:
    case = _with_usual(case, usual)
    other, expect = changed.get(case.text_of("name")), case.get("expect")
    if isinstance(other, Map) and isinstance(expect, Map):
        entries = {**expect.entries, **other.entries}
        return case.with_entry("expect", replace(expect, entries=entries))
    return case
