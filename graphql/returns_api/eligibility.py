"""Answers `eligibility`: each line gets a decision or a named problem, whatever the others get."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from adapters.store.orders import Family
from adapters.store.past.keeping import About, keep_line, keep_ungoverned
from adapters.store.records import Decided, OrderLine
from engine.decision.record import Decision
from engine.decision.ungoverned import ungoverned
from engine.errors import RequestFault
from engine.returns.statements import told
from returns_api.context import Context
from returns_api.said import claim_of
from returns_api.types.decision import Answer
from returns_api.types.eligibility import Eligibility, ReasonTerms
from returns_api.types.ids import NodeKind, encode, key_of
from returns_api.types.inputs import EligibilityLineInput
from returns_api.types.problems import input_problem
from returns_api.types.scalars import day, money_or_none
from services.returns.cases import Case, Desk, Ungoverned, View

MOST_LINES: Final = 100
_NAMES: Final = {"requested": "requestedOn", "order_line": "orderLine"}
Found = tuple[Family, OrderLine]
FindTerms = Callable[[Context], list[ReasonTerms]]


def eligibility(
    context: Context, lines: Sequence[EligibilityLineInput], view: View
) -> list[Eligibility]:
    """One answer a line, in order; every decision is kept, but for those of another time."""
    if not 1 <= len(lines) <= MOST_LINES:
        raise RequestFault("wrong_size", f"1 to {MOST_LINES} lines are answered at once.", "lines")
    desk, finder = context.desk(view), Finder(context, lines)
    made = [_answer(context, desk, finder, (index, said)) for index, said in enumerate(lines)]
    if not view.present:
        return [replace(answer, decision_id=None) for answer, _ in made]
    with context.store.atomic():
        context.store.decisions.add(decided for _, decided in made if decided)
    return [answer for answer, _ in made]


class Finder:
    """Finds order lines of the one who asks; numbers are looked up for all lines at once."""

    def __init__(self, context: Context, lines: Sequence[EligibilityLineInput]) -> None:
        self._context = context
        numbers = {said.order for said in lines if said.order and not said.order_line}
        self._numbered: dict[str, list[Family]] = {}
        for family in context.store.orders.numbered(context.principal, numbers):
            self._numbered.setdefault(family.order.number, []).append(family)
        self._by_id: dict[str, Family | None] = {}

    def find(self, said: EligibilityLineInput) -> Found:
        """The line that is meant; raises `RequestFault` if there is none, or more than one."""
        if said.order_line:
            return self._by_line_id(said.order_line)
        if not said.order:
            raise RequestFault("missing", "Name an `orderLine`, or an `order` and its `line`.")
        family = self._family(said)
        if said.line is None and len(family.lines) == 1:
            return family, family.lines[0]
        for line in family.lines:
            if line.number == said.line:
                return family, line
        raise RequestFault("not_found", "This order has no such line.", "line")

    def _by_line_id(self, text: str) -> Found:
        key = key_of(text, NodeKind.ORDER_LINE)
        line = self._context.store.orders.line(self._context.principal, key) if key else None
        family = self._order(line.order.id) if line else None
        if line is None or family is None:
            raise RequestFault("not_found", "There is no such order line.", "orderLine")
        return family, line

    def _family(self, said: EligibilityLineInput) -> Family:
        text = said.order or ""
        key = key_of(text, NodeKind.ORDER)
        by_id = self._order(key) if key else None
        found = [by_id] if by_id else self._numbered.get(text, [])
        if said.supplier:
            found = [each for each in found if each.order.supplier.handle == said.supplier]
        if not found:
            raise RequestFault("not_found", "There is no such order.", "order")
        if len(found) > 1:
            raise RequestFault(
                "ambiguous_order", "Several orders have this number; name the `supplier`.", "order"
            )
        return found[0]

    def _order(self, key: str) -> Family | None:
        if key not in self._by_id:
            self._by_id[key] = self._context.store.orders.order(self._context.principal, key)
        return self._by_id[key]


def _answer(
    context: Context, desk: Desk, finder: Finder, asked: tuple[int, EligibilityLineInput]
) -> tuple[Eligibility, Decided | None]:
    """The answer for one line, and the decision to keep."""
    index, said = asked
    line: OrderLine | None = None
    try:
        family, line = finder.find(said)
        case = desk.case(claim_of(said), family, line)
        about = _about(context, desk.at, line)
        if isinstance(case, Ungoverned):
            decision = ungoverned(case.code, case.facts)
            kept = keep_ungoverned(about, case.considered, line.id, decision)
            return shown(decision, line, kept=kept), kept
        decision = desk.decide(case)
        kept = keep_line(about, case.applied, line.id, decision, case.told)
        return shown(decision, line, (case, terms_of(desk, case)), kept), kept
    except RequestFault as fault:
        if fault.code == "too_much_asked":
            raise
        place = RequestFault(fault.code, fault.message, _NAMES.get(fault.path, fault.path))
        problem = input_problem(place, f"lines[{index}]")
        answer = Eligibility(
            decision=None,
            told={},
            code=fault.code,
            sentence=fault.message,
            problem=problem,
            line=line,
        )
        return answer, None


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
    """A decision as the answer for a line; `by` is what governs it."""
    return Eligibility(
        decision=decision,
        told=told(by[0].told) if by else {},
        code=decision.code,
        sentence=decision.sentence,
        decision_id=encode(NodeKind.DECISION, kept.id) if kept else None,
        line=line,
        found=by[0].edition if by else None,
        terms=by[1] if by else None,
    )


def terms_of(desk: Desk, case: Case) -> FindTerms:
    """The terms for each reason, worked out when they are asked for."""

    def found(_context: Context) -> list[ReasonTerms]:
        return [
            ReasonTerms(
                reason=reason,
                answer=Answer(decision.answer),
                code=decision.code,
                sentence=decision.sentence,
                last_day=day(decision.last_day),
                net=money_or_none(decision.net),
                return_shipping_paid_by=decision.return_paid_by,
            )
            for reason, decision in desk.by_reason(case)
        ]

    return found
