"""Opens the fields of a record that unknown facts can change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from msgspec.structs import replace

from engine.decision.evaluation import Evaluation
from engine.decision.outcome_builder import Figures, OutcomeBuilder
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

_fields: Final = attrgetter(*_FIELDS)

_JUDGED: Final = ("demands.", "limits.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """The unknown facts of a decision: those that decide it (`ask`) or do not (`supposed`).

    `others` are the outcome builders of its other cases; if there are `too_many` cases, which says
    why, they are not complete.
    """

    ask: tuple[str, ...] = ()
    supposed: tuple[str, ...] = ()
    others: Sequence[OutcomeBuilder] = ()
    too_many: str = ""

    def leaves_open(self, answer: str) -> bool:
        """Whether an answer that is stronger than `ask` is not the answer of every case."""
        sure = self.others and all(each.verdict.answer == answer for each in self.others)
        return STRENGTH[answer] > STRENGTH["ask"] and not sure


NO_DOUBT: Final = Doubt()


def as_sent(names: tuple[str, ...], evaluation: Evaluation) -> tuple[str, ...]:
    """Replaces facts by those that can be sent; a deadline waits for today's date."""
    return tuple(dict.fromkeys(_as_sent(name, evaluation) for name in names))


def _as_sent(name: str, evaluation: Evaluation) -> str:
    if name in evaluation.compiled.of_deadlines:
        return evaluation.facts.today
    date = name.removeprefix("days_since.")
    return "requested" if date != name and evaluation.facts.was_sent(date) else date


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


def open_differences(builder: OutcomeBuilder, others: Sequence[OutcomeBuilder], waits: str) -> None:
    """Opens fields that differ between the outcomes, and removes rows that not all of them have."""
    mine, theirs = _fields(builder), {_fields(other) for other in others}
    for place, (field, name) in enumerate(_FIELDS.items()):
        if any(each[place] != mine[place] for each in theirs):
            setattr(builder, field, None)
            builder.open[name] = waits
    for party, leg in builder.legs.items():
        found = [other.legs.get(party) for other in others]
        if any(other != leg for other in found):
            builder.legs[party] = _alike(leg, found)
            builder.open[f"remedies.{party}"] = waits
    for part in list(builder.standings):
        if any(_stood(other, part) != _stood(builder, part) for other in others):
            del builder.standings[part]
            builder.open[f"deadlines.{part}"] = waits
    for other in others:
        bits = {row.asked.bit for _, row in other.chosen}
        builder.chosen = [pair for pair in builder.chosen if pair[1].asked.bit in bits]


def open_what_is_judged(builder: OutcomeBuilder, others: Sequence[OutcomeBuilder]) -> None:
    """Opens each demand and limit that is open in any case."""
    for other in others:
        waiting = {n: facts for n, facts in other.open.items() if n.startswith(_JUDGED)}
        builder.open = waiting | builder.open


def open_readings(
    builder: OutcomeBuilder, readings: Sequence[ReadingOutcome], opened: set[str]
) -> None:
    """Opens fields that differ between the readings of a contradictory text, or that are `opened`
    in one of them."""
    waits = "which reading holds"
    differs = len({(each.net, each.fees) for each in readings}) > 1
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


def _stood(builder: OutcomeBuilder, part: str) -> tuple[object, ...]:
    row, standing = builder.standings[part]
    if row is None or standing is None:
        return ()
    return (row.asked.bit, standing.state, standing.last_day, standing.last_moment)
