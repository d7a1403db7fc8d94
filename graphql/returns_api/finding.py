"""Finds order lines by their ids, or by order and line number."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.store.orders import Family
from adapters.store.records import OrderLine
from engine.errors import RequestFault
from returns_api.context import Context
from returns_api.types.ids import NodeKind, key_of
from returns_api.types.inputs import EligibilityLineInput

Found = tuple[Family, OrderLine]


class Finder:
    """Finds the principal's order lines, with one query for all of them."""

    def __init__(self, context: Context, lines: Sequence[EligibilityLineInput]) -> None:
        numbers = {said.order for said in lines if said.order and not said.order_line}
        ids = {key for text in numbers if (key := key_of(text, NodeKind.ORDER))}
        line_ids = {
            key
            for said in lines
            if said.order_line and (key := key_of(said.order_line, NodeKind.ORDER_LINE))
        }
        self.ordered = context.store.orders.named(context.principal, (numbers, ids, line_ids))
        self._numbered: dict[str, list[Family]] = {}
        for each in self.ordered:
            self._numbered.setdefault(each.family.order.number, []).append(each.family)
        self._by_id = {each.family.order.id: each.family for each in self.ordered if ids}
        self._by_line = {
            line.id: (each.family, line)
            for each in self.ordered
            if line_ids
            for line in each.family.lines
        }

    def find(self, said: EligibilityLineInput) -> Found:
        """Returns the requested line; raises `RequestFault` if there is none, or more than one."""
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
        if said.line is None:
            text = (
                f"The order `{family.order.number}` has {len(family.lines)} lines; name the `line`."
            )
            raise RequestFault("missing", text, "line")
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
