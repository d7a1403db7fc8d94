"""What may govern a line between two partners: their partnership and editions, read together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from adapters.store.connection.statements import Statements
from adapters.store.editions import EVERY
from adapters.store.hot_reads.candidates import candidates
from adapters.store.hot_reads.stamps import Stamps
from adapters.store.hot_reads.trade import between
from adapters.store.records import Partner, Partnership
from engine.policy.selection import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Governs:
    """The partnership, and all editions of the supplier that matter for the retailer's sales."""

    partnership: Partnership | None
    candidates: tuple[Candidate, ...]


class Governing:
    """Every call runs inside a session of the store."""

    def __init__(self, statements: Statements, stamps: Stamps) -> None:
        self._statements = statements
        self._stamps = stamps

    def between(self, supplier: str, retailer: Partner, stamp: str | None = None) -> Governs:
        """Reads it for two partners; unscoped. `stamp` is the supplier's, if known."""

        def read() -> Governs:
            words = sorted((retailer.handle, EVERY))
            return Governs(
                partnership=between(self._statements, supplier, retailer.id),
                candidates=candidates(self._statements, supplier, words),
            )

        key = ("governs", retailer.id, retailer.handle)
        return cast(Governs, self._stamps.under(supplier, key, read, stamp))
