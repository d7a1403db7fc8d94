"""Fills the values of a line into the sentences of a policy, which are prepared once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeVar

from engine.decision.compiled import CompiledPolicy
from engine.decision.evaluation import EvaluatedLine
from engine.decision.outcome_builder import Figures
from engine.decision.record import Deadline
from engine.decision.rules.explained_test import number_text
from engine.money import Money
from engine.policy.words import UNDATED

T = TypeVar("T")

Later = Callable[[EvaluatedLine, Figures], T]
"""A function that works something out from the values of a line."""

_PLACEHOLDER: Final = re.compile(r"<([a-z][a-z0-9_.]*)>")
_OF_DEADLINES: Final = ("last_day", "first_day", "last_moment", "days_left", "counted_from")
_AMOUNTS: Final = ("net", "base", "fee_total")


def deadline_text(part: str, usual: str) -> Later[str]:
    """Returns a function for a sentence that says how a deadline stands, or the `usual` one."""

    def work_out(_: EvaluatedLine, figures: Figures) -> str:
        deadline = figures.deadlines.get(part)
        return (_where(deadline) if deadline is not None else "") or usual

    return work_out


def _where(deadline: Deadline) -> str:
    state, end = deadline.state, deadline.last_moment or deadline.last_day
    if state in ("in_time", "pending"):
        return f"In time: the last day is {end}." if end else "There is no time limit."
    if state == UNDATED and end:
        return f"The last day is {end}."
    if state == "late":
        return f"The last day was {end}; {deadline.event.replace('_', ' ')} came later."
    if state == "early" and deadline.first_day is not None:
        return f"It is too early: the first day is {deadline.first_day}."
    return {
        "silent": f"Nothing was done by {end or ''}.",
        "not_started": "The time has not begun to run.",
        "disputed": "The policy can be read in more than one way here.",
    }.get(state, "")


def filled(text: str, compiled: CompiledPolicy) -> str | Later[str]:
    """Returns a sentence with placeholders like `<last_day>` replaced by their values.

    The result is plain text if there is no placeholder, else a function of the line.
    """
    if "<" not in text:
        return text
    said = _PLACEHOLDER.split(text)
    names = [(place, said[place]) for place in range(1, len(said), 2)]
    values = [(place, f"<{name}>", _value(name, compiled)) for place, name in names]

    def work_out(line: EvaluatedLine, figures: Figures) -> str:
        found = figures.texts.get(text)
        if found is None:
            parts = said.copy()
            for place, blank, value in values:
                parts[place] = value(line, figures) or blank
            found = figures.texts[text] = "".join(parts)
        return found

    return work_out


def filled_or(text: str, usual: str, compiled: CompiledPolicy) -> str | Later[str]:
    """Returns the same, or the `usual` sentence if it tells of a deadline that is open."""
    said = filled(text, compiled)
    if not callable(said):
        return said

    def work_out(line: EvaluatedLine, figures: Figures) -> str:
        found = said(line, figures)
        names = [name.rpartition(".")[2] for name in _PLACEHOLDER.findall(found)]
        return found if set(_OF_DEADLINES).isdisjoint(names) else usual

    return work_out


def fill(text: str | None, line: EvaluatedLine, figures: Figures) -> str:
    """Returns a sentence with its placeholders filled in for one line."""
    said = filled(text or "", line.compiled)
    return said(line, figures) if callable(said) else said


def _value(name: str, compiled: CompiledPolicy) -> Later[str | None]:
    part, _, field = name.rpartition(".")
    part = part or str(compiled.main_deadline)
    if field not in _OF_DEADLINES or all(table.part != part for table in compiled.deadlines):
        return partial(_value_sent, name)

    def work_out(line: EvaluatedLine, figures: Figures) -> str | None:
        deadline = figures.deadlines.get(part)
        if deadline is None:
            return _value_sent(name, line, figures)
        return _of_deadline(deadline, field)

    return work_out


def _value_sent(name: str, line: EvaluatedLine, figures: Figures) -> str | None:
    if name in _AMOUNTS and getattr(figures, name) is not None:
        return str(Money(getattr(figures, name), line.compiled.policy.currency))
    sent = line.facts.sent.get(name)
    if isinstance(sent, str):
        return sent
    if isinstance(sent, Mapping | bool):
        fact = line.compiled.policy.facts[name]
        return number_text(fact.type, line.facts.value(name), line.compiled.policy.currency)
    if sent is not None:
        return ", ".join(map(str, sent)) if isinstance(sent, list | tuple) else str(sent)
    return None


def _of_deadline(deadline: Deadline, field: str) -> str | None:
    if field == "counted_from":
        return deadline.counted_from if deadline.counted_from_day is not None else None
    if field == "last_moment":
        return deadline.last_moment or deadline.last_day
    value = getattr(deadline, field)
    if value is None:
        return "no limit" if field == "last_day" else None
    return str(value)
