"""Decides one return line in the plainest way: from the policy's tree and the facts as sent.

It shares nothing with the slots, codes and rules of the decider, nor with the graph of the meaning;
a row that an unsent fact leaves undecided raises `Open`. It is slow on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from engine.dates import DAY, Length, Unit, add_length, seconds_of
from engine.money import Rounding, parse_money
from engine.policy.conditions import inside_of
from engine.policy.model import (
    All,
    Bounded,
    Clock,
    Condition,
    Each,
    Extreme,
    Fixed,
    FromFact,
    Leaf,
    Op,
    Percent,
    Pick,
    Policy,
    Row,
    ShareOfCount,
    Start,
    Table,
)
from engine.policy.vocabulary import FactType
from engine.policy.words import WITHOUT_MONEY, WORTHLESS

STRONGER = ("accept", "review", "ask", "two_readings", "refuse")
BAD = {"late", "early", "silent"}
CODES = {"accept": "ok", "review": "discretionary", "ask": "missing_evidence"}
CODES |= {"two_readings": "conflict_in_text", "refuse": "not_entitled"}
Body = Any


class Open(Exception):
    """The policy's outcome depends on a fact that was not sent."""


@dataclass
class Stood:
    """A clock that was read."""

    clock: Clock
    state: str
    unsure: bool = False
    unopened: bool = False
    eventless: bool = False
    first_day: int | None = None
    last_day: int | None = None
    moment: int | None = None
    days_left: int | None = None
    days_since_open: int | None = None
    days_allowed: int | None = None


class MayBeEarly(Exception):
    """A clock is late, or early if it opens later, which was not sent; `args` names that."""


Early = dict[object, bool]
"""Whether an event comes before its clock opens, where that was not sent."""


def plain_outcome(
    policy: Policy, given: dict[str, object], early: Early | None = None
) -> dict[str, object]:
    """Answer, code, remedy, goods, payer, net, fee and last day; amounts in minor units.

    What was not sent of the opening of a clock is tried both ways.
    """
    try:
        return _Line(policy, given, early or {}).outcome()
    except MayBeEarly as doubt:
        (opening,) = doubt.args
        ways = [(early or {}) | {opening: way} for way in (False, True)]
    one, other = (plain_outcome(policy, given, way) for way in ways)
    if one != other:
        raise Open
    return one


class _Line:
    def __init__(self, policy: Policy, given: dict[str, object], early: Early) -> None:
        self.policy = policy
        self.early = early
        self.said: list[tuple[str, str]] = []
        self.sets: dict[str, Any] = {}
        self.open_demands: set[str] = set()
        self.facts: dict[str, Any] = {}
        self.moments: dict[str, int] = {}
        defaults = {n: f.if_not_sent for n, f in policy.facts.items() if f.if_not_sent is not None}
        for name, value in {**defaults, **given}.items():
            self._enter(name, value)
        self._derive()

    # --- facts --------------------------------------------------------------------------------

    def _enter(self, name: str, value: Any) -> None:
        kind = self.policy.facts[name].type
        if kind is FactType.SET:
            self.facts[name] = set(value or ())
        elif value is None or kind is FactType.WORD:
            self.facts[name] = value
        elif kind is FactType.DATE:
            self.facts[name] = self._day(name, str(value))
        elif kind is FactType.MONEY:
            self.facts[name] = parse_money(str(value)).minor
        elif kind in (FactType.NUMBER, FactType.PERCENT):
            scale = 10_000 if kind is FactType.PERCENT else 1_000_000
            self.facts[name] = int(Decimal(str(value).rstrip("%")) * scale)
        else:
            self.facts[name] = (
                {"true": 1, "false": 0}.get(str(value).lower())
                if kind is (FactType.YES_NO)
                else int(value)
            )

    def _day(self, name: str, text: str) -> int:
        if len(text) == 10:
            return date.fromisoformat(text).toordinal()
        moment = datetime.fromisoformat(text)
        self.moments[name] = int(moment.timestamp())
        return moment.astimezone(ZoneInfo(self.policy.time_zone)).date().toordinal()

    def _derive(self) -> None:
        self.now_came = self.known("now") is not None
        facts = {n: v for n, v in self.facts.items() if n != "now" or self.now_came}
        self.facts = facts
        for name in ("request_sent", "now"):
            if name not in facts and "requested" in facts:
                facts[name] = facts["requested"]
                if "requested" in self.moments:
                    self.moments[name] = self.moments["requested"]
        price, count = facts.get("unit_price"), facts.get("quantity")
        if "item_price" not in facts and price is not None and count is not None:
            facts["item_price"] = price * count
        if "item_price" in facts:
            facts.setdefault("return_value", facts["item_price"])
        pack = facts.get("case_pack")
        if "loose_units" not in facts and pack and count is not None:
            facts["loose_units"] = count % pack
        if "whole_order_back" not in facts and facts.get("order_lines") is not None:
            back = max(facts.get("returned_lines") or 0, facts.get("line_count") or 0, 1)
            facts["whole_order_back"] = int(back >= facts["order_lines"])

    def known(self, name: str) -> int | None:
        found = self.facts.get(name)
        return found if isinstance(found, int) else None

    # --- conditions -----------------------------------------------------------------------------

    def holds(self, condition: Condition) -> bool | None:
        if isinstance(condition, Leaf):
            return self._leaf(condition)
        parts = [self.holds(part) for part in condition.parts]
        settles = not isinstance(condition, All)
        if settles in parts:
            return settles
        return None if None in parts else not settles

    def _leaf(self, leaf: Leaf) -> bool | None:
        name, op = leaf.fact, leaf.op
        if name.startswith("days_since."):
            ends = [self.facts.get(each, ...) for each in ("requested", name[11:])]
            there = None in ends or ... not in ends
            value = ends[0] - ends[1] if there and None not in ends else None
        else:
            there, value = name in self.facts, self.facts.get(name)
            there = there and not self._waits(leaf)
        if op in (Op.KNOWN, Op.UNKNOWN):
            return (there and value is not None) == (op is Op.KNOWN)
        if name == "evidence" and "lacking" in self.facts and op in (Op.HAS, Op.LACKS):
            raise Open  # both lists are for people; the draws send one
        if not there:
            return None
        if op in (Op.HAS, Op.LACKS):
            return (leaf.words[0] in value) == (op is Op.HAS)
        if op in (Op.IN, Op.NOT_IN):
            return (value in leaf.words) == (op is Op.IN)
        if op in (Op.ABSENT, Op.PRESENT):
            return (value is None) == (op is Op.ABSENT)
        return value is not None and self._sized(leaf, value)

    def _waits(self, leaf: Leaf) -> bool:
        """Whether it is unknown what an open demand found."""
        found = self.facts[leaf.fact]
        by_demands = leaf.fact in ("failed", "missing")
        return by_demands and not self.open_demands.isdisjoint(set(leaf.words) - found)

    def _sized(self, leaf: Leaf, value: Any) -> bool:
        if isinstance(value, str):
            words = self.policy.facts[leaf.fact].words or ()
            value = words.index(value) + 1 if value in words else 0
        bound = leaf.number
        return {
            Op.UNDER: value < bound,
            Op.AT_MOST: value <= bound,
            Op.OVER: value > bound,
            Op.AT_LEAST: value >= bound,
        }[leaf.op]

    def first(self, table: Table) -> Row | None:
        for row in table.rows:
            found = self.holds(row.when)
            if found is None:
                raise Open
            if found:
                return row
        return None

    def every(self, table: Table) -> list[Row]:
        found = [(row, self.holds(row.when)) for row in table.rows]
        if any(true is None for _, true in found):
            raise Open
        return [row for row, true in found if true]

    # --- amounts --------------------------------------------------------------------------------

    def amount(self, of: Any) -> int | None:  # noqa: C901, PLR0911 - one line for each kind
        if of is None or isinstance(of, int):
            return of or 0
        if isinstance(of, str):
            return self.known(of)
        if isinstance(of, Fixed):
            return of.money.minor
        if isinstance(of, FromFact):
            return self.known(of.fact)
        if isinstance(of, ShareOfCount):
            count = self.known(of.fact)
            return None if count is None else count * of.millionths // 1_000_000
        if isinstance(of, Percent):
            return self.share(self.amount(of.of), of.millionths)
        if isinstance(of, Each):
            one, count = self.amount(of.amount), self.known(of.per)
            return None if one is None or count is None else one * count
        parts = of.parts if isinstance(of, Extreme) else ()
        if parts:
            return self._best(parts, max if of.greatest else min)
        if not isinstance(of, Bounded):
            return None
        found = self.amount(of.amount)
        for bound, take in ((of.at_least, max), (of.at_most, min)):
            limit = None if bound is None else self.amount(bound)
            if bound is not None:
                found = None if found is None or limit is None else take(found, limit)
        return found

    def _best(self, parts: Any, take: Callable[[list[int]], int]) -> int | None:
        values = [self.amount(part) for part in parts]
        return None if None in values else take([value for value in values if value is not None])

    def share(self, minor: int | None, millionths: int) -> int | None:
        if minor is None or millionths == 1_000_000:
            return minor
        exact = Fraction(abs(minor) * millionths, 1_000_000)
        if self.policy.rounding is Rounding.DOWN:
            whole = exact.__floor__()
        elif self.policy.rounding is Rounding.HALF_UP:
            whole = (exact + Fraction(1, 2)).__floor__()
        else:
            whole = round(exact)
        return whole if minor >= 0 else -whole

    # --- deadlines ------------------------------------------------------------------------------

    def start(self, start: Start) -> tuple[int, int] | None:
        """The day and the moment; of a bare or a moved date the end of the day."""
        found = []
        for each in start.dates:
            day = self.known(each.fact)
            if day is None:
                continue
            moved = day if each.plus is None else add_length(day, each.plus, self.policy.calendar)
            moment = self.moments.get(each.fact) if moved == day else None
            found.append((moved, self.end_of_day(moved) if moment is None else moment))
        if not found:
            return None
        if start.pick is Pick.LATER_OF:
            return max(found, key=lambda each: each[1])
        return min(found, key=lambda each: each[1]) if start.pick is Pick.EARLIER_OF else found[0]

    def end_of_day(self, day: int) -> int:
        zone = ZoneInfo(self.policy.time_zone)
        after = datetime.combine(
            date.fromordinal(day) + timedelta(days=1), datetime.min.time(), zone
        )
        return int(after.timestamp()) - 1

    def stand(self, clock: Clock) -> Stood:
        if clock.readings:
            each = {reading.id: self.stand(reading.clock) for reading in clock.readings}
            states = {stood.state in BAD for stood in each.values()}
            if clock.we_take not in (None, "none"):
                return each[str(clock.we_take)]
            waits = next((stood for stood in each.values() if self._unsent(stood)), None)
            if waits is not None:
                return waits
            first = next(iter(each.values()))
            return (
                first if len(states) == 1 else Stood(clock, "disputed", eventless=first.eventless)
            )
        found = Stood(clock, "none")
        event = self.known(clock.event)
        day = event if event is not None else self.known("now")
        found.eventless = day is None
        if clock.opens is not None and (begun := self.start(clock.opens.start)):
            sign = -1 if clock.opens.ahead else 1
            found.first_day = add_length(begun[0], clock.opens.length, self.policy.calendar, sign)
        self._end(found)
        self._state(found, event, day)
        return found

    def _end(self, found: Stood) -> None:
        clock, calendar = found.clock, self.policy.calendar
        found.last_day = clock.until
        begun = self.start(clock.start) if clock.within and clock.start else None
        if clock.within is None or begun is None:
            return
        start, moment = begun
        if clock.within.on_clock:
            begins = moment
            moment += seconds_of(clock.within) - int(clock.strict)
            if clock.extended_by is not None and clock.extended_by.on_clock:
                moment += seconds_of(clock.extended_by)
            found.moment = moment
            zone = ZoneInfo(self.policy.time_zone)
            found.last_day = datetime.fromtimestamp(moment, zone).date().toordinal()
            found.days_allowed = (moment - begins) // DAY
            return
        last = self._counted_out(clock, start)
        if clock.pauses:
            begin, over = self.known(clock.pauses[0]), self.known(clock.pauses[1])
            over = over if over is not None else self.known("now")
            runs = begin is not None and begin <= last
            if runs and over is None:
                raise Open  # how long it goes on is not known
            if begin is not None and runs and over is not None:
                last += min(len([day for day in range(begin, over) if day >= start]), 40_000)
        found.last_day = calendar.roll(last) if clock.roll else last
        found.days_allowed = found.last_day - start + int(clock.start_day_is_first)

    def _counted_out(self, clock: Clock, start: int) -> int:
        """The last day of a length of dates with its extension, before any pause."""
        within, more, calendar = clock.within, clock.extended_by, self.policy.calendar
        assert within is not None
        months = {Unit.MONTHS: 1, Unit.YEARS: 12}
        if more is not None and within.unit in months and more.unit in months:
            count = sum(each.count * months[each.unit] for each in (within, more))
            within, more = Length(count, Unit.MONTHS), None
        first = clock.start_day_is_first
        if first and within.unit is Unit.BUSINESS_DAYS:
            last = calendar.add(start, within.count - int(calendar.is_business_day(start)))
        else:
            last = add_length(start, within, calendar) - int(first)
        last = last if more is None else add_length(last, more, calendar)
        return last - int(clock.strict)  # the end itself is too late

    def _state(self, found: Stood, event: int | None, day: int | None) -> None:
        clock, limited = found.clock, found.clock.within is not None
        if day is None:
            dated = found.last_day is not None or found.first_day is not None
            found.state = "undated" if dated else "not_started" if limited else "pending"
            return
        found.days_left = None if found.last_day is None else found.last_day - day
        found.days_since_open = None if found.first_day is None else day - found.first_day
        late = found.last_day is not None and day > found.last_day
        if found.moment is not None:
            told = self.moments.get(clock.event if event is not None else "now")
            late = (self.end_of_day(day) if told is None else told) > found.moment
        if found.first_day is not None and day < found.first_day:
            found.state = "early"
        elif found.last_day is None and limited:
            found.state = "not_started"
        elif late:
            self._over(found, event)
        elif clock.opens is not None and found.first_day is None:
            found.state = "not_started"
        else:
            found.state = "pending" if event is None else "in_time"

    def _over(self, found: Stood, event: int | None) -> None:
        """The state of a clock whose time is over; it may still turn out to be too early."""
        clock = found.clock
        found.state = "silent" if event is None and clock.by is not None else "late"
        if clock.event not in self.facts and not self.now_came:
            found.state, found.unsure = "pending", True
        mild = found.state == "silent" and clock.if_silent in ("accept", "settle", "go_on")
        if not self._unopened(clock):
            return
        if mild or clock.if_late == "go_on":
            found.state = "not_started"
        elif not found.unsure:
            found.unopened = True
            opening = (clock.event, clock.opens)
            if opening not in self.early:
                raise MayBeEarly(opening)
            if self.early[opening]:
                found.state = "early"

    def _unopened(self, clock: Clock) -> bool:
        """Whether no date was sent from which the clock could open."""
        dates = clock.opens.start.dates if clock.opens else ()
        return bool(dates) and all(each.fact not in self.facts for each in dates)

    def _unstarted(self, stood: Stood) -> bool:
        """Whether its end is open, because no date was sent from which it could start."""
        clock = stood.clock
        limited = clock.within is not None and clock.start is not None
        dates = clock.start.dates if clock.start is not None else ()
        return limited and all(each.fact not in self.facts for each in dates)

    def _rivalled(self, table: Table, taken: Stood, others: list[Stood]) -> bool:
        """Whether it is open which of several clocks is taken: one of them has not started."""
        if self._unstarted(taken):
            return taken.state == "early" and bool(others)
        asked = [each for each in others if each.clock.must_start or table.part == "request"]
        return table.decide == "shortest" and any(self._unstarted(each) for each in asked)

    def _unsent(self, stood: Stood) -> bool:
        """Whether no date was sent from which the clock could start, nor whether its event came."""
        waits = stood.state == "not_started" and self._unbegun(stood)
        return stood.unsure or waits or stood.state == "undated"

    def _unbegun(self, stood: Stood) -> bool:
        """Whether no date was sent of its start, or of its opening."""
        opens = stood.clock.opens if stood.first_day is None else None
        starts = [start for start in (stood.clock.start, opens and opens.start) if start]
        return any(all(each.fact not in self.facts for each in start.dates) for start in starts)

    def _never(self, stood: Stood) -> bool:
        """Whether it is known that there is no date from which the clock could count."""
        dates = stood.clock.start.dates if stood.clock.start else ()
        return bool(dates) and all(self.facts.get(each.fact, "?") is None for each in dates)

    def rank(self, stood: Stood) -> int:
        if stood.moment is not None:
            return stood.moment
        if stood.clock.no_limit or stood.last_day is None:
            return 10**12
        return self.end_of_day(stood.last_day)

    def deadlines(self) -> None:
        self.stood: dict[str, tuple[Row, Stood] | None] = {}
        for table in self.policy.deadlines:
            part = str(table.part)
            if table.decide in ("longest", "shortest"):
                every = [(row, self.stand(row.body)) for row in self.every(table)]  # type: ignore[arg-type]
                pick = max if table.decide == "longest" else min
                rows = [pair for pair in every if not self._never(pair[1])] or every
                found = pick(rows, key=lambda pair: self.rank(pair[1])) if rows else None
                others = [stood for row, stood in every if found and row is not found[0]]
                if found and self._rivalled(table, found[1], others):
                    raise Open
            else:
                row = self.first(table)
                found = (row, self.stand(row.body)) if row else None  # type: ignore[arg-type]
            self.stood[part] = found
            self._write(part, found)
            if found:
                self._ask(part, found[1])
        if not any(self._may_hit(found[1]) for found in self.stood.values() if found):
            self.facts["deadlines"] = {
                state for state in ("early", "late", "disputed", "silent") if any(self.hits(state))
            }

    def _may_hit(self, stood: Stood) -> bool:
        """Whether a deadline counts on some days, and nobody has said what day it is."""
        clock = stood.clock
        ways = {clock.if_late, clock.if_early if clock.opens else "go_on"}
        ways |= {clock.if_silent} if clock.by else set()
        return stood.state == "undated" and (ways != {"go_on"} or bool(clock.readings))

    def hits(self, state: str) -> Iterator[Stood]:
        for found in self.stood.values():
            if found and found[1].state == state:
                clock = found[1].clock
                ways = {"early": clock.if_early, "late": clock.if_late, "silent": clock.if_silent}
                if ways.get(state) != "go_on":
                    yield found[1]

    def _write(self, part: str, found: tuple[Row, Stood] | None) -> None:
        names = ("first_day", "last_day", "days_left", "days_since_open", "days_allowed")
        self.facts[f"{part}.state"] = found[1].state if found else "none"
        self.facts[f"{part}.row"] = found[0].id if found else None
        for name in names:
            self.facts[f"{part}.{name}"] = getattr(found[1], name) if found else None
        if found and found[1].eventless:
            for name, day in (("left", found[1].last_day), ("since_open", found[1].first_day)):
                if day is not None:
                    del self.facts[f"{part}.days_{name}"]
        if found:
            self._forget(part, found[1])

    def _forget(self, part: str, stood: Stood) -> None:
        """Drops what is not known of a clock: its opening was not sent, or nobody said the day."""
        if stood.state == "undated":
            del self.facts[f"{part}.state"]
        if stood.unopened:
            del self.facts[f"{part}.first_day"], self.facts[f"{part}.days_since_open"]
        if stood.state == "early" and self._unstarted(stood):
            for name in ("last_day", "days_left", "days_allowed"):
                del self.facts[f"{part}.{name}"]

    def _ask(self, part: str, stood: Stood) -> None:
        clock = stood.clock
        unlimited = clock.no_limit and clock.opens is None
        missed = clock.if_late != "go_on" and not unlimited
        early = clock.opens is not None and clock.if_early != "go_on"
        starts = stood.state == "not_started" and (clock.must_start or part == "request")
        dayless = stood.eventless and (missed or early)
        if dayless or (missed and stood.unsure) or (starts and self._unbegun(stood)):
            self.said.append(("ask", "fact_missing"))

    # --- the answer -----------------------------------------------------------------------------

    def verdict(self) -> tuple[str, str]:
        return max(self.said, key=lambda each: STRONGER.index(each[0]))

    def write_answer(self) -> None:
        self.facts["answer"], self.facts["code"] = self.verdict()

    def answer(self) -> None:
        row = self.first(self.policy.eligibility)
        assert row is not None
        body: Body = row.body
        if "from_deadline" in (row.code, body.answer):
            self.said.append(self._of_deadlines(row))
        else:
            self._eligible(row, body)
        self.write_answer()
        missing: set[str] = set()
        failed: set[str] = set()
        if body.stands:
            for table in self.policy.limits:
                self.facts[f"{table.part}.state"], self.facts[f"{table.part}.left"] = "none", None
        else:
            for table in self.policy.limits:
                self._limit(table)
            for demand in self.policy.demands.rows:
                self._demand(demand, missing, failed)
        self.facts["missing"], self.facts["failed"] = missing, failed
        if not body.stands:
            self.write_answer()

    def _eligible(self, row: Row, body: Body) -> None:
        answer, code = body.answer, row.code or CODES[body.answer]
        if answer == "two_readings" and body.we_take not in (None, "none"):
            taken = next(each for each in body.readings if each.id == body.we_take)
            self.sets = dict(taken.sets)
            answer = taken.answer
            code = taken.code or ("ok" if answer == "accept" else code)
        self.said.append((answer, code))

    def _of_deadlines(self, row: Row) -> tuple[str, str]:
        tested = [w for leaf in _leaves(row.when) if leaf.fact == "deadlines" for w in leaf.words]
        for state in ("early", "late", "disputed", "silent"):
            hit = next(self.hits(state), None) if not tested or state in tested else None
            if hit is None:
                continue
            clock = hit.clock
            if state == "disputed":
                return "two_readings", clock.code or "conflict_in_text"
            if state == "early":
                return "refuse", clock.if_early
            if state == "silent" and clock.if_silent in ("accept", "settle"):
                return "accept", "ok"
            past = clock.if_late
            return "refuse", "outside_window" if state == "silent" and past == "go_on" else past
        return "refuse", "outside_window"

    def _limit(self, table: Table) -> None:
        if table.decide in ("lowest", "highest"):
            rows = self.every(table)
        else:
            rows = [row for row in (self.first(table),) if row]
        lefts = [(row, self._left(row.body)) for row in rows]
        state, left = ("none", None) if not lefts else ("open", None)
        if lefts and all(each[1] is not None for each in lefts):
            pick = max if table.decide == "highest" else min
            row, left = pick(lefts, key=lambda pair: pair[1] or 0)
            state = "over" if (left or 0) < 0 else "inside"
            body: Body = row.body
            if state == "over":
                code = row.code or ("count_limit" if body.counts else "value_limit")
                self.said.append((body.if_over, code))
        self.facts[f"{table.part}.state"], self.facts[f"{table.part}.left"] = state, left

    def _left(self, body: Body) -> int | None:
        used, adds = self.amount(body.used), self.amount(body.adds)
        lefts = []
        for bound, sign, strict in (
            (body.at_most, 1, 0),
            (body.under, 1, 1),
            (body.at_least, -1, 0),
        ):
            if bound is not None:
                value = self.amount(bound)
                if value is None or used is None or adds is None:
                    return None
                lefts.append(sign * (value - used - adds) - strict)
        return min(lefts)

    def _demand(self, row: Row, missing: set[str], failed: set[str]) -> None:
        body: Body = row.body
        inside = inside_of(row)
        applies = self.holds(row.when)
        if inside is None or applies is False:
            return
        if applies is None:
            raise Open
        there = self.facts.get("evidence")
        met = self.holds(inside)
        if met is None:
            self.open_demands |= {row.id, *(word for word in body.need if there is None)}
        if met is not False:
            return
        failed.add(row.id)
        missing |= {word for word in body.need if there is not None and word not in there}
        if body.if_not != "go_on":
            other = "packaging_not_met" if body.original_packaging else "condition_breached"
            code = "missing_evidence" if body.need else other
            self.said.append((body.if_not, row.code or code))

    # --- what it comes to -----------------------------------------------------------------------

    def given(self, body: Body, row: Row | None) -> str | None:
        if body.first:
            inside = inside_of(row) if row is not None else None
            if inside is not None and self.holds(inside):
                return str(body.then)
            return body.first[0] if len(body.first) == 1 else None
        if body.choice:
            wanted = self.facts.get("wanted")
            if wanted not in body.choice and "wanted" not in self.facts:
                self.unchosen = True
            return wanted if wanted in body.choice else None
        return body.give  # type: ignore[no-any-return]

    def outcome(self) -> dict[str, object]:
        policy = self.policy
        if policy.must:
            raise Open  # promises are held by tests of their own
        self.unchosen = False
        self.deadlines()
        self.answer()
        answer, code = self.verdict()
        found: dict[str, object] = {"answer": answer, "code": code, "net": None, "fee": 0}
        main = "request" if "request" in self.stood else next(iter(self.stood), "")
        stood = self.stood.get(main)
        found["last_day"] = None
        if stood and not stood[1].unopened:
            found["last_day"] = stood[1].last_day
        return found | (self._refused() if answer == "refuse" else self._settled())

    def _refused(self) -> dict[str, object]:
        row = self.first(self.policy.after_refusal)
        body: Body = row.body if row else None
        remedies = dict(body.remedies) if body else {}
        leg = remedies.get(self.policy.claimant) or next(iter(remedies.values()), None)
        return {
            "goods": body.goods.do if body else None,
            "return_paid_by": body.shipping.paid_by if body else None,
            "remedy": self.sets.get("remedy", self.given(leg, None) if leg else None),
        }

    def _settled(self) -> dict[str, object]:  # noqa: PLR0915 - read from top to bottom
        policy, sets = self.policy, self.sets
        legs = {str(t.part): row for t in policy.remedies if (row := self.first(t))}
        lead = legs.get(policy.claimant) or next(iter(legs.values()), None)
        own = self.given(lead.body, lead) if lead else None
        if self.unchosen and own is None:
            raise Open
        remedy = self.facts["remedy"] = sets.get("remedy", own)
        body: Body = lead.body if lead else None
        self.facts["timing"] = sets.get("timing", body.timing if body else None)
        goods = self.first(policy.goods)
        goods_body: Body = goods.body if goods else None
        self.facts["goods"] = sets.get("goods", goods_body.do if goods_body else None)
        self.facts["goods_to"] = sets.get("goods_to", goods_body.to if goods_body else None)
        way = self.first(policy.return_shipping)
        way_body: Body = way.body if way else None
        payer = sets.get("return_paid_by", way_body.paid_by if way_body else None)
        self.facts["return_paid_by"] = payer
        self.facts["label_by"] = sets.get("label_by", way_body.label_by if way_body else None)
        leg: Body = legs[policy.claimant].body if policy.claimant in legs else None
        worth, bonus = self._worth(leg)
        fees = self._fees()
        outbound = self._outbound()
        fees = self._waived(fees)
        fee = self._sum([amount for _, amount, deducted in fees if deducted])
        net: int | None = None
        offered = set(body.choice or body.first) if body is not None and remedy is None else None
        ways = offered or {remedy}
        if ways <= WORTHLESS:
            net = 0
        elif not ways <= WITHOUT_MONEY | WORTHLESS:
            terms = (worth, fee, bonus, outbound)
            if all(term is not None for term in terms):
                net = max(0, (worth or 0) - (fee or 0) + (bonus or 0) + (outbound or 0))
        settled = {"remedy": remedy, "goods": self.facts["goods"], "return_paid_by": payer}
        return {**settled, "net": net, "fee": fee}

    def _worth(self, leg: Body) -> tuple[int | None, int | None]:
        row = self.first(self.policy.value)
        body: Body = row.body if row else None
        of, percent = (body.of, body.percent) if body else (FromFact("item_price"), 1_000_000)
        if leg is not None and leg.of is not None:
            of, percent = leg.of, 1_000_000 if leg.percent is None else leg.percent
        of, percent = self.sets.get("base", of), self.sets.get("percent", percent)
        base = self.facts["base"] = self.amount(of)
        return self.share(base, percent), self.amount(leg.bonus) if leg is not None else 0

    def _fees(self) -> list[tuple[str, int | None, bool]]:
        found: list[tuple[str, int | None, bool]] = []
        kinds = [str(table.part) for table in self.policy.fees]
        for table in self.policy.fees:
            mine = self._set(str(table.part))
            if f"fees.{table.part}" not in self.sets:
                mine = [self._fee(str(table.part), row) for row in self._fee_rows(table)]
                mine = [fee for fee in mine if fee[1] != "none"]
            self.facts[f"fees.{table.part}"] = self._sum([f[1] for f in mine]) if mine else None
            found += mine
        for key in sorted(self.sets):
            if key.startswith("fees.") and key[5:] not in kinds:
                found += self._set(key[5:])
        self.facts["fee_total"] = self._sum([amount for _, amount, taken in found if taken])
        return found

    def _set(self, kind: str) -> list[tuple[str, int | None, bool]]:
        of = self.sets.get(f"fees.{kind}")
        return [] if of is None else [(kind, self.amount(of), True)]

    def _fee_rows(self, table: Table) -> list[Row]:
        if table.decide in ("first", "only_one"):
            return [row for row in (self.first(table),) if row]
        rows = self.every(table)
        if table.decide == "add_up" or len(rows) < 2:
            return rows
        sizes = [self.amount(row.body.fee) for row in rows]  # type: ignore[union-attr]
        known = [size for size in sizes if size is not None]
        if len(known) < len(rows):
            return [rows[sizes.index(None)]]
        return [rows[sizes.index(max(known) if table.decide == "highest" else min(known))]]

    def _fee(self, kind: str, row: Row) -> Any:
        body: Body = row.body
        if body.fee is None:
            return kind, "none", False
        amount = self.amount(body.fee)
        if body.per == "unit" and amount is not None:
            amount *= max(1, self.known("quantity") or 1)
        return kind, amount, body.taken == "deducted" and body.certainty != "may"

    def _waived(
        self, fees: list[tuple[str, int | None, bool]]
    ) -> list[tuple[str, int | None, bool]]:
        table = self.policy.whole_return
        if not table.rows:
            return fees
        every = table.decide == "add_up"
        rows = self.every(table) if every else [row for row in (self.first(table),) if row]
        gone = {name for row in rows for name in row.body.waive}  # type: ignore[union-attr]
        return [fee for fee in fees if not gone & {"fees", f"fees.{fee[0]}"}]

    def _outbound(self) -> int | None:
        row = self.first(self.policy.outbound_shipping)
        body: Body = row.body if row else None
        rule = self.sets.get("outbound_shipping", body.refund if body else "none")
        paid, standard = self.known("outbound_paid"), self.known("outbound_standard")
        if rule == "none":
            return 0
        limited = rule == "standard_part" and standard is not None and paid is not None
        return min(paid or 0, standard or 0) if limited else paid

    @staticmethod
    def _sum(amounts: list[int | None]) -> int | None:
        return None if None in amounts else sum(each for each in amounts if each is not None)


def _leaves(condition: Condition) -> Iterator[Leaf]:
    if isinstance(condition, Leaf):
        yield condition
    else:
        for part in condition.parts:
            yield from _leaves(part)
