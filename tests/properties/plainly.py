"""Reads a policy's tests in the plainest way, as a second opinion on the rows that decide.

It works on the facts as they were sent, in Kleene's three-valued logic (`None`: unknown), and
shares nothing with the slots, codes and rules of the engine.
"""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.decision.record import Decision
from engine.policy.model import All, Clock, Condition, Leaf, Op, Policy
from engine.policy.vocabulary import Fact, FactType

Plain = dict[str, object]
"""Values by fact; a fact without a value is unknown, `None` is known to be absent."""


def plain(policy: Policy, given: dict[str, object], decision: Decision) -> Plain:
    """What was sent, what is taken for what was not, and where the deadlines stood."""
    facts = policy.facts.items()
    found = {name: fact.if_not_sent for name, fact in facts if fact.if_not_sent is not None} | given
    if found.get("now") is None:  # today is always some day
        found["now"] = found.get("requested")
    if "item_price" in found:
        found.setdefault("return_value", found["item_price"])
    found = {name: _value(policy.facts[name], value, policy) for name, value in found.items()}
    return found | _deadlines(policy, decision) | _outcome(decision)


def _value(fact: Fact, value: object, policy: Policy) -> object:
    if fact.type is FactType.SET:
        return set(value or ())  # type: ignore[call-overload]
    if value is None or fact.type is FactType.WORD:
        return value
    if fact.type is FactType.DATE:
        return _day(str(value), policy.time_zone)
    if fact.type is FactType.MONEY:
        return int(Decimal(str(value).split()[1]) * 100)
    if fact.type in (FactType.NUMBER, FactType.PERCENT):
        scale = 1_000_000 if fact.type is FactType.NUMBER else 10_000
        return int(Decimal(str(value).rstrip("%")) * scale)
    return int(value)  # type: ignore[call-overload, no-any-return]


def _day(text: str, zone: str) -> int:
    if "T" not in text:
        return date.fromisoformat(text).toordinal()
    return datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).date().toordinal()


def _deadlines(policy: Policy, decision: Decision) -> Plain:
    stood = {each.name: each for each in decision.deadlines}
    bad: set[str] = set()
    found: Plain = {}
    for table in policy.deadlines:
        part = str(table.part)
        deadline = stood.get(part)
        found[f"{part}.state"] = deadline.state if deadline else "none"
        found[f"{part}.days_left"] = deadline.days_left if deadline else None
        last = deadline.last_day if deadline else None
        found[f"{part}.last_day"] = date.fromisoformat(last).toordinal() if last else None
        clock = next((row.body for row in table.rows if deadline and row.id == deadline.row), None)
        if isinstance(clock, Clock) and deadline:
            ways = {"late": clock.if_late, "early": clock.if_early, "silent": clock.if_silent}
            bad |= {deadline.state} if ways.get(deadline.state) != "go_on" else set()
    return found | {"deadlines": bad}


def _outcome(decision: Decision) -> Plain:
    return {"goods": decision.goods, "return_paid_by": decision.return_paid_by}


def holds(condition: Condition, facts: Plain, policy: Policy) -> bool | None:
    """Whether a condition holds; None where that hangs on an unknown fact."""
    if isinstance(condition, Leaf):
        return _leaf(condition, facts, policy)
    parts = [holds(part, facts, policy) for part in condition.parts]
    strong = not isinstance(condition, All)  # what settles it: one false part, or one true part
    if strong in parts:
        return strong
    return None if None in parts else not strong


def _leaf(leaf: Leaf, facts: Plain, policy: Policy) -> bool | None:
    value = facts.get(leaf.fact)
    if leaf.op in (Op.KNOWN, Op.UNKNOWN):
        return (value is not None) == (leaf.op is Op.KNOWN)
    if leaf.fact not in facts:
        return None
    if leaf.op in (Op.HAS, Op.LACKS):
        return (leaf.words[0] in value) == (leaf.op is Op.HAS)  # type: ignore[operator]
    if leaf.op in (Op.IN, Op.NOT_IN):
        return (value in leaf.words) == (leaf.op is Op.IN)
    if leaf.op in (Op.ABSENT, Op.PRESENT):
        return (value is None) == (leaf.op is Op.ABSENT)
    return value is not None and _sized(leaf, value, policy)


def _sized(leaf: Leaf, value: object, policy: Policy) -> bool:
    if isinstance(value, str):
        value = (policy.facts[leaf.fact].words or ()).index(value) + 1
    assert isinstance(value, int)
    return {
        Op.UNDER: value < leaf.number,
        Op.AT_MOST: value <= leaf.number,
        Op.OVER: value > leaf.number,
        Op.AT_LEAST: value >= leaf.number,
    }[leaf.op]
