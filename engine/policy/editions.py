"""From a policy file to its editions: bases merged, edits applied, agreed values filled in.

    text ── parse ── base chain ── edits ── agreed values ── read ── Policy

A file gives one edition, or several where edits are dated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from engine.errors import PolicyFaults
from engine.policy import headers as h
from engine.policy import values as v
from engine.policy.context import Context
from engine.policy.edits import Touched, apply_edit
from engine.policy.faults import Fault
from engine.policy.model import Case, Effective, Policy
from engine.policy.permissions import check_edits, check_rules
from engine.policy.reading import digest_of, read
from engine.policy.shorthand import expand
from engine.policy.text import Items, Map, Node, Scalar, parse, to_data
from engine.policy.vocabulary import FactType

FindBase = Callable[[str, int], str | None]
"""Gives the text of a published policy by id and version, or None."""

MOST_BASES: Final = 5
_OWN: Final = (
    "policy",
    "version",
    "title",
    "extends",
    "for",
    "effective",
    "changes",
    "tests",
    "compare",
    "agreed",
    "partners_may",
)
_REFERENCE = re.compile(r"(.+)@([0-9]{1,9})\Z")
_AGREED = re.compile(r"agreed\.([a-z][a-z0-9_]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFile:
    """A policy file that was read: its editions in order of their days, and its text.

    `merged` is the tree before agreed values, so that other terms can be filled in later.
    """

    text: str
    file: str
    merged: Map
    chain: tuple[str, ...]
    dated: tuple[Map, ...]
    editions: tuple[Policy, ...]

    @property
    def policy(self) -> Policy:
        """The newest edition."""
        return self.editions[-1]

    def on(self, day: int | None) -> Policy:
        """The edition in force on the ordinal `day`, else the nearest one."""
        covering = [
            edition
            for edition in self.editions
            if day is not None and edition.effective.covers(day)
        ]
        if covering:
            return covering[0]
        early = day is not None and day < self.editions[0].effective.first
        return self.editions[0] if early else self.editions[-1]

    def with_terms(self, agreed: Map | None, edits: tuple[Map, ...] = ()) -> PolicyFile:
        """The same file with values agreed with a partner, and further edits (of a test, say)."""
        ctx = Context(self.file)
        return _finish(
            self.text, self.file, self.merged, self.chain, self.dated, ctx, agreed, edits
        )


def nobody(name: str, version: int) -> str | None:
    """Finds no base; for policies that stand alone."""
    return None


def load(
    text: str, file: str, find_base: FindBase = nobody, agreed: Map | None = None
) -> PolicyFile:
    """Reads a policy text with its bases; raises `PolicyFaults` with every fault found."""
    ctx = Context(file)
    merged, chain, dated = _merged(parse(text, file), ctx, find_base, ())
    return _finish(text, file, merged, chain, dated, ctx, agreed, ())


def _finish(
    text: str,
    file: str,
    merged: Map,
    chain: tuple[str, ...],
    dated: tuple[Map, ...],
    ctx: Context,
    agreed: Map | None,
    edits: tuple[Map, ...],
) -> PolicyFile:
    tree = merged
    for edit in edits:
        if "effective" in edit.entries:
            dated = (*dated, edit)
        else:
            tree = apply_edit(tree, edit, ctx)[0]
    trees = _dated_trees(tree, dated, ctx)
    filled = [_filled(each, agreed, ctx) for each in trees]
    if ctx.faults:
        raise PolicyFaults(tuple(sorted(ctx.faults, key=lambda fault: fault.source)))
    editions = tuple(read(each, file, chain) for each in filled)
    return PolicyFile(
        text=text, file=file, merged=merged, chain=chain, dated=dated, editions=editions
    )


# --- bases ----------------------------------------------------------------------------------------


def _merged(
    tree: Map, ctx: Context, find_base: FindBase, seen: tuple[str, ...]
) -> tuple[Map, tuple[str, ...], tuple[Map, ...]]:
    if "extends" not in tree.entries:
        if "changes" in tree.entries:
            ctx.fault(
                "unknown_key",
                tree.key_source("changes"),
                "`changes` belong to a policy that `extends` a base.",
            )
        check_rules(tree.get("partners_may"), ctx)
        return (
            expand(tree, h.read_parties(tree.get("parties"), Context(ctx.file))["claimant"], ctx),
            (),
            (),
        )
    ctx.only_keys(tree, _OWN, "a policy that `extends` a base (it changes the base by `changes`)")
    base_tree, reference, chain = _base(tree, ctx, find_base, seen)
    base, base_chain, base_dated = _merged(base_tree, ctx, find_base, (*seen, reference))
    edits = _edits(tree.get("changes"), ctx)
    ctx.currency = h.read_currency(base.get("currency"), ctx, tree.source)
    after, touched = base, []
    for edit in edits:
        after, one = (
            apply_edit(after, edit, ctx)
            if "effective" not in edit.entries
            else (after, _dry(after, edit, ctx))
        )
        touched += [one] if one else []
    check_edits(touched, base.get("partners_may"), ctx)
    check_rules(tree.get("partners_may"), ctx)
    dated = (*base_dated, *(edit for edit in edits if "effective" in edit.entries))
    return _own_header(after, base, tree, ctx), (chain, *base_chain), dated


def _base(
    tree: Map, ctx: Context, find_base: FindBase, seen: tuple[str, ...]
) -> tuple[Map, str, str]:
    node = tree.entries["extends"]
    reference = node.text if isinstance(node, Scalar) else ""
    match = _REFERENCE.match(reference)
    if not match:
        raise _stop(
            ctx,
            "wrong_type",
            node,
            f"`{reference[:80]}` does not name a base; write `policy@version`, pinned.",
        )
    if reference in seen or len(seen) >= MOST_BASES:
        raise _stop(
            ctx,
            "circular",
            node,
            f"`extends` goes round in a circle, or over more than {MOST_BASES} bases.",
        )
    text = find_base(match[1], int(match[2]))
    if text is None:
        raise _stop(
            ctx,
            "unknown_base",
            node,
            f"There is no policy `{match[1][:80]}` of version {match[2]} to extend.",
        )
    tree_ = parse(text, reference)
    chain = f"{reference}#{digest_of(tree_, ())[:16]}"
    return tree_, reference, chain


def _stop(ctx: Context, code: str, node: Node, sentence: str) -> PolicyFaults:
    return PolicyFaults((*ctx.faults, Fault(code=code, source=node.source, sentence=sentence)))


def _edits(node: Node | None, ctx: Context) -> tuple[Map, ...]:
    found: list[Map] = []
    for item in ctx.items_of(node, "`changes`") if node else ():
        edit = ctx.map_of(item, "An edit")
        if edit is None:
            continue
        if "why" not in edit.entries:
            ctx.fault("missing_key", edit.source, "An edit needs a `why`.")
        found.append(edit)
    return tuple(found)


def _dry(tree: Map, edit: Map, ctx: Context) -> Touched | None:
    return apply_edit(tree, edit.without("effective"), ctx)[1]


def _own_header(after: Map, base: Map, child: Map, ctx: Context) -> Map:
    kept = {
        key: node
        for key, node in after.entries.items()
        if key not in ("policy", "version", "title", "for", "effective", "tests", "compare")
    }
    own = {
        key: node
        for key, node in child.entries.items()
        if key not in ("extends", "changes", "tests", "agreed")
    }
    tests = _tests(base.get("tests"), child.get("tests"), ctx)
    agreed = _joined(base.get("agreed"), child.get("agreed"))
    entries = {**own, **kept, **own}
    entries |= {"agreed": agreed} if agreed else {}
    entries |= {"tests": tests} if tests else {}
    return Map(source=child.source, entries=entries, keys={**after.keys, **child.keys})


def _joined(base: Node | None, child: Node | None) -> Node | None:
    if isinstance(base, Map) and isinstance(child, Map):
        return Map(
            source=child.source,
            entries={**base.entries, **child.entries},
            keys={**base.keys, **child.keys},
        )
    return child or base


def _tests(base: Node | None, child: Node | None, ctx: Context) -> Node | None:
    """The child's cases and the base's, each with its own `usual`; `inherit` may change expectations."""
    if not isinstance(base, Map):
        return child
    inherit = child.get("inherit") if isinstance(child, Map) else None
    changed = dict(inherit.entries) if isinstance(inherit, Map) else {}
    cases = [_inherited(case, base.get("usual"), changed) for case in _cases(base)]
    for name, node in changed.items():
        if name not in {_name(case) for case in cases}:
            ctx.fault("unknown_case", node.source, f"The base has no test case `{name[:80]}`.")
    own = [
        _usual(case, child.get("usual") if isinstance(child, Map) else None)
        for case in _cases(child)
    ]
    source = child.source if child else base.source
    listed = Items(source=source, items=(*own, *cases))
    return Map(source=source, entries={"cases": listed}, keys={})


def _cases(tests: Node | None) -> list[Map]:
    cases = tests.get("cases") if isinstance(tests, Map) else None
    return (
        [case for case in cases.items if isinstance(case, Map)] if isinstance(cases, Items) else []
    )


def _name(case: Map) -> str:
    node = case.get("name")
    return node.text if isinstance(node, Scalar) else ""


def _usual(case: Map, usual: Node | None) -> Map:
    given = case.get("given")
    if not isinstance(usual, Map):
        return case
    entries = {**usual.entries, **(given.entries if isinstance(given, Map) else {})}
    keys = {**usual.keys, **(given.keys if isinstance(given, Map) else {})}
    return case.with_entry(
        "given", Map(source=given.source if given else case.source, entries=entries, keys=keys)
    )


def _inherited(case: Map, usual: Node | None, changed: dict[str, Node]) -> Map:
    case = _usual(case, usual)
    other = changed.get(_name(case))
    expect = case.get("expect")
    if isinstance(other, Map) and isinstance(expect, Map):
        case = case.with_entry(
            "expect", replace(expect, entries={**expect.entries, **other.entries})
        )
    return case


# --- dated edits and agreed values ----------------------------------------------------------------


def _dated_trees(tree: Map, dated: tuple[Map, ...], ctx: Context) -> list[Map]:
    """One tree per stretch of days on which the same dated edits are in force."""
    whole = (
        h.read_effective(tree.entries["effective"], ctx) if "effective" in tree.entries else None
    )
    if not dated or whole is None:
        return [tree]
    spans = [(edit, h.read_effective(edit.entries["effective"], ctx)) for edit in dated]
    starts = {whole.first}
    for _, span in spans:
        if span is not None:
            starts |= {
                day
                for day in (span.first, (span.last + 1) if span.last else None)
                if day and whole.covers(day)
            }
    days = sorted(starts)
    found: list[Map] = []
    for first, following in zip(days, [*days[1:], None], strict=True):
        last = following - 1 if following else whole.last
        each = _stretch(tree, Effective(first=first, last=last))
        for edit, span in spans:
            if span is not None and span.covers(first):
                each = apply_edit(each, edit.without("effective"), ctx)[0]
        found.append(each)
    return found


def _stretch(tree: Map, days: Effective) -> Map:
    from engine.dates import day_text

    source = tree.entries["effective"].source
    entries: dict[str, Node] = {
        "from": Scalar(source=source, text=day_text(days.first), value=day_text(days.first))
    }
    if days.last is not None:
        entries["until"] = Scalar(
            source=source, text=day_text(days.last), value=day_text(days.last)
        )
    return tree.with_entry("effective", Map(source=source, entries=entries, keys={}))


def _filled(tree: Map, given: Map | None, ctx: Context) -> Map:
    """The tree with every `agreed.NAME` replaced by the value in force."""
    declared = {
        agreed.name: agreed for agreed in h.read_agreed(tree.get("agreed"), Context(ctx.file))
    }
    ctx.currency = h.read_currency(tree.get("currency"), Context(ctx.file), tree.source)
    chosen: dict[str, Node | None] = {name: agreed.default for name, agreed in declared.items()}
    for key, node in (given.entries if given else {}).items():
        if key not in declared:
            ctx.fault(
                "unknown_agreed",
                given.key_source(key) if given else node.source,
                f"`{key[:60]}` is not a value that this policy lets partners agree on.",
            )
            continue
        chosen[key] = node
    for name, node in chosen.items():
        if node is not None:
            _check_agreed(name, node, declared[name], ctx)
    skip = ("agreed", "tests")
    entries = {
        key: node if key in skip else _replaced(node, chosen, ctx)
        for key, node in tree.entries.items()
    }
    return replace(tree, entries=entries)


def _check_agreed(name: str, node: Node, declared: object, ctx: Context) -> None:
    from engine.policy.model import Agreed

    assert isinstance(declared, Agreed)
    if declared.type == FactType.ROWS:
        if not isinstance(node, Items):
            ctx.fault("wrong_type", node.source, f"The agreed value `{name}` is a list of rows.")
        return
    if declared.type in (FactType.WORD, FactType.SET, FactType.YES_NO):
        if declared.of:
            v.many_of(declared.of, f"a word that may be agreed for `{name}`")(node, ctx)
        return
    order = scalar = h.scalar_order(declared.type, node, ctx)
    for key, bound in (("at_least", declared.at_least), ("at_most", declared.at_most)):
        limit = h.scalar_order(declared.type, bound, ctx) if bound else None
        if (
            scalar is not None
            and limit is not None
            and order is not None
            and (order < limit if key == "at_least" else order > limit)
        ):
            said = bound.text if isinstance(bound, Scalar) else ""
            ctx.fault(
                "out_of_bounds",
                node.source,
                f"The agreed value `{name}` must be {key.replace('_', ' ')} {said}.",
            )


def _replaced(node: Node, chosen: dict[str, Node | None], ctx: Context) -> Node:
    if isinstance(node, Map):
        return replace(
            node,
            entries={key: _replaced(child, chosen, ctx) for key, child in node.entries.items()},
        )
    if isinstance(node, Items):
        return replace(node, items=tuple(_replaced(item, chosen, ctx) for item in node.items))
    assert isinstance(node, Scalar)
    names = _AGREED.findall(node.text) if "agreed." in node.text else []
    for name in names:
        if chosen.get(name) is None:
            why = (
                "is not declared under `agreed`"
                if name not in chosen
                else "has no default and was not given"
            )
            ctx.fault("unknown_agreed", node.source, f"The agreed value `{name}` {why}.")
            return node
    if not names:
        return node
    whole = chosen[names[0]]
    assert whole is not None
    if node.text == f"agreed.{names[0]}":
        return replace(whole, source=node.source)
    text = _AGREED.sub(lambda match: str(to_data(chosen[match[1]])), node.text)  # type: ignore[arg-type]
    return Scalar(source=node.source, text=text, value=text)


__all__ = ["Case", "FindBase", "PolicyFile", "load", "nobody"]
