"""Checks a file before anything is decided: misspelt words in tests, permissions without effect.

Also finds what gets lost before a policy is read: in short forms, edits, unused values, from sight.
These are silences like those of `checks/silences`, seen in the file as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from engine.characters import hidden
from engine.policy.context import Context
from engine.policy.dialect import hidden_character, place_in
from engine.policy.editions import PolicyFile, by_days
from engine.policy.faults import Fault, listed, nearest
from engine.policy.inheritance.permissions import wider_permissions
from engine.policy.inheritance.shorthand import REQUIRED
from engine.policy.model import Case
from engine.policy.printing.yaml import flow
from engine.policy.text import Items, Map, Scalar, below, parse
from engine.publishing.expectations import FIELDS, is_field


def structure_faults(file: PolicyFile) -> tuple[Fault, ...]:
    """Reports unknown facts and fields in tests, and permissions that have no effect.

    Cases of a base belong to the base, and cases that edit the policy may declare what they give.
    """
    facts = {name for edition in file.editions for name in edition.facts}
    own = [case for case in file.policy.cases if not case.inherited_from]
    found = [fault for case in own for fault in _expected(case.expect)]
    found += [fault for case in own if not case.edits for fault in _given(case, facts)]
    return tuple(dict.fromkeys([*found, *_permitted(file)]))


def _permitted(file: PolicyFile) -> Iterator[Fault]:
    layer = file.merged.layers[-1] if file.merged.layers else None
    rules = layer.child.get("partners_may") if layer and layer.child else None
    if layer and isinstance(rules, Map):
        ctx = Context(file.file, currency=file.policy.currency)
        yield from wider_permissions(rules, layer.rules, ctx)


def _expected(expect: Map) -> Iterator[Fault]:
    for key, node in expect.entries.items():
        if not is_field(key):
            said = f"`{key[:60]}` is not a field of an outcome.{nearest(key, FIELDS)}"
            yield Fault(code="unknown_field", source=expect.key_source(key), sentence=said)
        if key == "lines" and isinstance(node, Items):
            for item in node.items:
                yield from _expected(item) if isinstance(item, Map) else ()


def _given(case: Case, facts: set[str]) -> Iterator[Fault]:
    for given in (case.given, *case.lines):
        for name in given.entries:
            if name not in facts:
                said = f"There is no fact `{name[:60]}`.{nearest(name, facts)}"
                yield Fault(code="unknown_fact", source=given.key_source(name), sentence=said)


# --- what gets lost -------------------------------------------------------------------------------

_OF_EDITS: Final = {
    "set": ("set", "to"),
    "add": ("add", "into", "before", "after"),
    "drop": ("drop",),
}
_OF_ALL_EDITS: Final = ("why", "effective")
_OF_A_DEMAND: Final = ("need", "must", "subject_to", "if_not", "code", "curable", "to_settle")
_BESIDE: Final = ("when", *_OF_A_DEMAND, REQUIRED)
_AGREED: Final = re.compile(r"agreed\.([a-z][a-z0-9_]{0,59})")


def lost_findings(file: PolicyFile) -> tuple[Fault, ...]:
    """Returns every error about something that a file writes and that no edition of it has."""
    tree = parse(file.text, file.file)
    found = [*_hidden(file, tree), *_packaging(tree), *_edits(file), *_agreed(file)]
    return tuple(dict.fromkeys(found))


def _hidden(file: PolicyFile, tree: Map) -> list[Fault]:
    """Reports the first invisible character: of the text, or that an escape puts into a value.

    Reading does not refuse it, since texts that were published before may hold it.
    """
    at = hidden(file.text)
    if at is not None:
        return [hidden_character(file.text[at], place_in(file.text, at, file.file))]
    nodes = (node for node in below(tree) if isinstance(node, Scalar))
    inside = ((node, hidden(node.text)) for node in nodes)
    found = (hidden_character(node.text[at], node.source) for node, at in inside if at is not None)
    return [*islice(found, 1)]


def _ignored(source_of: Map, key: str, sentence: str) -> Fault:
    return Fault(code="ignored", source=source_of.key_source(key), sentence=sentence)


# --- packaging ------------------------------------------------------------------------------------


def _packaging(tree: Map) -> Iterator[Fault]:
    node, demands = tree.get("packaging"), tree.get("demands")
    if not isinstance(node, Map):
        return
    for row in node.list_of("rows"):
        if isinstance(row, Map) and row.text_of(REQUIRED) == "false":
            yield from _fallen_away(row)
    beside = [key for key in _BESIDE if isinstance(demands, Map) and key in demands.entries]
    if isinstance(demands, Map) and beside:
        yield _ignored(
            demands,
            beside[0],
            f"{listed(beside)} of `demands` {'holds' if len(beside) == 1 else 'hold'} for "
            f"`packaging` too, which stands among the rows of `demands`. {_both(node, demands)}",
        )


def _fallen_away(row: Map) -> Iterator[Fault]:
    """Reports a row that requires no packaging: it is left out, with whatever else it demands."""
    lost = [key for key in _OF_A_DEMAND if key in row.entries]
    if lost:
        own = row.without(REQUIRED, "otherwise")
        yield _ignored(
            row,
            lost[0],
            f"A row of `packaging` that requires nothing falls away, and {listed(lost)} with it. "
            f"Write it under `demands`: `demands: {{rows: [{flow(own)}]}}`.",
        )


def _both(packaging: Map, demands: Map) -> str:
    if "rows" in demands.entries or "rows" in packaging.entries:
        return "Write what stands beside `rows` into each row that it is meant for."
    own = f"{{id: PACKAGING, code: packaging_not_met, {flow(packaging)[1:-1]}}}"
    other = f"{{id: DEMANDS, {flow(demands)[1:-1]}}}"
    return f"Write both as rows: `demands: {{rows: [{own}, {other}]}}`, and leave `packaging` out."


# --- edits ----------------------------------------------------------------------------------------


def _edits(file: PolicyFile) -> Iterator[Fault]:
    own = file.merged.layers[-1] if file.merged.layers else None
    edits = [edit.node for edit in own.edits] if own and own.child is not None else []
    cases = [case for case in file.policy.cases if not case.inherited_from]
    for edit in (*edits, *(edit for case in cases for edit in case.edits)):
        kind = next((kind for kind in _OF_EDITS if kind in edit.entries), "")
        heeded = (*_OF_EDITS.get(kind, ()), *_OF_ALL_EDITS)
        for key in (key for key in edit.entries if kind and key not in heeded):
            said = f"An edit that is a `{kind}` ignores `{key}`. Leave `{key}` out."
            yield _ignored(edit, key, said)
        if {"before", "after"} <= set(edit.entries) and kind == "add":
            said = "An edit takes `before` or `after`, not both; `before` is used."
            yield _ignored(edit, "after", f"{said} Leave `after` out.")


# --- agreed values --------------------------------------------------------------------------------


def _agreed(file: PolicyFile) -> Iterator[Fault]:
    """Reports a value that partners agree on and that nothing uses."""
    trees = by_days(file.merged, Context(file.file, currency=file.policy.currency))
    bare = (node for tree in trees for node in below(tree.without("agreed", "tests")))
    said = (node.text for node in bare if isinstance(node, Scalar))
    taken = {name for text in said for name in _AGREED.findall(text)}
    declared = trees[0].get("agreed")
    if isinstance(declared, Map):
        for name, node in declared.entries.items():
            if name not in taken and node.source.file == file.file:
                yield _ignored(
                    declared,
                    name,
                    f"`agreed.{name}` is used nowhere, whatever partners agree on. Write "
                    f"`agreed.{name}` in place of the value that it stands for, or leave it out.",
                )
