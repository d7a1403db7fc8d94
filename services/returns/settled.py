"""What a settlement found: the fees it took, and what the policy decided of inspected units."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from engine.decision.record import Decision, FeeLine


class Settled(Struct, frozen=True, kw_only=True, gc=False):
    """`fees` are those of a return line, by its key, for all its units that are settled by now.

    `once` are taken once for the return or its order. `decisions` are the policy's, by the key of
    an inspection; units that a person decided have none.
    """

    fees: Mapping[str, tuple[FeeLine, ...]]
    once: tuple[FeeLine, ...]
    decisions: Mapping[str, Decision]


NOTHING_SETTLED = Settled(fees={}, once=(), decisions={})
"""Of a return of which nothing was settled."""
