"""Turns a finished outcome builder into the record of a decision."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from engine.decision.because import deadlines_of
from engine.decision.cases import Cases
from engine.decision.evaluation import Evaluation
from engine.decision.facts import Facts
from engine.decision.open_fields import (
    NO_DOUBT,
    SHOWN_OPEN,
    Doubt,
    Read,
    as_sent,
    open_differences,
    open_readings,
    open_tables,
    open_what_is_judged,
    rows_of,
    without_guesses,
)
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.prepared import StatedAnswer
from engine.decision.record import Decision, ReadingOutcome
from engine.decision.sentences import fill
from engine.decision.template import Template, template_of
from engine.decision.topics.money import money
from engine.decision.topics.remedies import lead_leg, remedy_of
from engine.decision.topics.settle import settle_as
from engine.meaning.lowering.policy import Forced
from engine.policy.model import Reading


class FinishedLine(NamedTuple):
    """A line ready for its record: its template, and the evaluation and builder that fill it.

    `asks`: the answer is a question, because unknown facts decide. `cases` are all cases of unknown
    facts; empty if not all were worked out.
    """

    template: Template
    evaluation: Evaluation
    builder: OutcomeBuilder
    asks: bool = False
    cases: Sequence[tuple[Evaluation, OutcomeBuilder]] = ()

    def record(self) -> Decision:
        """Returns the decision."""
        return self.template(self.evaluation, self.builder)


def finished(
    evaluation: Evaluation,
    builder: OutcomeBuilder,
    doubt: Doubt = NO_DOUBT,
    cases: Sequence[tuple[Evaluation, OutcomeBuilder]] = (),
) -> FinishedLine:
    """Finishes a line: opens the fields that unknown facts can change, or asks for these facts."""
    if doubt is NO_DOUBT and not evaluation.unsure:
        return FinishedLine(line_template(evaluation, builder), evaluation, builder)
    ask, supposed = as_sent(doubt.ask, evaluation), as_sent(doubt.supposed, evaluation)
    shown_in = doubt.cases
    if ask:
        guessed = doubt.leaves_open(builder.verdict.answer)
        builder = without_guesses(evaluation, builder, guessed=guessed)
        _ask(builder, ask, too_many=doubt.too_many)
        shown_in = [e for e in shown_in if not guessed and e.verdict.answer != "refuse"]
    elif builder.verdict.answer != "refuse":
        open_what_is_judged(builder, shown_in)

    def waits_for(read: Read) -> str:
        names = doubt.hangs_on(read) if doubt.hangs_on else ()
        return ", ".join(as_sent(names, evaluation) or ask or supposed)

    def of_table(table: str) -> str:
        names = () if shown_in and table in SHOWN_OPEN else evaluation.unsure[table]
        if doubt.hangs_on and not (evaluation.before or set(names) & evaluation.engines.counted):
            names = doubt.hangs_on(partial(rows_of, table))
        return ", ".join(as_sent(names, evaluation))

    open_tables(builder, evaluation, of_table)
    if shown_in:
        open_differences(builder, shown_in, waits_for)
    builder.said = doubt.said or builder.said
    may_matter = evaluation.compiled.asked_known | evaluation.compiled.awaited
    may_matter |= {name for waits in builder.open.values() for name in waits.split(", ")}
    not_needed = tuple(fact for fact in supposed if fact not in may_matter)
    return FinishedLine(
        line_template(evaluation, builder, not_needed), evaluation, builder, bool(ask), cases
    )


def _ask(builder: OutcomeBuilder, facts: tuple[str, ...], *, too_many: str) -> None:
    builder.said.append(_question(facts, too_many=too_many))
    builder.missing |= dict.fromkeys(facts)
    builder.open["net"] = ", ".join(facts)


def _question(facts: tuple[str, ...], *, too_many: str) -> StatedAnswer:
    names = ", ".join(f"`{name}`" for name in facts)
    sentence = f"The outcome depends on {names}."
    if too_many:
        sentence = f"The outcome may depend on {names}: {too_many}."
    return StatedAnswer(answer="ask", code="fact_missing", missing=facts, sentence=sentence)


def asked_back(evaluation: Evaluation, facts: Facts) -> Decision:
    """Decides a line with words that the policy does not know: asks for the right ones."""
    said = [
        f"`{word}` is not a word of `{fact}` here.{near}"
        for fact, word, near in sorted(facts.unknown_words)[:5]
    ]
    missing = tuple(sorted({fact for fact, _, _ in facts.unknown_words}))
    verdict = StatedAnswer(
        answer="ask", code="unknown_word", missing=missing, sentence=" ".join(said), curable=True
    )
    return _stated(evaluation, verdict)


def disagreed(evaluation: Evaluation, why: str) -> Decision:
    """Decides a line for which the evaluators choose different rows, or the network fails."""
    what = "what the policy says in this case"
    verdict = StatedAnswer(answer="review", code="engine_disagreement", to_settle=what)
    return _stated(evaluation, verdict, why)


def _stated(evaluation: Evaluation, verdict: StatedAnswer, alarm: str | None = None) -> Decision:
    """Returns the record of an answer that no row gave; all else is open."""
    builder = OutcomeBuilder(said=[verdict], certainty="open")
    return line_template(evaluation, builder, alarm=alarm)(evaluation, builder)


def line_template(
    evaluation: Evaluation,
    builder: OutcomeBuilder,
    not_needed: tuple[str, ...] = (),
    alarm: str | None = None,
) -> Template:
    """Returns the template of a line, after working out each reading of a contradictory text."""
    verdict = builder.verdict
    found = [_reading(reading, verdict, evaluation) for reading in verdict.readings or ()]
    readings = tuple([outcome for outcome, _ in found])
    if verdict.answer == "two_readings":
        open_readings(builder, found)
    return template_of(evaluation, builder, not_needed=not_needed, readings=readings, alarm=alarm)


def _reading(
    reading: Reading, verdict: StatedAnswer, evaluation: Evaluation
) -> tuple[ReadingOutcome, OutcomeBuilder]:
    """Settles the line under the answer of one reading; its net is empty unless it is exact."""
    code = reading.code or ("ok" if reading.answer == "accept" else verdict.code)
    said = StatedAnswer(
        answer=reading.answer, code=code, sentence=reading.because, to_settle=reading.to_settle
    )
    forced = Forced(answer=reading.answer, code=code, sets=dict(reading.sets))
    other = evaluation.as_sent()
    builder = _in_every_case(other, forced, said)
    policy = evaluation.compiled.policy
    leg = lead_leg(other, builder)
    builder.deadlines = deadlines_of(builder, evaluation.compiled)
    last = {name: each.last_day for name, each in builder.deadlines.items()}
    last |= {name[10:]: None for name in builder.open if name.startswith("deadlines.")}
    parts = [
        part for part in (table.part for table in evaluation.compiled.deadlines) if part in last
    ]
    outcome = ReadingOutcome(
        id=reading.id,
        answer=reading.answer,
        code=code,
        clause=reading.clause,
        sentence=fill(reading.because, other, builder) or policy.codes.get(code, code),
        remedy=remedy_of(builder, leg),
        fees=tuple(builder.fees),
        net=money(builder.net, evaluation) if builder.certainty == "exact" else None,
        return_paid_by=builder.return_paid_by,
        goods=builder.goods,
        last_day=last[parts[0]] if parts else None,
    )
    return outcome, builder


def _in_every_case(evaluation: Evaluation, forced: Forced, said: StatedAnswer) -> OutcomeBuilder:
    """Settles a line under a given answer; keeps only what all cases of unknown facts share."""
    made = partial(settle_as, said=said, sets=forced.sets, alone=True)
    evaluation.evaluate(forced)
    builder = made(evaluation)
    if not evaluation.doubts:
        return builder
    cases = Cases(builder=made, forced=forced, alone=True)
    cases.of(evaluation, builder)
    waits = ", ".join(as_sent(tuple(cases.facts), evaluation))
    builders = [each for _, each in cases.found] or [builder]
    first, asked = builders[0], cases.asked
    if cases.incomplete:
        first.standings, builders = {}, [OutcomeBuilder(said=[said])]
    if cases.incomplete or asked:
        first.net, first.fees = None, []
        first.open["net"] = ", ".join(as_sent(asked, evaluation)) or waits

    def waits_for(read: Read) -> str:
        return ", ".join(as_sent(cases.hangs_on(read), evaluation)) or waits

    open_differences(first, builders, waits_for)
    return first
