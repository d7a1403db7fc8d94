"""Decides what each party is given: one leg per party with its remedy, timing and own amount."""

from __future__ import annotations

from msgspec.structs import replace

from engine.dates import day_text
from engine.decision.compiled import CompiledRow, CompiledTable
from engine.decision.evaluation import EvaluatedLine, Evaluation
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.record import Leg
from engine.money import Money, share
from engine.policy.model import Clock, Remedy
from engine.policy.words import WITHOUT_MONEY

WHOLE: int = 1_000_000
"""Millionths in 100%."""


def give_remedies(evaluation: Evaluation, builder: OutcomeBuilder) -> None:
    """Fills in the legs; rows test the claimant's leg as `remedy` and `timing`."""
    for table in evaluation.compiled.remedies:
        _leg(table, evaluation, builder)
    leg = lead_leg(evaluation, builder)
    open_choice = leg is not None and leg.choice and leg.give is None
    if (
        open_choice and "remedy" in evaluation.compiled.slots.numbers
    ):  # later rows depend on the remedy that is chosen
        evaluation.doubts.setdefault(evaluation.compiled.slots.numbers["wanted"], "wanted")


def lead_leg(evaluation: Evaluation, builder: OutcomeBuilder) -> Leg | None:
    """Returns the claimant's leg, else the first; None if there is none."""
    legs = builder.legs
    return legs.get(evaluation.compiled.stamp.claimant) or (
        next(iter(legs.values())) if legs else None
    )


def remedy_of(builder: OutcomeBuilder, leg: Leg | None) -> str | None:
    """Returns the remedy that a reading sets, else that of the leg."""
    if not builder.sets:
        return leg.give if leg else None
    found = builder.sets.get("remedy", leg.give if leg else None)
    return None if found is None else str(found)


def ways_of(remedy: str | None, leg: Leg | None) -> frozenset[str | None]:
    """Returns the remedies that may be given: several only while a choice is open."""
    open_ = remedy is None and leg is not None and leg.choice
    return frozenset(leg.choice) if open_ and leg is not None else frozenset((remedy,))


def add_leg(
    leg: Leg,
    body: Remedy,
    row: CompiledRow[Remedy] | None,
    evaluation: Evaluation,
    builder: OutcomeBuilder,
) -> None:
    """Adds a leg, with the remedy that was chosen if there is a choice."""
    if body.first or body.choice:
        give, choice = _given(body, row, evaluation)
        leg = replace(leg, give=give, choice=choice)
    builder.legs[leg.party] = leg
    if body.pay_within is not None or leg.party != evaluation.compiled.stamp.claimant:
        builder.dated.append((leg.party, body))


def work_out_legs(
    line: EvaluatedLine, chosen: OutcomeBuilder, legs: dict[str, Leg], open_: dict[str, str]
) -> None:
    """Works out the days and amounts of legs; adds what is open to `open_`.

    The amount of the claimant's leg is the net; another party's leg has an amount if its remedy has
    an `of`.
    """
    for party, body in chosen.dated:
        leg = chosen.legs[party]
        if body.pay_within is not None:
            leg = replace(leg, pay_by=_pay_by(body.pay_within, line))
        theirs = party != line.compiled.stamp.claimant
        if theirs and body.of is not None and not ways_of(leg.give, leg) <= WITHOUT_MONEY:
            leg = replace(leg, amount=_amount(party, body, line, open_))
        legs[party] = leg


def _leg(table: CompiledTable[Remedy], evaluation: Evaluation, builder: OutcomeBuilder) -> None:
    row = table.only or evaluation.pick(table)
    if row is not None:
        builder.chosen.append((table, row))
        add_leg(row.prepared, row.body, row, evaluation, builder)
        if table.part == evaluation.compiled.stamp.claimant:
            builder.claimed = row.body


def _given(
    body: Remedy, row: CompiledRow[Remedy] | None, evaluation: Evaluation
) -> tuple[str | None, tuple[str, ...]]:
    if not body.first:
        wanted = evaluation.compiled.slots.word("wanted", evaluation.facts.value("wanted"))
        return (wanted if wanted in body.choice else None), body.choice
    after = evaluation.holds(row.inner) if row is not None and row.inner is not None else False
    if after is None and row is not None and row.inner is not None:
        evaluation.doubt(row.inner)
    if after:
        return body.then, ()
    return (body.first[0], ()) if len(body.first) == 1 else (None, body.first)


def _amount(party: str, body: Remedy, line: EvaluatedLine, open_: dict[str, str]) -> Money | None:
    policy = line.compiled.policy
    found = line.worth(body.of)
    if found.minor is None:
        open_[f"remedies.{party}"] = str(found.waits_for)
        return None
    percent = WHOLE if body.percent is None else body.percent
    return Money(share(found.minor, percent, policy.rounding), policy.currency)


def _pay_by(clock: Clock, line: EvaluatedLine) -> str | None:
    last = line.engines.clock(clock).stand(line.facts.values).last_day
    return day_text(last) if last is not None else None
