"""Holds a finished outcome against the promises (`must`) of the policy; a breach goes to a person."""

from __future__ import annotations

from engine.decision.amounts import worth
from engine.decision.draft import Draft, Said
from engine.decision.run import Run
from engine.decision.settle import lead_leg
from engine.policy.model import Op, OutcomeTest, Promise


def broken_promises(run: Run, draft: Draft) -> None:
    """Adds a `review` for each promise that the outcome would break."""
    policy = run.plan.policy
    if not policy.must or draft.verdict.answer == "refuse":
        return
    run.reach(max(asked.stage for asked in run.plan.promises))
    for promise, asked in zip(policy.must, run.plan.promises, strict=True):
        if run.holds(asked) and (test := _broken(promise, run, draft)):
            draft.said.append(Said(answer="review", code=promise.code or "policy_breach",
                                   to_settle=f"{test.path} must be {test.written} ({promise.clause or promise.id})",
                                   sentence=promise.because))


def _broken(promise: Promise, run: Run, draft: Draft) -> OutcomeTest | None:
    return next((test for test in promise.outcome if not _passes(test, run, draft)), None)


def _passes(test: OutcomeTest, run: Run, draft: Draft) -> bool:
    value = _value(test.path, run, draft)
    if test.op is Op.ABSENT:
        return value in (None, 0, "none", ())
    if test.op in (Op.IN, Op.NOT_IN):
        values = value if isinstance(value, tuple) else (str(value),)
        inside = any(each in test.words for each in values)
        return inside == (test.op is Op.IN)
    if value is None:
        return True  # an amount that is still open is held against the promise when it is known
    bound = test.bound if isinstance(test.bound, int) else worth(
        test.bound, run.facts.number, run.plan.policy.currency, run.plan.policy.rounding).minor
    if bound is None or not isinstance(value, int):
        return True
    return {Op.AT_LEAST: value >= bound, Op.AT_MOST: value <= bound, Op.UNDER: value < bound, Op.OVER: value > bound}[test.op]


def _value(path: str, run: Run, draft: Draft) -> object:
    if path.startswith("fees."):
        amounts = [fee.amount for fee in draft.fees if fee.kind == path[5:]]
        return None if not amounts or None in amounts else sum(amount.minor for amount in amounts if amount)
    part, _, field = path.partition(".")
    if part in draft.standings and field:
        row, standing = draft.standings[part]
        if standing is None:
            return None
        if field == "row":
            return row.row.id if row else None
        found = getattr(standing, field)
        return 10**9 if found is None and standing.clock.no_limit and field == "days_allowed" else found
    leg = lead_leg(run, draft)
    named: dict[str, object] = {
        "answer": draft.verdict.answer, "code": draft.verdict.code, "remedy": leg.give if leg else None,
        "timing": leg.timing if leg else None, "choice": leg.choice if leg else (), "outbound_refunded": draft.outbound}
    return named[path] if path in named else getattr(draft, path, None)
