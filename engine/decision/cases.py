"""Works out a line with unknown facts: one case for each kind of value that rows distinguish.

A fact is split only if a row that could decide depends on it, and within each of its values only
the facts on which that case still depends. Amounts read only what was sent: an amount that depends
on an unknown fact is open, whichever rows hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from engine.decision.evaluation import MOST_OF_A_REQUEST, Evaluation
from engine.decision.hanging import Branch, Leaf, Split, hangs_on
from engine.decision.open_fields import SHOWN_OPEN, as_sent
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.topics.eligibility import refuse_all
from engine.meaning.lowering.policy import Forced
from engine.policy.conditions import leaves

MOST_CASES: Final = 512
"""The most cases that are worked out for one line."""

MOST_SPLIT: Final = 200
"""The most facts that one case supposes; each adds to the depth of Python's stack."""

_GIVEN: Final = frozenset(("goods", "goods_to", "return_paid_by", "label_by"))
"""Facts that follow from the tables that may be open."""

CaseOutcome = tuple[object, ...]
"""What must be equal in all cases for an unknown fact not to matter."""


@dataclass(slots=True, kw_only=True)
class Cases:
    """The cases of one line, which is `alone` or one of several; `builder` works out one case.

    `forced` is the answer of the line, if it is given from outside.

    `facts` are all facts that leave a row in doubt; `sure` are the rows that hold in every case.
    `incomplete` says that not every case was worked out: there are too many (`too_many` says why),
    or only `counted` facts are left in doubt, each value of which would be a case of its own.
    """

    builder: Callable[[Evaluation], OutcomeBuilder]
    forced: Forced | None = None
    alone: bool
    found: list[tuple[Evaluation, OutcomeBuilder]] = field(default_factory=list)
    facts: dict[str, None] = field(default_factory=dict)
    sure: int = ~0
    too_many: str = ""
    incomplete: bool = False
    _tree: Branch | None = None
    _looked_at: int = 0
    _known: dict[object, Branch] = field(default_factory=dict)

    def of(self, evaluation: Evaluation, builder: OutcomeBuilder) -> None:
        """Works out every case of a line."""
        self._tree = self._branch(evaluation, builder)

    def hangs_on(self, read: Callable[[OutcomeBuilder], object]) -> tuple[str, ...]:
        """Returns the facts on which depends what is read of the outcome, in the order in which
        they were found; none if the cases are incomplete."""
        if self._tree is None:
            return ()
        found = hangs_on(self._tree, read)
        return tuple(name for name in self.facts if name in found)

    @property
    def asked(self) -> tuple[str, ...]:
        """The facts on which the answer or an amount depends; all facts if incomplete."""
        return tuple(self.facts) if self.incomplete else self.hangs_on(case_outcome)

    def _branch(self, evaluation: Evaluation, builder: OutcomeBuilder) -> Branch | None:
        """Splits the first fact that leaves a line in doubt; None once the cases are incomplete."""
        doubts = {
            slot: fact
            for slot, fact in evaluation.doubts.items()
            if slot not in evaluation.supposed
        }
        self.facts |= dict.fromkeys(doubts.values())
        counted = evaluation.engines.counted
        split = next(((s, name) for s, name in doubts.items() if name not in counted), None)
        if split is None:
            if doubts and _decides(evaluation) and not _refuses(evaluation, builder, doubts):
                self.incomplete = True
                return None
            for table in SHOWN_OPEN.intersection(evaluation.unsure) if doubts else ():
                builder.open[table] = ", ".join(as_sent(evaluation.unsure[table], evaluation))
            self.found.append((evaluation, builder))
            self._count()
            return Leaf(builder)
        if len(evaluation.supposed) >= MOST_SPLIT:
            self._stopped(f"more than {MOST_SPLIT} facts are in doubt")
            return None
        slot, fact = split
        branches: list[tuple[int, Branch]] = []
        forced, alone = self.forced, self.alone
        for value, found in evaluation.cases(slot, forced, alone=alone):
            case = self._case(evaluation.supposing(slot, value, found, forced, alone=alone))
            if case is None or self.incomplete:
                return None
            branches.append((value, case))
        if evaluation.budget.left < 0:
            self._stopped(f"there are more than {MOST_OF_A_REQUEST:,} cases in the request")
            return None
        kinds = partial(evaluation.engines.values.kinds, slot, evaluation.maybe)
        return Split(slot, fact, tuple(branches), kinds)

    def _case(self, case: Evaluation) -> Branch | None:
        """Returns the branch of one case; cases that take the same rows share it."""
        self.sure &= case.true
        key = case.taken if case.maybe == case.true else case
        if key in self._known:
            self._count()
            return self._known[key]
        case.confirm()
        found = self._branch(case, self.builder(case))
        if found is not None:
            self._known[key] = found
        return found

    def _count(self) -> None:
        self._looked_at += 1
        if self._looked_at > MOST_CASES:
            self._stopped(f"there are more than {MOST_CASES} cases")

    def _stopped(self, why: str) -> None:
        self.too_many, self.incomplete = why, True


def _decides(evaluation: Evaluation) -> bool:
    """Whether the answer or an amount may depend on the facts in doubt."""
    compiled = evaluation.compiled
    shown = SHOWN_OPEN.union(f"deadlines.{part}" for part in evaluation.open_ends)
    if compiled.promises or not shown.issuperset(evaluation.unsure):
        return True
    tested = {leaf.fact for each in compiled.asked for leaf in leaves(each.condition)}
    return not _GIVEN.isdisjoint(tested) or may_give_next(evaluation)


def may_give_next(evaluation: Evaluation) -> bool:
    """Whether it is open of any remedy whether it gives way to the next one (`after`)."""
    rows = [row for table in evaluation.compiled.remedies for row in table.rows]
    return any(evaluation.holds(row.inner) is None for row in rows if row.inner)


def _refuses(evaluation: Evaluation, builder: OutcomeBuilder, doubts: dict[int, str]) -> bool:
    """Whether a line is refused whichever rows of its deadlines are taken and however they stand,
    if nothing else is in doubt."""
    compiled = evaluation.compiled
    dates = {slot for ends in evaluation.open_ends.values() for slot in ends.dates}
    of_deadlines = all(s in dates or name in compiled.of_deadlines for s, name in doubts.items())
    stands = any(row.body.stands for row in compiled.eligibility.rows)
    sure = builder.verdict.answer == "refuse" and not stands and not compiled.promises
    if not sure or not of_deadlines or not {"demands", "limits"}.isdisjoint(evaluation.unsure):
        return False
    rows = evaluation.candidates(compiled.eligibility)
    own = builder.verdict.row in [each.row for each in compiled.eligibility.rows]
    return not own or refuse_all(rows, evaluation)


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
