"""Finds the differences between a row of an order file and the stored order, as a change."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.store.drafts import LineDraft, OrderDraft
from adapters.store.ordering.records import Change, LineChange
from adapters.store.orders import Family
from adapters.store.records import OrderLine
from engine.errors import RequestFault
from engine.money import Money
from services.orders.telling import AMENDABLE


def change_of(draft: OrderDraft, family: Family) -> Change | None:
    """Returns the change, or None if nothing differs.

    Values that the file leaves out stay as they are. Raises `RequestFault` `not_amendable` if a
    value differs that cannot be changed.
    """
    order = family.order
    said = (
        ("ordered", draft.dates.get("ordered", ""), order.dates.get("ordered", "")),
        ("currency", draft.currency, order.currency),
        ("channel", draft.channel, order.channel),
    )
    for name, new, old in said:
        if new and new != old:
            raise _stands(name, old, name)
    lines = {line.number: line for line in family.lines}
    changes = []
    for index, line in enumerate(draft.lines):
        if line.number not in lines:
            text = f"The order `{order.number}` has no line `{line.number[:60]}`."
            raise RequestFault("not_amendable", text, f"lines[{index}].number")
        changes += [*_of_line(line, lines[line.number], f"lines[{index}]")]
    country = draft.country if draft.country != order.country else ""
    change = Change(country=country, lines=tuple(changes))
    return change if change != Change() else None


def _of_line(said: LineDraft, line: OrderLine, path: str) -> Iterator[LineChange]:
    kept = (
        ("sku", said.sku, line.product.sku),
        ("quantity", said.quantity, line.quantity),
        ("unit_price", said.unit_price, line.unit_price),
        *((("tax", said.tax, Money(line.tax, line.order.currency)),) if said.tax else ()),
        *((name, value, _fact(line, name)) for name, value in said.facts.items()),
    )
    for name, new, old in kept:
        if new != old:
            raise _stands(name, old, f"{path}.{name}")
    known = {**line.order.dates, **line.dates}
    dates = {name: on for name, on in said.dates.items() if known.get(name) != on}
    for name in dates:
        if name not in AMENDABLE:
            raise _stands(name, known.get(name), f"{path}.{name}")
    place = line.location.handle if line.location else None
    location = said.location if said.location and said.location != place else ""
    cancel = 0 if said.cancelled is None else said.cancelled - line.cancelled
    if cancel < 0:
        raise _stands("cancelled", line.cancelled, f"{path}.cancelled")
    if dates or location or cancel:
        yield LineChange(line=line.number, dates=dates, cancel=cancel, location=location or "")


def _fact(line: OrderLine, name: str) -> object:
    return {**line.goods, **line.order.facts, **line.facts}.get(name)


def _stands(name: str, old: object, path: str) -> RequestFault:
    return RequestFault("not_amendable", f"`{name}` stands as it was said: `{old}`.", path)
