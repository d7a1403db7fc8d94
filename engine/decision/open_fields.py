"""Opens the fields of a record that unknown facts can change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Final

from msgspec.structs import replace

from engine.decision.evaluation import Evaluation
from engine.decision.outcome_builder import Figures, OutcomeBuilder
from engine.decision.prepared import StatedAnswer
from engine.decision.record import Leg, ReadingOutcome
from engine.policy.words import STRENGTH

_FIELDS: Final = {
    "goods": "goods",
    "goods_to": "goods_to",
    "return_paid_by": "return_paid_by",
    "label_by": "label_by",
    "reshipment_paid_by": "reshipment_paid_by",
    "outbound_rule": "outbound_rule",
    "base": "base",
    "fee_total": "fee_total",
    "outbound": "outbound_refunded",
}
"""Fields of an outcome builder, each with the name under which the record lists it as open."""

SHOWN_OPEN: Final = frozenset(("goods", "return_shipping"))
"""Tables that may be open in a decided line: neither the answer nor an amount hangs on them, unless
a row of another table tests what they give."""

_WORDS: Final = tuple(_FIELDS)[:6]
"""Those of them that no figure of a line makes."""

_JUDGED: Final = ("demands.", "limits.")
_REFUSING: Final = ("deadlines", "eligibility", "limits")
"""Tables of which a row that is in doubt may give a refusal its code."""
_ANSWERING: Final = ("eligibility", "demands", "must")
"""Tables of the answer, of which nothing else is shown."""

Read = Callable[[OutcomeBuilder], object]
"""Reads a part of an outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """The unknown facts of a decision: those that decide it (`ask`) or do not (`supposed`).

    `cases` are the outcome builders of all its cases, and `hangs_on` the facts on which depends
    what is read of them; if there are `too_many` cases, which says why, there are none.
    """

    ask: tuple[str, ...] = ()
    supposed: tuple[str, ...] = ()
    cases: Sequence[OutcomeBuilder] = ()
    hangs_on: Callable[[Read], tuple[str, ...]] | None = None
    too_many: str = ""
    said: list[StatedAnswer] | None = None
    """What was said of what was sent, if it is said instead of what was said of a case."""

    def leaves_open(self, answer: str) -> bool:
        """Whether an answer that is stronger than `ask` is not the answer of every case."""
        sure = self.cases and all(each.verdict.answer == answer for each in self.cases)
        return STRENGTH[answer] > STRENGTH["ask"] and not sure


NO_DOUBT: Final = Doubt()


def as_sent(names: tuple[str, ...], evaluation: Evaluation) -> tuple[str, ...]:
    """Replaces facts by those that can be sent; a deadline waits for today's date, or for the dates
    from which its clock opens."""
    return tuple(dict.fromkeys(each for name in names for each in _as_sent(name, evaluation)))


def _as_sent(name: str, evaluation: Evaluation) -> tuple[str, ...]:
    if name in evaluation.compiled.of_deadlines:
        return (evaluation.facts.today,)
    if name in evaluation.compiled.slots.supposed:
        return evaluation.compiled.slots.supposed[name]
    date = name.removeprefix("days_since.")
    return ("requested" if date != name and evaluation.facts.was_sent(date) else date,)


def without_guesses(
    evaluation: Evaluation, builder: OutcomeBuilder, *, guessed: bool
) -> OutcomeBuilder:
    """Returns what a question can show: no `guessed` answer, no row of an unsure table, no net."""
    shown = OutcomeBuilder() if guessed else builder
    shown.chosen = [pair for pair in shown.chosen if pair[0].name not in evaluation.unsure]
    shown.standings = {
        part: pair
        for part, pair in builder.standings.items()
        if f"deadlines.{part}" not in evaluation.unsure
    }
    forget_net(shown)
    return shown


def forget_net(figures: Figures) -> None:
    """Removes the net and the total of the fees, which a question leaves open."""
    figures.steps = [step for step in figures.steps if not step.label.startswith("net")]
    figures.net = figures.fee_total = None
    figures.certainty = "open"


def open_differences(
    builder: OutcomeBuilder, cases: Sequence[OutcomeBuilder], waits_for: Callable[[Read], str]
) -> None:
    """Opens fields that differ between the cases, and removes rows that not all of them have.

    `waits_for` names the facts on which depends what is read of a case; `builder` may be one of
    them, so a field is emptied only after it was read.
    """
    _open_fields(builder, cases, waits_for)
    for party in dict.fromkeys(party for each in (builder, *cases) for party in each.legs):
        leg, legs = builder.legs.get(party), [case.legs.get(party) for case in cases]
        if any(each != leg for each in legs):
            builder.open[f"remedies.{party}"] = waits_for(partial(_leg, party))
            if leg is not None:
                builder.legs[party] = _alike(leg, legs)
    for part in list(builder.standings):
        if any(_stood(part, case) != _stood(part, builder) for case in cases):
            name, waits = f"deadlines.{part}", waits_for(partial(_stood, part))
            for case in cases:
                waits = _joined(waits, case.open.get(name, ""))
            builder.open[name] = waits
            del builder.standings[part]
    _keep_shared(builder, cases)
    if builder.verdict.answer == "refuse" and len({case.verdict.code for case in cases}) > 1:
        builder.open["code"] = waits_for(_code)


def _keep_shared(builder: OutcomeBuilder, cases: Sequence[OutcomeBuilder]) -> None:
    """Keeps the rows, demands and limits that all cases have."""
    refused = builder.verdict.answer == "refuse"
    for case in cases:
        bits = {row.asked.bit for _, row in case.chosen}
        builder.chosen = [pair for pair in builder.chosen if pair[1].asked.bit in bits]
        builder.requires = {e: None for e in builder.requires if e in case.requires}
        builder.subject_to = {e: None for e in builder.subject_to if e in case.subject_to}
        builder.original_packaging &= case.original_packaging
        builder.limits = [each for each in builder.limits if each in case.limits]
        for name in [n for n in builder.open if refused and n.startswith(_JUDGED)]:
            if name not in case.open:
                del builder.open[name]


def _open_fields(
    builder: OutcomeBuilder, cases: Sequence[OutcomeBuilder], waits_for: Callable[[Read], str]
) -> None:
    for field, name in _FIELDS.items():
        read = attrgetter(field)
        found = {read(each) for each in cases}
        if len(found) == 1 and field in _WORDS:
            setattr(builder, field, *found)
        elif found != {read(builder)}:
            builder.open[name] = waits_for(read)
            setattr(builder, field, None)
    for case in cases:
        for name in SHOWN_OPEN & case.open.keys():
            builder.open[name] = _joined(builder.open.get(name, ""), case.open[name])


def open_tables(
    builder: OutcomeBuilder, evaluation: Evaluation, waits_for: Callable[[str], str]
) -> None:
    """Opens the tables that are in doubt and show something, and removes their clocks.

    `waits_for` names the facts on which the rows of a table depend; none if they are the same in
    all cases.
    """
    for table in evaluation.unsure:
        if not (waits := waits_for(table)):
            continue
        if builder.verdict.answer == "refuse" and table.startswith(_REFUSING):
            builder.open.setdefault("code", waits)
        if table not in _ANSWERING:
            builder.open.setdefault(table, waits)
            builder.standings.pop(table.removeprefix("deadlines."), None)


def rows_of(table: str, builder: OutcomeBuilder) -> object:
    """Returns which rows of a table are chosen."""
    part = table.removeprefix("deadlines.")
    if part != table:
        return _stood(part, builder)
    return tuple([row.asked.bit for each, row in builder.chosen if each.name == table])


def _joined(one: str, other: str) -> str:
    names = [name for each in (one, other) if each for name in each.split(", ")]
    return ", ".join(dict.fromkeys(names))


def _leg(party: str, builder: OutcomeBuilder) -> Leg | None:
    return builder.legs.get(party)


def _code(builder: OutcomeBuilder) -> str:
    return builder.verdict.code


def open_what_is_judged(builder: OutcomeBuilder, cases: Sequence[OutcomeBuilder]) -> None:
    """Opens each demand and limit that is open in any case."""
    for case in cases:
        waiting = {n: facts for n, facts in case.open.items() if n.startswith(_JUDGED)}
        builder.open = waiting | builder.open


def open_readings(
    builder: OutcomeBuilder, found: Sequence[tuple[ReadingOutcome, OutcomeBuilder]]
) -> None:
    """Opens fields that differ between the readings of a contradictory text, or that are open in
    one of them."""
    waits = "which reading holds"
    readings = [reading for reading, _ in found]
    opened = {name for _, each in found for name in each.open}
    differs = len({(each.net, each.certainty, tuple(each.fees)) for _, each in found}) > 1
    if builder.certainty == "open" or "net" in opened or differs:
        builder.net = builder.fee_total = None
        builder.fees, builder.certainty = [], "open"
        builder.open.setdefault("net", waits)
        builder.steps = [step for step in builder.steps if step.label == "value"]
    for field in ("return_paid_by", "goods"):
        given = {getattr(each, field) for each in readings}
        sure = len(given) == 1 and field not in opened
        setattr(builder, field, next(iter(given)) if sure else None)
        if not sure:
            builder.open[field] = waits
    remedies = {each.remedy for each in readings}
    if len(remedies) > 1 or any(name.startswith("remedies.") for name in opened):
        builder.sets = {**builder.sets, "remedy": None}
        for party, leg in builder.legs.items():
            builder.legs[party] = _blank(leg)
            builder.open[f"remedies.{party}"] = waits


def _blank(leg: Leg) -> Leg:
    return Leg(
        party=leg.party,
        give=None,
        choice=(),
        chosen_by=None,
        from_=leg.from_,
        amount=None,
        timing=None,
        pay_by=None,
        issued_by=None,
        creates=(),
    )


def _alike(leg: Leg, others: Sequence[Leg | None]) -> Leg:
    """Returns the leg with the fields that are equal in every case."""
    blank = _blank(leg)
    if None in others:
        return blank
    fields = [f for f in Leg.__struct_fields__ if f != "party"]
    same = [f for f in fields if all(getattr(each, f) == getattr(leg, f) for each in others)]
    return replace(blank, **{field: getattr(leg, field) for field in same})


def _stood(part: str, builder: OutcomeBuilder) -> tuple[object, ...]:
    row, standing = builder.standings.get(part, (None, None))
    if row is None or standing is None:
        return ()
    shown = (row.asked.bit, standing.state, standing.last_day, standing.last_moment)
    return (*shown, builder.open.get(f"deadlines.{part}"))
