"""Reads the embedded tests of a policy; running them is the suite's job."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.policy.context import Context
from engine.policy.model import Case
from engine.policy.shapes import scalars as s
from engine.policy.shapes.keys import need
from engine.policy.text import Items, Map, Node, Scalar

MOST_CASES: Final = 1_000
MOST_USUAL: Final = 300
"""Facts under `usual`: they are copied into every case."""

NOT_SENT: Final = "not_sent"
TESTS: Final = ("usual", "cases")
INHERITED: Final = "inherit"
"""A further key where a policy extends another: what differs in the tests of the base."""
KEYS: Final = ("name", "given", "with", "expect")


def read_cases(node: Node | None, ctx: Context) -> tuple[Case, ...]:
    """Every case, with what is usual filled in; a case's own values win."""
    tests = ctx.map_of(node, "`tests`") if node else None
    if tests is None:
        return ()
    ctx.only_keys(tests, TESTS, "`tests`")
    usual = ctx.map_of(tests.entries["usual"], "`usual`") if "usual" in tests.entries else None
    listed = tests.get("cases")
    if listed is None or not isinstance(listed, Items):
        if listed is not None:
            ctx.fault("wrong_shape", listed.source, "`cases` is a list.")
        return ()
    if len(listed.items) > MOST_CASES or (usual and len(usual.entries) > MOST_USUAL):
        said = f"At most {MOST_CASES:,} cases and {MOST_USUAL} usual facts are read."
        ctx.fault("too_large", tests.source, said)
        return ()
    return _cases(listed, usual, ctx)


def _cases(listed: Items, usual: Map | None, ctx: Context) -> tuple[Case, ...]:
    found: dict[str, Case] = {}
    for item in listed.items:
        case = _case(item, usual, ctx)
        if case is None:
            continue
        if case.name in found:
            said = f"Two cases are named `{case.name[:60]}`."
            ctx.fault("written_twice", case.source, said)
        found[case.name] = case
    return tuple(found.values())


def _case(item: Node, usual: Map | None, ctx: Context) -> Case | None:
    entry = ctx.map_of(item, "A test case")
    if entry is None:
        return None
    ctx.only_keys(entry, KEYS, "a test case")
    need(entry, "name", "A test case needs a `name`.", ctx)
    need(entry, "expect", "A test case needs `expect`: what should come out?", ctx)
    name = s.text(entry.entries["name"], ctx) if "name" in entry.entries else None
    expect = ctx.map_of(entry.entries["expect"], "`expect`") if "expect" in entry.entries else None
    if name is None or expect is None:
        return None
    given = _given(entry, usual, ctx)
    agreed = given.get("agreed")
    return Case(
        name=name,
        given=given.without("lines", "agreed"),
        lines=_maps(given.get("lines"), "`lines`", ctx),
        agreed=ctx.map_of(agreed, "`agreed`") if agreed else None,
        edits=_maps(entry.get("with"), "`with`", ctx),
        expect=expect,
        inherited_from=entry.source.file if entry.source.file != ctx.file else None,
        source=entry.source,
    )


def _given(entry: Map, usual: Map | None, ctx: Context) -> Map:
    node = entry.get("given")
    own = ctx.map_of(node, "`given`") if node else None
    given = (own or Map(source=entry.source, entries={}, keys={})).over(usual)
    sent = {
        key: child
        for key, child in given.entries.items()
        if not (isinstance(child, Scalar) and child.text == NOT_SENT)
    }
    return replace(given, entries=sent)


def _maps(node: Node | None, what: str, ctx: Context) -> tuple[Map, ...]:
    items = node.items if isinstance(node, Items) else ((node,) if node else ())
    found = [ctx.map_of(item, f"An entry of {what}") for item in items]
    return tuple(item for item in found if item is not None)
