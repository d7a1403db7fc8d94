"""Names a policy's own facts that do not say who states them.

Editions that were published before facts had owners leave these to the claimant; an edition that is
published now leaves them to the supplier.
"""

from __future__ import annotations

from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault, Level
from engine.policy.text import Map


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
