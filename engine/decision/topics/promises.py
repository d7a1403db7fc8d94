"""Checks a finished outcome against the policy's promises (`must`); a person reviews a breach."""

from __future__ import annotations

from engine.decision.evaluation import Evaluation
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.prepared import StatedAnswer
from engine.decision.topics.limits import quantity_of
from engine.decision.topics.remedies import lead_leg, remedy_of
from engine.policy.model import Op, OutcomeTest, Promise
from engine.policy.words import UNDATED

_UNLIMITED = 10**9
"""The days allowed by a clock without a limit, for comparisons."""


def keep_promises(evaluation: Evaluation, builder: OutcomeBuilder) -> None:
    """Adds a `review` for each promise that the outcome would break.

    A refusal that breaks a promise about the answer or a deadline does not stand.
    """
    policy = evaluation.compiled.policy
    refused = builder.verdict.answer == "refuse"
    found = []
    for promise, asked in zip(policy.must, evaluation.compiled.promises, strict=True):
        applies = evaluation.holds(asked)
        if applies is False:
            continue
        tests = _asked(promise, builder, refused=refused)
        broken = next((test for test in tests if not _passes(test, evaluation, builder)), None)
        if broken and applies:
            found.append((promise, broken))
        elif broken and evaluation.doubt(asked):
            evaluation.unsure["must"] = ()
    builder.broken = tuple(found)
    if builder.broken and refused:
        builder.overruled, builder.said, builder.certainty = builder.verdict, [], "open"
    builder.said = [*builder.said, *(_breach(promise, test) for promise, test in builder.broken)]


def _breach(promise: Promise, broken: OutcomeTest) -> StatedAnswer:
    return StatedAnswer(
        answer="review",
        code=promise.code or "policy_breach",
        to_settle=f"{broken.path} must be {broken.written} ({promise.clause or promise.id})",
        sentence=promise.because,
    )


def _asked(promise: Promise, builder: OutcomeBuilder, *, refused: bool) -> list[OutcomeTest]:
    return [
        test
        for test in promise.outcome
        if not refused or test.path in ("answer", "code") or _part(test.path) in builder.standings
    ]


def _part(path: str) -> str:
    return path.partition(".")[0] if "." in path else ""


def _passes(test: OutcomeTest, evaluation: Evaluation, builder: OutcomeBuilder) -> bool:
    """Whether a test passes; an open amount or deadline passes, and is checked once it is known."""
    if _part(test.path) in evaluation.open_ends:
        return True
    value = value_of(test.path, evaluation, builder)
    if value == UNDATED:
        return True
    if test.op is Op.ABSENT:
        return value in (None, 0, "none", ())
    if test.op in (Op.IN, Op.NOT_IN):
        values = value if isinstance(value, tuple) else (str(value),)
        return any(each in test.words for each in values) == (test.op is Op.IN)
    bound, _ = quantity_of(test.bound, evaluation)
    if bound is None or not isinstance(value, int):
        return True
    return {
        Op.AT_LEAST: value >= bound,
        Op.AT_MOST: value <= bound,
        Op.UNDER: value < bound,
        Op.OVER: value > bound,
    }[test.op]


def value_of(path: str, evaluation: Evaluation, builder: OutcomeBuilder) -> object:
    """Returns a field of the outcome as promises see it; amounts in minor units."""
    part, _, field = path.partition(".")
    if path == "fees":
        return _all_fees(builder)
    if part == "fees" and field:
        amounts = [fee.amount for fee in builder.fees if fee.kind == field]
        known = bool(amounts) and None not in amounts
        return sum(amount.minor for amount in amounts if amount) if known else None
    if field:
        return _of_deadline(part, field, builder)
    leg = lead_leg(evaluation, builder)
    named: dict[str, object] = {
        "answer": builder.verdict.answer,
        "code": builder.verdict.code,
        "remedy": remedy_of(builder, leg),
        "timing": leg.timing if leg else None,
        "choice": leg.choice if leg else (),
        "outbound_refunded": builder.outbound,
    }
    return named[path] if path in named else getattr(builder, path, None)


def _all_fees(builder: OutcomeBuilder) -> int | None:
    """Returns the sum of all fees: deducted, billed and those that may be charged."""
    known = sum(fee.amount.minor for fee in builder.fees if fee.amount is not None)
    return known if known or all(fee.amount is not None for fee in builder.fees) else None


def _of_deadline(part: str, field: str, builder: OutcomeBuilder) -> object:
    row, standing = builder.standings.get(part, (None, None))
    if standing is None or row is None:
        return None
    if field == "row":
        return row.row.id
    found = getattr(standing, field)
    if found is None and field == "days_allowed" and standing.clock.no_limit:
        return _UNLIMITED
    return found
