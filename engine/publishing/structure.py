"""Checks before anything is decided: misspelt words in tests, permissions without effect."""

from __future__ import annotations

from collections.abc import Iterator

from engine.policy.context import Context
from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault, nearest
from engine.policy.inheritance.widening import wider_permissions
from engine.policy.model import Case
from engine.policy.text import Items, Map
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
