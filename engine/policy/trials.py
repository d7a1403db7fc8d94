"""Reads the embedded tests of a policy; running them is the suite's job."""

from __future__ import annotations

from engine.policy import values as v
from engine.policy.context import Context
from engine.policy.model import Case
from engine.policy.text import Items, Map, Node, Scalar

MOST_CASES = 1_000


def read_cases(node: Node | None, ctx: Context) -> tuple[Case, ...]:
    """Every case, with what is usual filled in; a case's own values win."""
    tests = ctx.map_of(node, "`tests`") if node else None
    if tests is None:
        return ()
    ctx.only_keys(tests, ("usual", "cases", "inherit"), "`tests`")
    usual = tests.get("usual")
    usual_map = ctx.map_of(usual, "`usual`") if usual else None
    found: list[Case] = []
    listed = tests.get("cases")
    items = listed.items if isinstance(listed, Items) else ()
    if listed is not None and not isinstance(listed, Items):
        ctx.fault("wrong_shape", listed.source, "`cases` is a list.")
    if len(items) > MOST_CASES:
        ctx.fault(
            "too_large",
            node.source if node else tests.source,
            f"More than {MOST_CASES:,} test cases.",
        )
        return ()
    for item in items:
        case = _case(item, usual_map, ctx)
        if case is None:
            continue
        if any(case.name == other.name for other in found):
            ctx.fault("written_twice", case.source, f"Two cases are named `{case.name[:60]}`.")
        found.append(case)
    return tuple(found)


def _case(item: Node, usual: Map | None, ctx: Context) -> Case | None:
    entry = ctx.map_of(item, "A test case")
    if entry is None:
        return None
    ctx.only_keys(entry, ("name", "given", "with", "expect"), "a test case")
    name = v.text(entry.entries["name"], ctx) if "name" in entry.entries else None
    expect = ctx.map_of(entry.entries["expect"], "`expect`") if "expect" in entry.entries else None
    if name is None or expect is None:
        ctx.fault("missing_key", entry.source, "A test case needs a `name` and `expect`.")
        return None
    given = _given(entry.get("given"), usual, entry, ctx)
    lines = given.get("lines")
    agreed = given.get("agreed")
    edits = entry.get("with")
    return Case(
        name=name,
        given=given.without("lines").without("agreed"),
        lines=_maps(lines, "`lines`", ctx),
        agreed=ctx.map_of(agreed, "`agreed`") if agreed else None,
        edits=_maps(edits, "`with`", ctx),
        expect=expect,
        source=entry.source,
    )


def _given(node: Node | None, usual: Map | None, entry: Map, ctx: Context) -> Map:
    own = ctx.map_of(node, "`given`") if node else None
    entries = {**(usual.entries if usual else {}), **(own.entries if own else {})}
    keys = {**(usual.keys if usual else {}), **(own.keys if own else {})}
    kept = {
        key: child
        for key, child in entries.items()
        if not (isinstance(child, Scalar) and child.text == "not_sent")
    }
    return Map(source=own.source if own else entry.source, entries=kept, keys=keys)


def _maps(node: Node | None, what: str, ctx: Context) -> tuple[Map, ...]:
    if node is None:
        return ()
    found = [
        ctx.map_of(item, f"An entry of {what}")
        for item in (node.items if isinstance(node, Items) else (node,))
    ]
    return tuple(item for item in found if item is not None)
