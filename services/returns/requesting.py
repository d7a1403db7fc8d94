"""Opens the returns of a consumer: one for each order, each under its supplier's policies."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from adapters.store.ids import new_id
from adapters.store.orders import Family
from adapters.store.records import OrderLine
from adapters.store.returns.records import ConsumerReturn, NewLine, NewReturn, Return
from adapters.store.terms import canonical
from engine.decision.record import Decision
from engine.decision.ungoverned import ungoverned
from engine.errors import RequestFault, inside
from engine.money import Money
from engine.returns.outcome import outcome_of
from engine.returns.statements import standing, written
from services.orders.noting import check_confirmed
from services.returns.advancing import take_next_step
from services.returns.counting import worth_given
from services.returns.decision_service import Case, DecisionService, Ungoverned
from services.returns.facts import LineClaim
from services.returns.line_decisions import LineCase, LineDecision, deal_of_case, decide_deals
from services.returns.placing import address_of, place_of
from services.returns.settling.order import standing_of
from services.returns.who import Who

MOST_LINES: Final = 100
_REFERENCE: Final = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{0,100}\Z")


class Wanted(Struct, frozen=True, kw_only=True, gc=False):
    """A line that should come back, and the claim about it; `place` is its index in the input.

    `check` raises `RequestFault` unless the decision of this line alone is the one that was shown.
    """

    place: int = 0
    check: Callable[[Decision], None] | None = None
    said: LineClaim
    family: Family
    line: OrderLine


class _Claim(Struct, frozen=True, kw_only=True, gc=False):
    """A line that should come back, with its case."""

    wanted: Wanted
    case: Case | Ungoverned


def request(
    service: DecisionService, who: Who, wanted: Sequence[Wanted], reference: str
) -> tuple[ConsumerReturn, tuple[Return, ...]]:
    """Opens the consumer's return and its parts; raises `RequestFault` for wrong input."""
    if not 1 <= len(wanted) <= MOST_LINES:
        raise RequestFault("wrong_size", f"A return has 1 to {MOST_LINES} lines.", "lines")
    if not _REFERENCE.match(reference):
        raise RequestFault("wrong_reference", "A reference has up to 100 characters.", "reference")
    for index, each in enumerate(wanted):
        check_confirmed(each.line.order, f"lines[{index}].order")
    retailers = {each.line.order.retailer.id for each in wanted}
    if len(retailers) > 1:
        raise RequestFault(
            "several_retailers", "A consumer bought all of it from one retailer.", "lines"
        )
    retailer = retailers.pop()
    service.hold_orders({each.line.order.id for each in wanted})
    groups = _by_order([_as_held(service, each) for each in wanted])
    claims = [[_claim(service, who, each) for each in group] for group in groups]
    service.hold_partnerships({pair for group in claims for pair in _counted_pairs(group)})
    for each in (one.wanted for group in claims for one in group):
        _check_shown(service, each)
    suppliers = {each.line.order.supplier.id for each in wanted}
    service.store.journal.hold_all(suppliers, [retailer])
    whole = service.store.returns.begin(retailer, reference)
    parts = [_part(service, who, whole.id, group) for group in claims]
    keys = [each.id for each in sorted(parts, key=lambda each: each.number)]
    return replace(whole, parts=tuple(keys)), tuple(parts)


def _as_held(service: DecisionService, each: Wanted) -> Wanted:
    """Returns the line as it is now that its order is locked."""
    family, line = service.ordered(each.line.id)
    return replace(each, family=family, line=line)


def _by_order(wanted: Sequence[Wanted]) -> list[list[Wanted]]:
    """The lines of each order."""
    groups: dict[str, list[Wanted]] = {}
    for each in wanted:
        groups.setdefault(each.line.order.id, []).append(each)
    return list(groups.values())


def _claim(service: DecisionService, who: Who, each: Wanted) -> _Claim:
    """Returns a line with its case; raises `RequestFault` for facts the requester may not state."""
    with inside(f"lines[{each.place}]"):
        case = service.governed(each.said, each.family, each.line, who.speaking(service.at))
    return _Claim(wanted=each, case=case)


def _check_shown(service: DecisionService, each: Wanted) -> None:
    """Raises `RequestFault` if a line is decided otherwise than it was shown."""
    if each.check is None:
        return
    case = service.case(each.said, each.family, each.line)
    if isinstance(case, Ungoverned):
        each.check(ungoverned(case.code, case.facts))
    else:
        each.check(service.decide(case))


def _counted_pairs(group: Sequence[_Claim]) -> set[tuple[str, str]]:
    """Returns the partnership of an order, if a policy counts its returns."""
    order = group[0].wanted.line.order
    cases = [each.case for each in group if isinstance(each.case, Case)]
    pair = (order.supplier.id, order.retailer.id)
    return {pair} if any(case.policy.counters for case in cases) else set()


def _part(service: DecisionService, who: Who, whole: str, group: Sequence[_Claim]) -> Return:
    """Opens and decides the return of one order, and advances it as far as its policies allow."""
    order = group[0].wanted.line.order
    cases = [
        service.counted(each.case) if isinstance(each.case, Case) else each.case for each in group
    ]
    line_cases = [
        replace(deal_of_case(case, each.wanted.line.id).at(service, {}), line=str(place))
        for place, (case, each) in enumerate(zip(cases, group, strict=True))
    ]
    between = (order.supplier.id, order.retailer.id)
    dealt = decide_deals(
        service, who, between, line_cases, standing_of(service, group[0].wanted.family)
    )
    _check_left(group, dealt)
    made = service.store.returns.add(
        NewReturn(
            part_of=whole,
            supplier=order.supplier.id,
            retailer=order.retailer.id,
            order=order.id,
            requested_at=service.at,
            lines=tuple(
                _line(service, each.wanted, line_case, found)
                for each, line_case, found in zip(group, line_cases, dealt, strict=True)
            ),
        )
    )
    asked = [
        {"line": line.id, "units": line.quantity, "answer": line.outcome.answer}
        for line in made.lines
    ]
    service.store.returns.tell(made.id, who.by, "return_request", lines=asked)
    _date(service, who, made.id, [each.wanted.said for each in group])
    return take_next_step(service, made.id)


def _check_left(group: Sequence[_Claim], dealt: Sequence[LineDecision]) -> None:
    """Raises `RequestFault` for a line that asks for more than others of its order line leave."""
    left: dict[str, int] = {}
    for each, found in zip(group, dealt, strict=True):
        line, units = each.wanted.line, each.wanted.said.quantity
        before = left.setdefault(line.id, line.returnable)
        if found.decision.answer == "refuse":
            continue
        if units > before:
            text = f"{units} more of line `{line.number}` cannot come back: {before} are left."
            raise RequestFault("quantity_exceeded", text, f"lines[{each.wanted.place}].quantity")
        left[line.id] = before - units


def _date(service: DecisionService, who: Who, key: str, said: Sequence[LineClaim]) -> None:
    """Journals another request day that the supplier set, with its reason."""
    days = {(each.requested_on, each.requested_why.strip()) for each in said}
    for on, why in sorted((on.isoformat(), why) for on, why in days if on):
        service.store.returns.tell(key, who.by, "return_dated", requested=on, why=why)


def _line(
    service: DecisionService, each: Wanted, line_case: LineCase, dealt: LineDecision
) -> NewLine:
    line, by = each.line, line_case.applied
    outcome = outcome_of(dealt.decision, dealt.key, dealt.share, _most(line, dealt.decision))
    place = place_of(service.store, line, dealt.decision.goods_to)
    return NewLine(
        id=new_id(),
        order_line=line.id,
        sku=line.product.sku,
        quantity=each.said.quantity,
        expected=outcome.expected(each.said.quantity),
        worth=_worth(line, each.said.quantity, line_case),
        facts=line_case.facts_after(dealt.decision),
        told=written(standing(line_case.told, line_case.given)),
        edition=by.edition if by else "",
        digest=by.digest if by else "",
        terms=canonical(by.terms) if by else "{}",
        location=place.handle if place else (dealt.decision.goods_to or ""),
        return_to=address_of(place) if place else None,
        outcome=outcome,
    )


def _worth(line: OrderLine, quantity: int, line_case: LineCase) -> Money:
    """Returns the price of the units by their policy, or by the order if no policy governs."""
    if line_case.policy is not None:
        return worth_given(line_case.given)
    return Money(line.unit_price.minor * quantity, line.unit_price.currency)


def _most(line: OrderLine, decision: Decision) -> int:
    """Returns the price and tax of the line's kept units, plus refunded outbound shipping."""
    outbound = decision.outbound_refunded
    price = line.unit_price.minor * line.kept + line.tax_of(line.kept)
    return price + (outbound.minor if outbound else 0)
