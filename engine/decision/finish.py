"""Turns a finished draft into the record of a decision."""

from __future__ import annotations

from functools import partial
from typing import Any

from msgspec.structs import replace

from engine.decision.because import (
    also_true,
    deadline_sentence,
    deadlines_of,
    explain,
    fill,
    nearly,
)
from engine.decision.cases import Cases
from engine.decision.draft import Draft
from engine.decision.facts import Facts
from engine.decision.ready import Said
from engine.decision.record import Decision, Leg, ReadingOutcome
from engine.decision.run import Run
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
from engine.money import Money, percent_text
from engine.policy.model import Reading

ENGINE = "durable-rules"
TWIN = "python"


def finished(run: Run, draft: Draft, doubt: Doubt = NO_DOUBT) -> Decision:
    """The record of a line, with what unknown facts leave of it."""
    if doubt is NO_DOUBT and not run.unsure:
        return _record(run, draft, ())
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
    return _record(run, draft, tuple(fact for fact in supposed if fact not in told))


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
    return _record(run, draft, ())


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
    return _record(run, draft, (), alarm=why)


def _record(
    run: Run, draft: Draft, not_needed: tuple[str, ...], alarm: str | None = None
) -> Decision:
    verdict, plan, native = draft.verdict, run.plan, run.engines.native
    readings: tuple[ReadingOutcome, ...] = ()
    opened: set[str] = set()
    if verdict.readings:
        found = [_reading(reading, verdict, run) for reading in verdict.readings]
        readings = tuple([outcome for outcome, _ in found])
        opened = set().union(*(facts for _, facts in found))
    if verdict.answer == "two_readings":
        open_readings(draft, readings, opened)
    leg, row, sent = lead_leg(run, draft), verdict.row, run.facts.sent
    sentence = _sentence(verdict, run, draft)
    agent = row.for_agent if row is not None else None
    currency = plan.policy.currency
    net = None if draft.net is None else Money(draft.net, currency)
    to_settle = [verdict.to_settle, *draft.to_settle] if verdict.to_settle else draft.to_settle
    missing = (*verdict.missing, *draft.missing)
    choice, chosen_by, timing, creates = _chosen(draft, leg)
    return Decision(  # by places, in the order of the fields: 52 names take seven times as long
        verdict.answer,
        verdict.code,
        sentence,
        fill(agent, run, draft) if agent else sentence,  # for_agent
        plan.stamp,
        (row.id, *verdict.also) if row is not None else verdict.also,  # decided_by
        explain(run, draft),  # because
        also_true(run, draft),
        nearly(run, draft) if verdict.answer == "refuse" else (),
        deadlines_of(run, draft),
        plan.main_deadline,
        draft.on_silence,
        tuple(dict.fromkeys(missing)) if missing else (),
        draft.opened(),
        tuple(draft.requires),
        tuple(draft.subject_to),
        draft.original_packaging,
        tuple(dict.fromkeys(to_settle)) if to_settle else (),
        verdict.curable,
        verdict.belongs_to,
        readings,
        verdict.unsettled,
        remedy_of(draft, leg),
        choice,
        chosen_by,
        timing,
        creates,
        _legs(draft, net, plan.stamp.claimant),
        draft.goods,
        draft.goods_choice,
        draft.goods_to,
        draft.proof,
        draft.return_paid_by,
        draft.label_by,
        draft.reshipment_paid_by,
        None if draft.base is None else Money(draft.base, currency),
        percent_text(draft.percent) if draft.percent is not None else None,
        tuple(draft.fees),
        None if draft.fee_total is None else Money(draft.fee_total, currency),
        None if draft.outbound is None else Money(draft.outbound, currency),
        draft.outbound_rule,
        net,
        draft.certainty,
        tuple(draft.steps),
        tuple(draft.limits),
        tuple(draft.waived),
        run.facts.plain(),
        () if plan.used.issuperset(sent) else tuple(sorted(sent.keys() - plan.used)),
        not_needed,
        ENGINE if native else TWIN,
        (alarm is None) if native else None,  # engines_agreed
        alarm,
    )


def _legs(draft: Draft, net: Money | None, claimant: str) -> tuple[Leg, ...]:
    """The legs; the claimant's is worth the net."""
    if net is None:
        return tuple(draft.legs.values())
    legs = draft.legs.items()
    return tuple([replace(leg, amount=net) if to == claimant else leg for to, leg in legs])


def _sentence(verdict: Said, run: Run, draft: Draft) -> str:
    if verdict.sentence:
        return fill(verdict.sentence, run, draft)
    policy, said = run.plan.policy, ""
    if verdict.deadline is not None:
        said = deadline_sentence(verdict.deadline, draft, policy.time_zone)
    return said or policy.codes.get(verdict.code, verdict.code)


def _chosen(draft: Draft, leg: Leg | None) -> tuple[Any, ...]:
    """Among what is chosen, by whom, when it comes, and what it creates."""
    found = (leg.choice, leg.chosen_by, leg.timing, leg.creates) if leg else ((), None, None, ())
    if not draft.sets:
        return found
    choice = draft.sets.get("choice", found[0])
    timing = draft.sets.get("timing", found[2])
    listed = tuple(choice) if isinstance(choice, tuple | list) else ()
    return (listed, found[1], None if timing is None else str(timing), found[3])


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
    last = {each.name: each.last_day for each in deadlines_of(other, draft)}
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
