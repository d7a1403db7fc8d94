"""All chapters, in the order in which they happen."""

from __future__ import annotations

from tests.api.journal import (
    of_commands,
    of_money,
    of_orders,
    of_policies,
    of_returns,
    of_stock,
    of_work,
)
from tests.api.journal.world import WRITTEN, Chapter

FILES = (of_policies, of_money, of_stock, of_returns, of_work, of_commands, of_orders)
CHAPTERS: tuple[Chapter, ...] = tuple(
    each for file in FILES for each in WRITTEN if each.tell.__module__ == file.__name__
)
