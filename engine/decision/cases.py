"""Works out a line with unknown facts: one case for each kind of value that rows distinguish.

A fact is split only if a row that could decide depends on it, and within each of its values only
the facts on which that case still depends. Amounts read only what was sent: an amount that depends
on an unknown fact is open, whichever rows hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from engine.decision.evaluation import MOST_OF_A_REQUEST, Evaluation
from engine.decision.outcome_builder import OutcomeBuilder
from engine.meaning.lowering.policy import Forced

MOST_CASES: Final = 512
"""The most cases that are worked out for one line."""

MOST_SPLIT: Final = 200
"""The most facts that one case supposes; each adds to the depth of Python's stack."""

CaseOutcome = tuple[object, ...]
"""What must be equal in all cases for an unknown fact not to matter."""


@dataclass(slots=True, kw_only=True)
class Cases:
    """The cases of one line, which is `alone` or one of several; `builder` works out one case.

    `forced` is the answer of the line, if it is given from outside.

    `facts` are all facts that leave a row in doubt, `decisive` those on which the answer or an
    amount depends; `sure` are the rows that hold in every case. `incomplete` says that not every
    case was worked out: there are too many (`too_many` says why), or only `counted` facts are left
    in doubt, each value of which would be a case of its own.
    """

    builder: Callable[[Evaluation], OutcomeBuilder]
    forced: Forced | None = None
    alone: bool
    found: list[tuple[Evaluation, OutcomeBuilder]] = field(default_factory=list)
    facts: dict[str, None] = field(default_factory=dict)
    decisive: dict[str, None] = field(default_factory=dict)
    sure: int = ~0
    too_many: str = ""
    incomplete: bool = False
    _looked_at: int = 0
    _known: dict[object, frozenset[CaseOutcome]] = field(default_factory=dict)

    def of(self, evaluation: Evaluation, builder: OutcomeBuilder) -> frozenset[CaseOutcome]:
        """Returns every outcome the line can have; splits the first fact that leaves it in doubt.

        Returns an empty set once the cases are `incomplete`.
        """
        doubts = {
            slot: fact
            for slot, fact in evaluation.doubts.items()
            if slot not in evaluation.supposed
        }
        self.facts |= dict.fromkeys(doubts.values())
        if not doubts:
            self.found.append((evaluation, builder))
            self._count()
            return frozenset((case_outcome(builder),))
        counted = evaluation.engines.counted
        split = next(((s, name) for s, name in doubts.items() if name not in counted), None)
        if split is None:
            self.incomplete = True
            return frozenset()
        if len(evaluation.supposed) >= MOST_SPLIT:
            return self._stopped(f"more than {MOST_SPLIT} facts are in doubt")
        slot, fact = split
        outcomes = set()
        forced, alone = self.forced, self.alone
        for value, found in evaluation.cases(slot, evaluation.values_of(slot), forced, alone=alone):
            outcomes.add(self._case(evaluation.supposing(slot, value, found, forced, alone=alone)))
            if self.incomplete:
                return frozenset()
        if evaluation.budget.left < 0:
            return self._stopped(f"there are more than {MOST_OF_A_REQUEST:,} cases in the request")
        if len(outcomes) > 1:
            self.decisive[fact] = None
        return frozenset().union(*outcomes)

    def _case(self, case: Evaluation) -> frozenset[CaseOutcome]:
        """Returns the outcomes of one case; cases that take the same rows share them."""
        self.sure &= case.true
        key = case.taken if case.maybe == case.true else case
        if key in self._known:
            self._count()
        else:
            case.confirm()
            self._known[key] = self.of(case, self.builder(case))
        return self._known[key]

    def _count(self) -> None:
        self._looked_at += 1
        if self._looked_at > MOST_CASES:
            self._stopped(f"there are more than {MOST_CASES} cases")

    def _stopped(self, why: str) -> frozenset[CaseOutcome]:
        self.too_many, self.incomplete = why, True
        return frozenset()

    @property
    def asked(self) -> tuple[str, ...]:
        """The facts to ask for, in the order in which they were found; all if incomplete."""
        return tuple(name for name in self.facts if self.incomplete or name in self.decisive)


def case_outcome(builder: OutcomeBuilder) -> CaseOutcome:
    """Returns the answer and every amount; for an open amount, how it will be worked out."""
    verdict = builder.verdict
    if verdict.answer == "refuse":
        return ("refuse",)
    fees = [
        (f.kind, str(f.amount), f.taken, f.row if f.amount is None else "") for f in builder.fees
    ]
    legs = tuple((party, str(leg.amount)) for party, leg in builder.legs.items())
    ways = (
        tuple((part, *rows) for part, rows in builder.to_take.items()),
        builder.basis if None in (builder.worth, builder.bonus) else None,
        builder.outbound_rule if builder.outbound is None else None,
        tuple(
            (table.part, row.row.id)
            for table, row in builder.chosen
            if table.table.topic == "remedies" and f"remedies.{table.part}" in builder.open
        ),
    )
    money = (builder.net, builder.certainty, builder.base, builder.percent, builder.outbound)
    return (verdict.answer, verdict.code, tuple(sorted(fees)), legs, money, ways)
