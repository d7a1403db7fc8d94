"""The outcome of a line without its record: the fields that most callers need."""

from __future__ import annotations

from msgspec import Struct

from engine.dates import day_text
from engine.decision.evaluator import Evaluator
from engine.decision.record import Decision
from engine.meaning.lowering.policy import NOTHING
from engine.money import Money


class Outcome(Struct, frozen=True, gc=False):
    """The fields of a decision of the same names; `last_day` is that of the main deadline."""

    answer: str
    code: str
    remedy: str | None
    goods: str | None
    return_paid_by: str | None
    last_day: str | None
    net: Money | None
    fee_total: Money | None


def outcome_of(evaluator: Evaluator, numbers: tuple[int, ...], currency: str) -> Outcome:
    """Decodes the outcome that the reference evaluator worked out."""
    answer, code, remedy, goods, payer, last_day, net, fee_total = numbers
    word = evaluator.words
    return Outcome(
        word[answer],
        word[code],
        word[remedy],
        word[goods],
        word[payer],
        None if last_day == NOTHING else day_text(last_day),
        None if net == NOTHING else Money(net, currency),
        None if fee_total == NOTHING else Money(fee_total, currency),
    )


def recorded_outcome(decision: Decision) -> Outcome:
    """Returns the outcome that a record holds."""
    return Outcome(
        answer=decision.answer,
        code=decision.code,
        remedy=decision.remedy,
        goods=decision.goods,
        return_paid_by=decision.return_paid_by,
        last_day=decision.last_day,
        net=decision.net,
        fee_total=decision.fee_total,
    )
