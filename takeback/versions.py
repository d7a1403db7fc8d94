"""Compares policies of several files: their versions, and bases with newer versions.

Uses files only, as if all of them were published in the order of their versions.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from engine.policy.faults import Fault
from engine.policy.selection import Candidate
from engine.publishing.pins import base_warnings
from engine.publishing.succession import candidate_of, succession_faults
from takeback.opening import Opened, Shelf


def findings_across(opened: Iterable[Opened], shelf: Shelf, now: datetime) -> tuple[Fault, ...]:
    """Returns gaps and overlaps between versions of a policy, and bases with a newer version."""
    every = sorted(opened, key=lambda each: (each.file.policy.id, each.file.policy.version))
    found: list[Fault] = []
    before: list[Candidate] = []
    for one in every:
        candidate = candidate_of(one.file)
        if candidate.reference not in {each.reference for each in before}:
            source = one.file.policy.tree.key_source("effective")
            found += succession_faults(candidate, before, now, source)
            before.append(candidate)
        found += base_warnings(one.file, shelf.newest(one.path))
    return tuple(found)
