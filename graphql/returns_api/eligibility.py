"""Answers `eligibility`: each line gets a decision or a problem, independent of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from adapters.store.decision_history.keeping import About, keep_line, keep_ungoverned
from adapters.store.records import Decided, OrderLine
from engine.decision.record import Decision
from engine.decision.ungoverned import ungoverned
from engine.errors import RequestFault
from engine.policy.model import Policy
from engine.policy.register.mentions import places_of
from returns_api.context import Context
from returns_api.finding import Finder, Found
from returns_api.line_claims import claim_of
from returns_api.types.eligibility import Eligibility, ReasonTerms
from returns_api.types.ids import NodeKind, encode
from returns_api.types.inputs import EligibilityLineInput
from returns_api.types.missing import facts_under
from returns_api.types.nearest import Lend
from returns_api.types.outcomes import Answer, Party, as_enum
from returns_api.types.paths import path_in
from returns_api.types.problems import input_problem
from returns_api.types.scalars import day, money_or_none
from services.returns.decision_service import Case, DecisionService, Ungoverned, View

MOST_LINES: Final = 100
FindTerms = Callable[[Context], list[ReasonTerms]]


def eligibility(
    context: Context, lines: Sequence[EligibilityLineInput], view: View
) -> list[Eligibility]:
    """Returns one answer per line, in order; stores the decisions, except those for
    another time.
    """
    if not 1 <= len(lines) <= MOST_LINES:
        raise RequestFault("wrong_size", f"1 to {MOST_LINES} lines are answered at once.", "lines")
    service, finder = context.service(view), Finder(context, lines)
    service.know(finder.ordered)
    asked = [_Asked(said) for said in lines]
    for step in _steps(context, service, finder):
        _take(step, asked)
    answers = [_answer(service, index, each) for index, each in enumerate(asked)]
    if not view.present:
        return [replace(answer, decision_id=None) for answer in answers]
    context.store.group_commit.keep([each.kept for each in asked if each.kept])
    return answers


@dataclass(slots=True)
class _Asked:
    """A line on its way to its answer; later fields are missing until their step, or after a fault.

    `line` is set for reporting the fault.
    """

    said: EligibilityLineInput
    line: OrderLine | None = None
    fault: RequestFault | None = None
    found: Found = field(init=False)
    case: Case | Ungoverned = field(init=False)
    decision: Decision = field(init=False)
    kept: Decided | None = None


Step = Callable[[_Asked], None]


def _take(step: Step, asked: Sequence[_Asked]) -> None:
    """Takes one step for all lines that have no fault.

    Taking each line through all steps before the next takes half as long again: the code and data
    of every step would have to be loaded into the processor's caches anew for each line.
    """
    for each in asked:
        if each.fault is None:
            try:
                step(each)
            except RequestFault as fault:
                if fault.code == "too_much_asked":
                    raise
                each.fault = fault


def _steps(context: Context, service: DecisionService, finder: Finder) -> tuple[Step, ...]:
    """Returns the steps from the input of a line to the decision to store."""

    def find(each: _Asked) -> None:
        each.found = finder.find(each.said)
        each.line = each.found[1]

    def put_together(each: _Asked) -> None:
        each.case = service.case(claim_of(each.said), *each.found)

    def decide(each: _Asked) -> None:
        _decide(service, each)

    def make_record(each: _Asked) -> None:
        line = each.found[1]
        each.kept = _kept(_about(context, service.at, line), line, each)

    return find, put_together, decide, make_record


def _decide(service: DecisionService, each: _Asked) -> None:
    case = each.case
    if isinstance(case, Case):
        each.decision = service.decide(case)
    else:
        each.decision = ungoverned(case.code, case.facts)


def _kept(about: About, line: OrderLine, each: _Asked) -> Decided:
    case = each.case
    if isinstance(case, Case):
        return keep_line(about, case.applied, line.id, each.decision, case.told)
    return keep_ungoverned(about, case.considered, line.id, each.decision)


def _answer(service: DecisionService, index: int, each: _Asked) -> Eligibility:
    if each.fault is not None:
        return _problem(index, each.said, each.fault, each.line)
    case = each.case
    by = (case, terms_of(service, case)) if isinstance(case, Case) else None
    return shown(each.decision, each.found[1], by, each.kept)


def _problem(
    index: int, said: EligibilityLineInput, fault: RequestFault, line: OrderLine | None
) -> Eligibility:
    place = RequestFault(fault.code, fault.message, path_in(said, fault.path))
    return Eligibility(
        decision=None,
        stated=(),
        code=fault.code,
        sentence=fault.message,
        problem=input_problem(place, f"lines[{index}]"),
        line=line,
    )


def _about(context: Context, at: datetime, line: OrderLine) -> About:
    return About(
        retailer=line.order.retailer.id,
        supplier=line.order.supplier.id,
        decided_at=at,
        asked_by=context.principal.key_id,
    )


def shown(
    decision: Decision,
    line: OrderLine,
    by: tuple[Case, FindTerms] | None = None,
    kept: Decided | None = None,
) -> Eligibility:
    """Returns a decision as the answer for a line; `by` is its case, with its terms."""
    return Eligibility(
        decision=decision,
        stated=by[0].told if by else (),
        known=facts_under(by[0].policy, by[0].edition.language) if by else None,
        lend=_lend(by[0].policy) if by else None,
        code=decision.code,
        sentence=decision.sentence,
        decision_id=encode(NodeKind.DECISION, kept.id) if kept else None,
        line=line,
        found=by[0].edition if by else None,
        terms=by[1] if by else None,
    )


def _lend(policy: Policy) -> Lend:
    return lambda context: context.library.lent(policy, native=False)


def terms_of(service: DecisionService, case: Case) -> FindTerms:
    """Returns a function that computes the terms for each reason when requested."""

    def found(_context: Context) -> list[ReasonTerms]:
        places = places_of(case.policy)
        terms = sorted(service.by_reason(case), key=lambda each: places.get(each[0], len(places)))
        return [
            ReasonTerms(
                reason=reason,
                answer=Answer(decision.answer),
                code=decision.code,
                sentence=decision.sentence,
                last_day=day(decision.last_day),
                net=money_or_none(decision.net),
                return_shipping_paid_by=as_enum(Party, decision.return_paid_by),
            )
            for reason, decision in terms
        ]

    return found
