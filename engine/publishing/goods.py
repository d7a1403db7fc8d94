"""Names the facts of products that a policy tests; returns without them are answered `ask`."""

from __future__ import annotations

from collections.abc import Iterator

from engine.policy.conditions import leaves
from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault, Level, Source
from engine.policy.model import PRESENCE
from engine.policy.vocabulary import Moment, Owner
from engine.publishing.checks.context import listed


def goods_findings(file: PolicyFile) -> list[Fault]:
    """Reports a note with the facts of products that rows test, at the first row that does.

    Code: `asks_of_goods`.
    """
    asked = dict(_asked(file))
    if not asked:
        return []
    sentence = (
        f"Products have to say {listed(asked)} where a row hangs on it: a return of one that does "
        "not is then answered with `ask`. Say it of your products, or assume a value with "
        "`if_not_sent`."
    )
    first = next(iter(asked.values()))
    return [Fault(code="asks_of_goods", source=first, sentence=sentence, level=Level.NOTE)]


def _asked(file: PolicyFile) -> Iterator[tuple[str, Source]]:
    """Yields facts of goods whose value rows test, last rows first: a dict keeps the first row."""
    facts = file.policy.facts
    rows = [row for table in file.policy.tables() for row in table.rows if not row.built_in]
    for row in reversed(rows):
        for leaf in leaves(row.when):
            fact = facts.get(leaf.fact)
            of_goods = fact and (fact.told_by, fact.until) == (Owner.SUPPLIER, Moment.PURCHASE)
            if fact and of_goods and fact.if_not_sent is None and leaf.op not in PRESENCE:
                yield fact.name, row.source
