"""Turns a finished draft into the record of a decision."""

from __future__ import annotations

from functools import partial

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
from engine.decision.draft import Draft, Said
from engine.decision.facts import Facts
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
    found = [_reading(each, draft.verdict, run) for each in draft.verdict.readings]
    readings = tuple(outcome for outcome, _ in found)
    if draft.verdict.answer == "two_readings":
        open_readings(draft, readings, set().union(*(opened for _, opened in found)))
    plan, verdict, leg = run.plan, draft.verdict, lead_leg(run, draft)
    sentence = _sentence(verdict, run, draft)
    agent = verdict.row.row.for_agent if verdict.row is not None else None
    net = money(draft.net, run)
    to_settle = [verdict.to_settle, *draft.to_settle] if verdict.to_settle else draft.to_settle
    return Decision(
        answer=verdict.answer,
        code=verdict.code,
        sentence=sentence,
        for_agent=fill(agent, run, draft) if agent else sentence,
        policy=plan.stamp,
        decided_by=_decided_by(verdict),
        because=explain(run, draft),
        also_true=also_true(run, draft),
        nearly=nearly(run, draft) if verdict.answer == "refuse" else (),
        deadlines=deadlines_of(run, draft),
        main_deadline=plan.main_deadline,
        on_silence=draft.on_silence,
        missing=tuple(dict.fromkeys((*verdict.missing, *draft.missing))),
        open=draft.opened(),
        requires=tuple(draft.requires),
        subject_to=tuple(draft.subject_to),
        original_packaging_required=draft.original_packaging,
        to_settle=tuple(dict.fromkeys(to_settle)),
        curable=verdict.curable,
        belongs_to=verdict.belongs_to,
        readings=readings,
        unsettled=verdict.unsettled,
        remedy=remedy_of(draft, leg),
        choice=_choice(draft, leg),
        chosen_by=leg.chosen_by if leg else None,
        timing=_timing(draft, leg),
        creates=leg.creates if leg else (),
        remedies=_legs(draft, net, plan.stamp.claimant),
        goods=draft.goods,
        goods_choice=draft.goods_choice,
        goods_to=draft.goods_to,
        proof=draft.proof,
        return_paid_by=draft.return_paid_by,
        label_by=draft.label_by,
        reshipment_paid_by=draft.reshipment_paid_by,
        base=money(draft.base, run),
        percent=percent_text(draft.percent) if draft.percent is not None else None,
        fees=tuple(draft.fees),
        fee_total=money(draft.fee_total, run),
        outbound_refunded=money(draft.outbound, run),
        outbound_rule=draft.outbound_rule,
        net=net,
        net_certainty=draft.certainty,
        steps=tuple(draft.steps),
        limits=tuple(draft.limits),
        waived=tuple(draft.waived),
        facts=run.facts.plain(),
        inputs_ignored=tuple(sorted(run.facts.sent.keys() - plan.used)),
        not_needed=not_needed,
        engine=ENGINE if run.engines.native else TWIN,
        engines_agreed=(alarm is None) if run.engines.native else None,
        alarm=alarm,
    )


def _legs(draft: Draft, net: Money | None, claimant: str) -> tuple[Leg, ...]:
    """The legs; the claimant's is worth the net."""
    return tuple(
        [
            replace(leg, amount=net) if party == claimant and net is not None else leg
            for party, leg in draft.legs.items()
        ]
    )


def _decided_by(verdict: Said) -> tuple[str, ...]:
    return ((verdict.row.row.id,) if verdict.row else ()) + verdict.also


def _sentence(verdict: Said, run: Run, draft: Draft) -> str:
    if verdict.sentence:
        return fill(verdict.sentence, run, draft)
    if verdict.deadline is not None:
        said = deadline_sentence(verdict.deadline, draft, run.plan.policy.time_zone)
        return said or run.plan.policy.codes.get(verdict.code, verdict.code)
    return run.plan.policy.codes.get(verdict.code, verdict.code)


def _choice(draft: Draft, leg: Leg | None) -> tuple[str, ...]:
    found = draft.sets.get("choice", leg.choice if leg else ())
    return tuple(found) if isinstance(found, tuple | list) else ()


def _timing(draft: Draft, leg: Leg | None) -> str | None:
    found = draft.sets.get("timing", leg.timing if leg else None)
    return str(found) if found is not None else None


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
    run.work_out(forced)
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
