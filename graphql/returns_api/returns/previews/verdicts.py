"""Previews what a person's decision on a return would pay.

The decision is made as `decideReturn` and `overrideReturn` make it, read, and rolled back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import strawberry

from adapters.identity.principal import Scope
from adapters.store.returns import records
from engine.money import Money as EngineMoney
from returns_api.context import Context
from returns_api.money.types import State, Way
from returns_api.returns.effects import Effect, LineEffect, effect_of
from returns_api.returns.happened import ReturnOutcome, ReturnState, outcome
from returns_api.returns.inputs import VerdictInput
from returns_api.returns.previews.undone import foretold
from returns_api.returns.previews.wording import money_in_words
from returns_api.returns.steps import verdict_of
from returns_api.types.ids import NodeKind, encode
from returns_api.types.problems import InputProblem
from returns_api.types.scalars import Money, minor, money
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


def verdict_preview(context: Context, said: VerdictPreviewInput) -> VerdictPreviewResult:
    """Makes the decision, reads the result, and rolls back."""

    def foretell(service: DecisionService, before: records.Return, version: str) -> VerdictPreview:
        verdicts = [verdict_of(each) for each in said.lines]
        word = _word(service, before, verdicts)
        judgement = judging.Judgement(word=word, verdicts=verdicts, why="to see")
        who = Who.of(context.principal)
        effect = effect_of(service, before, lambda: judging.judge(service, who, before, judgement))
        return VerdictPreview(
            overrides=word is judging.Word.OVERRIDE,
            state=effect.after.of.state,
            shares=[_share(each) for each in effect.lines],
            movements=[
                VerdictMovement(way=each.instrument, amount=money(each.amount), state=each.state)
                for each in effect.moved
            ],
            sentence=_sentence(effect),
            version=effect.version(version),
        )

    return foretold(context, Scope.JUDGE_RETURNS, said, foretell)


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


def _share(found: LineEffect) -> VerdictShare:
    line, currency = found.after, found.after.worth.currency
    return VerdictShare(
        line=encode(NodeKind.RETURN_LINE, line.id),
        sku=line.sku,
        outcome=outcome(line.outcome),
        owed_before=minor(found.before.planned, currency),
        owed_after=minor(line.planned, currency),
    )


def _sentence(effect: Effect) -> str:
    """Says what moves at once, what claims take, what waits, and what is paid later."""
    parts = money_in_words(effect)
    if later := sum(map(_later, effect.lines)):
        due = EngineMoney(later, effect.after.of.lines[0].worth.currency)
        parts.append(f"{due} is owed once the goods have come and were looked at")
    return f"{'; '.join(parts)}." if parts else "Nothing is paid by it."


def _later(line: LineEffect) -> int:
    """Returns what a line is promised but not owed yet (minor units)."""
    word, planned = line.after.outcome, line.after.planned
    if line.before.planned != planned or not word.owes_money or word.amount is None:
        return 0
    return max(0, word.amount.minor - planned)
