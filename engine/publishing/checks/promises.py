"""Checks promises (`must`) against every outcome that the policy can give.

A promise that some return breaks is an error, with its clause and that return. If it is proved that
none can break it, nothing is reported; if neither is known, a note says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.decision.topics.promises import value_of
from engine.money import Money, percent_text
from engine.policy.conditions import leaves
from engine.policy.faults import Fault, Level
from engine.policy.model import OutcomeTest, Promise, Row
from engine.publishing.checks.context import CheckContext, facts_of, listed
from engine.publishing.checks.search.sampler import Tried

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
    for promise in survey.policy.must:
        if not promise.outcome:
            continue
        answer = survey.asked.breach(promise)
        if answer.shown is not None:
            yield _broken(promise, answer.shown, survey)
        elif not answer.never:
            open_.append(promise)
    if open_:
        yield _not_known(open_)


def _named(promise: Promise) -> str:
    return f"`{promise.id}` ({promise.clause})" if promise.clause else f"`{promise.id}`"


def _broken(promise: Promise, tried: Tried, survey: CheckContext) -> Fault:
    test = next(test for broken, test in tried.builder.broken if broken is promise)
    rows = _rows_of(test, tried)
    facts = [leaf.fact for leaf in leaves(promise.when)] + facts_of(*rows)
    sentence = (
        f"{_named(promise)} promises {test.path} {test.written}, but for "
        f"{survey.said(tried.given, dict.fromkeys(facts))} it is "
        f"{_value(test.path, tried, survey)}, by {listed(row.id for row in rows)}."
    )
    return Fault(
        code="promise_broken", source=promise.source, sentence=sentence, example=tried.given
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


def _not_known(promises: list[Promise]) -> Fault:
    names = ", ".join(_named(each) for each in promises)
    return Fault(
        code="promise_tried",
        source=promises[0].source,
        sentence=f"It is not known whether a return breaks {names}: none was found, and not every "
        "case could be looked at. A breach that shows later goes to a person.",
        level=Level.NOTE,
    )
