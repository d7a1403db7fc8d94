"""What a `when` is once it has been read: a tree of tests of single facts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from engine.policy.faults import Source


class Op(StrEnum):
    """How a leaf compares a fact; numbers and dates by size, words and sets by membership."""

    IN = "in"
    NOT_IN = "not in"
    UNDER = "under"
    AT_MOST = "at_most"
    OVER = "over"
    AT_LEAST = "at_least"
    HAS = "has"
    LACKS = "lacks"
    KNOWN = "known"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    PRESENT = "present"


PRESENCE: Final = (Op.KNOWN, Op.UNKNOWN)
"""Tests of what was told and not of its value; they are never open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One test of one fact.

    `value` holds words for IN, NOT_IN, HAS and LACKS (one word), else one integer: minor units,
    an ordinal day, a count, 0 or 1, or millionths for numbers and percents. `written` is the test
    as a person would read it.
    """

    fact: str
    op: Op
    words: tuple[str, ...] = ()
    number: int = 0
    written: str
    source: Source


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; no parts means always."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


Condition = All | AnyOf | Leaf
ALWAYS = All()
