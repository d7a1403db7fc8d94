"""Inputs that break the process that tries them, to see that the watch tells."""

from __future__ import annotations

import os

from tests.faults.fuzzing.complaints import Complaint


class Trial:
    """Number 1 hangs, 3 crashes natively, 5 raises, 7 is wrong; the others are well."""

    killed_after = 0.5

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def close(self) -> None:
        """Nothing was opened."""

    def attempt(self, index: int) -> str:
        """Breaks, or says that it went well."""
        while index == 1:
            pass
        if index == 3:
            os.abort()
        if index == 5:
            raise ZeroDivisionError
        if index == 7:
            raise Complaint("unclear")
        return "well"
