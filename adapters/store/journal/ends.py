"""Reads the ends of several partners' journals at once, for those who wait for new entries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from adapters.store.connection.statements import Statements, marks
from adapters.store.journal.chains import Journal

_ENDS: Final = """SELECT p.handle, c.seq FROM chain c JOIN partner p ON p.id = c.tenant
    WHERE p.handle IN ({})"""


class Ends:
    """Every call runs inside a session of the store."""

    def __init__(self, statements: Statements, journal: Journal) -> None:
        self._statements = statements
        self._journal = journal

    def of(self, handles: Collection[str]) -> Mapping[str, int]:
        """The number of the last entry by the partner's handle; unscoped: no tenant check."""
        if not handles:
            return {}
        self._journal.write()
        return dict(self._statements.rows(_ENDS.format(marks([*handles])), *handles))
