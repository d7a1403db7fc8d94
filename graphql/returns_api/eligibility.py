"""Answers `eligibility`: each line gets a decision or a named problem, whatever the others get."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from adapters.store.orders import Family
from adapters.store.past.keeping import About, keep_line, keep_ungoverned
from adapters.store.records import Decided, OrderLine
from engine.decision.record import Decision
from engine.decision.ungoverned import ungoverned
from engine.errors import RequestFault
from engine.policy.model import Policy
from engine.policy.register.mentions import places_of
from engine.returns.statements import Statement, told
from returns_api.context import Context
from returns_api.said import claim_of
from returns_api.types.eligibility import Eligibility, ReasonTerms
from returns_api.types.ids import NodeKind, encode, key_of
from returns_api.types.inputs import EligibilityLineInput
from returns_api.types.missing import facts_under
from returns_api.types.nearest import Lend
from returns_api.types.outcomes import Answer, Party, as_enum
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
    desk.foresee(finder.orders)
    made = [_answer(context, desk, finder, (index, said)) for index, said in enumerate(lines)]
    if not view.present:
        return [replace(answer, decision_id=None) for answer, _ in made]
    context.store.together.keep([decided for _, decided in made if decided])
    return [answer for answer, _ in made]


class Finder:
    """Finds order lines of the one who asks; each way of naming them is one look for all lines."""

    def __init__(self, context: Context, lines: Sequence[EligibilityLineInput]) -> None:
        orders, principal = context.store.orders, context.principal
        numbers = {said.order for said in lines if said.order and not said.order_line}
        ids = {key for text in numbers if (key := key_of(text, NodeKind.ORDER))}
        line_ids = {
            key
            for said in lines
            if said.order_line and (key := key_of(said.order_line, NodeKind.ORDER_LINE))
        }
        self._numbered: dict[str, list[Family]] = {}
        for family in orders.numbered(principal, numbers):
            self._numbered.setdefault(family.order.number, []).append(family)
        self._by_id = {each.order.id: each for each in orders.by_key(principal, ids)}
        self._by_line = {
            line.id: (family, line)
            for family in orders.of_lines(principal, line_ids)
            for line in family.lines
        }

    @property
    def orders(self) -> set[str]:
        """The keys of all orders that were found."""
        numbered = {each.order.id for found in self._numbered.values() for each in found}
        return numbered | set(self._by_id) | {each.order.id for each, _ in self._by_line.values()}

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
        found = self._by_line.get(key_of(text, NodeKind.ORDER_LINE) or "")
        if found is None:
            raise RequestFault("not_found", "There is no such order line.", "orderLine")
        return found

    def _family(self, said: EligibilityLineInput) -> Family:
        text = said.order or ""
        by_id = self._by_id.get(key_of(text, NodeKind.ORDER) or "")
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
        said_by = told(case.told)
        kept = keep_line(about, case.applied, line.id, decision, said_by)
        return shown(decision, line, (case, said_by, terms_of(desk, case)), kept), kept
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
    by: tuple[Case, Mapping[str, Statement], FindTerms] | None = None,
    kept: Decided | None = None,
) -> Eligibility:
    """A decision as the answer for a line; `by` is what governs it, and who said its facts."""
    return Eligibility(
        decision=decision,
        told=by[1] if by else {},
        known=facts_under(by[0].policy, by[0].edition.language) if by else None,
        lend=_lend(by[0].policy) if by else None,
        code=decision.code,
        sentence=decision.sentence,
        decision_id=encode(NodeKind.DECISION, kept.id) if kept else None,
        line=line,
        found=by[0].edition if by else None,
        terms=by[2] if by else None,
    )


def _lend(policy: Policy) -> Lend:
    return lambda context: context.library.lent(policy, native=False)


def terms_of(desk: Desk, case: Case) -> FindTerms:
    """The terms for each reason, worked out when they are asked for."""

    def found(_context: Context) -> list[ReasonTerms]:
        places = places_of(case.policy)
        terms = sorted(desk.by_reason(case), key=lambda each: places.get(each[0], len(places)))
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
