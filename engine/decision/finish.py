"""Turns a finished draft into the record of a decision."""

from __future__ import annotations

from collections.abc import Sequence

from engine.decision.amounts import percent_text
from engine.decision.answer import answer_line, write_answer
from engine.decision.because import also_true, deadline_sentence, deadlines_of, explain, fill, nearly
from engine.decision.draft import Draft, Said
from engine.decision.facts import Facts
from engine.decision.record import Decision, Leg, ReadingOutcome
from engine.decision.run import Run
from engine.decision.settle import lead_leg, settle_line, total_up
from engine.money import Money
from engine.policy.model import Policy, Reading

ENGINE = "durable-rules"
TWIN = "python"
_FIELDS = ("goods", "goods_to", "return_paid_by", "label_by", "reshipment_paid_by", "outbound_rule")


def finished(run: Run, draft: Draft, *, ask: tuple[str, ...] = (), not_needed: tuple[str, ...] = (),
             others: Sequence[Draft] = ()) -> Decision:
    """The record; `ask` names facts without which it cannot be decided, `not_needed` those that do not matter."""
    if ask:
        names = ", ".join(f"`{name}`" for name in ask)
        draft.said.append(Said(answer="ask", code="fact_missing", missing=ask, sentence=f"The outcome depends on {names}."))
    for table, facts in run.unsure.items():
        if table not in ("eligibility", "demands"):
            draft.open.setdefault(table, ", ".join(facts))
    _open_differences(draft, others, not_needed)
    return _record(run, draft, not_needed)


def asked_back(run: Run, facts: Facts) -> Decision:
    """The answer to words that the policy does not know."""
    draft = Draft()
    said = [f"`{word}` is not a word of `{fact}` here.{near}" for fact, word, near in facts.unknown_words[:5]]
    missing = tuple(dict.fromkeys(fact for fact, _, _ in facts.unknown_words))
    draft.said.append(Said(answer="ask", code="unknown_word", missing=missing, sentence=" ".join(said), curable=True))
    draft.certainty = "open"
    return _record(run, draft, ())


def disagreed(run: Run, why: str) -> Decision:
    """The answer when the network and the twin choose different rows, or the network fails."""
    draft = Draft()
    draft.said.append(Said(answer="review", code="engine_disagreement", to_settle="what the policy says in this case"))
    draft.certainty = "open"
    return _record(run, draft, (), alarm=why)


def _open_differences(draft: Draft, others: Sequence[Draft], facts: tuple[str, ...]) -> None:
    """Outcome fields that unknown facts still change are open, not guessed."""
    waits = ", ".join(facts)
    for field in _FIELDS:
        if any(getattr(other, field) != getattr(draft, field) for other in others):
            setattr(draft, field, None)
            draft.open[field] = waits
    for party, leg in list(draft.legs.items()):
        if any(other.legs.get(party) != leg for other in others):
            del draft.legs[party]
            draft.open[f"remedies.{party}"] = waits


def _record(run: Run, draft: Draft, not_needed: tuple[str, ...], alarm: str | None = None) -> Decision:
    policy = run.plan.policy
    verdict = draft.verdict
    leg = lead_leg(run, draft)
    sentence = _sentence(verdict, run, draft)
    agent = fill(verdict.row.row.for_agent, run, draft) if verdict.row and verdict.row.row.for_agent else sentence
    missing = tuple(dict.fromkeys((*verdict.missing, *draft.missing)))
    to_settle = tuple(dict.fromkeys([*([verdict.to_settle] if verdict.to_settle else []), *draft.to_settle]))
    native = run.engines.native
    return Decision(
        answer=verdict.answer, code=verdict.code, sentence=sentence, for_agent=agent, policy=run.plan.stamp,
        decided_by=_decided_by(verdict), because=explain(run, draft), also_true=also_true(run, draft),
        nearly=nearly(run, draft) if verdict.answer == "refuse" else (), deadlines=deadlines_of(run, draft),
        main_deadline=run.plan.main_deadline, on_silence=draft.on_silence, missing=missing, open=draft.opened(),
        requires=tuple(draft.requires), subject_to=tuple(draft.subject_to),
        original_packaging_required=draft.original_packaging, to_settle=to_settle, curable=verdict.curable,
        belongs_to=verdict.belongs_to, readings=_readings(verdict, run), unsettled=verdict.unsettled,
        remedy=_remedy(draft, leg), choice=_choice(draft, leg), chosen_by=leg.chosen_by if leg else None,
        timing=_set(draft, "timing", leg.timing if leg else None), creates=leg.creates if leg else (),
        remedies=tuple(draft.legs.values()), goods=draft.goods, goods_choice=draft.goods_choice,
        goods_to=draft.goods_to, proof=draft.proof, return_paid_by=draft.return_paid_by, label_by=draft.label_by,
        reshipment_paid_by=draft.reshipment_paid_by, base=_money(draft.base, policy),
        percent=percent_text(draft.percent) if draft.percent is not None else None, fees=tuple(draft.fees),
        fee_total=_money(draft.fee_total, policy), outbound_refunded=_money(draft.outbound, policy),
        outbound_rule=draft.outbound_rule, net=_money(draft.net, policy), net_certainty=draft.certainty,
        steps=tuple(draft.steps), limits=tuple(draft.limits), waived=tuple(draft.waived),
        facts=run.facts.plain(), inputs_ignored=tuple(sorted(run.facts.sent.keys() - run.plan.used)), not_needed=not_needed, engine=ENGINE if native else TWIN,
        engines_agreed=(alarm is None) if native else None, alarm=alarm)


def _decided_by(verdict: Said) -> tuple[str, ...]:
    return ((verdict.row.row.id,) if verdict.row else ()) + verdict.also


def _sentence(verdict: Said, run: Run, draft: Draft) -> str:
    if verdict.sentence:
        return fill(verdict.sentence, run, draft)
    if verdict.deadline is not None:
        return fill(deadline_sentence(verdict.deadline, draft), run, draft)
    return run.plan.policy.codes.get(verdict.code, verdict.code)


def _remedy(draft: Draft, leg: Leg | None) -> str | None:
    return _set(draft, "remedy", leg.give if leg else None)


def _choice(draft: Draft, leg: Leg | None) -> tuple[str, ...]:
    found = draft.sets.get("choice", leg.choice if leg else ())
    return tuple(found) if isinstance(found, tuple | list) else ()


def _set(draft: Draft, name: str, value: str | None) -> str | None:
    found = draft.sets.get(name, value)
    return str(found) if found is not None else None


def _readings(verdict: Said, run: Run) -> tuple[ReadingOutcome, ...]:
    return tuple(_reading(reading, verdict, run) for reading in verdict.readings)


def _reading(reading: Reading, verdict: Said, run: Run) -> ReadingOutcome:
    """What one reading would give: the same line, settled under its answer."""
    other = Run(run.engines, Facts(_first_values(run), run.facts.sent, run.plan))
    draft = Draft()
    answer_line(other, draft)
    code = reading.code or ("ok" if reading.answer == "accept" else verdict.code)
    draft.said = [Said(answer=reading.answer, code=code, sentence=reading.because, to_settle=reading.to_settle)]
    draft.sets = dict(reading.sets)
    write_answer(other, draft.verdict)
    settle_line(other, draft, alone=True)
    total_up(other, draft)
    policy = run.plan.policy
    leg = lead_leg(other, draft)
    last = next((deadline.last_day for deadline in deadlines_of(other, draft)), None)
    return ReadingOutcome(
        id=reading.id, answer=reading.answer, code=code, clause=reading.clause,
        sentence=fill(reading.because, other, draft) or policy.codes.get(code, code), remedy=_remedy(draft, leg),
        fees=tuple(draft.fees), net=_money(draft.net, policy), return_paid_by=draft.return_paid_by,
        goods=draft.goods, last_day=last)


def _first_values(run: Run) -> list[int]:
    """The values as they entered; what was derived is worked out again."""
    return run.facts.values.copy()


def _money(minor: int | None, policy: Policy) -> Money | None:
    return Money(minor, policy.currency) if minor is not None else None
