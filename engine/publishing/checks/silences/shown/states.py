"""Finds states of deadlines that no row tests, so that a late or early return is accepted anyway.

Also finds codes and defaults of deadlines that are never used, since another row answers instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from engine.policy.conditions import conditions_of, leaves
from engine.policy.model import Clock, Leaf, Op, words_in
from engine.policy.printing.yaml import flow
from engine.policy.readers.choices import FROM_DEADLINE
from engine.policy.text import Items, Map, Node, Scalar, as_map, from_data, scalar
from engine.policy.words import DEFAULT_CODES
from engine.publishing.checks.context import AnyRow, AnyTable, CheckContext, facts_of
from engine.publishing.checks.search.sampler import Tried
from engine.publishing.checks.silences.written import Kind, Rows, Silence, Written

_STATES: Final = ("early", "late", "silent", "disputed")
_MADE_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "early": ("opens",),
    "late": ("within", "under", "until"),
    "silent": ("if_silent", "by"),
    "disputed": ("readings",),
}
"""The keys of a clock that bring about each state."""
SAYS: Final = {"early": "if_early", "late": "if_late", "silent": "if_silent"}
_COUNTED: Final[Mapping[str, tuple[str, ...]]] = {
    "days_left": ("late", "silent"),
    "last_day": ("late", "silent"),
    "days_since_open": ("early",),
    "first_day": ("early",),
}
"""Facts of a clock by which rows may test for a state."""
_STEPS: Final = {"not_started": 3, "pending": 2}
"""How many dates are still to come before a clock can be late."""


def state_silences(survey: CheckContext, rows: Rows) -> Iterator[Silence]:
    """Reports states of clocks that should refuse, but that no row tests before the settlement."""
    asking = [*survey.rows_of("eligibility", "limits", "demands")]
    tests = [leaf for row in asking for each in conditions_of(row.row) for leaf in leaves(each)]
    for table, state in product(survey.compiled.deadlines, _STATES):
        may_be = any(_brings(row.body, state) for row in table.rows)
        if may_be and not any(asks(leaf, table.part, state) for leaf in tests):
            yield from _not_asked(table, state, survey, rows)


def _brings(clock: Clock, state: str) -> bool:
    """Returns whether a clock can get into a state that matters."""
    if clock.readings:
        disputed = state == "disputed" and clock.we_take in (None, "none")
        return disputed or any(_comes_into(each.clock, state) for each in clock.readings)
    return _comes_into(clock, state) and clock.says(state) != "go_on"


def _comes_into(clock: Clock, state: str) -> bool:
    ends = clock.within is not None or clock.until is not None
    states = {"early": clock.opens is not None, "late": ends, "silent": ends and bool(clock.by)}
    return states.get(state, False)


def asks(leaf: Leaf, part: str, state: str) -> bool:
    """Returns whether a test tells a state of a clock from being in time."""
    if leaf.fact == "deadlines":
        return state in leaf.words
    of, _, field = leaf.fact.partition(".")
    if of != part:
        return False
    if field == "state" and leaf.op in (Op.IN, Op.NOT_IN):
        return (state in leaf.words) != ("in_time" in leaf.words)
    return state in _COUNTED.get(field, ())


def _not_asked(table: AnyTable, state: str, survey: CheckContext, rows: Rows) -> Iterator[Silence]:
    def score(tried: Tried) -> int:
        far = far_from(tried, table.part, state)
        accepted = tried.builder.verdict.answer == "accept"
        return far if far >= 9 else far + 4 * len(tried.evaluation.undecided) + (not accepted)

    tried = survey.look(score, dates_of(table))
    row = tried.builder.standings[table.part][0] if tried else None
    written = rows.get(row.row.id) if row else None
    if written is None:
        return
    key = next((key for key in _MADE_BY[state] if written.place(key) is not None), "readings")
    place, put, advice = _ask_for(table.part, state, rows)
    yield Silence(
        key=key,
        place=place or written.own,
        row=written.row,
        kind=Kind.NOT_ASKED,
        at=written.at(key),
        put=put,
        says=f"`{written.row.id}`: a return is accepted although `{table.part}` is {state}, "
        f"because no row tests that: {_why(state, survey, rows)}.",
        advice=advice,
        example=tried,
    )


def _why(state: str, survey: CheckContext, rows: Rows) -> str:
    for name in (row.row.id for row in survey.compiled.eligibility.rows if row.row.id in rows):
        if "deadlines" in facts_of(rows[name].row):
            return f"`{name}` tests `deadlines`, and so replaces the built-in rows that do"
    return f"your row `E-{state.upper()}` replaces the built-in one"


def _ask_for(part: str, state: str, rows: Rows) -> tuple[Map | None, dict[str, object], str]:
    """Returns the row of `eligibility` that should test the state: place, edit and words."""
    own = [(each, each.own.get("when")) for each in rows.values() if each.topic == "eligibility"]
    for each, when in own:
        asked = when.get("deadlines") if isinstance(when, Map) else None
        if isinstance(when, Map) and isinstance(asked, Scalar | Items):
            wider = {"deadlines": _with(asked, state)}
            said = flow(when.with_entry("deadlines", wider["deadlines"]))
            return when, dict(wider), f"Write in `{each.row.id}` `when: {said}`."
    for each, when in own:
        if each.row.id == f"E-{state.upper()}":
            before = when or as_map({}, each.row.source)
            either = from_data({"any_of": [before, {part: state}]}, each.own.source)
            return each.own, {"when": either}, f"Write in `{each.row.id}` `when: {flow(either)}`."
    row = (
        f"{{id: E-{part.upper()}, when: {{{part}: {state}}}, answer: refuse, code: from_deadline}}"
    )
    return None, {}, f"Add the row `{row}` to `eligibility`."


def _with(asked: Scalar | Items, state: str) -> Node:
    listed = asked.items if isinstance(asked, Items) else (asked,)
    return Items(source=asked.source, items=(*listed, scalar(state, asked.source)))


def dates_of(table: AnyTable) -> list[str]:
    """Returns the dates that a clock starts with and waits for."""
    return words_in(tuple(row.body for row in table.rows))


def far_from(tried: Tried, part: str, state: str) -> int:
    """Returns how far a clock is from a state that matters; 9 if no row of it applies."""
    standing = tried.builder.standings.get(part, (None, None))[1]
    if standing is None:
        return 9
    steps = 0 if standing.state == state else _STEPS.get(standing.state, 1)
    return 2 * steps + 2 * (standing.clock.says(state) == "go_on")


# --- what clocks say of a state -------------------------------------------------------------------

_ACCEPTS: Final = ("accept", "settle")


def told_silences(survey: CheckContext, rows: Rows) -> Iterator[Silence]:
    """Reports what clocks say of being late, early or silent, if all rows that test it differ."""
    for table in survey.tables_of("deadlines"):
        for state in SAYS:
            yield from _not_told(table, state, survey, rows)


def _not_told(table: AnyTable, state: str, survey: CheckContext, rows: Rows) -> Iterator[Silence]:
    key = SAYS[state]
    answers = [
        row
        for row in survey.rows_of("eligibility")
        if any(asks(leaf, table.part, state) for leaf in leaves(row.row.when))
    ]
    if not answers or any(row.row.built_in or row.row.code == FROM_DEADLINE for row in answers):
        return
    for clock in (clock for clock in table.rows if clock.row.id in rows):
        written = rows[clock.row.id]
        if clock.body.readings or written.place(key) is None:
            continue
        said = str(clock.body.says(state))
        if said == "go_on" or _agrees(key, said, answers):
            continue
        tried = _decided(clock, table, state, answers, survey)
        if tried is not None:
            yield _unheard(written, key, said, tried, rows)


def _agrees(key: str, said: str, answers: list[AnyRow]) -> bool:
    if key == "if_silent":
        answer = "accept" if said in _ACCEPTS else "refuse"
        return any(getattr(row.body, "answer", "") == answer for row in answers)
    return any(row.row.code == said for row in answers)


def _decided(
    clock: AnyRow, table: AnyTable, state: str, answers: list[AnyRow], survey: CheckContext
) -> Tried | None:
    """Finds a return for which a clock comes into a state, and one of the rows answers."""

    def score(tried: Tried) -> int:
        far = far_from(tried, table.part, state)
        ours = tried.builder.standings.get(table.part, (None, None))[0] is clock
        heard = any(tried.builder.verdict.row is each.row for each in answers)
        return far if far >= 9 else far + 2 * (not ours) + (not heard)

    return survey.look(score, dates_of(table))


def _unheard(written: Written, key: str, said: str, tried: Tried, rows: Rows) -> Silence:
    row, place = tried.builder.verdict.row, written.place(key) or written.own
    other = rows[row.id] if row is not None else written
    answer = other.text("answer")
    code, refuses = other.row.code or DEFAULT_CODES.get(answer, ""), answer == "refuse"
    return Silence(
        key=key,
        place=other.own,
        row=written.row,
        at=place.key_source(key),
        kind=Kind.NOT_AS_WRITTEN,
        says=f"`{written.row.id}`: `{key}: {said}` is never used: where `{written.table.part}` is "
        f"{key.removeprefix('if_')}, `{other.row.id}` answers `{answer}` with `{code}`.",
        put={"code": FROM_DEADLINE} if refuses else {},
        advice=""
        if refuses
        else f"Leave `{key}` out, or let `{other.row.id}` answer `refuse` with `code: "
        "from_deadline`.",
        example=tried,
    )
