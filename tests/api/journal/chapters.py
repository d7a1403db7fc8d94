"""All chapters, in the order in which they happen."""

from __future__ import annotations

from tests.api.journal import (
    of_arrivals,
    of_commands,
    of_credit,
    of_money,
    of_orders,
    of_partners,
    of_policies,
    of_returns,
    of_stock,
    of_work,
)
from tests.api.journal.world import WRITTEN, Chapter

FILES = (
    of_policies,
    of_money,
    of_stock,
    of_arrivals,
    of_returns,
    of_credit,
    of_work,
    of_commands,
    of_orders,
    of_partners,
)
CHAPTERS: tuple[Chapter, ...] = tuple(
    each for file in FILES for each in WRITTEN if each.tell.__module__ == file.__name__
)
