"""The rows of a policy as sentences for people, each with its lines in the text."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, Final

from engine.decision.compiled import AnyRow, AnyTable, compile_policy
from engine.policy.editions import PolicyFile
from engine.policy.faults import Source
from engine.policy.layout.reading import Branch, Leaf, name_of, read_layout
from engine.policy.model import Clock, Policy
from engine.stopping import go_on
from services.policies.rows import row_sentence
from services.policies.wording import clock_sentence, condition_text, rest_of

_OTHER: Final = "or the end that another of these rows sets, whichever is"
_WEIGHED: Final = {
    "longest": f", {_OTHER} later",
    "shortest": f", {_OTHER} earlier",
    "highest": "; of these rows that apply, the highest counts",
    "lowest": "; of these rows that apply, the lowest counts",
    "add_up": "; all of these rows that apply are added up",
}
"""What a row's sentence adds about the other rows, in tables that weigh all applicable rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A range of lines of a text, counted from 1, both included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A row in words; `at` is its path in the text, empty if it is written elsewhere.

    `lines` is None for a row of a base or a built-in row.
    """

    row: str
    when: str
    sentence: str
    because: str | None
    built_in: bool
    lines: Lines | None
    at: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A question that a policy answers, and its rows in order."""

    name: str
    decide: str
    rows: tuple[Sentence, ...]


def topics_of(file: PolicyFile, edition: Policy | None = None) -> tuple[Topic, ...]:
    """Returns every topic of an edition (default: the newest) in the order of evaluation."""
    plan = compile_policy(edition or file.policy)
    places = _Places(file)
    tables: tuple[Any, ...] = (
        *plan.deadlines,
        plan.eligibility,
        *plan.limits,
        plan.demands,
        *plan.remedies,
        plan.goods,
        plan.return_shipping,
        plan.value,
        *plan.fees,
        plan.outbound_shipping,
        plan.after_refusal,
        plan.whole_return,
    )
    return tuple(
        Topic(
            name=table.name,
            decide=table.table.decide,
            rows=tuple(_sentence(row, table, places) for row in table.rows),
        )
        for table in tables
        if table.rows
    )


def _sentence(row: AnyRow, table: AnyTable, places: _Places) -> Sentence:
    go_on()
    rule, body = row.row, row.body
    said = clock_sentence(body) if isinstance(body, Clock) else row_sentence(table.part, row.row)
    found = places.of(rule.source)
    weighed = table.table.decide in _WEIGHED and len(table.rows) > 1
    if weighed and table.name != "demands":
        said = f"{said.removesuffix('.')}{_WEIGHED[table.table.decide]}."
    more = rest_of(body)
    last = "" if weighed or len(table.rows) == 1 else "in all other cases"
    return Sentence(
        row=rule.id,
        when=last if rule.otherwise else condition_text(rule.when),
        sentence=f"{said} {more}" if more else said,
        because=rule.because,
        built_in=rule.built_in,
        lines=found[0] if found and not rule.built_in else None,
        at=found[1] if found and not rule.built_in else (),
    )


# --- places ---------------------------------------------------------------------------------------


class _Places:
    """Finds the innermost entry of a text that contains a position."""

    def __init__(self, file: PolicyFile) -> None:
        self._text = file.text.removeprefix("\ufeff").replace("\r\n", "\n")
        self._file = file.file
        self._root = read_layout(self._text)
        self._starts = [0]
        for number, character in enumerate(self._text):
            if character == "\n":
                self._starts.append(number + 1)

    def of(self, source: Source) -> tuple[Lines, tuple[str, ...]] | None:
        """Returns the lines and the path of the row at a source position; None for another file."""
        if source.file != self._file or not 1 <= source.line <= len(self._starts):
            return None
        index = self._starts[source.line - 1] + source.column - 1
        return self._within(self._root, index, ())

    def _within(
        self, value: Leaf | Branch, index: int, at: tuple[str, ...]
    ) -> tuple[Lines, tuple[str, ...]] | None:
        if isinstance(value, Leaf):
            return None
        for number, entry in enumerate(value.entries):
            if entry.start <= index < max(entry.end, entry.start + 1):
                step = entry.name if value.is_map else name_of(entry.value)
                here = (*at, str(number) if step is None or value.find(step) != number else step)
                lines = Lines(first=self._line(entry.start), last=self._line(entry.end - 1))
                exact = index in (entry.start, entry.value.start)
                return (lines, here) if exact else self._within(entry.value, index, here)
        return None

    def _line(self, index: int) -> int:
        return bisect_right(self._starts, index)
