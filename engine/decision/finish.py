"""Turns a finished draft into the record of a decision."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from engine.decision.because import deadlines_of
from engine.decision.cases import Cases
from engine.decision.draft import Draft
from engine.decision.facts import Facts
from engine.decision.framing import Frame, framed
from engine.decision.ready import Said
from engine.decision.record import Decision, ReadingOutcome
from engine.decision.run import Run
from engine.decision.sentences import fill
from engine.decision.topics.money import money
from engine.decision.topics.remedies import lead_leg, remedy_of
from engine.decision.topics.settle import settle_as
from engine.decision.unsure import (
    NO_DOUBT,
    Doubt,
    as_sent,
    open_differences,
    open_readings,
    open_what_is_judged,
    without_guesses,
)
from engine.meaning.lowering.policy import Forced
from engine.policy.model import Reading


class Told(NamedTuple):
    """What there is to tell of a line: what its rows say, and the evaluation and the draft with
    what else is told; `asks` says that unknown facts decide. `cases` are all that were looked at,
    if every one was."""

    frame: Frame
    run: Run
    draft: Draft
    asks: bool = False
    cases: Sequence[tuple[Run, Draft]] = ()

    def record(self) -> Decision:
        """All of it."""
        return self.frame(self.run, self.draft)


def finished(
    run: Run, draft: Draft, doubt: Doubt = NO_DOUBT, cases: Sequence[tuple[Run, Draft]] = ()
) -> Told:
    """What there is to tell of a line, with what unknown facts leave of it."""
    if doubt is NO_DOUBT and not run.unsure:
        return Told(framed_line(run, draft), run, draft)
    ask, supposed = as_sent(doubt.ask, run), as_sent(doubt.supposed, run)
    waits, others = ", ".join(ask or supposed), doubt.others
    if ask:
        guessed = doubt.leaves_open(draft.verdict.answer)
        draft = without_guesses(run, draft, guessed=guessed)
        draft.said.append(_question(ask, too_many=doubt.too_many))
        draft.missing |= dict.fromkeys(ask)
        draft.open["net"] = waits
        others = [e for e in others if not guessed and e.verdict.answer != "refuse"]
    else:
        open_what_is_judged(draft, others)
    for table, facts in run.unsure.items():
        if table not in ("eligibility", "demands", "must"):
            draft.open.setdefault(table, ", ".join(as_sent(facts, run)))
    if others:
        open_differences(draft, others, waits)
    told = run.plan.asked_known | run.plan.awaited
    not_needed = tuple(fact for fact in supposed if fact not in told)
    return Told(framed_line(run, draft, not_needed), run, draft, bool(ask), cases)


def _question(facts: tuple[str, ...], *, too_many: str) -> Said:
    names = ", ".join(f"`{name}`" for name in facts)
    sentence = f"The outcome depends on {names}."
    if too_many:
        sentence = f"The outcome may depend on {names}: {too_many}."
    return Said(answer="ask", code="fact_missing", missing=facts, sentence=sentence)


def asked_back(run: Run, facts: Facts) -> Decision:
    """The answer to words that the policy does not know."""
    draft = Draft()
    said = [
        f"`{word}` is not a word of `{fact}` here.{near}"
        for fact, word, near in sorted(facts.unknown_words)[:5]
    ]
    missing = tuple(sorted({fact for fact, _, _ in facts.unknown_words}))
    draft.said.append(
        Said(
            answer="ask",
            code="unknown_word",
            missing=missing,
            sentence=" ".join(said),
            curable=True,
        )
    )
    draft.certainty = "open"
    return framed_line(run, draft)(run, draft)


def disagreed(run: Run, why: str) -> Decision:
    """The answer when the network and the twin choose different rows, or the network fails."""
    draft = Draft()
    draft.said.append(
        Said(
            answer="review",
            code="engine_disagreement",
            to_settle="what the policy says in this case",
        )
    )
    draft.certainty = "open"
    return framed_line(run, draft, alarm=why)(run, draft)


def framed_line(
    run: Run, draft: Draft, not_needed: tuple[str, ...] = (), alarm: str | None = None
) -> Frame:
    """What the rows of a line say, its readings looked at."""
    verdict = draft.verdict
    readings: tuple[ReadingOutcome, ...] = ()
    opened: set[str] = set()
    if verdict.readings:
        found = [_reading(reading, verdict, run) for reading in verdict.readings]
        readings = tuple([outcome for outcome, _ in found])
        opened = set().union(*(facts for _, facts in found))
    if verdict.answer == "two_readings":
        open_readings(draft, readings, opened)
    return framed(run, draft, not_needed=not_needed, readings=readings, alarm=alarm)


def _reading(reading: Reading, verdict: Said, run: Run) -> tuple[ReadingOutcome, set[str]]:
    """What one reading would give: the same line, settled under its answer; and what is open."""
    code = reading.code or ("ok" if reading.answer == "accept" else verdict.code)
    said = Said(
        answer=reading.answer, code=code, sentence=reading.because, to_settle=reading.to_settle
    )
    forced = Forced(answer=reading.answer, code=code, sets=dict(reading.sets))
    other = run.as_sent()
    draft = _in_every_case(other, forced, said)
    policy = run.plan.policy
    leg = lead_leg(other, draft)
    draft.deadlines = deadlines_of(draft, run.plan)
    last = {name: each.last_day for name, each in draft.deadlines.items()}
    last |= {name[10:]: None for name in draft.open if name.startswith("deadlines.")}
    parts = [part for part in (table.part for table in run.plan.deadlines) if part in last]
    outcome = ReadingOutcome(
        id=reading.id,
        answer=reading.answer,
        code=code,
        clause=reading.clause,
        sentence=fill(reading.because, other, draft) or policy.codes.get(code, code),
        remedy=remedy_of(draft, leg),
        fees=tuple(draft.fees),
        net=money(draft.net, run),
        return_paid_by=draft.return_paid_by,
        goods=draft.goods,
        last_day=last[parts[0]] if parts else None,
    )
    return outcome, set(draft.open)


def _in_every_case(run: Run, forced: Forced, said: Said) -> Draft:
    """What a line has in common in all cases of what was not sent."""
    made = partial(settle_as, said=said, sets=forced.sets, alone=True)
    run.evaluate(forced)
    draft = made(run)
    if not run.doubts:
        return draft
    cases = Cases(draft=made, forced=forced, alone=True)
    cases.of(run, draft)
    waits = ", ".join(as_sent(tuple(cases.facts), run))
    first, *others = [each for _, each in cases.found] or [draft]
    if cases.incomplete:
        first.standings, others = {}, [Draft()]
    if cases.incomplete or cases.decisive:
        first.net, first.fees, first.open["net"] = None, [], waits
    open_differences(first, others, waits)
    return first
