"""What the topics of a policy can find at all: the words and states that later rows may see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.decision.plan import Plan
from engine.policy.model import Clock, Reading, Remedy, Verdict
from engine.policy.words import DEFAULT_CODES

_BY_ENGINE: Final = ("fact_missing", "unknown_word", "outside_window", "ok", "policy_breach")
_OF_DEMANDS: Final = ("missing_evidence", "packaging_not_met", "condition_breached")
_OF_LIMITS: Final = ("value_limit", "count_limit")
_TIES: Final = ("longest", "shortest")

Words = frozenset[str | None]
"""Words that a fact can have; None for none of them."""


def words_found(plan: Plan) -> dict[str, Words]:
    """The words of every fact that topics derive, as far as their rows tell."""
    found: dict[str, Words] = {
        "answer": frozenset(_answers(plan)),
        "code": frozenset(_codes(plan)),
        "remedy": frozenset(_remedies(plan)),
        "timing": frozenset(_timings(plan)),
    }
    for table in plan.deadlines:
        found[f"{table.part}.state"] = frozenset(states_of(table.part, plan))
        found[f"{table.part}.row"] = frozenset([None, *(row.row.id for row in table.rows)])
    goods = [row.body for row in plan.goods.rows]
    ways = [row.body for row in plan.return_shipping.rows]
    found["goods"] = _set(plan, "goods", [each.do for each in goods])
    found["goods_to"] = _set(plan, "goods_to", [each.to for each in goods])
    found["return_paid_by"] = _set(plan, "return_paid_by", [each.paid_by for each in ways])
    found["label_by"] = _set(plan, "label_by", [each.label_by for each in ways])
    return found


def may_hold(member: str, plan: Plan) -> bool:
    """Whether a word can be in a set that topics derive, as in `failed#D-BOX`."""
    name, _, word = member.partition("#")
    demands = [row.body for row in plan.demands.rows]
    if name == "missing":
        return any(word in body.need for body in demands)
    if name == "failed":
        return any(row.row.id == word and row.inner for row in plan.demands.rows)
    return any(word in states_of(table.part, plan, counted=True) for table in plan.deadlines)


def states_of(part: str, plan: Plan, *, counted: bool = False) -> set[str]:
    """The states in which a clock can be; with `counted` only those that `deadlines` sums up."""
    table = next(each for each in plan.deadlines if each.part == part)
    closed = any(row.row.otherwise for row in table.rows) and not table.table.optional
    always = closed or table.only is not None or any(_always(row.row.when) for row in table.rows)
    found = set() if always or counted else {"none"}
    for row in table.rows:
        states = _states(row.body)
        if counted and not row.body.readings:
            going = {"late": row.body.if_late, "early": row.body.if_early}
            going["silent"] = str(row.body.if_silent)
            states = {state for state in states if going.get(state) != "go_on"}
        found |= states
    return found


def _always(when: object) -> bool:
    return not getattr(when, "parts", (None,))


def _states(clock: Clock) -> set[str]:
    if clock.readings:
        each = [_states(reading.clock) for reading in clock.readings]
        open_ = {"disputed"} if clock.we_take in (None, "none") else set()
        return open_.union(*each)
    found = {"in_time", "pending"}
    if clock.within is not None or clock.until is not None:
        found.add("late")
        if clock.by is not None:
            found.add("silent")
    if clock.within is not None or clock.opens is not None:
        found.add("not_started")
    return found | ({"early"} if clock.opens is not None else set())


def _readings(plan: Plan) -> Iterator[Reading]:
    for row in plan.eligibility.rows:
        yield from row.body.readings


def _set(plan: Plan, name: str, given: list[str | None]) -> Words:
    said = [dict(reading.sets).get(name) for reading in _readings(plan)]
    return frozenset([*given, None, *(str(each) for each in said if each is not None)])


def _answers(plan: Plan) -> Iterator[str]:
    yield from ("accept", "ask")
    bodies: list[Verdict] = [row.body for row in plan.eligibility.rows]
    for body in bodies:
        yield from ("refuse", "two_readings") if body.answer == "from_deadline" else [body.answer]
        yield from (reading.answer for reading in body.readings)
    yield from (row.body.if_over for table in plan.limits for row in table.rows)
    yield from (row.body.if_not for row in plan.demands.rows)
    yield from (rule.else_ for rule in plan.policy.sets)
    if plan.policy.must:
        yield "review"
    if any(row.row.code == "from_deadline" for row in plan.eligibility.rows):
        yield from ("refuse", "two_readings")


def _codes(plan: Plan) -> Iterator[str | None]:
    yield from (*_BY_ENGINE, *DEFAULT_CODES.values(), *_OF_DEMANDS, *_OF_LIMITS)
    policy = plan.policy
    tables = (policy.eligibility, policy.demands, *policy.limits)
    yield from (row.code for table in tables for row in table.rows)
    yield from (reading.code for reading in _readings(plan))
    yield from (rule.code for rule in plan.policy.sets)
    yield from (promise.code for promise in plan.policy.must)
    for table in plan.deadlines:
        for row in table.rows:
            for clock in (row.body, *(reading.clock for reading in row.body.readings)):
                yield from (clock.if_late, clock.if_early, clock.code)


def _remedies(plan: Plan) -> Iterator[str | None]:
    yield None
    for body in _claimants(plan):
        yield from (body.give, body.then, *body.choice, *body.first)
    for reading in _readings(plan):
        yield from (str(dict(reading.sets).get(name)) for name in ("remedy", "choice"))


def _timings(plan: Plan) -> Iterator[str | None]:
    yield None
    yield from (body.timing for body in _claimants(plan))
    yield from (str(dict(reading.sets).get("timing")) for reading in _readings(plan))


def _claimants(plan: Plan) -> Iterator[Remedy]:
    """The remedies that rows may see as `remedy`: the claimant's, or any where it may have none."""
    own = next((each for each in plan.remedies if each.part == plan.policy.claimant), None)
    closed = own is not None and any(row.row.otherwise for row in own.rows)
    for table in (own,) if own is not None and closed else plan.remedies:
        yield from (row.body for row in table.rows)
