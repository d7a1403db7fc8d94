"""Notes on the facts of a policy: those of products that it tests, and those that nobody owns.

A return without a tested fact of its product is answered `ask`. Editions that were published before
facts had owners leave a policy's own facts to the claimant; an edition that is published now leaves
them to the supplier.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.policy.conditions import leaves
from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault, Level, Source
from engine.policy.model import PRESENCE
from engine.policy.text import Map
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
        f"Products must say {listed(asked)} where a row needs it: a return of one that does "
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


# --- facts without an owner -----------------------------------------------------------------------


def owner_findings(file: PolicyFile) -> list[Fault]:
    """Reports a note for each such fact, at the line that declares it. Code: `owner_unnamed`."""
    declared = file.policy.tree.get("facts")
    if not isinstance(declared, Map):
        return []
    facts = file.policy.facts
    return [
        Fault(
            code="owner_unnamed",
            source=node.source,
            sentence=f"`{name}` does not say who tells it, so it is the supplier's to say. If the "
            f"claimant says it, write `told_by: retailer`; else `told_by: {facts[name].told_by}`.",
            level=Level.NOTE,
        )
        for name, node in declared.entries.items()
        if name in facts and not facts[name].owner_named
    ]
