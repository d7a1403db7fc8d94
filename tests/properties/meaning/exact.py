"""What a decision calls exact, and what it waits for."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from engine.decision.decide import Decider
from engine.decision.encoding import UNKNOWN
from engine.decision.facts import Facts
from engine.decision.record import Deadline, Decision, ReadingOutcome, ReturnDecision
from engine.errors import RequestFault
from engine.policy.model import Clock, Demand, Fee, Policy, Row
from engine.policy.words import TAKEN_ONCE
from tests.properties.meaning.drawing import Given

MOST_TOLD = 6
"""Facts of a line of a return that are sent alone."""

_AWAITED = ("pending", "not_started")
_OF_A_READING = ("answer", "code", "remedy", "fees", "net", "return_paid_by", "goods", "last_day")
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
"""Fields of a decision, and the names under which each may be open."""


def exact(decision: Decision, policy: Policy) -> dict[str, object]:
    """Returns the fields that are called exact.

    Nothing is claimed by a question but the net that it shows as exact, if the line is accepted,
    nor by an open demand, except one with `if_not: go_on`, whose finding is only recorded. Of a
    refusal only the answer is claimed; `at most` is the upper bound of a net. A promise is checked
    against an amount once it is known: that none breaks is proved before a policy is published.
    """
    opened = [each.name for each in decision.open]
    judging = {f"demands.{r.id}" for r in policy.demands.rows if _body(r).if_not != "go_on"}
    judged = any(name in judging or name.startswith("limits.") for name in opened)
    if decision.answer == "ask" and decision.net_certainty == "exact":
        return {"shown net": decision.net}
    if decision.answer == "ask" or judged:
        return {}
    if policy.must and decision.net_certainty == "open":
        return {}
    clocks = tuple((each, f"deadlines.{each.name}" in opened) for each in decision.deadlines)
    found: dict[str, object] = {"answer": decision.answer, "deadlines": clocks}
    if decision.answer == "refuse":
        return found | _of_refusal(decision, opened)
    shut = [name for name, needs in _FIELDS.items() if not any(o.startswith(needs) for o in opened)]
    found |= {"code": decision.code, **{name: value_of(decision, name) for name in shut}}
    if decision.choice:
        found.pop("remedy", None)
    if decision.answer == "two_readings":
        found["readings"] = decision.readings
    if decision.last_day is not None and f"deadlines.{decision.main_deadline}" not in opened:
        found["last_day"] = decision.last_day
    return _of_money(decision, found)


_AFTER_REFUSAL = ("code", "remedy", "goods", "return_paid_by", "label_by")


def _of_refusal(decision: Decision, opened: list[str]) -> dict[str, object]:
    """What a refusal shows beside its answer; what follows from it is open as one."""
    names = [name for name in _AFTER_REFUSAL if name == "code" or "after_refusal" not in opened]
    shut = [n for n in names if not any(o.startswith(_FIELDS.get(n, (n,))) for o in opened)]
    return {name: value_of(decision, name) for name in shut}


def _body(row: Row) -> Demand:
    assert isinstance(row.body, Demand)
    return row.body


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
    """Returns a field in the form in which it is compared."""
    if name == "fees":
        return sorted(
            (fee.kind, str(fee.amount), fee.taken, fee.certainty) for fee in decision.fees
        )
    return decision.net if name == "at most" else getattr(decision, name)


def broken(claims: dict[str, object], later: Decision) -> dict[str, object]:
    """Returns what was called exact and is different once more is sent."""
    found = {}
    for name, value in claims.items():
        now = later.net if name == "shown net" else value_of(later, name)
        if name == "deadlines":
            wrong = not _as_stood(value, later)
        elif name == "readings":
            wrong = not _as_read(value, later.readings)
        elif name == "shown net":
            wrong = later.answer == "accept" and later.net != value
        elif name == "at most":
            wrong = later.net is not None and later.net.minor > value.minor  # type: ignore[attr-defined]
        else:
            wrong = now != value or (name == "net" and later.net_certainty != "exact")
        if wrong:
            found[name] = (value, now)
    return found


def _as_stood(before: object, later: Decision) -> bool:
    """Whether every clock that was shown stands as before; of one that is open, what it showed."""
    assert isinstance(before, tuple)
    now = {each.name: each for each in later.deadlines}
    return all(_stands(each, now.get(each.name), open_=open_) for each, open_ in before)


_OF_THE_END = ("last_day", "last_moment", "days_allowed")


def _stands(before: Deadline, later: Deadline | None, *, open_: bool) -> bool:
    """Whether all of a clock is as before but its note, which says what was not sent; the days to
    its event are empty as long as nobody has said what day it is, and so is its end while it is
    paused."""
    if later is None:
        return False
    fields = [name for name in Deadline.__struct_fields__ if name != "note"]
    for name in ("days_left", "days_since_open"):
        if getattr(before, name) is None:
            fields.remove(name)
    paused = before.length is not None and before.last_day is None and before.days_left is None
    if paused and before.counted_from_day is not None:
        fields = [name for name in fields if name not in _OF_THE_END]
    if open_:
        fields = [name for name in fields if getattr(before, name) is not None]
    return all(getattr(before, name) == getattr(later, name) for name in fields)


def _as_read(before: object, later: tuple[ReadingOutcome, ...]) -> bool:
    """Whether readings say the same as before; a field that was empty was open, and of a refusal
    only the answer counts."""
    assert isinstance(before, tuple)
    return [each.id for each in before] == [each.id for each in later] and all(
        getattr(one, name) in (None, getattr(other, name))
        for one, other in zip(before, later, strict=True)
        for name in (_OF_A_READING if one.answer != "refuse" else ("answer",))
        if name != "fees" or one.net is not None
    )


def unsent(decider: Decider, given: Given, decision: Decision) -> list[str]:
    """Returns the facts in doubt: not sent, neither taken as absent nor awaited by a clock.

    A policy may itself say what holds while a fact is unknown (`known`, `if_not_sent`, the dates
    from which a clock picks): then sending the fact changes what was told.
    """
    policy, facts = decider.policy, decider.intake(given)
    told = decider.engines.compiled.asked_known | awaited(decider, facts, decision)
    return [
        name
        for name, fact in policy.facts.items()
        if facts.value(name) == UNKNOWN and fact.if_not_sent is None
        if name not in told or name in decision.not_needed
    ]


def awaited(decider: Decider, facts: Facts, decision: Decision) -> set[str]:
    """Returns the dates that clocks of the decision wait for, or pick from.

    Of clocks that are compared (`longest`, `shortest`), all dates are waited for if the one that
    is taken waits: any of them may begin first. If it is open which one is taken, each may be that
    waits. The shortest one is the shortest of those that have started, unless their start is asked
    for.
    """
    states = {each.name: each for each in decision.deadlines}
    opened = {each.name for each in decision.open}
    found: set[str] = set()
    for table in decider.engines.compiled.deadlines:
        state, open_ = states.get(table.part), f"deadlines.{table.part}" in opened
        for row in table.rows:
            compared = table.table.decide in ("longest", "shortest")
            if state is not None and (compared or state.row == row.row.id):
                waits = _is_awaited(state)
            else:
                stood = decider.engines.clocks[row.asked.bit].stand(facts.values)
                waits = open_ and (stood.state in _AWAITED or not stood.event_known)
            asks = row.body.must_start or table.part == "request"
            if waits or (table.table.decide == "shortest" and not asks):
                found |= row.body.dates
            elif state is not None or open_:
                found |= set(picked(row.body))
    return found | ({"requested"} if "request_sent" in found else set())


def _is_awaited(deadline: Deadline) -> bool:
    """Whether a clock awaits its event: one that was not sent has not come, even if time is up."""
    return deadline.state in _AWAITED or deadline.event_on is None


def picked(clock: Clock) -> Iterator[str]:
    """Yields the dates among which a clock picks those that are known, and events of readings,
    which have not come as long as they were not sent."""
    yield from clock.pauses or ()
    for start in (clock.start, clock.opens.start if clock.opens is not None else None):
        if start is not None and len(start.dates) > 1:
            yield from (each.fact for each in start.dates)
    for reading in clock.readings:
        yield from (reading.clock.event, *picked(reading.clock))


def exact_of_whole(whole: ReturnDecision, policy: Policy) -> dict[str, object]:
    """Returns what is called exact of a return of lines; its net if every line's is."""
    lines = [exact(each, policy) for each in whole.lines]
    refused = all(each.answer == "refuse" for each in whole.lines)
    if whole.answer == "ask" or not all(lines) or (refused and whole.answer != "refuse"):
        return {}
    found: dict[str, object] = {"answer": whole.answer, "code": whole.code}
    if refused:
        return {"answer": "refuse"}
    sure = {each.net_certainty for each in whole.lines if each.answer != "refuse"}
    if whole.net is not None and sure <= {"exact", "no_money"}:
        found |= {"net": whole.net, "fees": _fees_of(whole), "shares": whole.shares}
    return found


def _fees_of(whole: ReturnDecision) -> list[tuple[str, str]]:
    return sorted((fee.kind, str(fee.amount)) for fee in whole.fees)


def law_of_whole(decider: Decider, lines: list[Given], more: list[Given], random: Random) -> int:
    """The same law for a return of lines: one or several facts of one line are sent."""
    try:
        whole = decider.decide_return({}, lines)
    except RequestFault:
        return 0
    claims, count = exact_of_whole(whole, decider.policy), 0
    of_lines = [exact(each, decider.policy) for each in whole.lines]
    for place, (line, values) in enumerate(zip(lines, more, strict=True)):
        names = unsent(decider, line, whole.lines[place])
        told = _told_once(decider.policy, [*lines[:place], *lines[place + 1 :]])
        mine = [name for name in names if name in values and name not in told]
        random.shuffle(mine)
        some = random.sample(mine, random.randint(0, len(mine)))
        for told in (*([name] for name in mine[:MOST_TOLD]), some):
            sent = {name: values[name] for name in told}
            try:
                later = decider.decide_return({}, _with(lines, place, sent))
            except RequestFault:
                continue
            if any(each.code == "unknown_word" for each in later.lines):
                continue
            now = {"answer": later.answer, "code": later.code, "net": later.net}
            now |= {"fees": _fees_of(later), "shares": later.shares}
            wrong = {n: (value, now[n]) for n, value in claims.items() if now[n] != value}
            for one, after in zip(of_lines, later.lines, strict=True):
                wrong |= broken(one, after)
            assert not wrong, (wrong, lines, (place, sent))
            count += 1
    return count


def _told_once(policy: Policy, others: list[Given]) -> set[str]:
    """Returns what the other lines of a return state for all of its lines."""
    bodies = [row.body for table in policy.fees for row in table.rows]
    once = any(isinstance(body, Fee) and body.per in TAKEN_ONCE for body in bodies)
    label = once and any(each.get("label_cost") for each in others)
    return {"line_count", "label_cost"} if label else {"line_count"}


def _with(lines: list[Given], place: int, sent: Given) -> list[Given]:
    return [{**line, **sent} if at == place else line for at, line in enumerate(lines)]


def law(decider: Decider, given: Given, more: list[Given], random: Random) -> int:
    """Compares a decision with the one made after facts that it leaves in doubt are sent.

    `more` are the values that are sent, one fact or several; returns how many intake accepted.
    """
    try:
        decision = decider.decide(given)
    except RequestFault:
        return 0
    claims, count = exact(decision, decider.policy), 0
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
