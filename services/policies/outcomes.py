"""Decides scenarios, and reduces each decision to the values that people compare first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from engine.decision.decide import Decider
from engine.decision.record import Decision, FeeLine, ReturnDecision
from engine.errors import RequestFault
from engine.policy.editions import PolicyFile
from engine.policy.model import Policy
from services.policies.scenarios import Scenario, edition_for

NOT_DECIDED = "not decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewOutcome:
    """The columns of a preview; empty where there is no value.

    For a whole return, the values of its lines are joined where they differ.
    """

    answer: str
    code: str = ""
    last_day: str = ""
    fees: str = ""
    net: str = ""
    payer: str = ""
    decisions: tuple[Decision, ...] = field(default=(), compare=False, repr=False)
    """One for each line; not a column."""

    def changes(self, before: PreviewOutcome) -> tuple[str, ...]:
        """Returns the columns that differ from an earlier outcome."""
        was = before.columns
        return tuple(name for name, value in self.columns.items() if value != was[name])

    @property
    def columns(self) -> dict[str, str]:
        """The compared values by column name."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.compare}


class Previewer:
    """Decides scenarios by one policy file; compiled editions are kept until it is closed.

    `native` also runs the rule network, which must never run somebody else's draft.
    """

    def __init__(self, file: PolicyFile, *, native: bool = True) -> None:
        self.file = file
        self._native = native
        self._deciders: dict[str, Decider] = {}

    def outcome(self, scenario: Scenario) -> PreviewOutcome:
        """Returns the outcome; for an invalid fact the error stands in place of the code."""
        try:
            return _outcome(self._decide(scenario))
        except RequestFault as fault:
            return PreviewOutcome(answer=NOT_DECIDED, code=str(fault))

    def close(self) -> None:
        """Frees the compiled editions."""
        for decider in self._deciders.values():
            decider.close()

    def _decide(self, scenario: Scenario) -> Decision | ReturnDecision:
        terms = scenario.agreed or scenario.edits
        file = self.file.with_terms(scenario.agreed, scenario.edits) if terms else self.file
        dates = {**scenario.given, **(scenario.lines[0] if scenario.lines else {})}
        edition, _ = edition_for(file, dates)
        decider = self._decider(edition)
        if scenario.lines:
            return decider.decide_return(*scenario.apart)
        return decider.decide(scenario.given)

    def _decider(self, edition: Policy) -> Decider:
        if edition.digest not in self._deciders:
            self._deciders[edition.digest] = Decider(edition, native=self._native)
        return self._deciders[edition.digest]


def _outcome(decision: Decision | ReturnDecision) -> PreviewOutcome:
    lines = decision.lines if isinstance(decision, ReturnDecision) else (decision,)
    once = decision.fees if isinstance(decision, ReturnDecision) else ()
    return PreviewOutcome(
        answer=decision.answer,
        code=decision.code,
        last_day=_each([line.last_day or "" for line in lines]),
        fees=", ".join(_fee(fee) for fee in (*(f for line in lines for f in line.fees), *once)),
        net=_net(decision),
        payer=_each([line.return_paid_by or "" for line in lines]),
        decisions=tuple(lines),
    )


def _each(values: Sequence[str]) -> str:
    return values[0] if len(set(values)) == 1 else " / ".join(value or "-" for value in values)


def _fee(fee: FeeLine) -> str:
    return f"{fee.kind} {fee.amount if fee.amount is not None else 'open'}"


def _net(decision: Decision | ReturnDecision) -> str:
    if decision.answer == "refuse" or decision.net_certainty == "no_money":
        return ""
    at_most = "at most " if decision.net_certainty == "at_most" else ""
    return f"{at_most}{decision.net}" if decision.net else "open"
