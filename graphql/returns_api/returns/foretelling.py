"""What a person's word on a return would pay, before it is said.

The word is said as `decideReturn` and `overrideReturn` say it, looked at, and undone: so what is
foretold is what would be done, and what would be refused is refused here with the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from returns_api.returns.happened import ReturnOutcome, ReturnState, outcome
from returns_api.returns.inputs import VerdictInput
from returns_api.returns.steps import held, verdict_of
from returns_api.types.ids import NodeKind, encode, sought
from returns_api.types.problems import InputProblem, input_problem
from returns_api.types.scalars import Money, minor, money
from services.returns import judging
from services.returns.cases import Desk
from services.returns.going import AT_RECEIPT
from services.returns.who import Who


@strawberry.input(description="A person's word on a return, to see what it would pay.")
class VerdictPreviewInput:
    """As `decideReturn` and `overrideReturn` take it, but for the reason."""

    return_: strawberry.ID = strawberry.field(name="return")
    lines: list[VerdictInput]
    """A word on each line that is decided."""


@strawberry.type(description="What one line would stand at after a person's word.")
class VerdictShare:
    """`owedAfter` less `owedBefore` is what the word pays for the line at once."""

    line: strawberry.ID
    """The id of the line of the return."""
    sku: str
    outcome: ReturnOutcome
    """What would hold of the line."""
    owed_before: Money
    """What is owed for it by now, tax included."""
    owed_after: Money
    """What would be owed for it by then, tax included."""


@strawberry.type(description="Money that a person's word would plan at once.")
class VerdictMovement:
    """Less what is taken off for claims."""

    way: Way  # type: ignore[valid-type]
    amount: Money
    state: State  # type: ignore[valid-type]
    """`NEEDS_ATTENTION` where it would not move by itself, as `sentence` of the preview says."""


@strawberry.type(description="What a person's word would pay; nothing was said yet.")
class VerdictPreview:
    """`overrides` tells which mutation says it: `overrideReturn`, or else `decideReturn`."""

    overrides: bool
    """True where it is decided already, so that `overrideReturn` says otherwise."""
    state: ReturnState  # type: ignore[valid-type]
    """Where the return would stand."""
    shares: list[VerdictShare]
    """Line by line."""
    movements: list[VerdictMovement]
    """What would be paid at once, or wait for a person."""
    sentence: str


VerdictPreviewResult = Annotated[
    VerdictPreview | InputProblem, strawberry.union("VerdictPreviewResult")
]


class _Unsaid(Exception):
    def __init__(self, seen: VerdictPreview) -> None:
        self.seen = seen


def verdict_preview(context: Context, said: VerdictPreviewInput) -> VerdictPreviewResult:
    """What would be done, all of which is undone."""
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
    desk = context.desk()
    before = held(desk, context.principal, sought(said.return_, NodeKind.RETURN))
    sent_before = {each.id for each in _sent(desk, before)}
    verdicts = [verdict_of(each) for each in said.lines]
    word = _word(desk, before, verdicts)
    judgement = judging.Judgement(word=word, verdicts=verdicts, why="to see")
    after = judging.judge(desk, Who.of(context.principal), before, judgement)
    pairs = list(zip(before.lines, after.lines, strict=True))
    moved = [each for each in _sent(desk, after) if each.id not in sent_before]
    return VerdictPreview(
        overrides=word is judging.Word.OVERRIDE,
        state=after.state,
        shares=[_share(*pair) for pair in pairs],
        movements=[
            VerdictMovement(way=each.instrument, amount=money(each.amount), state=each.state)
            for each in moved
        ],
        sentence=_sentence(pairs, moved),
    )


def _word(desk: Desk, found: records.Return, verdicts: Sequence[judging.Verdict]) -> judging.Word:
    """The one that is meant for the lines, or for the inspected units, that are named."""
    about = {each.about for each in verdicts}
    if found.state in AT_RECEIPT:
        units = desk.store.arrivals.inspections(found.id)
        named = [each.outcome for each in units if each.id in about and each.outcome]
    else:
        named = [line.outcome for line in found.lines if line.id in about]
    decided = [each for each in named if not each.unsettled]
    return judging.Word.OVERRIDE if decided else judging.Word.DECIDE


def _sent(desk: Desk, found: records.Return) -> Iterator[Settlement]:
    for line in found.lines:
        yield from desk.store.settlements.of_return_line(line.id)


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
    """What moves at once, what claims take of it, what waits, and what is to be paid later."""
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
    """What a line is promised and not owed yet (minor units)."""
    word = after.outcome
    if before.planned != after.planned or not word.owes_money or word.amount is None:
        return 0
    return max(0, word.amount.minor - after.planned)
