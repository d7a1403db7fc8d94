"""Converts the record of a decision to the parts that the API shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.decision import record
from engine.policy.vocabulary import Fact
from engine.returns.statements import Statement
from returns_api.types.facts import fact_definition
from returns_api.types.outcomes import (
    Answer,
    DeadlineState,
    Party,
    Remedy,
    Timing,
    as_enum,
)
from returns_api.types.parts import (
    AlsoTrue,
    Because,
    CountedFrom,
    Deadline,
    Leg,
    Nearly,
    OpenPoint,
    ReadingOutcome,
    Source,
    Told,
    ValueSeen,
)
from returns_api.types.scalars import day, money_or_none

_SINCE: Final = "days_since."
"""The prefix of tests on the days since a date; the date's statement applies to them."""


def counted_from(deadline: record.Deadline | None) -> CountedFrom | None:
    """Returns the date that a deadline counts from, if there is one."""
    if deadline is None or deadline.counted_from is None:
        return None
    return CountedFrom(event=deadline.counted_from, on=day(deadline.counted_from_day))


def told_by(statement: Statement | None) -> Told | None:
    """Returns who stated a fact; None if unknown."""
    if statement is None:
        return None
    return Told(
        by=statement.teller,
        key=statement.by or None,
        at=statement.at or None,
        source=statement.source or None,
        why=statement.why or None,
    )


def because(decision: record.Decision | None, told: Mapping[str, Statement]) -> list[Because]:
    """Returns the rows that decided, each value with who stated it."""
    return [
        Because(
            topic=each.topic,
            row=each.row,
            sentence=each.sentence,
            for_agent=each.for_agent,
            clause=each.clause,
            source=Source(file=each.file, line=each.line),
            values=[
                ValueSeen(
                    fact=seen.fact,
                    test=seen.test,
                    value=seen.value,
                    holds=seen.holds,
                    told=told_by(told.get(seen.fact.removeprefix(_SINCE))),
                )
                for seen in each.seen
            ],
            built_in=each.built_in,
        )
        for each in (decision.because if decision else ())
    ]


def also_true(decision: record.Decision | None) -> list[AlsoTrue]:
    """Returns the rows that applied and lost."""
    found = decision.also_true if decision else ()
    return [AlsoTrue(topic=a.topic, row=a.row, lost_to=a.lost_to, line=a.line) for a in found]


def nearly(decision: record.Decision | None) -> list[Nearly]:
    """Returns the rows that nearly applied."""
    found = decision.nearly if decision else ()
    return [Nearly(topic=a.topic, row=a.row, change=a.change, line=a.line) for a in found]


def open_points(decision: record.Decision | None, facts: Mapping[str, Fact]) -> list[OpenPoint]:
    """Returns what waits for something, with the definition if that is a fact."""
    return [
        OpenPoint(
            name=each.name,
            waits_for=each.waits_for,
            definition=fact_definition(fact) if (fact := facts.get(each.waits_for)) else None,
        )
        for each in (decision.open if decision else ())
    ]


def deadlines(decision: record.Decision | None) -> list[Deadline]:
    """Returns every deadline."""
    return [
        Deadline(
            name=each.name,
            row=each.row,
            state=DeadlineState(each.state),
            event=each.event,
            counted_from=counted_from(each),
            length=each.length,
            first_day=day(each.first_day),
            last_day=day(each.last_day),
            last_moment=each.last_moment,
            days_left=each.days_left,
            by=as_enum(Party, each.by),
            note=each.note,
        )
        for each in (decision.deadlines if decision else ())
    ]


def legs(decision: record.Decision | None) -> list[Leg]:
    """Returns what each party gets."""
    return [
        Leg(
            party=Party(each.party),
            give=as_enum(Remedy, each.give),
            choice=[Remedy(one) for one in each.choice],
            chosen_by=as_enum(Party, each.chosen_by),
            from_party=as_enum(Party, each.from_),
            amount=money_or_none(each.amount),
            timing=as_enum(Timing, each.timing),
            pay_by=day(each.pay_by),
        )
        for each in (decision.remedies if decision else ())
    ]


def readings(decision: record.Decision | None) -> list[ReadingOutcome]:
    """Returns the outcome of each reading."""
    return [
        ReadingOutcome(
            id=each.id,
            answer=Answer(each.answer),
            code=each.code,
            sentence=each.sentence,
            clause=each.clause,
            net=money_or_none(each.net),
            last_day=day(each.last_day),
        )
        for each in (decision.readings if decision else ())
    ]
