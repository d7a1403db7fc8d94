"""Checks what deciding returns shows: broken promises, fees above the price, wrong days.

A promise (`must`) that some return breaks is an error, with its clause and that return. If it is
proved that none can break it, nothing is reported; if neither is known, a note says so.

Fees that exceed what a line is worth are reported with an expensive line that shows it.

A clock states its last day in every decision. If a row refuses that very day as late, or still
accepts the day after and refuses the next, either the clock or the row is off by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Final, NamedTuple

from engine.dates import day_text
from engine.decision.topics.promises import value_of
from engine.money import Money, percent_text
from engine.policy.conditions import leaves
from engine.policy.faults import Fault, Level, Source
from engine.policy.model import OutcomeTest, Promise, Row
from engine.publishing.checks.context import ALWAYS_SHOWN, CheckContext, facts_of, listed
from engine.publishing.checks.search.sampler import Tried
from engine.publishing.checks.search.values import numbers_in

_BEFORE_ANSWER: Final = ("deadlines", "eligibility", "limits", "demands")
_OF_OUTCOME: Final[dict[str, tuple[str, ...]]] = {
    "answer": _BEFORE_ANSWER,
    "code": _BEFORE_ANSWER,
    "deadlines": ("deadlines",),
    "missing": ("demands",),
    "failed": ("demands",),
    "remedy": ("remedies",),
    "timing": ("remedies",),
    "choice": ("remedies",),
    "goods": ("goods",),
    "goods_to": ("goods",),
    "return_paid_by": ("return_shipping",),
    "label_by": ("return_shipping",),
    "reshipment_paid_by": ("return_shipping",),
    "base": ("value", "remedies"),
    "percent": ("value", "remedies"),
    "fees": ("fees", "whole_return"),
    "fee_total": ("fees", "whole_return"),
    "net": ("value", "remedies", "fees", "outbound_shipping", "whole_return"),
    "outbound_refunded": ("outbound_shipping",),
}
"""The topics that each outcome field comes from."""


def promise_findings(survey: CheckContext) -> Iterator[Fault]:
    """Reports every promise that is broken, and those for which that is not known."""
    open_ = list[Promise]()
    for promise in (promise for promise in survey.policy.must if promise.outcome):
        answer = survey.asked.breach(promise)
        open_ += [] if answer.never or answer.shown else [promise]
        yield from survey.of_answer(
            answer,
            partial(_broken, promise, survey=survey),
            code="promise_broken",
            source=promise.source,
        )
    if open_:
        names = ", ".join(map(_named, open_))
        yield Fault(
            code="promise_tried",
            source=open_[0].source,
            sentence=f"It is not known whether a return breaks {names}: none was found, and not "
            "every case could be looked at. A breach that shows later goes to a person.",
            level=Level.NOTE,
        )


def _named(promise: Promise) -> str:
    return f"`{promise.id}` ({promise.clause})" if promise.clause else f"`{promise.id}`"


def _broken(promise: Promise, tried: Tried, survey: CheckContext) -> str:
    test = next(test for broken, test in tried.builder.broken if broken is promise)
    rows = _rows_of(test, tried)
    facts = [leaf.fact for leaf in leaves(promise.when)] + facts_of(*rows)
    return (
        f"{_named(promise)} promises {test.path} {test.written}, but for "
        f"{survey.said(tried.given, dict.fromkeys(facts))} it is "
        f"{_value(test.path, tried, survey)}, by {listed(row.id for row in rows)}."
    )


def _rows_of(test: OutcomeTest, tried: Tried) -> list[Row]:
    """Returns the rows that the broken field comes from."""
    part, _, field = test.path.partition(".")
    topics = set(_OF_OUTCOME.get(test.path, ())) | {part, field if part == "fees" else part}
    chosen = [
        row.row
        for table, row in tried.builder.chosen
        if topics & {table.table.topic, str(table.part)} and not row.row.built_in
    ]
    overruled = tried.builder.overruled
    if test.path in ("answer", "code") and overruled is not None and overruled.row is not None:
        return [overruled.row]
    return chosen or [row.row for _, row in tried.builder.chosen][-1:]


def _value(path: str, tried: Tried, survey: CheckContext) -> str:
    builder = tried.builder
    if path in ("answer", "code") and builder.overruled is not None:
        return str(getattr(builder.overruled, path))
    value = value_of(path, tried.evaluation, builder)
    if path == "percent" and isinstance(value, int):
        return percent_text(value)
    counted = path.endswith((".days_allowed", ".days_left", ".days_since_open"))
    if isinstance(value, int) and not counted:
        return str(Money(value, survey.policy.currency))
    return str(value) if value is not None else "none"


# --- fees that exceed what a line is worth --------------------------------------------------------

_MOST_SUMS: Final = 4
"""Amounts of the policy just below which a line is looked for."""
_SHOWN: Final = ("item_price", "unit_price", "quantity")


def money_findings(survey: CheckContext) -> Iterator[Fault]:
    """Reports a warning if fees exceed what is given back, or are due where nothing is."""
    if not survey.policy.fees:
        return
    in_kind = survey.asked.untaken(_is_in_kind).shown
    if in_kind is not None:
        yield _in_kind(in_kind, survey)
    answer = survey.asked.overcharged(0, _is_over)
    if answer.shown is not None:
        dearer = (survey.asked.overcharged(worth, _is_over).shown for worth in _dear(survey))
        yield _finding(next(filter(None, dearer), answer.shown), survey)
    elif not answer.never:
        yield Fault(
            code="fee_above_price",
            source=survey.policy.fees[0].source,
            sentence="It is not known whether fees can take more than a line is worth: no return "
            "was found for which they do, and not every case could be looked at.",
            level=Level.NOTE,
        )


def _dear(survey: CheckContext) -> list[int]:
    """Returns line values just below an amount that fees take, the highest first."""
    bodies = [row.body for table in survey.policy.fees for row in table.rows]
    sums = {number for kind, number in numbers_in(bodies) if kind == "money" and number > 0}
    return [number - 1 for number in sorted(sums, reverse=True)[:_MOST_SUMS]]


def _is_in_kind(tried: Tried) -> bool:
    builder = tried.builder
    return not tried.unsettled and builder.pays == "no_money" and bool(builder.fee_total)


def _is_over(tried: Tried) -> bool:
    builder = tried.builder
    if builder.worth is None or not builder.fee_total or tried.unsettled:
        return False
    rounded = sum(fee.rate is not None for fee in builder.fees)  # each by at most one minor unit
    given = builder.worth + (builder.bonus or 0) + (builder.outbound or 0)
    return builder.pays != "no_money" and builder.fee_total > given + rounded


def _charged(tried: Tried, survey: CheckContext) -> tuple[list[Row], str]:
    """Returns the rows whose fees are deducted of a line, and these fees in words."""
    fees = survey.bench.decider.decide(tried.given).fees
    deducted = [fee for fee in fees if fee.is_deducted]
    due = {fee.row: fee for fee in deducted if fee.amount is None or fee.amount.minor}
    rows = [row.row for _, row in tried.builder.chosen if row.row.id in due]
    return rows, ", ".join(f"{fee.kind} {fee.amount}" for fee in due.values())


def _in_kind(tried: Tried, survey: CheckContext) -> Fault:
    rows, fees = _charged(tried, survey)
    remedies = [row.row for table, row in tried.builder.chosen if table.table.topic == "remedies"]
    said = survey.said(tried.given, facts_of(*rows, *remedies))
    verb = "deducts" if len(rows) == 1 else "deduct"
    sentence = (
        f"{listed(row.id for row in rows)} {verb} {fees} where no money moves "
        f"(`{remedies[0].id}`), as for {said}: it is shown and never taken. Write `taken: billed` "
        "if it is owed, or `fee: none` for such a remedy."
    )
    return _of_fees("fee_not_taken", rows[0].source, sentence, tried)


def _finding(tried: Tried, survey: CheckContext) -> Fault:
    rows, taken = _charged(tried, survey)
    value = survey.value("base", tried.builder.worth or 0)
    facts = [name for name in dict.fromkeys((*_SHOWN, *tried.given)) if name in tried.given]
    sentence = (
        f"{listed(row.id for row in rows)} can take more than the line is worth: of {value} they "
        f"take {taken}, for {survey.said(tried.given, facts)}. Cap them with `at_most`, if that is "
        "not meant."
    )
    source = rows[0].source if rows else survey.policy.tree.source
    return _of_fees("fee_above_price", source, sentence, tried)


def _of_fees(code: str, source: Source, sentence: str, tried: Tried) -> Fault:
    level = Level.WARNING
    return Fault(code=code, source=source, sentence=sentence, level=level, example=tried.given)


# --- the last day that a clock states -------------------------------------------------------------

_MOST_SEEDS: Final = 20
_NEAR: Final = (-2, -1, 0, 1, 2, 3)


class _Off(NamedTuple):
    """A row that begins to refuse on the wrong day: `turns` is the last day that it lets pass."""

    row: Row
    tried: Tried
    part: str
    last: int
    turns: int


def day_findings(survey: CheckContext) -> Iterator[Fault]:
    """Reports every row that refuses for lateness on another day than its clock states."""
    told: set[str] = set()
    for start in filter(None, map(survey.bench.tried, survey.seeds[:_MOST_SEEDS])):
        for part in start.builder.standings:
            found = _off_by_one(start, part, survey)
            if found is not None and found.row.id not in told:
                told.add(found.row.id)
                yield _off(found, survey)


def _off_by_one(start: Tried, part: str, survey: CheckContext) -> _Off | None:
    """Returns a row that begins to refuse a day or two before or after the last day of a clock."""
    standing = start.builder.standings[part][1]
    if standing is None or standing.last_day is None or standing.last_moment is not None:
        return None
    last, event = standing.last_day, standing.clock.event
    line = [survey.bench.tried({**start.given, event: day_text(last + step)}) for step in _NEAR]
    for step, (today, tomorrow) in zip(_NEAR, pairwise(line), strict=False):
        if step == 0 or today is None or tomorrow is None or today.refused:
            continue
        row = _refuses(part, standing.start_fact, tomorrow)
        same = _last_day(part, today) == last == _last_day(part, tomorrow)
        if row is not None and same and not _ends_then(last + step, part, today):
            return _Off(row, tomorrow if step < 0 else today, part, last, last + step)
    return None


def _last_day(part: str, tried: Tried) -> int | None:
    standing = tried.builder.standings[part][1]
    return standing.last_day if standing else None


def _refuses(part: str, start: str | None, tried: Tried) -> Row | None:
    """Returns the row that refuses a return by the days of a clock."""
    row = tried.builder.verdict.row
    if not tried.refused or row is None or row.built_in:
        return None
    asked = {leaf.fact for leaf in leaves(row.when)}
    days = {f"{part}.days_left", f"{part}.last_day", f"{part}.state", f"days_since.{start}"}
    return row if asked & days else None


def _ends_then(day: int, part: str, tried: Tried) -> bool:
    """Returns whether another clock has its last day there, which would explain it."""
    others = (name for name in tried.builder.standings if name != part)
    return any(_last_day(name, tried) == day for name in others)


def _off(off: _Off, survey: CheckContext) -> Fault:
    what = "is refused already" if off.turns < off.last else "is still accepted"
    return survey.of_row(
        "off_by_one",
        off.row,
        f"`{off.row.id}` is off by one: the last day of `{off.part}` is {day_text(off.last)}, but "
        f"{survey.said(off.tried.given, ALWAYS_SHOWN)} {what}. Test the clock itself, as in "
        f"`{off.part}: late`.",
        off.tried,
    )
