"""Opens the returns of a consumer: one for each order, each under its supplier's policies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from adapters.store.ids import new_id
from adapters.store.orders import Family
from adapters.store.records import OrderLine
from adapters.store.returns.records import ConsumerReturn, NewLine, NewReturn, Return
from adapters.store.terms import canonical
from engine.decision.record import Decision
from engine.errors import RequestFault
from engine.money import Money
from engine.returns.outcome import outcome_of
from engine.returns.statements import standing, told, written
from services.orders.noting import check_confirmed
from services.returns.cases import Case, Desk, Ungoverned
from services.returns.counting import worth_given
from services.returns.deals import Deal, Dealt, deal_of_case, decide_deals
from services.returns.facts import LineClaim
from services.returns.going import go_on
from services.returns.placing import address_of, place_of
from services.returns.settling.order import standing_of
from services.returns.who import Who

MOST_LINES: Final = 100
_REFERENCE: Final = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{0,100}\Z")


class Wanted(Struct, frozen=True, kw_only=True, gc=False):
    """A line that should come back, and the claim about it; `place` is its index in the input."""

    place: int = 0
    said: LineClaim
    family: Family
    line: OrderLine


class _Claim(Struct, frozen=True, kw_only=True, gc=False):
    """A line that should come back, with its case."""

    wanted: Wanted
    case: Case | Ungoverned


def request(
    desk: Desk, who: Who, wanted: Sequence[Wanted], reference: str
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
    desk.hold_orders({each.line.order.id for each in wanted})
    groups = _by_order([_as_held(desk, each) for each in wanted])
    claims = [[_claim(desk, who, each) for each in group] for group in groups]
    desk.hold_partnerships({pair for group in claims for pair in _counted_pairs(group)})
    suppliers = {each.line.order.supplier.id for each in wanted}
    desk.store.journal.hold_all(suppliers, [retailer])
    whole = desk.store.returns.begin(retailer, reference)
    parts = [_part(desk, who, whole.id, group) for group in claims]
    keys = [each.id for each in sorted(parts, key=lambda each: each.number)]
    return replace(whole, parts=tuple(keys)), tuple(parts)


def _as_held(desk: Desk, each: Wanted) -> Wanted:
    """Returns the line as it is now that its order is locked."""
    family, line = desk.ordered(each.line.id)
    return replace(each, family=family, line=line)


def _by_order(wanted: Sequence[Wanted]) -> list[list[Wanted]]:
    """The lines of each order."""
    groups: dict[str, list[Wanted]] = {}
    for each in wanted:
        groups.setdefault(each.line.order.id, []).append(each)
    return list(groups.values())


def _claim(desk: Desk, who: Who, each: Wanted) -> _Claim:
    """Returns a line with its case; raises `RequestFault` for facts the requester may not state."""
    try:
        case = desk.governed(each.said, each.family, each.line, who.speaking(desk.at))
    except RequestFault as fault:
        raise fault.within(f"lines[{each.place}]") from None
    return _Claim(wanted=each, case=case)


def _counted_pairs(group: Sequence[_Claim]) -> set[tuple[str, str]]:
    """Returns the partnership of an order, if a policy counts its returns."""
    order = group[0].wanted.line.order
    cases = [each.case for each in group if isinstance(each.case, Case)]
    pair = (order.supplier.id, order.retailer.id)
    return {pair} if any(case.policy.counters for case in cases) else set()


def _part(desk: Desk, who: Who, whole: str, group: Sequence[_Claim]) -> Return:
    """Opens and decides the return of one order, and advances it as far as its policies allow."""
    order = group[0].wanted.line.order
    cases = [
        desk.counted(each.case) if isinstance(each.case, Case) else each.case for each in group
    ]
    deals = [
        replace(deal_of_case(case, each.wanted.line.id).at(desk, {}), line=str(place))
        for place, (case, each) in enumerate(zip(cases, group, strict=True))
    ]
    between = (order.supplier.id, order.retailer.id)
    dealt = decide_deals(desk, who, between, deals, standing_of(desk, group[0].wanted.family))
    made = desk.store.returns.add(
        NewReturn(
            part_of=whole,
            supplier=order.supplier.id,
            retailer=order.retailer.id,
            order=order.id,
            requested_at=desk.at,
            lines=tuple(
                _line(desk, each.wanted, deal, found)
                for each, deal, found in zip(group, deals, dealt, strict=True)
            ),
        )
    )
    asked = [
        {"line": line.id, "units": line.quantity, "answer": line.outcome.answer}
        for line in made.lines
    ]
    desk.store.returns.tell(made.id, who.by, "return_request", lines=asked)
    _date(desk, who, made.id, [each.wanted.said for each in group])
    return go_on(desk, made.id)


def _date(desk: Desk, who: Who, key: str, said: Sequence[LineClaim]) -> None:
    """Journals another request day that the supplier set, with its reason."""
    days = {(each.requested_on, each.requested_why.strip()) for each in said}
    for on, why in sorted((on.isoformat(), why) for on, why in days if on):
        desk.store.returns.tell(key, who.by, "return_dated", requested=on, why=why)


def _line(desk: Desk, each: Wanted, deal: Deal, dealt: Dealt) -> NewLine:
    line, by = each.line, deal.applied
    outcome = outcome_of(dealt.decision, dealt.key, dealt.share, _most(line, dealt.decision))
    place = place_of(desk.store, line, dealt.decision.goods_to)
    return NewLine(
        id=new_id(),
        order_line=line.id,
        sku=line.product.sku,
        quantity=each.said.quantity,
        expected=outcome.expected(each.said.quantity),
        worth=_worth(line, each.said.quantity, deal),
        facts=deal.facts_after(dealt.decision),
        told=written(standing(told(deal.told), deal.given)),
        edition=by.edition if by else "",
        digest=by.digest if by else "",
        terms=canonical(by.terms) if by else "{}",
        location=place.handle if place else (dealt.decision.goods_to or ""),
        return_to=address_of(place) if place else None,
        outcome=outcome,
    )


def _worth(line: OrderLine, quantity: int, deal: Deal) -> Money:
    """Returns the price of the units by their policy, or by the order if no policy governs."""
    if deal.policy is not None:
        return worth_given(deal.given)
    return Money(line.unit_price.minor * quantity, line.unit_price.currency)


def _most(line: OrderLine, decision: Decision) -> int:
    """Returns the price and tax of the line's kept units, plus refunded outbound shipping."""
    outbound = decision.outbound_refunded
    price = line.unit_price.minor * line.kept + line.tax_of(line.kept)
    return price + (outbound.minor if outbound else 0)
