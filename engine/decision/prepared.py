"""Prepares what each row gives whatever is sent: once per policy, so that decisions only pick it.

    Verdict  -> StatedAnswer, unless deadlines answer   Remedy          -> Leg without its amount
    Demand   -> whether the box must be original        Fee             -> FeeLine without amount
    Clock    -> Counting                                Goods, Shipping -> fields of the outcome

All of it is immutable, and depends on the policy alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec import Struct

from engine.decision.figures.amounts import rate_of
from engine.decision.prose import sentence_of
from engine.decision.record import Because, FeeLine, Leg
from engine.policy.conditions import wants_box
from engine.policy.model import (
    AfterRefusal,
    Clock,
    Demand,
    Fee,
    Goods,
    Pick,
    Policy,
    Reading,
    Remedy,
    Row,
    Shipping,
    Table,
    Verdict,
)
from engine.policy.words import DEFAULT_CODES

Fields = tuple[tuple[str, object], ...]
"""Fields of an outcome builder with their values."""


class StatedAnswer(Struct, frozen=True, kw_only=True):
    """The answer that one step gave, its reason and its row."""

    answer: str
    code: str
    row: Row | None = None
    sentence: str | None = None
    missing: tuple[str, ...] = ()
    to_settle: str | None = None
    curable: bool = False
    belongs_to: str | None = None
    readings: tuple[Reading, ...] = ()
    also: tuple[str, ...] = ()
    unsettled: str | None = None
    deadline: str | None = None


class Counting(NamedTuple):
    """How a clock counts, as the record shows it: its only start date, its length, and its first
    day."""

    counted_from: str | None
    length: str | None
    counting: str | None


def prepared(row: Row, table: Table, policy: Policy) -> Any:
    """Returns what a row gives; None if that depends on what is sent."""
    body, part = row.body, str(table.part)
    make: dict[type, Callable[[Any], object]] = {
        Clock: counting_of,
        Verdict: lambda body: None if left_to_deadlines(row) else _said(row, body),
        Demand: wants_box,
        Remedy: lambda body: leg_of(body, part),
        Goods: _goods,
        Shipping: _shipping,
        AfterRefusal: lambda body: (*_goods(body.goods), *_shipping(body.shipping)),
        Fee: lambda body: fee_of(body, part, row.id, policy),
    }
    return make[type(body)](body) if type(body) in make else None


def place_of(row: Row, table: Table) -> tuple[str, str, str, int, str | None]:
    """Returns topic, id, file, line and clause of a row: the first fields of its `Because`."""
    return (table.name, row.id, row.source.file, row.source.line, row.clause)


def because_of(row: Row, table: Table) -> Because | None:
    """Returns the record of a row before it saw a value; None if its sentence depends on values."""
    sentence = row.because or _sentence(row, table)
    if sentence is None or "<" in f"{sentence}{row.for_agent}":
        return None
    return Because(*place_of(row, table), sentence, row.for_agent or sentence, (), row.built_in)


def left_to_deadlines(row: Row) -> bool:
    """Whether a row of eligibility takes its answer or its code from the deadlines."""
    return isinstance(row.body, Verdict) and "from_deadline" in (row.code, row.body.answer)


def _sentence(row: Row, table: Table) -> str | None:
    reads = isinstance(row.body, Verdict) and bool(row.body.readings)
    if table.topic == "deadlines" or reads or left_to_deadlines(row):
        return None
    return sentence_of(str(table.part), row)


def counting_of(clock: Clock) -> Counting:
    """Returns how a clock counts."""
    only = clock.start is not None and clock.start.pick is Pick.ONLY
    fact = clock.start.dates[0].fact if only and clock.start is not None else None
    if not clock.within:
        return Counting(fact, None, None)
    counting = "start_day_is_first" if clock.start_day_is_first else "next_day"
    return Counting(fact, str(clock.within), counting)


def _said(row: Row, body: Verdict) -> StatedAnswer:
    return StatedAnswer(
        answer=body.answer,
        code=row.code or DEFAULT_CODES[body.answer],
        row=row,
        sentence=row.because,
        missing=body.missing,
        to_settle=body.to_settle,
        curable=body.curable,
        belongs_to=body.belongs_to,
        readings=body.readings,
    )


def leg_of(body: Remedy, party: str) -> Leg:
    """Returns what a party gets, before its amount is known and before anyone chose."""
    return Leg(
        party=party,
        give=None if body.first or body.choice else body.give,
        choice=() if body.first else body.choice,
        chosen_by=body.chosen_by,
        from_=body.from_,
        amount=None,
        timing=body.timing,
        pay_by=None,
        issued_by=body.issued_by,
        creates=body.creates,
        same_product=body.same_product,
        price_difference=body.price_difference,
    )


def _goods(body: Goods) -> Fields:
    return (
        ("goods", body.do),
        ("goods_choice", body.choice),
        ("goods_to", body.to),
        ("proof", body.proof),
    )


def _shipping(body: Shipping) -> Fields:
    return (
        ("return_paid_by", body.paid_by),
        ("label_by", body.label_by),
        ("reshipment_paid_by", body.reshipment_paid_by),
    )


def fee_of(body: Fee, kind: str, row: str, policy: Policy) -> FeeLine:
    """Returns a fee before its amount is known."""
    return FeeLine(
        kind=kind,
        amount=None,
        per=body.per,
        taken=body.taken,
        owed_by=body.owed_by or policy.claimant,
        owed_to=body.owed_to or policy.owner,
        certainty=body.certainty,
        to_settle=body.to_settle,
        row=row,
        rate=rate_of(body.fee),
    )
