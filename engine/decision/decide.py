"""Decides return lines: facts in, decision out, over the topics of a policy in their order.

    facts ── answer (deadlines, eligibility, limits, demands) ── settle (remedies … net) ── record

A fact that was not sent leads to a question only where the answer or an amount would differ between
the values it could have. A disagreement of the two evaluators becomes `review`, never a payment.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final

from engine.decision.answer import answer_line, read_deadlines
from engine.decision.choices import Choices
from engine.decision.draft import Draft, Said
from engine.decision.facts import Door, Facts
from engine.decision.finish import asked_back, disagreed, finished
from engine.decision.promises import broken_promises
from engine.decision.record import Decision, ReturnDecision
from engine.decision.run import Disagreement, Engines, Run
from engine.decision.settle import settle_line, total_up
from engine.decision.suppose import supposed_values
from engine.decision.whole import settle_return, waive
from engine.errors import NetworkFault, RequestFault
from engine.policy.model import Policy

MOST_LINES: Final = 500
"""Lines in one return."""
MOST_SUPPOSED: Final = 256
"""Combinations of values that are tried for facts that were not sent."""

log = logging.getLogger("takeback.decision")


class Decider:
    """A policy ready to decide; thread-safe. `native` asks the rule network and compares.

    Without `native` only plain Python is used: for drafts and previews, which must not reach native
    code.
    """

    def __init__(self, policy: Policy, *, native: bool = True) -> None:
        self.policy = policy
        self.engines = Engines(policy, native=native)
        self._door = Door(self.engines.plan)
        self._choices = Choices(self.engines.plan)

    def close(self) -> None:
        """Frees native memory; a closed decider decides no more."""
        self.engines.close()

    def decide(self, given: Mapping[str, object]) -> Decision:
        """The outcome of one return line; raises `RequestFault` for a value that cannot be right."""
        return self._line(self._door.enter(given), alone=True)[0]

    def decide_return(self, given: Mapping[str, object], lines: Sequence[Mapping[str, object]]) -> ReturnDecision:
        """The outcome of a return: `given` holds what all `lines` share."""
        if not 1 <= len(lines) <= MOST_LINES:
            raise RequestFault("wrong_lines", f"A return has 1 to {MOST_LINES} lines.", "lines")
        entered = [self._enter_line(given, line, index) for index, line in enumerate(lines)]
        total = [facts.number("item_price") for facts in entered]
        for facts in entered:
            self._share(facts, len(entered), None if None in total else sum(each or 0 for each in total))
        decided = [self._line(facts, alone=False) for facts in entered]
        return settle_return(self.engines, [pair[1] for pair in decided], [pair[0] for pair in decided])

    def _enter_line(self, given: Mapping[str, object], line: Mapping[str, object], index: int) -> Facts:
        try:
            return self._door.enter({**given, **line})
        except RequestFault as fault:
            raise RequestFault(fault.code, fault.message, f"lines[{index}].{fault.path}") from None

    def _share(self, facts: Facts, count: int, total: int | None) -> None:
        slots = facts.plan.slots
        if "return_value" not in facts.sent and total is not None:
            facts.values[slots["return_value"]] = total
        if "line_count" not in facts.sent:
            facts.values[slots["line_count"]] = count

    # --- one line ---------------------------------------------------------------------------------

    def _line(self, facts: Facts, *, alone: bool) -> tuple[Decision, Run]:
        run = Run(self.engines, facts)
        if facts.unknown_words:
            return asked_back(run, facts), run
        try:
            return self._decided(run, alone=alone)
        except (Disagreement, NetworkFault) as fault:
            log.critical("the evaluators of %s disagree: %s; the decision goes to a person",
                         self.policy.reference, fault)
            return disagreed(run, str(fault)), run

    def _decided(self, run: Run, *, alone: bool) -> tuple[Decision, Run]:
        draft = Draft()
        read_deadlines(run, draft)
        key = self._choices.key(run, draft, alone)
        if key in self._choices:
            if (known := self._choices.recall(key, run, draft)) is not None:
                return known, run
            run, draft = Run(self.engines, Facts(run.start, run.facts.sent, run.plan)), Draft()
            read_deadlines(run, draft)
        self._finish_draft(run, draft, alone=alone)
        if not run.undecided:
            self._choices.keep(key, run, draft)
            return finished(run, draft), run
        if draft.verdict.answer == "refuse" and "eligibility" not in run.unsure:
            return finished(run, draft), run
        return self._supposed(run, draft, alone=alone)

    def _draft(self, run: Run, *, alone: bool) -> Draft:
        draft = Draft()
        read_deadlines(run, draft)
        self._finish_draft(run, draft, alone=alone)
        return draft

    def _finish_draft(self, run: Run, draft: Draft, *, alone: bool) -> None:
        answer_line(run, draft)
        settle_line(run, draft, alone=alone)
        if alone:
            waive(run, draft)
        total_up(run, draft)
        broken_promises(run, draft)

    # --- facts that were not sent -----------------------------------------------------------------

    def _supposed(self, run: Run, draft: Draft, *, alone: bool) -> tuple[Decision, Run]:
        """Tries the values that unknown facts could have: same outcome, or a question."""
        facts, start = dict(run.undecided), run.start
        while True:
            choices = [supposed_values(fact, run.plan, start) for fact in facts]
            count = 1
            for choice in choices:
                count *= len(choice)
            if count > MOST_SUPPOSED:
                return finished(run, draft, ask=tuple(facts)), run
            outcomes, more = self._tried(run, start, choices, alone=alone)
            if not more - set(facts):
                break
            facts |= dict.fromkeys(sorted(more))
        first_run, first = outcomes[0]
        if any(_differs(first, other) for _, other in outcomes[1:]):
            return finished(run, draft, ask=tuple(facts)), run
        return finished(first_run, first, not_needed=tuple(facts), others=[other for _, other in outcomes[1:]]), first_run

    def _tried(self, run: Run, start: list[int], choices: list[list[tuple[tuple[int, int], ...]]], *,
               alone: bool) -> tuple[list[tuple[Run, Draft]], set[str]]:
        found: list[tuple[Run, Draft]] = []
        more: set[str] = set()
        for combination in product(*choices):
            facts = Facts(start.copy(), run.facts.sent, run.plan)
            for slot, value in (pair for pairs in combination for pair in pairs):
                facts.values[slot] = value
            each = Run(self.engines, facts)
            found.append((each, self._draft(each, alone=alone)))
            more |= set(each.undecided)
        return found, more


def _differs(one: Draft, other: Draft) -> bool:
    """Whether two drafts differ in the answer or in an amount."""
    return _money_of(one) != _money_of(other)


def _money_of(draft: Draft) -> tuple[object, ...]:
    verdict: Said = draft.verdict
    fees = tuple(sorted((fee.kind, str(fee.amount), fee.taken, fee.certainty) for fee in draft.fees))
    legs = tuple((party, str(leg.amount)) for party, leg in draft.legs.items())
    if verdict.answer == "refuse":
        return ("refuse",)
    return (verdict.answer, verdict.code, draft.net, fees, legs, draft.base, draft.percent, draft.outbound)
