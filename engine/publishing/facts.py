"""Notes on the facts of a policy: those that may not be sent, and those that nobody owns.

A return without a tested fact of its product, or of its inspection, is answered `ask`; a demand for
evidence stays open while a return says nothing of its evidence, and asks for nothing.

Editions that were published before facts had owners leave a policy's own facts to the claimant; an
edition that is published now leaves them to the supplier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.decision.rules.row_rules import alternatives
from engine.policy.conditions import conditions_of, leaves
from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault, Level, Source
from engine.policy.model import PRESENCE, Demand, Op
from engine.policy.text import Map
from engine.policy.vocabulary import Moment, Owner
from engine.publishing.checks.context import listed

_EVIDENCE: Final = "evidence"
_BACK: Final = "received_back"
_SETTLED_LATER: Final = {"goods": "goods", "return_shipping": "return_paid_by", "after_refusal": ""}
"""Topics that may stay open until goods are inspected, each with the fact by which more depends on
it."""


def unsent_findings(file: PolicyFile) -> list[Fault]:
    """Reports what happens to returns that lack a fact of their goods, evidence or a finding."""
    return [*goods_findings(file), *evidence_findings(file), *inspection_findings(file)]


def goods_findings(file: PolicyFile) -> list[Fault]:
    """Reports a note with the facts of products that rows test, at the first row that does.

    Code: `asks_of_goods`.
    """
    return _at_the_first(
        _asked(file),
        "asks_of_goods",
        "Products must say %s where a row needs it: a return of one that does not is then answered "
        "with `ask`. Say it of your products, or assume a value with `if_not_sent`.",
        Level.NOTE,
    )


def _at_the_first(
    found: Iterable[tuple[str, Source]], code: str, sentence: str, level: Level
) -> list[Fault]:
    """Reports names in one finding, at the row of the first; `%s` in the sentence lists them."""
    asked = dict(found)
    says = sentence % listed(asked) if asked else ""
    return [
        Fault(code=code, source=source, sentence=says, level=level)
        for source in [*asked.values()][:1]
    ]


def _asked(file: PolicyFile) -> Iterator[tuple[str, Source]]:
    """Yields facts of goods whose value rows test, last rows first: a dict keeps the first row."""
    for row in reversed(file.policy.own_rows):
        for leaf in leaves(row.when):
            fact = file.policy.facts.get(leaf.fact)
            of_goods = fact and (fact.told_by, fact.until) == (Owner.SUPPLIER, Moment.PURCHASE)
            if fact and of_goods and fact.if_not_sent is None and leaf.op not in PRESENCE:
                yield fact.name, row.source


def evidence_findings(file: PolicyFile) -> list[Fault]:
    """Reports a note with the demands for evidence that hold nothing against silence.

    None is reported if the policy assumes a value for `evidence`, or a row asks whether it is
    known. Code: `evidence_not_sent`.
    """
    rows, assumed = file.policy.own_rows, file.policy.facts[_EVIDENCE].if_not_sent
    tests = (leaf for row in rows for leaf in leaves(row.when))
    if assumed is not None or any(e.fact == _EVIDENCE and e.op in PRESENCE for e in tests):
        return []
    open_ = {
        row.id: row.source
        for row in rows
        if isinstance(row.body, Demand) and row.body.need and row.body.if_not != "go_on"
    }
    return _at_the_first(
        open_.items(),
        "evidence_not_sent",
        f"%s {'stay' if len(open_) > 1 else 'stays'} open as long as a return says nothing of its "
        "evidence: it may be accepted and paid without. To have nothing said mean that there is "
        "none, write `facts: {evidence: {if_not_sent: []}}`.",
        Level.NOTE,
    )


def inspection_findings(file: PolicyFile) -> list[Fault]:
    """Reports a warning with the facts that only an inspection tells and that rows test earlier.

    Such rows are in doubt until the goods were inspected, and nobody can answer what they ask for.
    None is reported of rows that hold only for goods that came back, nor of rows on which neither
    answer nor amount depends. Code: `asks_of_inspection`.
    """
    return _at_the_first(
        _asked_of_inspection(file),
        "asks_of_inspection",
        "Only an inspection tells %s: a return that depends on a row that tests it is answered "
        "with `ask` until then, and nobody can answer. Assume a value under `facts`, as in "
        "`inspection: {if_not_sent: not_inspected}`, or let the row hold only for goods that came "
        "back (`received_back: known`).",
        Level.WARNING,
    )


def _asked_of_inspection(file: PolicyFile) -> Iterator[tuple[str, Source]]:
    """Yields facts that an inspection tells and rows test before, last rows first."""
    facts, tables, rows = file.policy.facts, file.policy.tables(), file.policy.rows
    tested = {leaf.fact for row in rows for each in conditions_of(row) for leaf in leaves(each)}
    settled_later = {topic for topic, fact in _SETTLED_LATER.items() if fact not in tested}
    asking = [row for each in tables if each.topic not in settled_later for row in each.rows]
    for row in reversed([row for row in asking if not row.built_in]):
        for tests in alternatives(row.when) or ():
            known = {leaf.fact for leaf in tests if leaf.op is Op.KNOWN}
            for leaf in tests if _BACK not in known else ():
                fact = facts.get(leaf.fact)
                asks = fact is not None and leaf.op not in PRESENCE and fact.name not in known
                if fact and asks and fact.told_by is Owner.INSPECTION and fact.if_not_sent is None:
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
