"""The network's rules and facts as plain integers; must not know their meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from engine.meaning.values import ABSENT, UNKNOWN

__all__ = ["ABSENT", "LIMIT", "UNKNOWN", "Op", "Rule", "Test"]

LIMIT: Final = 2**62 - 1
"""The largest value of a fact; the smallest is `-LIMIT`. The native code has 64 bits."""

Op = Literal["eq", "ne", "lt", "le", "gt", "ge"]


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison: the value of a numbered field on the left, a constant on the right."""

    __test__: ClassVar[bool] = False  # pytest would collect it by its name

    field: int  # index into the values of a message
    op: Op
    value: int  # from UNKNOWN to LIMIT


@dataclass(frozen=True, slots=True)
class Rule:
    """One conjunction of tests; a row holds if any of its rules does."""

    row: int  # bit number of the row that it makes true, from 0
    tests: tuple[Test, ...]  # joined by "and"; never empty
