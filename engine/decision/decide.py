"""Decides return lines: facts in, decision out, over the topics of a policy in their order.

    facts ── answer (deadlines, eligibility, limits, demands) ── settle (remedies … net) ── record

A fact that was not sent leads to a question only where the answer or an amount would differ between
the values it could have. A disagreement of the two evaluators becomes `review`, never a payment.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from engine.decision.building import built
from engine.decision.evaluation import (
    MOST_OF_A_REQUEST,
    Budget,
    Disagreement,
    Engines,
    EvaluatedLine,
    Evaluation,
)
from engine.decision.facts import Facts
from engine.decision.figures.counts import Tally
from engine.decision.finish import asked_back, disagreed, finished, framed_line
from engine.decision.intake import Intake
from engine.decision.open_fields import Doubt
from engine.decision.outcome import Outcome, outcome_of, told_by
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.prepared import StatedAnswer
from engine.decision.record import Decision, ReturnDecision
from engine.decision.standing import Back, Standing, at_once, back
from engine.decision.template_cache import Key, TemplateCache
from engine.decision.topics.settle import settle_as
from engine.decision.unknown_cache import UnknownCache, Walk
from engine.decision.unknown_facts import decided
from engine.decision.whole_return.groups import Group
from engine.decision.whole_return.sets import Order
from engine.decision.whole_return.settle import (
    WHOLE_ORDER,
    settle_return,
    share_sums,
    the_sure_part,
    unsettled,
)
from engine.errors import NetworkFault, RequestFault
from engine.meaning.lowering.policy import Forced
from engine.policy.model import Policy

MOST_LINES: Final = 500
"""Lines in one return."""

log = logging.getLogger("takeback.decision")


class Decider:
    """A policy ready to decide; thread-safe. `native` asks the rule network and compares.

    Without `native` only plain Python is used: for drafts and previews, which must not reach native
    code.
    """

    def __init__(self, policy: Policy, *, native: bool = True) -> None:
        self.policy = policy
        self.engines = Engines(policy, native=native)
        self._frames = TemplateCache(self.engines.compiled)
        self._doubted = UnknownCache(self.engines.compiled, self._frames)
        self._door = Intake(self.engines.compiled.slots, self.engines.compiled.used)

    @property
    def kilobytes(self) -> float:
        """The memory that it takes now, estimated; it grows with what it remembers."""
        kept = self.engines.kilobytes + self._frames.kilobytes + self._doubted.kilobytes
        return 8 + kept + self._door.kilobytes

    def close(self) -> None:
        """Frees native memory; a closed decider decides no more."""
        self.engines.close()

    def decide(self, given: Mapping[str, object]) -> Decision:
        """The outcome of one line; raises `RequestFault` for a value that cannot be right."""
        facts, found = self._door.evaluated(given, self.engines.alone) or (None, None)
        return self._line(facts or self._door.enter(given), found, alone=True)[0]

    def outcome(self, given: Mapping[str, object]) -> Outcome:
        """The outcome alone; the record is made only where it hangs on what was not sent."""
        evaluator = self.engines.alone
        found = self._door.through(given, evaluator)
        if found is None:
            return told_by(self.decide(given))
        rows, told, _, _, numbers, doubt = found
        try:
            if doubt:
                return self._outcome_in_doubt(given, found)
            self.engines.confirm(rows, told)
        except (Disagreement, NetworkFault) as fault:
            self._alarm(fault)
            return told_by(disagreed(Evaluation(self.engines, self._door.enter(given)), str(fault)))
        outcome = outcome_of(evaluator, numbers, self.policy.currency)
        return outcome if outcome.answer != "two_readings" else told_by(self.decide(given))

    def _outcome_in_doubt(self, given: Mapping[str, object], found: Sequence[Any]) -> Outcome:
        """The outcome alone where what is kept tells it, else by the record."""
        evaluation = Evaluation(self.engines, self._door.enter(given))
        evaluation.take(self.engines.alone, found)
        evaluation.confirm()
        key = self._frames.key(evaluation, alone=True)
        decision = self._frames.record(key, evaluation)
        if decision is not None:
            return told_by(decision)
        walk = self._doubted.walk(evaluation, key, alone=True)
        outcome = self._doubted.outcome(walk) if walk is not None else None
        return outcome or told_by(self._drafted(evaluation, key, walk, alone=True)[0])

    def intake(self, given: Mapping[str, object]) -> Facts:
        """What was sent as a policy takes it; raises `RequestFault` like `decide`."""
        return self._door.enter(given)

    def sketch(self, given: Mapping[str, object]) -> tuple[Evaluation, OutcomeBuilder] | None:
        """The evaluation of one line before it becomes a record, for checks that try thousands.

        Unknown facts are not supposed; None for words that the policy does not know. Raises
        `RequestFault` for a value that cannot be right.
        """
        facts = self._door.enter(given)
        if facts.unknown_words:
            return None
        evaluation = Evaluation(self.engines, facts)
        evaluation.evaluate()
        return evaluation, built(evaluation, alone=True)

    def decide_return(
        self,
        given: Mapping[str, object],
        lines: Sequence[Mapping[str, object]],
        standing: Standing | None = None,
    ) -> ReturnDecision:
        """The outcome of a return: `given` holds what all `lines` share.

        With a `standing`, `lines` are groups of units of its lines: each has the facts of its whole
        line, `quantity` included, with what is its own.
        """
        if not 1 <= len(lines) <= MOST_LINES:
            raise RequestFault("wrong_lines", f"A return has 1 to {MOST_LINES} lines.", "lines")
        standing = standing or at_once(len(lines))
        found = self._whole(given, lines, standing, surely=False)
        if not found.waits:
            return found
        return the_sure_part(found, self._whole(given, lines, standing, surely=True))

    def _whole(
        self,
        given: Mapping[str, object],
        lines: Sequence[Mapping[str, object]],
        standing: Standing,
        *,
        surely: bool,
    ) -> ReturnDecision:
        many = len({each.line for each in standing.units})
        shared = {**given, "line_count": given.get("line_count", many)}
        entered = [self._enter_line(shared, line, index) for index, line in enumerate(lines)]
        share_sums(entered, lines, standing)
        _write_whole_order(entered, standing, surely=surely)
        groups = self._groups(entered, standing)
        order = self._order(lines, standing)
        try:
            return settle_return(groups, order, self._forced, surely=surely)
        except (Disagreement, NetworkFault) as fault:
            self._alarm(fault)
            return unsettled([each.decision for each in groups])

    def _order(self, lines: Sequence[Mapping[str, object]], standing: Standing) -> Order:
        others = [each for each in standing.order if not each.lines]
        evaluations = [Evaluation(self.engines, self._door.enter(each.facts)) for each in others]
        return Order(
            standing=standing,
            others=tuple(zip(others, evaluations, strict=True)),
            own_shipping=any("outbound_paid" in line for line in lines),
        )

    def _groups(self, entered: Sequence[Facts], standing: Standing) -> list[Group]:
        """Each line in its order, since counters grow with the accepted ones before it."""
        of: dict[int, int] = {}
        for each in standing.units:
            of[each.line] = of.get(each.line, 0) + each.units
        tally, groups, counted = Tally(self.policy), [], set()
        budget = Budget(MOST_OF_A_REQUEST)
        for units, facts in zip(standing.units, entered, strict=True):
            tally.precede(facts, units.line)
            decision, line = self._line(facts, budget=budget, alone=False)
            if units.line not in counted and decision.answer != "refuse":
                tally.follow(facts, units.line, decision)
                counted.add(units.line)
            groups.append(Group(evaluated=line, decision=decision, units=units, of=of[units.line]))
        return groups

    def _enter_line(
        self, given: Mapping[str, object], line: Mapping[str, object], index: int
    ) -> Facts:
        try:
            return self._door.enter({**given, **line})
        except RequestFault as fault:
            raise RequestFault(fault.code, fault.message, f"lines[{index}].{fault.path}") from None

    # --- one line ---------------------------------------------------------------------------------

    def _line(
        self,
        facts: Facts,
        found: Sequence[Any] | None = None,
        budget: Budget | None = None,
        *,
        alone: bool,
    ) -> tuple[Decision, EvaluatedLine]:
        """The decision of a line, of which the evaluator `found` so much; or it is evaluated."""
        line = EvaluatedLine(self.engines, facts, budget)
        if facts.unknown_words:
            return asked_back(line.evaluation, facts), line
        try:
            if found is None:
                line.work_out(alone=alone)
            else:
                line.take(self.engines.alone, found)
            line.confirm()
            key = self._frames.key(line, alone=alone)
            told = self._frames.record(key, line)
            if told is not None:
                return told, line
            walk = self._doubted.walk(line.evaluation, key, alone=alone)
            kept = self._doubted.record(walk) if walk is not None else None
            return kept or self._drafted(line.evaluation, key, walk, alone=alone)
        except (Disagreement, NetworkFault) as fault:
            self._alarm(fault)
            return disagreed(line.evaluation, str(fault)), line

    def _drafted(
        self, evaluation: Evaluation, key: Key, walk: Walk | None, *, alone: bool
    ) -> tuple[Decision, EvaluatedLine]:
        """The record of a line that was evaluated, and whose cases were looked at; what there is to
        tell is kept."""
        builder = built(evaluation, alone=alone)
        if evaluation.doubts or evaluation.unsure:
            told = decided(evaluation, builder, partial(built, alone=alone), alone=alone)
            decision = told.record()
            if walk is not None:
                self._doubted.keep(walk, told, decision)
            return decision, told.evaluation
        frame = framed_line(evaluation, builder)
        self._frames.keep(key, evaluation, builder, frame)
        return frame(evaluation, builder), evaluation

    def _alarm(self, fault: Exception) -> None:
        log.critical(
            "the evaluators of %s disagree: %s; the decision goes to a person",
            self.policy.reference,
            fault,
        )

    def _forced(self, evaluation: Evaluation, said: StatedAnswer) -> Decision:
        """The decision of a line whose answer the return as a whole gives."""
        if said.missing:
            sent = evaluation.as_sent()
            sent.evaluate(alone=False)
            builder = built(sent, alone=False)
            return finished(sent, builder, Doubt(ask=said.missing)).record()
        forced = Forced(answer=said.answer, code=said.code, sets={})
        settled = partial(settle_as, said=said, sets={}, alone=False)
        again = evaluation.as_sent().evaluate(forced, alone=False)
        return decided(again, settled(again), settled, forced, alone=False).record()


def _write_whole_order(entered: Sequence[Facts], standing: Standing, *, surely: bool) -> None:
    """Whether the whole order comes back, by units, where the rest of the order is known."""
    if not standing.order:
        return
    state = back(standing.order, standing.units)
    for facts in entered:
        if WHOLE_ORDER not in facts.sent:
            yes = state is Back.YES or (state is Back.OPEN and not surely)
            facts.write(WHOLE_ORDER, int(yes))
