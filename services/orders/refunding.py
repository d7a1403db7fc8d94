"""Checks refunds of cancelled units: each unit once, at most at its price and tax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.store.database import Store
from adapters.store.money.refunds import CancelledUnits, OrderRefund
from adapters.store.orders import Family
from adapters.store.records import OrderLine
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.spreading import tax_in
from services.orders.noting import check_confirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsOfLine:
    """A number of cancelled units of an order line; `line` is the line's number."""

    line: str
    units: int


def checked(
    store: Store, family: Family, wanted: OrderRefund, named: Sequence[UnitsOfLine]
) -> OrderRefund:
    """Returns the refund with the units it covers; its default amount is their price and tax.

    Raises `RequestFault` if the supplier has to pay and has not confirmed the order, or if units
    were not cancelled or are refunded already. A retailer's refund to its consumer only concerns
    the retailer and must name no units.
    """
    if wanted.payee == family.order.supplier.id:
        check_confirmed(family.order)
    elif named:
        raise RequestFault("not_allowed", "A refund of a consumer names no lines.", "lines")
    wanted = replace(wanted, lines=tuple(line.id for line in family.lines))
    if not named:
        return wanted
    if len({each.line for each in named}) < len(named):
        raise RequestFault("sent_twice", "A line stands twice.", "lines")
    units, worth, tax = [], 0, 0
    for index, each in enumerate(named):
        line = _line(family, each.line, f"lines[{index}].line")
        gone = store.refunds.units_refunded(line.id)
        _check_units(line, each.units, gone, f"lines[{index}].units")
        units.append(CancelledUnits(order_line=line.id, units=each.units))
        left = line.quantity - gone
        taxed = line.tax_of(left) - line.tax_of(left - each.units)
        worth, tax = worth + each.units * line.unit_price.minor + taxed, tax + taxed
    amount = worth if wanted.amount is None else wanted.amount
    if amount > worth:
        most = Money(worth, family.order.currency)
        said = f"The units that are named cost {most}; refund no more for them."
        raise RequestFault("over_what_is_left", said, "amount")
    return replace(wanted, amount=amount, tax=tax_in(amount, tax, worth), units=tuple(units))


def _line(family: Family, number: str, path: str) -> OrderLine:
    for line in family.lines:
        if line.number == number:
            return line
    raise RequestFault("not_found", f"The order has no line `{number[:60]}`.", path)


def _check_units(line: OrderLine, units: int, gone: int, path: str) -> None:
    if not 1 <= units <= line.cancelled - gone:
        raise RequestFault(
            "not_cancelled",
            f"{line.cancelled} units of line `{line.number}` were cancelled and {gone} of them "
            f"refunded; {units} are to be refunded. Cancel units by `updateOrder` first.",
            path,
        )
