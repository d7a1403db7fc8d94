"""Previews what a person's decision on a return would pay.

The decision is made as `decideReturn` and `overrideReturn` make it, read, and rolled back: so the
preview shows what would happen, and refuses what they would refuse, with the same message.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import strawberry

from adapters.identity.principal import Scope
from adapters.store.money.records import Settlement
from adapters.store.returns import records
from engine.errors import RequestFault
from engine.money import Money as EngineMoney
from engine.settlement.machine import SettlementState
from returns_api.context import Context
from returns_api.money.types import State, Way
from returns_api.returns.effects import decided
from returns_api.returns.happened import ReturnOutcome, ReturnState, outcome
from returns_api.returns.inputs import VerdictInput
from returns_api.returns.steps import held, verdict_of
from returns_api.types.ids import NodeKind, encode, sought
from returns_api.types.problems import InputProblem, input_problem
from returns_api.types.scalars import Money, minor, money
from returns_api.types.versions import version_of_return
from services.returns import overriding as judging
from services.returns.advancing import AT_RECEIPT
from services.returns.decision_service import DecisionService
from services.returns.who import Who


@strawberry.input(description="A person's decision on a return, to preview what it would pay.")
class VerdictPreviewInput:
    """The same fields as for `decideReturn` and `overrideReturn`, except the reason."""

    return_: strawberry.ID = strawberry.field(name="return")
    lines: list[VerdictInput]
    """One decision per line."""


@strawberry.type(description="A return line after a person's decision.")
class VerdictShare:
    """`owedAfter` less `owedBefore` is what the decision pays for the line at once."""

    line: strawberry.ID
    """The id of the return line."""
    sku: str
    outcome: ReturnOutcome
    """The outcome after the decision."""
    owed_before: Money
    """What is owed for it now, tax included."""
    owed_after: Money
    """What would be owed for it then, tax included."""


@strawberry.type(description="A payment that a person's decision would plan at once.")
class VerdictMovement:
    """After deducting claims."""

    way: Way  # type: ignore[valid-type]
    amount: Money
    state: State  # type: ignore[valid-type]
    """`NEEDS_ATTENTION` if it would not move by itself; `sentence` of the preview says why."""


@strawberry.type(description="What a person's decision would pay; nothing was decided yet.")
class VerdictPreview:
    """`overrides` tells which mutation makes the decision: `overrideReturn`, or else
    `decideReturn`.
    """

    overrides: bool
    """True if it is decided already, so that `overrideReturn` has to be used."""
    state: ReturnState  # type: ignore[valid-type]
    """The state of the return after the decision."""
    shares: list[VerdictShare]
    """The lines of the return."""
    movements: list[VerdictMovement]
    """What would be paid at once, or wait for a person."""
    sentence: str
    version: str
    """What `ifUnchanged` of the decision takes: it changes with the return, and with what the
    decision would do.
    """


VerdictPreviewResult = Annotated[
    VerdictPreview | InputProblem, strawberry.union("VerdictPreviewResult")
]


class _Unsaid(Exception):
    def __init__(self, seen: VerdictPreview) -> None:
        self.seen = seen


def verdict_preview(context: Context, said: VerdictPreviewInput) -> VerdictPreviewResult:
    """Makes the decision, reads the result, and rolls back."""
    context.principal.must(Scope.JUDGE_RETURNS)
    context.store.rest()
    try:
        with context.store.atomic():
            raise _Unsaid(_foretold(context, said))
    except _Unsaid as unsaid:
        return unsaid.seen
    except RequestFault as fault:
        return input_problem(fault, "input")


def _foretold(context: Context, said: VerdictPreviewInput) -> VerdictPreview:
    service = context.service()
    before = held(service, context.principal, sought(said.return_, NodeKind.RETURN))
    may_read = Scope.READ_MONEY in context.principal.scopes
    of_return = version_of_return(context.store, before, money=may_read)
    verdicts = [verdict_of(each) for each in said.lines]
    word = _word(service, before, verdicts)
    judgement = judging.Judgement(word=word, verdicts=verdicts, why="to see")
    effect = decided(service, Who.of(context.principal), before, judgement)
    return VerdictPreview(
        overrides=word is judging.Word.OVERRIDE,
        state=effect.after.state,
        shares=[_share(*pair) for pair in effect.lines],
        movements=[
            VerdictMovement(way=each.instrument, amount=money(each.amount), state=each.state)
            for each in effect.moved
        ],
        sentence=_sentence(effect.lines, effect.moved),
        version=effect.version(of_return),
    )


def _word(
    service: DecisionService, found: records.Return, verdicts: Sequence[judging.Verdict]
) -> judging.Word:
    """Returns the kind of decision that fits the named lines or inspected units."""
    about = {each.about for each in verdicts}
    if found.state in AT_RECEIPT:
        units = service.store.arrivals.inspections(found.id)
        named = [each.outcome for each in units if each.id in about and each.outcome]
    else:
        named = [line.outcome for line in found.lines if line.id in about]
    decided = [each for each in named if not each.unsettled]
    return judging.Word.OVERRIDE if decided else judging.Word.DECIDE


def _share(before: records.ReturnLine, after: records.ReturnLine) -> VerdictShare:
    currency = after.worth.currency
    return VerdictShare(
        line=encode(NodeKind.RETURN_LINE, after.id),
        sku=after.sku,
        outcome=outcome(after.outcome),
        owed_before=minor(before.planned, currency),
        owed_after=minor(after.planned, currency),
    )


def _sentence(
    pairs: Sequence[tuple[records.ReturnLine, records.ReturnLine]], moved: Sequence[Settlement]
) -> str:
    """Says what moves at once, what claims take, what waits, and what is paid later."""
    currency = pairs[0][1].worth.currency
    stuck = [each for each in moved if each.state is SettlementState.NEEDS_ATTENTION]
    planned = sum(each.amount.minor for each in moved)
    paid = planned - sum(each.amount.minor for each in stuck)
    rest = sum(after.planned - before.planned for before, after in pairs) - planned
    later = sum(_later(before, after) for before, after in pairs)
    told = (
        (paid, "is paid at once"),
        (rest, "is taken off what is claimed back"),
        (-rest, "is owed less, and withdrawn or claimed back"),
    )
    parts = [f"{EngineMoney(amount, currency)} {said}" for amount, said in told if amount > 0]
    parts += [
        f"{each.amount} would wait for a person: {each.sentence.rstrip('.')}" for each in stuck
    ]
    if later:
        due = EngineMoney(later, currency)
        parts.append(f"{due} is owed once the goods have come and were looked at")
    return f"{'; '.join(parts)}." if parts else "Nothing is paid by it."


def _later(before: records.ReturnLine, after: records.ReturnLine) -> int:
    """Returns what a line is promised but not owed yet (minor units)."""
    word = after.outcome
    if before.planned != after.planned or not word.owes_money or word.amount is None:
        return 0
    return max(0, word.amount.minor - after.planned)
