"""Decides return lines: facts in, decision out; topics are decided in a fixed order.

    facts ── answer (deadlines, eligibility, limits, demands) ── settle (remedies … net) ── record

A fact that was not sent leads to a question only if the answer or an amount differs between the
values it could have. If the two evaluators disagree, the answer is `review`, never a payment.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from engine.decision.building import built
from engine.decision.encoding import UNKNOWN
from engine.decision.engines import Disagreement, Engines
from engine.decision.evaluation import (
    MOST_OF_A_REQUEST,
    Budget,
    EvaluatedLine,
    Evaluation,
    Found,
)
from engine.decision.evaluator import Split
from engine.decision.facts import Facts
from engine.decision.figures.counts import Tally
from engine.decision.finish import asked_back, disagreed, finished, line_template
from engine.decision.intake import Intake
from engine.decision.open_fields import Doubt
from engine.decision.outcome import Outcome, outcome_of, recorded_outcome
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.prepared import StatedAnswer
from engine.decision.record import Decision, ReturnDecision
from engine.decision.standing import Back, Standing, at_once, back
from engine.decision.template_cache import TemplateCache
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
"""The most lines of one return."""

log = logging.getLogger("takeback.decision")


class Decider:
    """Decides under one policy; safe under threads. `native`: the rule network confirms each row.

    Without `native` only the generated Python decides: for drafts and previews, whose rules must
    not reach native code.
    """

    def __init__(self, policy: Policy, *, native: bool = True) -> None:
        self.policy = policy
        self.engines = Engines(policy, native=native)
        self._templates = TemplateCache(self.engines.compiled)
        self._unknown_cache = UnknownCache(self.engines.compiled, self._templates)
        self._intake = Intake(self.engines.compiled.slots, self.engines.compiled.used)

    @property
    def kilobytes(self) -> float:
        """Estimates the memory it takes now; it grows as its caches fill."""
        kept = self.engines.kilobytes + self._templates.kilobytes + self._unknown_cache.kilobytes
        return 8 + kept + self._intake.kilobytes

    def close(self) -> None:
        """Frees the native memory; a closed decider cannot decide."""
        self.engines.close()

    def decide(self, given: Mapping[str, object]) -> Decision:
        """Decides one line; raises `RequestFault` for a value that cannot be right."""
        split = self._unknown_cache.expected(given, alone=True)
        return self._line(self._taken_in(given, split), alone=True)[0]

    def outcome(self, given: Mapping[str, object]) -> Outcome:
        """Returns the outcome of one line without its record; raises `RequestFault` like `decide`.

        The record is made only for values that are not plain, for two readings, and for facts in
        doubt that no cache covers.
        """
        split = self._unknown_cache.expected(given, alone=True)
        if split is not None:
            return self._outcome_of(self._taken_in(given, split))
        evaluator = self.engines.alone
        found = self._intake.through(given, evaluator.outcome)
        if found is None:
            return recorded_outcome(self.decide(given))
        rows, told, numbers, doubt = found
        if doubt:
            return self._outcome_of(self._taken_in(given, None))
        try:
            self.engines.confirm(rows, told)
        except (Disagreement, NetworkFault) as fault:
            self._alarm(fault)
            return recorded_outcome(
                disagreed(Evaluation(self.engines, self._intake.enter(given)), str(fault))
            )
        outcome = outcome_of(evaluator, numbers, self.policy.currency)
        return outcome if outcome.answer != "two_readings" else recorded_outcome(self.decide(given))

    def _taken_in(self, given: Mapping[str, object], split: Split | None) -> EvaluatedLine:
        """Takes in a line and works it out, both at once if its values are plain."""
        engines = self.engines
        worked = split.worked if split is not None else engines.alone.rows
        entered = self._intake.evaluated(given, worked)
        if split is not None or entered is None:
            facts, found = entered or (self._intake.enter(given), None)
            return self._worked_out(split, facts, found, alone=True)
        facts, found = entered
        line = EvaluatedLine(engines, facts)
        line.take(engines.alone, found)
        return line

    def _worked_out(
        self,
        split: Split | None,
        facts: Facts,
        found: Found | None = None,
        budget: Budget | None = None,
        *,
        alone: bool,
    ) -> EvaluatedLine:
        """Works out a line, by a split together with its cases; `found` is the result, if that ran
        already. A line with unknown words is asked back: it is not worked out."""
        line = EvaluatedLine(self.engines, facts, budget)
        if facts.unknown_words:
            return line
        if split is not None and facts.values[split.slot] == UNKNOWN:
            line.take_split(split, found or split.worked.at(facts.values), alone=alone)
        else:
            line.work_out(alone=alone)
        return line

    def _outcome_of(self, line: EvaluatedLine) -> Outcome:
        """Returns the outcome of a line in doubt from the cache if it holds it, else of its
        record."""
        if line.facts.unknown_words:
            return recorded_outcome(asked_back(line.evaluation, line.facts))
        try:
            cached, walk = self._looked_up(line, alone=True)
            return (walk and walk.outcome()) or recorded_outcome(
                cached or self._decide_and_cache(line.evaluation, walk, alone=True)[0]
            )
        except (Disagreement, NetworkFault) as fault:
            self._alarm(fault)
            return recorded_outcome(disagreed(line.evaluation, str(fault)))

    def intake(self, given: Mapping[str, object]) -> Facts:
        """Returns what was sent as facts of the policy; raises `RequestFault` like `decide`."""
        return self._intake.enter(given)

    def sketch(self, given: Mapping[str, object]) -> tuple[Evaluation, OutcomeBuilder] | None:
        """Evaluates one line without making its record, for checks that try thousands of lines.

        No values are supposed for unknown facts. Returns None if a word is unknown to the policy;
        raises `RequestFault` for a value that cannot be right.
        """
        facts = self._intake.enter(given)
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
        """Decides a return: `given` holds the facts that all `lines` share.

        With a `standing`, each of `lines` is a group of units of a return line: it has the facts of
        the whole line, `quantity` included, and those of its own. Raises `RequestFault` for a wrong
        number of lines, or for a value that cannot be right.
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
        evaluations = [Evaluation(self.engines, self._intake.enter(each.facts)) for each in others]
        return Order(
            standing=standing,
            others=tuple(zip(others, evaluations, strict=True)),
            own_shipping=any("outbound_paid" in line for line in lines),
        )

    def _groups(self, entered: Sequence[Facts], standing: Standing) -> list[Group]:
        """Decides the lines in their order, because counters grow with each accepted line."""
        of: dict[int, int] = {}
        for each in standing.units:
            of[each.line] = of.get(each.line, 0) + each.units
        tally, groups, counted = Tally(self.policy), [], set()
        budget = Budget(MOST_OF_A_REQUEST)
        for units, facts in zip(standing.units, entered, strict=True):
            tally.precede(facts, units.line)
            split = self._unknown_cache.expected(facts.sent, alone=False)
            line = self._worked_out(split, facts, budget=budget, alone=False)
            decision, line = self._line(line, alone=False)
            if units.line not in counted and decision.answer != "refuse":
                tally.follow(facts, units.line, decision)
                counted.add(units.line)
            groups.append(Group(evaluated=line, decision=decision, units=units, of=of[units.line]))
        return groups

    def _enter_line(
        self, given: Mapping[str, object], line: Mapping[str, object], index: int
    ) -> Facts:
        try:
            return self._intake.enter({**given, **line})
        except RequestFault as fault:
            raise RequestFault(fault.code, fault.message, f"lines[{index}].{fault.path}") from None

    # --- one line ---------------------------------------------------------------------------------

    def _line(self, line: EvaluatedLine, *, alone: bool) -> tuple[Decision, EvaluatedLine]:
        """Decides a line that was worked out."""
        if line.facts.unknown_words:
            return asked_back(line.evaluation, line.facts), line
        try:
            cached, walk = self._looked_up(line, alone=alone)
            if cached is not None:
                return cached, line
            kept = walk.record() if walk is not None else None
            return kept or self._decide_and_cache(line.evaluation, walk, alone=alone)
        except (Disagreement, NetworkFault) as fault:
            self._alarm(fault)
            return disagreed(line.evaluation, str(fault)), line

    def _looked_up(
        self, line: EvaluatedLine, *, alone: bool
    ) -> tuple[Decision | None, Walk | None]:
        """Has the network confirm a line; returns its cached record, or the walk of its cases."""
        if line.split is not None:
            walk = self._unknown_cache.seen(line, *line.split, alone=alone)
            if walk is not None:
                return None, walk
        key = self._templates.key(line, alone=alone)
        cached = self._templates.record(key, line)
        if cached is not None or line.maybe == line.true:
            self.engines.confirm(line.true, line.told)
            return cached, None
        return None, self._unknown_cache.walk(line, key, alone=alone)

    def _decide_and_cache(
        self, evaluation: Evaluation, walk: Walk | None, *, alone: bool
    ) -> tuple[Decision, EvaluatedLine]:
        """Decides an evaluated line whose record is not cached, and caches its template."""
        key = self._templates.key(evaluation, alone=alone)
        builder = built(evaluation, alone=alone)
        if evaluation.doubts or evaluation.unsure:
            line = decided(evaluation, builder, partial(built, alone=alone), alone=alone)
            decision = line.record()
            if walk is not None:
                self._unknown_cache.keep(walk, line, decision)
            return decision, line.evaluation
        template = line_template(evaluation, builder)
        self._templates.keep(key, evaluation, builder, template)
        return template(evaluation, builder), evaluation

    def _alarm(self, fault: Exception) -> None:
        log.critical(
            "the evaluators of %s disagree: %s; the decision goes to a person",
            self.policy.reference,
            fault,
        )

    def _forced(self, evaluation: Evaluation, said: StatedAnswer) -> Decision:
        """Decides a line again with the answer that the return as a whole gives it."""
        if said.missing:
            sent = evaluation.as_sent()
            sent.evaluate(alone=False)
            return finished(sent, built(sent, alone=False), Doubt(ask=said.missing)).record()
        forced = Forced(answer=said.answer, code=said.code, sets={})
        settled = partial(settle_as, said=said, sets={}, alone=False)
        again = evaluation.as_sent().evaluate(forced, alone=False)
        return decided(again, settled(again), settled, forced, alone=False).record()


def _write_whole_order(entered: Sequence[Facts], standing: Standing, *, surely: bool) -> None:
    """Writes whether all units of the order come back, if the rest of the order is known."""
    if not standing.order:
        return
    state = back(standing.order, standing.units)
    for facts in entered:
        if WHOLE_ORDER not in facts.sent:
            facts.write(WHOLE_ORDER, int(state is Back.YES or (state is Back.OPEN and not surely)))
