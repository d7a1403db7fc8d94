"""What each party is given: one leg per party, its remedy, its timing, its own amount."""

from __future__ import annotations

from msgspec.structs import replace

from engine.dates import day_text
from engine.decision.draft import Draft
from engine.decision.plan import RowPlan, TablePlan
from engine.decision.record import Leg
from engine.decision.run import Line, Run
from engine.money import Money, share
from engine.policy.model import Clock, Remedy
from engine.policy.words import WITHOUT_MONEY

WHOLE: int = 1_000_000
"""Millionths in 100%."""


def give_remedies(run: Run, draft: Draft) -> None:
    """Fills in the legs; the claimant's is what rows test as `remedy` and `timing`."""
    for table in run.plan.remedies:
        _leg(table, run, draft)
    leg = lead_leg(run, draft)
    open_choice = leg is not None and leg.choice and leg.give is None
    if (
        open_choice and "remedy" in run.plan.slots.numbers
    ):  # what is chosen decides rows that come later
        run.doubts.setdefault(run.plan.slots.numbers["wanted"], "wanted")


def lead_leg(run: Run, draft: Draft) -> Leg | None:
    """The claimant's leg, else the first."""
    legs = draft.legs
    return legs.get(run.plan.stamp.claimant) or (next(iter(legs.values())) if legs else None)


def remedy_of(draft: Draft, leg: Leg | None) -> str | None:
    """The remedy that a reading of the text sets, else the leg's."""
    if not draft.sets:
        return leg.give if leg else None
    found = draft.sets.get("remedy", leg.give if leg else None)
    return None if found is None else str(found)


def ways_of(remedy: str | None, leg: Leg | None) -> frozenset[str | None]:
    """The remedies that may be given: those of a choice that nobody has made."""
    open_ = remedy is None and leg is not None and leg.choice
    return frozenset(leg.choice) if open_ and leg is not None else frozenset((remedy,))


def add_leg(leg: Leg, body: Remedy, row: RowPlan[Remedy] | None, run: Run, draft: Draft) -> None:
    """Adds the leg with what was chosen."""
    if body.first or body.choice:
        give, choice = _given(body, row, run)
        leg = replace(leg, give=give, choice=choice)
    draft.legs[leg.party] = leg
    if body.pay_within is not None or leg.party != run.plan.stamp.claimant:
        draft.dated.append((leg.party, body))


def work_out_legs(line: Line, chosen: Draft, legs: dict[str, Leg], open_: dict[str, str]) -> None:
    """Days and amounts: the claimant's leg is worth the net, another's has an amount where `of`
    says what of."""
    for party, body in chosen.dated:
        leg = chosen.legs[party]
        if body.pay_within is not None:
            leg = replace(leg, pay_by=_pay_by(body.pay_within, line))
        theirs = party != line.plan.stamp.claimant
        if theirs and body.of is not None and not ways_of(leg.give, leg) <= WITHOUT_MONEY:
            leg = replace(leg, amount=_amount(party, body, line, open_))
        legs[party] = leg


def _leg(table: TablePlan[Remedy], run: Run, draft: Draft) -> None:
    row = table.only or run.pick(table)
    if row is not None:
        draft.chosen.append((table, row))
        add_leg(row.ready, row.body, row, run, draft)
        if table.part == run.plan.stamp.claimant:
            draft.claimed = row.body


def _given(
    body: Remedy, row: RowPlan[Remedy] | None, run: Run
) -> tuple[str | None, tuple[str, ...]]:
    if not body.first:
        wanted = run.plan.slots.word("wanted", run.facts.value("wanted"))
        return (wanted if wanted in body.choice else None), body.choice
    after = run.holds(row.inner) if row is not None and row.inner is not None else False
    if after is None and row is not None and row.inner is not None:
        run.doubt(row.inner)
    if after:
        return body.then, ()
    return (body.first[0], ()) if len(body.first) == 1 else (None, body.first)


def _amount(party: str, body: Remedy, line: Line, open_: dict[str, str]) -> Money | None:
    policy = line.plan.policy
    found = line.worth(body.of)
    if found.minor is None:
        open_[f"remedies.{party}"] = str(found.waits_for)
        return None
    percent = WHOLE if body.percent is None else body.percent
    return Money(share(found.minor, percent, policy.rounding), policy.currency)


def _pay_by(clock: Clock, line: Line) -> str | None:
    last = line.engines.clock(clock).stand(line.facts.values).last_day
    return day_text(last) if last is not None else None
