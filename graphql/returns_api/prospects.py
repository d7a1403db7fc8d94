"""Answers which terms would apply to goods before they are bought.

They are decided as if ordered and delivered today and requested back at once, by the policy that
would govern that order; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import strawberry

from adapters.store.orders import Family
from adapters.store.records import Order, OrderLine, Partnership
from engine.countries import wrong_country
from engine.decision.ungoverned import ungoverned
from engine.errors import RequestFault
from engine.money import Money
from returns_api.context import Context
from returns_api.eligibility import shown, terms_of
from returns_api.line_claims import named
from returns_api.types.eligibility import Eligibility
from returns_api.types.inputs import FactInput
from returns_api.types.paths import path_in
from returns_api.types.problems import input_problem
from returns_api.types.scalars import Currency, MinorUnits
from services.returns.decision_service import Case, DecisionService
from services.returns.facts import LineClaim

MOST: Final = 100


@strawberry.input(description="Goods that may be bought.")
class ProspectInput:
    """`partner` is the supplier's handle for a retailer, and the retailer's for a supplier."""

    partner: str
    sku: str
    unit_price: MinorUnits
    currency: Currency
    quantity: int = 1
    """The number of units that would be bought."""
    reason: str | None = None
    """The return reason, such as `change_of_mind`."""
    country: str = ""
    channel: str = ""
    """The sales channel, such as `online`."""
    facts: list[FactInput] | None = None
    """Further facts of the goods, by name."""


def prospects(context: Context, asked: Sequence[ProspectInput]) -> list[Eligibility]:
    """Returns one answer for each of the goods, in order."""
    if not 1 <= len(asked) <= MOST:
        raise RequestFault("wrong_size", f"1 to {MOST} goods are answered at once.", "goods")
    service = context.service()
    return [_answer(context, service, each, f"goods[{at}]") for at, each in enumerate(asked)]


def _answer(
    context: Context, service: DecisionService, asked: ProspectInput, path: str
) -> Eligibility:
    try:
        line = _line(context, service, asked)
        said = LineClaim(
            quantity=asked.quantity, reason=asked.reason, facts=tuple(named(asked.facts))
        )
        case = service.case(said, Family(order=line.order, lines=(line,)), line)
        if isinstance(case, Case):
            return shown(service.decide(case), line, (case, terms_of(service, case)))
        return shown(ungoverned(case.code, case.facts), line)
    except RequestFault as fault:
        if fault.code == "too_much_asked":
            raise
        place = path_in(asked, fault.path)
        problem = input_problem(RequestFault(fault.code, fault.message, place), path)
        return Eligibility(
            decision=None, stated=(), code=fault.code, sentence=fault.message, problem=problem
        )


def _line(context: Context, service: DecisionService, asked: ProspectInput) -> OrderLine:
    partnership = _partnership(context, asked.partner)
    product = context.store.goods.product(partnership.supplier.id, asked.sku)
    if product is None:
        raise RequestFault("unknown_sku", f"There is no `{asked.sku[:60]}`.", "sku")
    if asked.country and (wrong := wrong_country(asked.country)):
        raise RequestFault("wrong_country", wrong, "country")
    today = service.today("UTC").isoformat()
    order = Order(
        id="",
        number="",
        supplier=partnership.supplier,
        retailer=partnership.retailer,
        currency=asked.currency,
        dates={"ordered": today, "shipped": today, "delivered": today},
        country=asked.country,
        channel=asked.channel,
        facts={},
    )
    return OrderLine(
        id="",
        order=order,
        number="1",
        product=product,
        quantity=asked.quantity,
        returned=0,
        unit_price=Money(asked.unit_price, asked.currency),
        location=None,
        dates={},
        facts={},
    )


def _partnership(context: Context, handle: str) -> Partnership:
    for each in context.store.partnerships.all_of(context.principal):
        other = {each.supplier.handle, each.retailer.handle} - {context.principal.handle}
        if other == {handle}:
            return each
    raise RequestFault("not_found", "There is no such partner of yours.", "partner")
