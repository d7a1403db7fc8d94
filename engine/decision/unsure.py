"""What a record may still say while facts are unknown: whatever they can change is left open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.decision.draft import Draft
from engine.decision.record import Leg, ReadingOutcome
from engine.decision.run import Run

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
"""Fields of a draft, by the name under which the record says that they are open."""


def as_sent(names: tuple[str, ...], run: Run) -> tuple[str, ...]:
    """Facts by the names under which they can be sent."""
    found: dict[str, None] = {}
    for name in names:
        date = name.removeprefix("days_since.")
        known = date != name and run.facts.was_sent(date)
        found["requested" if known else date] = None
    return tuple(found)


def without_guesses(run: Run, draft: Draft) -> Draft:
    """What a question can show: no refusal that is not sure, no row of an unsure table, no net."""
    shown = Draft() if draft.verdict.answer == "refuse" else draft
    shown.chosen = [pair for pair in shown.chosen if pair[0].name not in run.unsure]
    shown.standings = {
        part: pair
        for part, pair in draft.standings.items()
        if f"deadlines.{part}" not in run.unsure
    }
    shown.steps = [step for step in shown.steps if step.label != "net"]
    shown.net = shown.fee_total = None
    shown.certainty = "open"
    return shown


def open_differences(draft: Draft, others: Sequence[Draft], waits: str) -> None:
    """Opens what differs between the outcomes, and leaves out rows that only some of them have."""
    for field, name in _FIELDS.items():
        if any(getattr(other, field) != getattr(draft, field) for other in others):
            setattr(draft, field, None)
            draft.open[name] = waits
    for party, leg in draft.legs.items():
        if any(other.legs.get(party) != leg for other in others):
            draft.legs[party] = _blank(leg)
            draft.open[f"remedies.{party}"] = waits
    for part in list(draft.standings):
        if any(_stood(other, part) != _stood(draft, part) for other in others):
            del draft.standings[part]
            draft.open[f"deadlines.{part}"] = waits
    for other in others:
        bits = {row.asked.bit for _, row in other.chosen}
        draft.chosen = [pair for pair in draft.chosen if pair[1].asked.bit in bits]


def open_readings(draft: Draft, readings: Sequence[ReadingOutcome]) -> None:
    """Leaves open what the readings of a contradictory text give differently."""
    waits = "which reading holds"
    if len({(each.net, each.fees) for each in readings}) > 1:
        draft.net = draft.fee_total = None
        draft.fees, draft.certainty, draft.open["net"] = [], "open", waits
        draft.steps = [step for step in draft.steps if step.label == "value"]
    for field in ("return_paid_by", "goods"):
        given = {getattr(each, field) for each in readings}
        setattr(draft, field, next(iter(given)) if len(given) == 1 else None)
        if len(given) > 1:
            draft.open[field] = waits
    if len({each.remedy for each in readings}) > 1:
        draft.sets = {**draft.sets, "remedy": None}
        for party, leg in draft.legs.items():
            draft.legs[party] = _blank(leg)
            draft.open[f"remedies.{party}"] = waits


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


def _stood(draft: Draft, part: str) -> tuple[object, ...]:
    row, standing = draft.standings[part]
    if row is None or standing is None:
        return ()
    return (row.asked.bit, standing.state, standing.last_day, standing.last_moment)
