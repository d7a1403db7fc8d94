"""Reads the tests of a policy and those that it inherits; runs none."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.policy.context import Context, a_map
from engine.policy.model import Case
from engine.policy.readers import scalars as s
from engine.policy.readers.keys import Fields, MapOf, Need
from engine.policy.text import Items, Map, Node, as_map

MOST_CASES: Final = 1_000
MOST_USUAL: Final = 300
"""The most facts under `usual`, since they are copied into every case."""

NOT_SENT: Final = "not_sent"
TESTS: Final = ("usual", "cases")
INHERITED: Final = "inherit"
"""A further key for a policy that extends another: the changed results of the base's tests."""


def read_cases(node: Node | None, ctx: Context) -> tuple[Case, ...]:
    """Reads every case, with `usual` filled in; a case's own values win."""
    tests = ctx.attempt(a_map("`tests`"), node)
    if tests is None:
        return ()
    ctx.only_keys(tests, TESTS, "`tests`")
    _check_form(tests, ctx)
    found: dict[str, Case] = {}
    cases = () if _too_many(tests, ctx) else _maps_in(tests)
    for case in ctx.each(CASE, [_with_usual(item, tests.get("usual")) for item in cases]):
        if case.name in found:
            ctx.fault("written_twice", case.source, f"Two cases are named `{case.name[:60]}`.")
        found[case.name] = case
    return tuple(found.values())


def _case(read: Fields, entry: Map, ctx: Context) -> Case:
    given: Map = read.get("given") or as_map({}, entry.source)
    given = given.without(*[key for key in given.entries if given.text_of(key) == NOT_SENT])
    return Case(
        name=read["name"],
        given=given.without("lines", "agreed"),
        lines=_maps(given.get("lines"), "`lines`", ctx),
        agreed=ctx.attempt(a_map("`agreed`"), given.get("agreed")),
        edits=read.get("with", ()),
        expect=read["expect"],
        inherited_from=entry.source.file if entry.source.file != ctx.file else None,
        source=entry.source,
    )


CASE: Final = MapOf(
    what="a test case",
    keys={
        "name": s.text,
        "given": a_map("`given`"),
        "with": lambda node, ctx: _maps(node, "`with`", ctx),
        "expect": a_map("`expect`"),
    },
    build=_case,
    rules=(
        Need(keys=("name",), sentence="A test case needs a `name`."),
        Need(keys=("expect",), sentence="A test case needs `expect`: what should come out?"),
    ),
)


def _maps(node: Node | None, what: str, ctx: Context) -> tuple[Map, ...]:
    items = node.items if isinstance(node, Items) else ((node,) if node else ())
    return ctx.each(a_map(f"An entry of {what}"), items)


# --- what a child inherits ------------------------------------------------------------------------


def with_inherited(base: Node | None, child: Node | None, ctx: Context) -> Node | None:
    """Merges the cases of child and base, each with its own `usual`; `inherit` changes results."""
    given = base if isinstance(base, Map) else None
    if child is not None and not _well_formed(child, ctx):
        return child
    own = child if isinstance(child, Map) else given
    if own is None or any(_too_many(tests, ctx) for tests in (given, own) if tests):
        return child
    inherit = own.get(INHERITED) if child else None
    changed = inherit.entries if isinstance(inherit, Map) else {}
    cases = [_with_usual(case, given.get("usual")) for case in _maps_in(given)] if given else []
    names = {case.text_of("name") for case in cases}
    for name, node in changed.items():
        if name not in names:
            said = f"The base has no test case `{name[:80]}`.{ctx.nearest(name, names)}"
            ctx.fault("unknown_case", node.source, said)
    mine = [_with_usual(case, own.get("usual")) for case in _maps_in(own)] if child else []
    theirs = [_inherited(case, changed.get(case.text_of("name"))) for case in cases]
    listed = Items(source=own.source, items=(*mine, *theirs))
    return own.without("usual", INHERITED).with_entry("cases", listed)


def _well_formed(child: Node, ctx: Context) -> bool:
    """Returns whether tests are well formed that are merged here, and so not read as written."""
    before = len(ctx.faults)
    tests = ctx.attempt(a_map("`tests`"), child)
    if tests:
        changed = ctx.attempt(a_map(f"`{INHERITED}`"), tests.get(INHERITED))
        for name, node in changed.entries.items() if changed else ():
            ctx.attempt(a_map(f"What is expected of `{name[:60]}`"), node)
        _check_form(tests, ctx)
    return len(ctx.faults) == before


def _inherited(case: Map, other: Node | None) -> Map:
    expect = case.get("expect")
    if isinstance(other, Map) and isinstance(expect, Map):
        entries = {**expect.entries, **other.entries}
        return case.with_entry("expect", replace(expect, entries=entries))
    return case


# --- both -----------------------------------------------------------------------------------------


def _check_form(tests: Map, ctx: Context) -> None:
    cases = tests.get("cases")
    ctx.attempt(a_map("`usual`"), tests.get("usual"))
    if cases and not isinstance(cases, Items):
        ctx.fault("wrong_shape", cases.source, "`cases` is a list.")
    ctx.each(a_map("A test case"), tests.list_of("cases"))


def _too_many(tests: Map, ctx: Context) -> bool:
    usual = tests.get("usual")
    many = isinstance(usual, Map) and len(usual.entries) > MOST_USUAL
    if many or len(tests.list_of("cases")) > MOST_CASES:
        said = f"At most {MOST_CASES:,} cases and {MOST_USUAL} usual facts are read."
        ctx.fault("too_large", tests.source, said)
        return True
    return False


def _maps_in(tests: Map) -> list[Map]:
    return [case for case in tests.list_of("cases") if isinstance(case, Map)]


def _with_usual(case: Map, usual: Node | None) -> Map:
    given = case.get("given")
    if not isinstance(usual, Map) or not isinstance(given, Map | None):
        return case
    return case.with_entry("given", (given or as_map({}, case.source)).over(usual))
