"""Sentences of a policy with the values of a line in them, made ready once for every line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeVar

from engine.dates import day_text, instant_text
from engine.decision.draft import Draft
from engine.decision.figures.clocks import Standing
from engine.decision.plan import Plan
from engine.decision.rules.lens import number_text
from engine.decision.run import Run
from engine.money import Money

T = TypeVar("T")

Later = Callable[[Run, Draft], T]
"""What is worked out for the values of a line."""

_PLACEHOLDER: Final = re.compile(r"<([a-z][a-z0-9_.]*)>")
_NO_CLOCK: Final = (None, None)
_OF_DEADLINES: Final = ("last_day", "first_day", "last_moment", "days_left", "counted_from")
_AMOUNTS: Final = ("net", "base", "fee_total")


def deadline_text(part: str, usual: str, plan: Plan) -> Later[str]:
    """A sentence that says where a deadline stands."""
    zone, name = plan.policy.time_zone, f"deadlines.{part}"

    def work_out(_: Run, draft: Draft) -> str:
        found = draft.texts.get(name)
        if found is None:
            standing = draft.standings.get(part, _NO_CLOCK)[1]
            found = draft.texts[name] = _where(standing, zone) if standing is not None else ""
        return found or usual

    return work_out


def _where(standing: Standing, zone: str) -> str:
    state, last, moment = standing.state, standing.last_day, standing.last_moment
    end = "" if last is None else day_text(last)
    if moment is not None:
        end = instant_text(moment, zone)
    if state in ("in_time", "pending"):
        return f"In time: the last day is {end}." if end else "There is no time limit."
    if state == "late":
        return f"The last day was {end}; {standing.clock.event.replace('_', ' ')} came later."
    if state == "early" and standing.first_day is not None:
        return f"It is too early: the first day is {day_text(standing.first_day)}."
    return {
        "silent": f"Nothing was done by {end}.",
        "not_started": "The time has not begun to run.",
        "disputed": "The policy can be read in more than one way here.",
    }.get(state, "")


def filled(text: str, plan: Plan) -> str | Later[str]:
    """A sentence with `<last_day>` and the like replaced by their values."""
    if "<" not in text:
        return text
    said = _PLACEHOLDER.split(text)
    names = [(place, said[place]) for place in range(1, len(said), 2)]
    values = [(place, f"<{name}>", _value(name, plan)) for place, name in names]

    def work_out(run: Run, draft: Draft) -> str:
        found = draft.texts.get(text)
        if found is None:
            parts = said.copy()
            for place, blank, value in values:
                parts[place] = value(run, draft) or blank
            found = draft.texts[text] = "".join(parts)
        return found

    return work_out


def fill(text: str | None, run: Run, draft: Draft) -> str:
    """The same for the values of a line."""
    said = filled(text or "", run.plan)
    return said(run, draft) if callable(said) else said


def _value(name: str, plan: Plan) -> Later[str | None]:
    part, _, field = name.rpartition(".")
    part = part or str(plan.main_deadline)
    if field not in _OF_DEADLINES or all(table.part != part for table in plan.deadlines):
        return partial(_value_sent, name)

    def work_out(run: Run, draft: Draft) -> str | None:
        _, standing = draft.standings.get(part, (None, None))
        if standing is None:
            return _value_sent(name, run, draft)
        return _of_deadline(standing, field, plan)

    return work_out


def _value_sent(name: str, run: Run, draft: Draft) -> str | None:
    if name in _AMOUNTS and getattr(draft, name) is not None:
        return str(Money(getattr(draft, name), run.plan.policy.currency))
    sent = run.facts.sent.get(name)
    if isinstance(sent, str):
        return sent
    if isinstance(sent, Mapping):
        fact = run.plan.policy.facts[name]
        return number_text(fact.type, run.facts.value(name), run.plan.policy.currency)
    if sent is not None:
        return ", ".join(map(str, sent)) if isinstance(sent, list | tuple) else str(sent)
    return None


def _of_deadline(standing: Standing, field: str, plan: Plan) -> str | None:
    if field == "counted_from":
        return standing.start_fact
    if field == "last_moment" and standing.last_moment is not None:
        return instant_text(standing.last_moment, plan.policy.time_zone)
    value = standing.last_day if field == "last_moment" else getattr(standing, field)
    if value is None:
        return "no limit" if field == "last_day" else None
    return day_text(value) if field != "days_left" else str(value)
