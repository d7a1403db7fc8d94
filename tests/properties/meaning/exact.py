"""What a decision calls exact, and what it waits for."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from engine.decision.decide import Decider
from engine.decision.encoding import UNKNOWN
from engine.decision.record import Deadline, Decision
from engine.errors import RequestFault
from engine.policy.model import Clock, Policy
from tests.properties.meaning.drawing import Given

_AWAITED = ("pending", "not_started")
_FIELDS = {
    "goods": ("goods", "goods_to"),
    "goods_to": ("goods", "goods_to"),
    "return_paid_by": ("return_paid_by", "return_shipping"),
    "label_by": ("label_by", "return_shipping"),
    "outbound_refunded": ("outbound_refunded", "outbound_shipping"),
    "base": ("base", "value"),
    "remedy": ("remedies",),
    "fee_total": ("fee_total", "fees", "net"),
    "fees": ("fee_total", "fees", "net"),
}
"""Fields of a decision, and what is open where one of them is."""


def exact(decision: Decision) -> dict[str, object]:
    """The fields that are called exact. A question claims nothing, nor does an open demand.

    Of a refusal the answer alone is claimed; `at most` is the bound of a net.
    """
    opened = [each.name for each in decision.open]
    if decision.answer == "ask" or any(name.startswith(("demands.", "limits.")) for name in opened):
        return {}
    found: dict[str, object] = {"answer": decision.answer}
    if decision.answer == "refuse":
        return found
    shut = [name for name, needs in _FIELDS.items() if not any(o.startswith(needs) for o in opened)]
    found |= {"code": decision.code, **{name: value_of(decision, name) for name in shut}}
    if decision.choice:
        found.pop("remedy", None)
    if decision.last_day is not None and f"deadlines.{decision.main_deadline}" not in opened:
        found["last_day"] = decision.last_day
    return _of_money(decision, found)


def _of_money(decision: Decision, found: dict[str, object]) -> dict[str, object]:
    if decision.net_certainty == "exact":
        found["net"] = decision.net
    if decision.net_certainty == "at_most":
        found["at most"] = decision.net
    if decision.outbound_rule == "standard_part" and "outbound_standard" not in decision.facts:
        found.pop("outbound_refunded", None)
    if decision.base is None:
        found.pop("base", None)
    return found


def value_of(decision: Decision, name: str) -> object:
    """A field, as it is compared."""
    if name == "fees":
        return sorted(
            (fee.kind, str(fee.amount), fee.taken, fee.certainty) for fee in decision.fees
        )
    return decision.net if name == "at most" else getattr(decision, name)


def broken(claims: dict[str, object], later: Decision) -> dict[str, object]:
    """What was called exact and is something else once more is sent."""
    found = {}
    for name, value in claims.items():
        now = value_of(later, name)
        if name == "at most":
            wrong = later.net is not None and later.net.minor > value.minor  # type: ignore[attr-defined]
        else:
            wrong = now != value or (name == "net" and later.net_certainty != "exact")
        if wrong:
            found[name] = (value, now)
    return found


def unsent(decider: Decider, given: Given, decision: Decision) -> list[str]:
    """The facts in doubt: not sent, nothing follows from their absence, and no clock awaits them.

    A policy may itself say what holds while a fact is unknown (`known`, `if_not_sent`, the dates
    from which a clock picks): then to send it is a change of what is told.
    """
    policy, facts = decider.policy, decider.intake(given)
    told = decider.engines.plan.asked_known | awaited(policy, decision)
    return [
        name
        for name, fact in policy.facts.items()
        if facts.value(name) == UNKNOWN and fact.if_not_sent is None
        if name not in told or name in decision.not_needed
    ]


def awaited(policy: Policy, decision: Decision) -> set[str]:
    """The dates that clocks of the decision wait for, or pick from."""
    states = {each.name: each for each in decision.deadlines}
    opened = {each.name for each in decision.open}
    found: set[str] = set()
    for table in policy.deadlines:
        state = states.get(str(table.part))
        for row in table.rows:
            assert isinstance(row.body, Clock)
            if state is not None and state.row == row.id and _is_awaited(state):
                found |= row.body.dates
            elif state is None and f"deadlines.{table.part}" not in opened:
                continue
            else:
                found |= set(picked(row.body))
    return found


def _is_awaited(deadline: Deadline) -> bool:
    """An event that was not sent has not come, whatever became of its time."""
    return deadline.state in _AWAITED or deadline.event_on is None


def picked(clock: Clock) -> Iterator[str]:
    """The dates of which those that are known count."""
    yield from clock.pauses or ()
    for start in (clock.start, clock.opens.start if clock.opens is not None else None):
        if start is not None and len(start.dates) > 1:
            yield from (each.fact for each in start.dates)
    for reading in clock.readings:
        yield from picked(reading.clock)


def law(decider: Decider, given: Given, more: list[Given], random: Random) -> int:
    """Holds a decision against what it is once facts that it leaves in doubt are sent.

    `more` are values that are sent, one fact alone or several; gives how many intake took.
    """
    try:
        decision = decider.decide(given)
    except RequestFault:
        return 0
    claims, count = exact(decision), 0
    names = unsent(decider, given, decision) if claims else []
    for values in more:
        mine = [name for name in names if name in values]
        some = random.sample(mine, random.randint(0, len(mine)))
        for told in (*([name] for name in mine), some):
            count += _held(decider, given, {name: values[name] for name in told}, claims)
    return count


def _held(decider: Decider, given: Given, told: Given, claims: dict[str, object]) -> int:
    if not told:
        return 0
    try:
        later = decider.decide({**given, **told})
    except RequestFault:
        return 0
    if later.code == "unknown_word":
        return 0
    wrong = broken(claims, later)
    assert not wrong, (wrong, given, told)
    return 1
